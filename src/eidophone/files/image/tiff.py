"""TIFF: 8 or 16 bits, or float32. Text is the image description, the original a private tag.

tifffile reads grey and RGB of any depth if it is not compressed, or deflated; Pillow (libtiff) the
other compressions and colours.
"""

from __future__ import annotations

import logging
import math
import sys
import zlib
from collections.abc import Mapping
from contextlib import suppress
from enum import IntEnum
from pathlib import Path
from typing import Any

import numpy as np
import tifffile
from numpy.typing import NDArray
from PIL.TiffImagePlugin import COMPRESSION_INFO, TiffImageFile
from tifffile import COMPRESSION, EXTRASAMPLE, PHOTOMETRIC, PLANARCONFIG

from eidophone.base.arrays import Pixels
from eidophone.base.errors import PictureError, tell
from eidophone.files.image.model import (
    MAX_TEXT_BYTES,
    ImageFile,
    check_size,
    text_from_json,
    text_to_json,
    to_rgb,
)
from eidophone.files.image.pillow import deep_pixels_of, open_photo, pixels_of, raw_mode_of, upright

_PHOTOMETRIC_TAG, _DESCRIPTION_TAG, _ORIENTATION_TAG, _PLANAR_TAG = 262, 270, 274, 284
_ORIGINAL_TAG = 65_142  # of the range that TIFF leaves to private use
_PROFILE_TAG = 34_675
_BYTES_TYPE = 7
_INSTEAD = "save it as RGB of 8 or 16 bits, not compressed"
_MAX_SAMPLES = 8
_MAX_TILE_PIXELS = 2**26
_CLASSIC_BYTES = 2**32 - 2**20
_DEFLATE = (COMPRESSION.ADOBE_DEFLATE, COMPRESSION.DEFLATE)
#: Compressions that every libtiff can read.
_COMMON = (
    *(COMPRESSION.NONE, COMPRESSION.LZW, COMPRESSION.JPEG, COMPRESSION.PACKBITS, *_DEFLATE),
    *(COMPRESSION.CCITTRLE, COMPRESSION.CCITT_T4, COMPRESSION.CCITT_T6),
)
_PLAIN_COLOURS = (PHOTOMETRIC.RGB, PHOTOMETRIC.MINISBLACK, PHOTOMETRIC.MINISWHITE)

# A library must not print: without a handler, Python prints what tifffile logs on broken files.
logging.getLogger("tifffile").addHandler(logging.NullHandler())


def read(path: Path, max_pixels: int | None) -> ImageFile:
    """The first image in the TIFF file at ``path``."""
    with tifffile.TiffFile(path) as tiff:
        page = tiff.pages.first
        if _has_more(tiff):
            tell(f"{path} has several pages: the first is read")
        _check_page(page, max_pixels)
        text, original, profile = _text(page), _original(page), _profile(page)
        if _is_plain(page):
            pixels = _colours(page, _read_plain(page))
            pixels = upright(pixels, _tag(page, _ORIENTATION_TAG))
            return ImageFile(pixels, text, original, "TIFF", profile)
        kind = _kind_of(page)
        _check_compression(page, kind)
    try:
        pixels = _read_through_pillow(path, max_pixels)
    except (SyntaxError, OSError) as error:
        if isinstance(error, OSError) and page.compression in _COMMON:
            raise  # it is damaged
        raise PictureError(f"it holds {kind}, which are not read here: {_INSTEAD}") from None
    return ImageFile(pixels, text, original, "TIFF", profile)


def _has_more(tiff: tifffile.TiffFile) -> bool:
    """Whether there is another page that is no smaller picture of the first."""
    with suppress(Exception):  # of a page that is not read, nothing may fail
        second = tiff.pages[1]
        return isinstance(second, tifffile.TiffPage) and not second.is_reduced
    return False


def _is_plain(page: tifffile.TiffPage) -> bool:
    """Whether tifffile can decode ``page`` as it is: whole bytes of grey or RGB."""
    return (
        page.dtype is not None
        and page.bitspersample == 8 * page.dtype.itemsize
        and page.photometric in _PLAIN_COLOURS
        and page.compression in (COMPRESSION.NONE, *_DEFLATE)
    )


def write(
    path: Path,
    pixels: Pixels,
    text: Mapping[str, str],
    original: bytes | None,
    quality: int | None,  # noqa: ARG001
) -> None:
    """Write ``pixels`` as an uncompressed TIFF file, which every program can open or map."""
    carried = b"" if original is None else original
    tags = [(_ORIGINAL_TAG, _BYTES_TYPE, len(carried), carried, True)] if carried else []
    tifffile.imwrite(
        path,
        pixels,
        photometric="rgb",
        metadata=None,
        software=False,
        description=text_to_json(text) if text else None,
        extratags=tags,
        bigtiff=pixels.nbytes + len(carried) > _CLASSIC_BYTES,
    )


def _tag(page: tifffile.TiffPage, code: int) -> object:
    tag = page.tags.get(code)
    return None if tag is None else tag.value


