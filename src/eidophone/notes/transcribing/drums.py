"""Drums, told by where in the spectrum a stroke is: kick, snare or hat."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from eidophone.base.arrays import Float32
from eidophone.notes.transcribing.network import HOP, RATE
from eidophone.notes.transcribing.spectrum import A_DECIBEL

#: MIDI's keys for them, and the rows of the octaves axis: below 120 Hz, 180 Hz to 1.4 kHz, and
#: above 5 kHz.
_BANDS = {36: slice(40, 150), 38: slice(178, 320), 42: slice(408, 460)}

#: Decibels by which a band rises in a stroke, and how far under its loudest it may be.
_RISE, _UNDER = 9.0, 26.0

#: Moments around a stroke in which there is no other, and over which levels rise.
_APART, _OVER = 5, 3


def strokes_of(levels: NDArray[np.uint8]) -> list[tuple[float, int, int]]:
    """Seconds, key and velocity of each stroke.

    Args:
        levels: ``[moments, 512]``, `kept`, with the short window.
    """
    bands = {
        key: 10 * np.log10(np.mean(10 ** (levels[:, rows] / np.float32(10 * A_DECIBEL)), axis=1))
        for key, rows in _BANDS.items()
    }
    found: list[tuple[float, int, int]] = []
    for key, level in bands.items():
        before = np.concatenate([np.repeat(level[:1] * 0, _OVER), level[:-_OVER]])
        rise = np.where(level > level.max() - _UNDER, level - before, 0)
        for place in _peaks(rise):
            loud = float(level[place : place + _APART].max() - level.max())
            velocity = int(np.clip(112 * 10 ** (loud / 40), 1, 127))
            found.append((max(place - 1, 0) * HOP / RATE, key, velocity))
    return sorted(_told_apart(found))


def _peaks(rise: Float32) -> list[int]:
    padded = np.pad(rise, _APART)
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * _APART + 1)
    places = np.flatnonzero((rise > _RISE) & (rise >= windows.max(axis=1)))
    return [int(one) for one in places]


def _told_apart(strokes: list[tuple[float, int, int]]) -> list[tuple[float, int, int]]:
    """Without the rustle that every kick and snare has as well."""
    loud = {36: 1.0, 38: 1.0, 42: 0.8}
    return [
        one
        for one in strokes
        if not any(
            abs(one[0] - other[0]) < 0.03
            and one[1] == 42
            and other[1] == 38
            and other[2] > loud[38] * one[2]
            for other in strokes
        )
    ]
