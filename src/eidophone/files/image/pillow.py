"""Reading through Pillow: any mode to RGB, EXIF, and 16 bits a channel."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageCms
from PIL import ImageFile as PillowFile

from eidophone.base.arrays import Pixels
from eidophone.base.errors import PictureError
from eidophone.base.parallel import blocks
from eidophone.files.image.model import (
    MAX_TEXT_BYTES,
    PARSING,
    check_size,
    text_from_json,
    text_to_json,
    to_rgb,
)
from eidophone.files.image.profiles import through_lcms

_Plugin = TypeVar("_Plugin", bound=PillowFile.ImageFile)

#: Pixels that are turned from Pillow's into ours at a time.
_PIXELS_AT_ONCE = 1 << 21

#: Numbers in private EXIF tags are text entries of this name, with the number of the tag.
_TAG, _MOST_TAGS = "exif:", 64

_USER_COMMENT_CODE = b"ASCII\0\0\0"  # EXIF 2.3, 4.6.5: eight bytes that name the encoding


# A library must not print: without a handler, Python prints what Pillow logs on broken files.
logging.getLogger("PIL").addHandler(logging.NullHandler())


def open_image(opener: Callable[[], _Plugin], max_pixels: int | None) -> _Plugin:
    """The image that ``opener`` opens by a plugin's own class, its header read and checked.

    ``Image.open`` would try every format there is, and has a limit of its own.
    """
    with PARSING, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        image = opener()
    check_size(*image.size, max_pixels)
    return image


def open_photo(
    opener: Callable[[], _Plugin], max_pixels: int | None, *, allocate: bool = False
) -> _Plugin:
    """As ``open_image``, and its EXIF data are parsed, so that what is broken does no harm.

    With ``allocate``, its pixels are allocated too, where Pillow warns of a limit of its own.
    """
    image = open_image(opener, max_pixels)
    with PARSING, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            exif = image.getexif()
            exif.get_ifd(ExifTags.IFD.GPSInfo)
            if ExifTags.IFD.Interop in exif.get_ifd(ExifTags.IFD.Exif):  # Pillow 12 raises if not
                exif.get_ifd(ExifTags.IFD.Interop)
        except Exception:  # anything may come out of a broken block
            image.info.pop("exif", None)
            image.getexif().clear()
        if allocate:
            image.load_prepare()
    return image


def pixels_of(image: Image.Image) -> Pixels:
    """``[height, width, 3]`` pixels of an image of any mode."""
    image.load()
    return _in_bands(image.size, lambda rows: _pixels_of_band(_band(image, rows)))


def _band(image: Image.Image, rows: range) -> Image.Image:
    """Some ``rows`` of a loaded ``image``."""
    if len(rows) == image.height:
        return image
    return image.crop((0, rows.start, image.width, rows.stop))


def _in_bands(size: tuple[int, int], read: Callable[[range], Pixels]) -> Pixels:
    """What ``read`` gives of some rows at a time: large images are held once, and not again."""
    width, height = size
    at_once = max(1, _PIXELS_AT_ONCE // width)
    bands = [range(*edges) for edges in blocks(0, height, at_once)]
    first = read(bands[0])
    if len(bands) == 1:
        return first
    pixels = np.empty((height, *first.shape[1:]), first.dtype)
    for rows in bands:
        pixels[rows.start : rows.stop] = read(rows)
    return pixels


def _pixels_of_band(image: Image.Image) -> Pixels:
    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        return to_rgb(np.array(image))
    if image.mode == "LAB":
        profiles = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
        converted = ImageCms.profileToProfile(image, *profiles, outputMode="RGB")
        return to_rgb(np.array(converted))
    profile = image.info.get("icc_profile")
    if image.mode == "CMYK" and profile:
        with suppress(Exception):  # anything may be in a profile, which is told by whoever reads it
            return to_rgb(np.array(through_lcms(image, profile)))
    return to_rgb(np.array(image.convert("RGBA" if image.has_transparency_data else "RGB")))


def deep_pixels_of(reopen: Callable[[], PillowFile.ImageFile], high: str, low: str) -> Pixels:
    """Pixels of an image of 16 bits a channel, of which Pillow keeps one byte.

    It is decoded twice, the second time with the bytes of every sample called the other way
    round: that gives the low bytes.

    Args:
        reopen: opens the same image anew.
        high: Pillow's raw mode for the high bytes, such as ``"RGB;16B"``.
        low: the raw mode for the low bytes, such as ``"RGB;16L"``.
    """
    highs, lows = as_stored(reopen(), high), as_stored(reopen(), low)

    def read(rows: range) -> Pixels:
        deep = np.asarray(_band(highs, rows)).astype(np.uint16) << np.uint16(8)
        return to_rgb(deep | np.asarray(_band(lows, rows)))

    return _in_bands(highs.size, read)


def raw_mode_of(image: PillowFile.ImageFile) -> str:
    """Pillow's name of the way in which the pixels of ``image`` are stored."""
    if not image.tile:
        raise PictureError("it holds no pixels")
    arguments = image.tile[0].args
    return str(arguments[0] if isinstance(arguments, tuple) else arguments)


