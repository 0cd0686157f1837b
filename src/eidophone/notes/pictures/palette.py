"""Palette: parts as hues, velocities as luma, and back.

All hues are of one luma, so that velocity is read without knowing the part, and grey-scale copies
keep it. Drums have no hue.
"""

from __future__ import annotations

import numpy as np

from eidophone.base.arrays import Float32, Float64, Int64

#: Hues that are told apart: so many parts, and more share them.
HUES = 8

#: The number of what has no hue.
NO_HUE = -1

#: Luma of the velocities 1 and 127. Brighter, no eight hues would be of one luma; and darker,
#: what JPEG leaves beside bright bars would be as bright as a quiet note.
SOFTEST, LOUDEST = 0.2, 0.6

#: Of ITU-R BT.601, as JPEG has it.
_LUMA = np.array([0.299, 0.587, 0.114])

#: The first hue, and most chroma beside luma: more would not be told apart better.
_FIRST_TURN, _MOST_CHROMA = 0.33, 0.55

#: What has less chroma, beside luma, than this has no hue. JPEG halves that of thin bars.
_LEAST_CHROMA = 0.1


def luma_of(pixels: Float32) -> Float32:
    """Luma of RGB ``pixels`` ``[..., 3]``."""
    return np.asarray(pixels @ _LUMA.astype(pixels.dtype))


def chroma_of(pixels: Float32) -> Float32:
    """``[..., 2]``: Cb and Cr of RGB ``pixels`` ``[..., 3]``."""
    luma = luma_of(pixels)
    blue = (pixels[..., 2] - luma) / np.float32(1.772)
    red = (pixels[..., 0] - luma) / np.float32(1.402)
    return np.stack([blue, red], axis=-1)


def colour(hue: int) -> Float32:
    """RGB of a ``hue``, of luma 1: times a luma, what is drawn."""
    if hue == NO_HUE:
        return np.ones(3, np.float32)
    direction = _rgb(_turns()[hue]) - 1
    up = direction[direction > 0].max() / (1 / LOUDEST - 1)
    down = -direction[direction < 0].min()
    return np.asarray(1 + direction / max(up, down, 1.0), np.float32)


def hues_of(luma: Float64, chroma: Float64) -> Int64:
    """The hue of each ``chroma`` ``[n, 2]`` beside ``luma`` ``[n]``; `NO_HUE` of what has none."""
    turn = np.arctan2(chroma[:, 1], chroma[:, 0])
    off = np.abs(np.exp(1j * turn)[:, None] - np.exp(1j * _turns())[None])
    found = np.asarray(off.argmin(axis=1), np.int64)
    found[np.hypot(*chroma.T) < _LEAST_CHROMA * luma] = NO_HUE
    return found


def luma_of_velocity(velocity: Float64) -> Float64:
    """Luma at which each velocity, 1 to 127, is drawn."""
    return SOFTEST + (LOUDEST - SOFTEST) * (velocity - 1) / 126


def velocity_of_luma(luma: Float64) -> Float64:
    """The velocity, 1 to 127, that each luma means."""
    return np.clip(np.rint(1 + 126 * (luma - SOFTEST) / (LOUDEST - SOFTEST)), 1, 127)


def _turns() -> Float64:
    """Angles of the hues; neighbours in number are far apart."""
    order = np.array([0, 3, 6, 1, 4, 7, 2, 5])
    return np.asarray(2 * np.pi * order / HUES + _FIRST_TURN)


def _rgb(turn: float) -> Float64:
    """RGB of luma 1 and most chroma."""
    blue, red = _MOST_CHROMA * np.cos(turn), _MOST_CHROMA * np.sin(turn)
    red, blue = 1 + 1.402 * red, 1 + 1.772 * blue
    green = (1 - _LUMA[0] * red - _LUMA[2] * blue) / _LUMA[1]
    return np.array([red, green, blue])
