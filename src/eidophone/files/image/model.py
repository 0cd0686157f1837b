"""What every picture format has in common: the value read, its limits, its pixels and its text."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eidophone.base.arrays import Pixels
from eidophone.base.errors import PictureError
from eidophone.files.image.profiles import Colours

#: ``[height, width, 3]`` uint8, uint16 or float32.

#: Text longer than this is not written, and ignored when read.
MAX_TEXT_BYTES = 1024 * 1024

#: Pillow warns through global state; whoever parses with it holds this meanwhile.
PARSING = threading.Lock()


@dataclass(frozen=True, eq=False)
class ImageFile:
    """What an image file holds.

    Attributes:
        pixels: ``[height, width, 3]`` RGB: uint8, uint16, or float32 with 1.0 = full scale.
        text: the text entries of the file, as far as they are understood.
        original: the file carried inside this one, if there is one.
        format: name of the format, by content: ``"PNG"``, ``"JPEG"``, ...
        colours: the file's colour profile: of ICC, or what PNG says; pixels are as it means them.
    """

    pixels: Pixels
    text: dict[str, str] = field(default_factory=dict)
    original: bytes | None = None
    format: str = ""
    colours: bytes | Colours | None = None


def check_size(width: int, height: int, max_pixels: int | None, depth: int = 1) -> None:
    """Refuse an image of no or too many pixels, before anything of its size is allocated.

    Memory is what counts: a pixel of ``depth`` bytes a colour counts as so many.
    """
    if width < 1 or height < 1:
        raise PictureError(f"it is {width} x {height} pixels: there is nothing to see")
    if max_pixels is not None and width * height * depth > max_pixels:
        deep = f" of {8 * depth} bits, each as large as {depth} of 8 bits" if depth > 1 else ""
        raise PictureError(
            f"it is {width} x {height} pixels{deep}, over the limit of {max_pixels:,}: "
            f"if you trust it, raise `max_pixels`"
        )


def check_finite(pixels: NDArray[Any]) -> None:
    """Refuse float ``pixels`` that are not numbers, or infinite."""
    if pixels.dtype.kind == "f":
        broken = pixels.size - np.count_nonzero(np.isfinite(pixels))
        if broken:
            raise PictureError(f"{broken} pixel values are not finite: replace them")


def to_rgb(array: NDArray[Any], *, premultiplied: bool = False) -> Pixels:
    """Any ``[height, width]`` or ``[height, width, 1 to 4]`` array as RGB pixels.

    Grey is repeated, and alpha (the last of 2 or 4 channels) is composited over black, which is
    silence. uint8, uint16 and float32 are kept; other numbers become float32, whole numbers
    scaled so that the largest of their type is 1.
    """
    array = _to_depth_of_files(array[..., None] if array.ndim == 2 else array)
    if array.shape[2] in (2, 4):
        colour, alpha = array[..., :-1], array[..., -1:]
        array = colour if premultiplied else _over_black(colour, alpha)
    if array.shape[2] == 1:
        array = np.repeat(array, 3, axis=2)
    return np.ascontiguousarray(array)


def _over_black(colour: NDArray[Any], alpha: NDArray[Any]) -> NDArray[Any]:
    if colour.dtype == np.float32:
        product: NDArray[Any] = colour * alpha
        return product
    full = np.uint32(np.iinfo(colour.dtype).max)  # full * full + full // 2 fits
    rounded: NDArray[Any] = (colour.astype(np.uint32) * alpha + full // np.uint32(2)) // full
    return rounded.astype(colour.dtype)


def _to_depth_of_files(array: NDArray[Any]) -> NDArray[Any]:
    if array.dtype.name in ("uint8", "uint16", "float32"):  # in either byte order
        return np.asarray(array, array.dtype.newbyteorder("="))
    if array.dtype.kind in "ui":
        full = np.iinfo(array.dtype).max
        return np.maximum(array / np.float64(full), 0.0).astype(np.float32)
    if array.dtype.kind == "f":
        with np.errstate(over="ignore"):
            return array.astype(np.float32)
    raise PictureError(f"its pixels are of type {array.dtype}: numbers are needed")


def text_to_json(text: Mapping[str, str]) -> bytes:
    """``text`` as one line of ASCII, for formats with only one place for text."""
    return json.dumps(dict(text)).encode("ascii")


def text_from_json(data: bytes) -> dict[str, str]:
    """The inverse of ``text_to_json``; empty for anything else, since files hold anything."""
    if len(data) > MAX_TEXT_BYTES:
        return {}
    try:
        values = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(values, dict):
        return {}
    return {key: value for key, value in values.items() if isinstance(value, str)}
