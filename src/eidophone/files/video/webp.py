"""Animated WebP read through Pillow, since FFmpeg cannot (RFC 9649)."""

from __future__ import annotations

import io
import os
import struct
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO, NamedTuple

from PIL.WebPImagePlugin import WebPImageFile

from eidophone.base.errors import FilmError, tell
from eidophone.files.chunks import riff_chunks
from eidophone.files.image.pillow import open_photo, pixels_of, text_of
from eidophone.files.video.model import USUAL_FPS, VideoFrame, check_frame_size

_HEADER_BYTES = 30
_FRAME_HEAD_BYTES = 20  # up to the name of the chunk in it


class WebpReader:
    """An animated WebP file; see ``VideoReader``. It has no sound."""

    promised_seconds = 0.0  # it does not say

    def __init__(self, path: Path, max_pixels: int | None) -> None:
        self._path = path
        with path.open("rb") as file:
            self.width, self.height = _canvas_of(path, file.read(_HEADER_BYTES))
            check_frame_size(path, self.width, self.height, max_pixels)
            frames = list(_frames_of(file))
        if not frames:
            raise FilmError(f"{path} is not a film: it is a picture, or damaged")
        self._end = frames[-1].end
        self._milliseconds = [frame.milliseconds for frame in frames]
        self.lossless = all(frame.is_lossless for frame in frames)
        self.frame_count = len(frames)
        total = sum(self._milliseconds)
        self.fps = Fraction(1000 * len(frames), total) if total else USUAL_FPS
        self.seconds = total / 1000 if total else float(len(frames) / USUAL_FPS)
        self.text = text_of(self._image())

    def frames(self) -> Iterator[VideoFrame]:
        """All frames that can be decoded.

        Raises:
            FilmError: there is none.
        """
        image, elapsed = self._image(), 0.0
        for index, milliseconds in enumerate(self._milliseconds):
            try:
                image.seek(index)
                pixels = pixels_of(image)
            except Exception:  # anything may come out of a broken file
                if index == 0:
                    raise FilmError(f"{self._path} cannot be read: it is damaged") from None
                self._warn(f"is damaged: only {index} of {self.frame_count} frames can be decoded")
                return
            seconds = milliseconds / 1000 or float(1 / self.fps)
            yield VideoFrame(pixels, elapsed, seconds)
            elapsed += seconds
        if self._is_cut():
            self._warn(f"is cut short: it has {self.frame_count} whole frames")

    def sound(self) -> None:
        """None: WebP is silent."""

    def _image(self) -> WebPImageFile:
        data = self._path.read_bytes()
        if self._is_cut():  # libwebp reads whole files only
            data = b"RIFF" + struct.pack("<I", self._end - 8) + data[8 : self._end]
        try:
            return open_photo(lambda: WebPImageFile(io.BytesIO(data)), None)
        except Exception as error:  # anything may come out of a broken file
            raise FilmError(f"{self._path} cannot be read: it is damaged ({error})") from None

    def _is_cut(self) -> bool:
        with self._path.open("rb") as file:
            said = 8 + int.from_bytes(file.read(8)[4:], "little")
            return file.seek(0, os.SEEK_END) < said

    def _warn(self, found: str) -> None:
        tell(f"{self._path} {found}")


class _Frame(NamedTuple):
    """What the chunk of one frame says, and where it ends in the file."""

    milliseconds: int
    is_lossless: bool
    end: int


def _canvas_of(path: Path, head: bytes) -> tuple[int, int]:
    """Width and height of the frames, from the header of an extended file."""
    if len(head) < _HEADER_BYTES or head[12:16] != b"VP8X":
        raise FilmError(f"{path} is not a film: it is a picture, or damaged")
    return 1 + int.from_bytes(head[24:27], "little"), 1 + int.from_bytes(head[27:30], "little")


def _frames_of(file: BinaryIO) -> Iterator[_Frame]:
    """The frames that are there whole."""
    for chunk in riff_chunks(file):
        if chunk.name == b"ANMF" and chunk.length > _FRAME_HEAD_BYTES:
            head = chunk.read(file, _FRAME_HEAD_BYTES)
            yield _Frame(int.from_bytes(head[12:15], "little"), head[16:20] == b"VP8L", chunk.end)