def unpack(image: PillowFile.ImageFile, raw_mode: str) -> NDArray[Any]:
    """``[height, width, channels]`` samples of ``image``, read as if stored in ``raw_mode``."""
    return np.asarray(as_stored(image, raw_mode))


def as_stored(image: PillowFile.ImageFile, raw_mode: str) -> PillowFile.ImageFile:
    """``image``, loaded as if stored in ``raw_mode``."""
    (tile,) = image.tile
    old = tile.args
    image.tile = [tile._replace(args=(raw_mode, *old[1:]) if isinstance(old, tuple) else raw_mode)]
    image.load()
    return image


def upright(pixels: Pixels, orientation: object) -> Pixels:
    """``pixels`` turned as the EXIF ``orientation`` 1 to 8 says; anything else is 1."""
    if orientation not in range(2, 9):
        return pixels
    turned: NDArray[Any] = pixels
    if orientation in (5, 6, 7, 8):
        turned = turned.transpose(1, 0, 2)
    if orientation in (2, 3, 6, 7):
        turned = turned[:, ::-1]
    if orientation in (3, 4, 7, 8):
        turned = turned[::-1]
    return np.ascontiguousarray(turned)


def orientation_of(image: Image.Image) -> object:
    """EXIF orientation; None when there is none."""
    return image.getexif().get(ExifTags.Base.Orientation)


def text_of(image: Image.Image) -> dict[str, str]:
    """The text that ``exif_of`` wrote, and the numbers in private tags."""
    numbers = numbers_of(image.getexif())
    comment = image.getexif().get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.UserComment)
    if not isinstance(comment, bytes) or len(comment) > MAX_TEXT_BYTES:
        return numbers
    return text_from_json(comment[len(_USER_COMMENT_CODE) :]) | numbers


def numbers_of(exif: Image.Exif) -> dict[str, str]:
    """The numbers in the private tags of ``exif``, as text: ``exif:11000`` is that of tag 11000."""
    found: dict[str, str] = {}
    for tag, value in exif.items():
        if tag not in ExifTags.TAGS and isinstance(value, int | float) and len(found) < _MOST_TAGS:
            found[f"{_TAG}{tag}"] = repr(float(value))
    return found


def numbers_in(text: Mapping[str, str]) -> dict[int, int | float]:
    """The inverse of `numbers_of`: what of ``text`` belongs into private tags."""
    numbers = {int(key[len(_TAG) :]): float(text[key]) for key in text if key.startswith(_TAG)}
    return {tag: int(one) if one.is_integer() else one for tag, one in numbers.items()}


def exif_of(text: Mapping[str, str]) -> bytes:
    """An EXIF block with ``text`` as its user comment, which photo tools keep, and numbers."""
    exif = Image.Exif()
    exif.update(numbers_in(text))
    words = {key: value for key, value in text.items() if not key.startswith(_TAG)}
    if words or len(words) == len(text):
        comment = _USER_COMMENT_CODE + text_to_json(words)
        exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.UserComment] = comment
    return exif.tobytes()
