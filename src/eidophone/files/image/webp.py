"""WebP: 8 bits, lossless or lossy (https://developers.google.com/speed/webp/docs/riff_container).

Text is the EXIF user comment. The original is a chunk of its own after the others, which readers
ignore.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

from PIL import Image
from PIL.WebPImagePlugin import WebPImageFile

from eidophone.base.arrays import Pixels
from eidophone.base.errors import PictureError
from eidophone.files.chunks import riff_chunks
from eidophone.files.image.model import ImageFile, check_size
from eidophone.files.image.pillow import (
    exif_of,
    open_photo,
    orientation_of,
    pixels_of,
    text_of,
    upright,
)

_ORIGINAL_CHUNK = b"eiDO"
_MAX_RIFF_BYTES = 2**32 - 10


def read(path: Path, max_pixels: int | None) -> ImageFile:
    """The image in the WebP file at ``path``; of animated ones the first frame."""
    with path.open("rb") as file:
        check_size(*_size(file), max_pixels)  # Pillow allocates when it opens
        original = _original(file)
        file.seek(0)
        image = open_photo(lambda: WebPImageFile(file), max_pixels)
        pixels = upright(pixels_of(image), orientation_of(image))
        return ImageFile(pixels, text_of(image), original, "WebP", image.info.get("icc_profile"))


def write(
    path: Path,
    pixels: Pixels,
    text: Mapping[str, str],
    original: bytes | None,
    quality: int | None,
) -> None:
    """Write uint8 ``pixels`` as a WebP file, lossless unless ``quality`` is given."""
    image, exif = Image.fromarray(pixels), exif_of(text)
    if quality is None:
        image.save(path, "WEBP", lossless=True, quality=0, method=0, exif=exif)
    else:
        image.save(path, "WEBP", quality=quality, exif=exif)
    if original is not None:
        append_chunk(path, _ORIGINAL_CHUNK, original)


def _size(file: BinaryIO) -> tuple[int, int]:
    """Width and height, from the first chunk."""
    head = file.read(30)
    if len(head) < 30:
        raise PictureError("it is cut short")
    kind, data = head[12:16], head[20:]
    if kind == b"VP8X":
        return 1 + int.from_bytes(data[4:7], "little"), 1 + int.from_bytes(data[7:10], "little")
    if kind == b"VP8L":
        bits = int.from_bytes(data[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 ":
        width, height = struct.unpack("<HH", data[6:10])
        return width & 0x3FFF, height & 0x3FFF
    raise PictureError(f"its first chunk is {kind!r}")


def _original(file: BinaryIO) -> bytes | None:
    """The data of our chunk."""
    for chunk in riff_chunks(file):
        if chunk.name == _ORIGINAL_CHUNK:
            return chunk.read(file)
    return None


def append_chunk(path: Path, name: bytes, data: bytes) -> None:
    """Add a chunk at the end of a WebP file."""
    total = path.stat().st_size + 8 + len(data) + len(data) % 2
    if total - 8 > _MAX_RIFF_BYTES:
        raise PictureError(f"WebP cannot carry {len(data):,} bytes: over {_MAX_RIFF_BYTES:,}")
    with path.open("r+b") as file:
        file.seek(4)
        file.write(struct.pack("<I", total - 8))
        file.seek(0, os.SEEK_END)
        file.write(struct.pack("<4sI", name, len(data)))
        file.write(data)
        file.write(b"\0" * (len(data) % 2))
