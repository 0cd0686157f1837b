"""Ranges: what floats mean by black and white, where they mean something else than 0..1."""

from __future__ import annotations

import numpy as np

from eidophone.base.arrays import Float32
from eidophone.base.errors import PictureError

#: Sharpening and resizing overshoot 0..1, but never by so much.
_OVERSHOOT = 0.5

#: Pixels of 0..255 that are all nearer to black than this would be taken for pixels of 0..1.
_CLEARLY = 16.0

#: What may be the range of floats, besides that which is meant.
FULL, SIGNED = (0.0, 255.0), (-1.0, 1.0)
UNIT = (0.0, 1.0)


def range_of(pixels: Float32) -> tuple[float, float]:
    """Black and white of float ``pixels``: 0..1, 0..255 or -1..1, by the values that there are.

    Raises:
        PictureError: they are beyond 0..1, and it cannot be seen what they mean.
    """
    least, most = float(pixels.min()), float(pixels.max())
    if least >= -_OVERSHOOT and most <= 1 + _OVERSHOOT:
        return UNIT
    if least >= -1 - _OVERSHOOT and most <= 1 + _OVERSHOOT:
        return SIGNED
    if least >= -_CLEARLY and _CLEARLY <= most <= 255 + _CLEARLY:
        return FULL
    raise PictureError(
        f"the values are {least:.3g} to {most:.3g}: it cannot be told which is white, so scale "
        f"them to 0..1"
    )


def range_of_file(pixels: Float32) -> tuple[float, float]:
    """Black and white of the float ``pixels`` of a file that does not say it.

    Lights of photographs may be far above white; it is 0..255 where most that is not black is.
    """
    try:
        found = range_of(pixels)
    except PictureError:
        return UNIT
    if found == FULL and np.median(pixels[pixels > 0]) <= 1:
        return UNIT
    return found


def to_unit(pixels: Float32, range: tuple[float, float]) -> Float32:
    """``pixels`` of a ``range`` with black at 0 and white at 1, cut to that."""
    black, white = range
    return np.clip((pixels - np.float32(black)) / np.float32(white - black), 0, 1)