def _text(page: tifffile.TiffPage) -> dict[str, str]:
    value = _tag(page, _DESCRIPTION_TAG)
    if not isinstance(value, str) or len(value) > MAX_TEXT_BYTES:
        return {}
    return text_from_json(value.encode("utf-8", "replace"))


def _original(page: tifffile.TiffPage) -> bytes | None:
    value = _tag(page, _ORIGINAL_TAG)
    return value if isinstance(value, bytes) else None


def _kind_of(page: tifffile.TiffPage) -> str:
    """What the samples of ``page`` are, in words."""
    compression = _name(COMPRESSION, page.compression)
    photometric = _name(PHOTOMETRIC, page.photometric)
    return (
        f"{page.samplesperpixel} samples a pixel of {page.bitspersample} bits "
        f"({photometric}, compression {compression})"
    )


def _name(names: type[IntEnum], value: int) -> str:
    """What a number in a TIFF file is called, or else the number."""
    return names(value).name if value in names.__members__.values() else str(int(value))


def _check_compression(page: tifffile.TiffPage, kind: str) -> None:
    """Refuse what libtiff, of this Pillow, cannot decompress: it would look damaged."""
    if page.compression not in COMPRESSION_INFO:
        raise PictureError(f"it holds {kind}, which are not read here: {_INSTEAD}")


def _profile(page: tifffile.TiffPage) -> bytes | None:
    value = _tag(page, _PROFILE_TAG)
    return value if isinstance(value, bytes) else None


def _check_page(page: tifffile.TiffPage, max_pixels: int | None) -> None:
    depth = max(1, page.bitspersample // 8)
    check_size(page.imagewidth, page.imagelength, max_pixels, depth)
    if page.samplesperpixel > _MAX_SAMPLES or page.imagedepth != 1:
        raise PictureError(f"it has {page.samplesperpixel} channels: 1 to 4 are needed")
    if page.is_tiled:
        check_size(page.tilewidth, page.tilelength, _MAX_TILE_PIXELS)


def _read_plain(page: tifffile.TiffPage) -> NDArray[Any]:
    """``[height, width, samples]`` of ``page``."""
    if page.compression in _DEFLATE:
        _check_inflated_size(page)
    planes = page.asarray(squeeze=False)[:, 0]  # [planes, height, width, samples of a plane]
    return np.concatenate(list(planes), axis=-1)


def _check_inflated_size(page: tifffile.TiffPage) -> None:
    """Refuse strips and tiles that inflate beyond their size: tifffile would take any."""
    limit = math.prod(page.chunks) * page.samplesperpixel * page.bitspersample // 8
    for offset, count in zip(page.dataoffsets, page.databytecounts, strict=True):
        page.parent.filehandle.seek(offset)
        data = page.parent.filehandle.read(count)
        if len(zlib.decompressobj().decompress(data, limit + 1)) > limit:
            raise PictureError("its data inflate beyond its size: it is damaged, or a trap")


def _colours(page: tifffile.TiffPage, samples: NDArray[Any]) -> Pixels:
    """Samples as RGB; alpha is used if it is declared, other extra samples are not."""
    colours = 3 if page.photometric == PHOTOMETRIC.RGB else 1
    alpha = page.extrasamples[:1]
    has_alpha = alpha in ((EXTRASAMPLE.ASSOCALPHA,), (EXTRASAMPLE.UNASSALPHA,))
    pixels = to_rgb(
        samples[..., : colours + has_alpha], premultiplied=alpha == (EXTRASAMPLE.ASSOCALPHA,)
    )
    return _inverted(pixels) if page.photometric == PHOTOMETRIC.MINISWHITE else pixels


def _inverted(pixels: NDArray[Any]) -> Pixels:
    full = 1 if pixels.dtype == np.float32 else np.iinfo(pixels.dtype).max
    inverted: Pixels = np.subtract(full, pixels, dtype=pixels.dtype)
    return inverted


def _read_through_pillow(path: Path, max_pixels: int | None) -> Pixels:
    """Pixels, turned upright by Pillow."""
    with path.open("rb") as file:

        def reopen() -> TiffImageFile:
            file.seek(0)
            return open_photo(lambda: TiffImageFile(file), max_pixels, allocate=True)

        image = reopen()
        raw_mode = raw_mode_of(image)
        is_separate = image.tag_v2.get(_PLANAR_TAG) == PLANARCONFIG.SEPARATE  # then 8 bits
        if raw_mode in ("RGB;16N", "RGBA;16N") and not is_separate:  # N: libtiff has swapped bytes
            high, low = ("16L", "16B") if sys.byteorder == "little" else ("16B", "16L")
            kind = raw_mode.removesuffix("16N")
            return deep_pixels_of(reopen, kind + high, kind + low)
        if image.mode == "I":
            raise PictureError("32-bit numbers in this compression are not supported: use none")
        white_is_zero = image.mode.startswith("I;16") and image.tag_v2.get(_PHOTOMETRIC_TAG) == 0
        pixels = pixels_of(image)
        return _inverted(pixels) if white_is_zero else pixels
