"""Compass: how wide a melody is, and where in it most of it lies."""

from __future__ import annotations

import numpy as np

from eidophone.base.arrays import Float64
from eidophone.notes.fundamentals.lines import Line

#: In semitones: the range; that of the middle four fifths of the time; from the tonic nearest the
#: last note down to the lowest, and up to the highest; and the pitch in the middle.
FIGURES = ("range", "tessitura", "below the tonic", "above the tonic", "middle")


def compass_of(line: Line, tonic: float) -> Float64:
    """`FIGURES` of a melody, ``[5]``."""
    order = np.argsort(line.pitches)
    times = np.cumsum(line.gaps[order])
    at = np.searchsorted(times, np.array([0.1, 0.5, 0.9]) * times[-1])
    low, middle, high = line.pitches[order][np.minimum(at, len(line) - 1)]
    home = tonic + 12 * np.rint((line.pitches[-1] - tonic) / 12)
    lowest, highest = line.pitches.min(), line.pitches.max()
    return np.array([highest - lowest, high - low, home - lowest, highest - home, middle])
