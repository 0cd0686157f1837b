"""Drums, told by where in the spectrum a stroke is: kick, snare or hat."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from eidophone.base.arrays import Float32
from eidophone.notes.transcribing.network import HOP, RATE
from eidophone.notes.transcribing.spectrum import A_DECIBEL, DEPTH

#: MIDI's keys for them, and the rows of the octaves axis: below 120 Hz, 300 Hz to 2 kHz, and above
#: 5 kHz.
_BANDS = {36: slice(40, 150), 38: slice(213, 345), 42: slice(408, 460)}

#: Decibels by which a band rises in a stroke, and is above what it mostly is; and how far under
#: its loudest stroke it may be, alone, and with a stroke of another band that is nearer to its own.
_RISE, _ABOVE, _UNDER, _BESIDE = 9.0, 9.0, 26.0, 5.0

#: Moments around a stroke in which there is no other, and over which levels rise; and those in
#: which strokes of several bands are one.
_APART, _OVER, _ONE = 5, 3, 3


def strokes_of(levels: NDArray[np.uint8]) -> list[tuple[float, int, int]]:
    """Seconds, key and velocity of each stroke.

    Args:
        levels: ``[moments, 512]``, `kept`, with the short window.
    """
    found: list[tuple[int, int, float]] = []
    for key, rows in _BANDS.items():
        power = np.mean(10 ** (levels[:, rows] / np.float32(10 * A_DECIBEL)), axis=1)
        level = (10 * np.log10(power)).astype(np.float32)
        level -= level.max()
        before = np.pad(level, (_OVER, 0), constant_values=-DEPTH)[: len(level)]
        loud = level > max(-_UNDER, float(np.median(level)) + _ABOVE)
        found += [
            (place, key, float(level[place : place + _APART].max()))
            for place in _peaks(np.where(loud, level - before, 0))
        ]
    return [
        (max(place - 1, 0) * HOP / RATE, key, int(np.clip(112 * 10 ** (loud / 40), 1, 127)))
        for place, key, loud in sorted(found)
        if not any(_hides(other, (place, key, loud)) for other in found)
    ]


def _hides(other: tuple[int, int, float], one: tuple[int, int, float]) -> bool:
    """Whether ``one`` is but what is heard of the ``other`` in its band, as the hiss of a snare."""
    if abs(other[0] - one[0]) > _ONE or other[1] == one[1]:
        return False
    return one[2] < other[2] - _BESIDE or (one[1], other[1]) == (42, 38)


def _peaks(rise: Float32) -> list[int]:
    padded = np.pad(rise, _APART)
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * _APART + 1)
    places = np.flatnonzero((rise > _RISE) & (rise >= windows.max(axis=1)))
    return [int(one) for one in places]
