"""Films as files: frames with their times, text, and a sound track; no mapping in here.

``VideoWriter`` writes MP4, MOV, WebM, MKV, MPEG, GIF, WebP, APNG and folders of pictures;
``VideoReader`` reads them and whatever else FFmpeg can. Both are streams, of bounded memory.
"""

from eidophone.files.video.formats import holds_sound, holds_text, video_suffixes
from eidophone.files.video.model import VideoFrame
from eidophone.files.video.reader import VideoReader
from eidophone.files.video.writer import VideoWriter

__all__ = [
    "VideoFrame",
    "VideoReader",
    "VideoWriter",
    "holds_sound",
    "holds_text",
    "video_suffixes",
]
