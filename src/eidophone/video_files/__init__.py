"""Films as files: frames with their times, text, and a sound track; no mapping in here.

``VideoWriter`` writes MP4, MOV, WebM, MKV, MPEG, GIF, WebP, APNG and folders of pictures;
``VideoReader`` reads them and whatever else FFmpeg can. Both are streams, of bounded memory.
"""

from eidophone.video_files.formats import holds_sound, holds_text, video_suffixes
from eidophone.video_files.model import DEFAULT_MAX_FRAME_PIXELS, VideoFrame
from eidophone.video_files.reading import VideoReader
from eidophone.video_files.writing import VideoWriter

__all__ = [
    "DEFAULT_MAX_FRAME_PIXELS",
    "VideoFrame",
    "VideoReader",
    "VideoWriter",
    "holds_sound",
    "holds_text",
    "video_suffixes",
]
