"""PNG, 8 and 16 bits a channel (https://www.w3.org/TR/png-3/).

Chunks are read and written here: Pillow has no 16-bit RGB, gives up on an image whose text is
broken, and writes no faster. Pillow decodes the pixels.
"""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.PngImagePlugin import PngImageFile

from eidophone.base.arrays import Pixels
from eidophone.base.errors import PictureError
from eidophone.files.chunks import png_chunks
from eidophone.files.image.model import MAX_TEXT_BYTES, PARSING, ImageFile, check_size, to_rgb
from eidophone.files.image.pillow import (
    deep_pixels_of,
    exif_of,
    numbers_in,
    numbers_of,
    open_image,
    orientation_of,
    pixels_of,
    raw_mode_of,
    unpack,
    upright,
)
from eidophone.files.image.profiles import Colours, of_png

SIGNATURE = b"\x89PNG\r\n\x1a\n"

#: The case of the letters says: ancillary, private, (reserved), unsafe to copy. So a tool that
#: changes the pixels and does not know this chunk must drop it.
_ORIGINAL_CHUNK = b"eiDO"
_MAX_CHUNK_BYTES = 2**31 - 1
_PIXEL_CHUNKS = (b"IHDR", b"PLTE", b"tRNS", b"IDAT")
_MAX_TEXT_ENTRIES = 256
_MAX_PROFILE_BYTES = 4 * 1024 * 1024
_SUB_FILTER = 1

#: Values of a pixel, by the number for colours; and bytes that a byte of deflated data may become.
_CHANNELS, _MOST_INFLATED = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}, 1032
_ROWS_AT_ONCE = 64


def read(path: Path, max_pixels: int | None) -> ImageFile:
    """The image in the PNG file at ``path``; of animated ones the default image."""
    essence, ancillary = io.BytesIO(), _Ancillary()
    essence.write(SIGNATURE)
    with path.open("rb") as file:
        for name, data, intact in _read_chunks(file):
            if name in _PIXEL_CHUNKS:
                if not intact:
                    raise PictureError(f"its {name.decode()} chunk is damaged")
                _write_chunk(essence, name, data)
            elif intact:
                ancillary.add(name, data)
    _write_chunk(essence, b"IEND", b"")
    pixels = _decode(essence, max_pixels)
    return ImageFile(
        upright(pixels, ancillary.orientation),
        *(ancillary.text, ancillary.original, "PNG", ancillary.colours),
    )


def write(
    path: Path,
    pixels: Pixels,
    text: Mapping[str, str],
    original: bytes | None,
    quality: int | None,  # noqa: ARG001
) -> None:
    """Write uint8 or uint16 ``pixels`` as a PNG file, fast rather than small."""
    if original is not None and len(original) > _MAX_CHUNK_BYTES:
        raise PictureError(f"PNG cannot carry {len(original):,} bytes: over {_MAX_CHUNK_BYTES:,}")
    height, width, _ = pixels.shape
    bits = 8 * pixels.dtype.itemsize
    with path.open("wb") as file:
        file.write(SIGNATURE)
        _write_chunk(file, b"IHDR", struct.pack(">IIBBBBB", width, height, bits, 2, 0, 0, 0))
        write_text(file, text)
        _write_pixels(file, pixels)
        if original is not None:
            _write_chunk(file, _ORIGINAL_CHUNK, original)
        _write_chunk(file, b"IEND", b"")


def write_text(file: BinaryIO, text: Mapping[str, str]) -> None:
    """Write ``text`` as iTXt chunks, and numbers for private EXIF tags as such."""
    if numbers_in(text):
        _write_chunk(file, b"eXIf", exif_of(text).removeprefix(b"Exif\0\0"))
    for key, value in text.items():
        if key.startswith("exif:"):
            continue
        entry = key.encode("latin-1") + b"\0\0\0\0\0" + value.encode("utf-8")
        _write_chunk(file, b"iTXt", entry)


def _read_chunks(file: BinaryIO) -> Iterator[tuple[bytes, bytes, bool]]:
    """Name, data and whether the checksum is right, of every chunk that is whole."""
    for chunk in png_chunks(file):
        if chunk.name == b"IEND":
            return
        data = chunk.read(file)
        yield chunk.name, data, file.read(4) == _checksum(chunk.name, data)


