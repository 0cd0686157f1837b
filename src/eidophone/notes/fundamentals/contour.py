"""Contour: which way phrases go."""

from __future__ import annotations

import numpy as np

from eidophone.base.arrays import Float64, Int64
from eidophone.notes.fundamentals.lines import Line

#: Points of a contour.
POINTS = 16

#: The nine shapes of Huron (1996), *The Melodic Arch in Western Folksongs*: from the first note to
#: the mean of those between, and from there to the last.
SHAPES = (
    *("arch", "descending", "ascending", "bowl"),
    *("level, descending", "descending, level", "level, ascending", "ascending, level", "level"),
)

#: Semitones within which two pitches are level.
_LEVEL = 0.7

_SIGNS = {
    (1, -1): "arch",
    (-1, -1): "descending",
    (1, 1): "ascending",
    (-1, 1): "bowl",
    (0, -1): "level, descending",
    (-1, 0): "descending, level",
    (0, 1): "level, ascending",
    (1, 0): "ascending, level",
    (0, 0): "level",
}


def shapes_of(line: Line, starts: Int64) -> tuple[Float64, Float64]:
    """Shapes of the phrases of a melody.

    Args:
        line: a melody.
        starts: the notes that its phrases begin with.

    Returns:
        How many of them have each of `SHAPES`, ``[9]``, the sum is 1; and their mean contour in
        semitones around their mean, ``[POINTS]``.
    """
    counts, contours = np.zeros(len(SHAPES)), []
    for pitches, gaps in zip(
        np.split(line.pitches, starts[1:]), np.split(line.gaps, starts[1:]), strict=True
    ):
        if len(pitches) < 3:
            continue
        middle = pitches[1:-1].mean()
        signs = [_sign(middle - pitches[0]), _sign(pitches[-1] - middle)]
        counts[SHAPES.index(_SIGNS[signs[0], signs[1]])] += 1
        ends = np.cumsum(gaps)
        at = np.searchsorted(ends, (np.arange(POINTS) + 0.5) / POINTS * ends[-1])
        contours.append(pitches[np.minimum(at, len(pitches) - 1)])
        contours[-1] = contours[-1] - contours[-1].mean()
    mean = np.mean(contours, axis=0) if contours else np.zeros(POINTS)
    return counts / max(counts.sum(), 1), mean


def _sign(difference: float) -> int:
    return 0 if abs(difference) < _LEVEL else int(np.sign(difference))
