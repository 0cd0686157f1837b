"""Animated WebP read through Pillow, since FFmpeg cannot (RFC 9649)."""

from __future__ import annotations

import struct
import warnings
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO

from PIL.WebPImagePlugin import WebPImageFile

from eidophone.errors import EidophoneWarning, FilmError
from eidophone.image_files.through_pillow import open_photo, pixels_of, text_of
from eidophone.video_files.model import USUAL_FPS, VideoFrame, check_frame_size

_HEADER_BYTES = 30
_ANIMATION_FRAME_BYTES = 16
_MOST_FRAMES = 1_000_000


class WebpReader:
    """An animated WebP file; see ``VideoReader``. It has no sound."""

    def __init__(self, path: Path, max_pixels: int | None) -> None:
        self._path = path
        with path.open("rb") as file:
            self.width, self.height = _canvas_of(path, file.read(_HEADER_BYTES))
            check_frame_size(path, self.width, self.height, max_pixels)
            frames = list(_frames_of(file))
        if not frames:
            raise FilmError(f"{path} is not a film: it is a picture, or damaged")
        self._milliseconds = [milliseconds for milliseconds, _ in frames]
        self.lossless = all(is_lossless for _, is_lossless in frames)
        self.frame_count = len(frames)
        total = sum(self._milliseconds)
        self.fps = Fraction(1000 * len(frames), total) if total else USUAL_FPS
        self.seconds = total / 1000 if total else float(len(frames) / USUAL_FPS)
        self.text = text_of(self._image())

    def frames(self) -> Iterator[VideoFrame]:
        """All frames that can be decoded."""
        image, elapsed = self._image(), 0.0
        for index, milliseconds in enumerate(self._milliseconds):
            try:
                image.seek(index)
                pixels = pixels_of(image)
            except (OSError, EOFError, ValueError):
                warnings.warn(
                    f"{self._path} is damaged: only {index} of its {self.frame_count} frames "
                    f"can be decoded",
                    EidophoneWarning,
                    stacklevel=2,
                )
                return
            seconds = milliseconds / 1000 or float(1 / self.fps)
            yield VideoFrame(pixels, elapsed, seconds)
            elapsed += seconds

    def sound(self) -> None:
        """None: WebP is silent."""

    def _image(self) -> WebPImageFile:
        try:
            return open_photo(lambda: WebPImageFile(self._path), None)
        except Exception as error:  # anything may come out of a broken file
            raise FilmError(f"{self._path} cannot be read: it is damaged ({error})") from None


def _canvas_of(path: Path, head: bytes) -> tuple[int, int]:
    """Width and height of the frames, from the header of an extended file."""
    if len(head) < _HEADER_BYTES or head[12:16] != b"VP8X":
        raise FilmError(f"{path} is not a film: it is a picture, or damaged")
    return 1 + int.from_bytes(head[24:27], "little"), 1 + int.from_bytes(head[27:30], "little")


def _frames_of(file: BinaryIO) -> Iterator[tuple[int, bool]]:
    """Milliseconds of each frame, and whether it is lossless, found by hopping over chunks."""
    position = _HEADER_BYTES
    for _ in range(_MOST_FRAMES):
        file.seek(position)
        head = file.read(8 + _ANIMATION_FRAME_BYTES + 4)
        if len(head) < 8:
            return
        name, length = struct.unpack("<4sI", head[:8])
        if name == b"ANMF" and len(head) == 8 + _ANIMATION_FRAME_BYTES + 4:
            yield int.from_bytes(head[20:23], "little"), head[24:28] == b"VP8L"
        position += 8 + length + length % 2
