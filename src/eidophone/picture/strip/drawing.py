"""Draw the strip around a picture."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from eidophone.base.arrays import Pixels
from eidophone.base.errors import PictureError
from eidophone.picture.strip import code
from eidophone.picture.strip.layout import MAX_MESSAGE_BYTES, MAX_SIDE, StripLayout, tone_at

#: The value of white in each type of pixel.
WHITE = {"uint8": 255, "uint16": 65_535, "float32": 1}


def draw_strip(pixels: Pixels, message: bytes) -> Pixels:
    """A larger picture: ``pixels`` with a strip that carries ``message``.

    Args:
        pixels: ``[height, width, 3]``, uint8, uint16 or float32 in 0..1; sides up to 65,535.
        message: 1 to 64 bytes.

    Returns:
        A new picture of the same type, ``band_height(height)`` rows higher, and padded with black
        on the right up to ``min_width(len(message))``.

    Raises:
        PictureError: the picture or the message is not of this kind.
    """
    check_pixels(pixels)
    if not 1 <= len(message) <= MAX_MESSAGE_BYTES:
        raise PictureError(
            f"a strip carries 1 to {MAX_MESSAGE_BYTES} bytes: this message has {len(message)}"
        )
    height, width = pixels.shape[:2]
    if not (0 < height <= MAX_SIDE and 0 < width <= MAX_SIDE):
        raise PictureError(
            f"a strip fits pictures of 1 to {MAX_SIDE} pixels a side: {width}x{height}"
        )
    layout = StripLayout(height, width, len(message))
    canvas = frame(layout, message, pixels.dtype)
    canvas[layout.top : layout.top + height, :width] = pixels
    return canvas


def check_pixels(pixels: Pixels) -> None:
    """Refuse what is no picture.

    Raises:
        PictureError: ``pixels`` is not ``[height, width, 3]`` of a known type, or not finite.
    """
    if pixels.ndim != 3 or pixels.shape[2] != 3 or pixels.dtype.name not in WHITE:
        raise PictureError(
            f"a picture is [height, width, 3] in {', '.join(WHITE)}, not {pixels.dtype.name} "
            f"{list(pixels.shape)}: convert it first"
        )
    if pixels.dtype.kind == "f" and not np.isfinite(pixels).all():
        raise PictureError("a picture has values between 0 and 1, and this one has some like NaN")


def frame(layout: StripLayout, message: bytes, dtype: np.dtype[Any]) -> Pixels:
    """The canvas of ``layout`` with everything drawn on it but the picture proper."""
    white = WHITE[dtype.name]
    canvas = np.zeros((layout.canvas_height, layout.canvas_width, 3), dtype)
    lines = module_lines(layout, message)
    dots = np.repeat(lines, layout.module, axis=1)[:, : layout.canvas_width, None] * white
    canvas[: layout.top] = dots[1]
    canvas[layout.clock : layout.tones] = np.repeat(dots, layout.unit, axis=0)
    place = (np.arange(layout.canvas_width) + 0.5) / (layout.module * code.period(len(message)))
    tones = tone_at(place) * white
    canvas[layout.tones :] = tones if dtype.kind == "f" else np.rint(tones)
    return canvas


def module_lines(layout: StripLayout, message: bytes) -> NDArray[np.int64]:
    """``[1 + TRACKS, modules]`` ones and zeros: the clock and the tracks of data below it."""
    clock = (np.arange(layout.modules) + 1) % 2
    body = code.Body(layout.height, layout.width, message)
    return np.vstack([clock, code.tracks(body, layout.modules)]).astype(np.int64)