def _checksum(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", zlib.crc32(data, zlib.crc32(name)))


def _write_chunk(file: BinaryIO, name: bytes, data: bytes) -> None:
    file.write(struct.pack(">I4s", len(data), name))
    file.write(data)
    file.write(_checksum(name, data))


def _write_pixels(file: BinaryIO, pixels: Pixels) -> None:
    compressor = zlib.compressobj(1)
    for row in range(0, len(pixels), _ROWS_AT_ONCE):
        data = compressor.compress(_filtered(pixels[row : row + _ROWS_AT_ONCE]).data)
        if data:
            _write_chunk(file, b"IDAT", data)
    _write_chunk(file, b"IDAT", compressor.flush())


def _filtered(pixels: Pixels) -> NDArray[np.uint8]:
    """The bytes to compress: each minus its neighbour a pixel to the left (filter 1, Sub)."""
    data = np.ascontiguousarray(pixels, pixels.dtype.newbyteorder(">")).view(np.uint8)
    rows, step = data.reshape(len(pixels), -1), 3 * pixels.dtype.itemsize
    filtered = np.empty((rows.shape[0], rows.shape[1] + 1), np.uint8)
    filtered[:, 0] = _SUB_FILTER
    filtered[:, 1 : step + 1] = rows[:, :step]
    np.subtract(rows[:, step:], rows[:, :-step], out=filtered[:, step + 1 :])
    return filtered


def _decode(essence: io.BytesIO, max_pixels: int | None) -> Pixels:
    def reopen() -> PngImageFile:
        essence.seek(0)
        return open_image(lambda: PngImageFile(essence), max_pixels)

    image = reopen()
    _check_filled(image, essence)
    raw_mode = raw_mode_of(image)
    if raw_mode == "LA;16B":  # four bytes a pixel, whatever they are called
        return to_rgb(unpack(image, "RGBA").view(">u2"))
    if raw_mode in ("RGB;16B", "RGBA;16B"):
        check_size(*image.size, max_pixels, 2)
        return deep_pixels_of(reopen, raw_mode, raw_mode.replace("16B", "16L"))
    return pixels_of(image)


def _check_filled(image: PngImageFile, essence: io.BytesIO) -> None:
    """Refuse an image that all of the file could not fill: Pillow would, with black."""
    width, height = image.size
    bits, colours = essence.getbuffer()[24:26]
    row = width * bits * _CHANNELS.get(colours, 1) // 8
    if height * row > _MOST_INFLATED * len(essence.getbuffer()):
        raise PictureError(
            f"it is damaged: it holds far less than the {width} x {height} pixels that it says"
        )


class _Ancillary:
    """What the chunks beside the pixels say; what is broken or too large in them is ignored."""

    def __init__(self) -> None:
        self.text: dict[str, str] = {}
        self.original: bytes | None = None
        self.orientation: object = None
        self._gamma: int | None = None
        self._chromaticities: tuple[int, ...] | None = None
        self._profile: bytes | None = None
        self._is_srgb = False

    def add(self, name: bytes, data: bytes) -> None:
        if name == _ORIGINAL_CHUNK:
            self.original = data
        elif name == b"gAMA" and len(data) == 4:
            self._gamma = int.from_bytes(data, "big")
        elif name == b"cHRM" and len(data) == 32:
            self._chromaticities = struct.unpack(">8I", data)
        elif name == b"sRGB" or (name == b"cICP" and data[:2] == b"\x01\x0d"):
            self._is_srgb = True
        elif name == b"iCCP":
            self._profile = b""  # no profile, which is told
            with suppress(ValueError, IndexError, zlib.error):
                self._profile = _inflated(data.split(b"\0", 1)[1][1:], _MAX_PROFILE_BYTES)
        elif name == b"eXIf":
            self.orientation, numbers = _exif(data)
            self.text |= numbers
        elif name in (b"tEXt", b"zTXt", b"iTXt") and len(self.text) < _MAX_TEXT_ENTRIES:
            self._add_text(name, data)

    def _add_text(self, name: bytes, data: bytes) -> None:
        try:
            key, value = {b"tEXt": _plain, b"zTXt": _compressed, b"iTXt": _international}[name](
                data
            )
        except (ValueError, IndexError, zlib.error):
            return
        self.text[key.decode("latin-1")] = value

    @property
    def colours(self) -> bytes | Colours | None:
        """What the numbers of the pixels mean: iCCP outranks sRGB, and that the others."""
        if self._profile is not None or self._is_srgb:
            return self._profile
        with suppress(ZeroDivisionError, np.linalg.LinAlgError):
            return of_png(self._gamma, self._chromaticities)
        return of_png(self._gamma, None)


def _plain(data: bytes) -> tuple[bytes, str]:
    key, value = data.split(b"\0", 1)
    return key, _bounded(value).decode("latin-1")


def _compressed(data: bytes) -> tuple[bytes, str]:
    key, value = data.split(b"\0", 1)
    return key, _inflated(value[1:]).decode("latin-1")


def _international(data: bytes) -> tuple[bytes, str]:
    key, rest = data.split(b"\0", 1)
    is_compressed = rest[0]
    _language, _key, value = rest[2:].split(b"\0", 2)
    return key, (_inflated(value) if is_compressed else _bounded(value)).decode("utf-8")


def _bounded(data: bytes, most: int = MAX_TEXT_BYTES) -> bytes:
    if len(data) > most:
        raise ValueError("too long")
    return data


def _inflated(data: bytes, most: int = MAX_TEXT_BYTES) -> bytes:
    return _bounded(zlib.decompressobj().decompress(data, most + 1), most)


def _exif(exif_data: bytes) -> tuple[object, dict[str, str]]:
    """Which way up the picture is, and the numbers in private tags."""
    image = Image.new("L", (1, 1))
    try:
        with PARSING, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image.getexif().load(exif_data)
            return orientation_of(image), numbers_of(image.getexif())
    except Exception:  # anything may come out of a broken block
        return None, {}
