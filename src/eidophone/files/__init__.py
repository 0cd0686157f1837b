"""Files: image and video files as pixels and text; no mapping in here."""
