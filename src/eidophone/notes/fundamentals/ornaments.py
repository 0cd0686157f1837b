"""Ornaments: grace notes, mordents, turns, and glides."""

from __future__ import annotations

import numpy as np

from eidophone.base.arrays import Float64, Mask
from eidophone.notes.fundamentals.lines import Line

#: Each is counted of a hundred notes.
KINDS = (
    *("grace notes", "mordents", "turns and rolls", "trills"),
    *("glides up", "glides down", "wavering notes"),
)

#: Seconds that a note of an ornament lasts, at most, and its part of what it adorns, at most.
_QUICK, _SHORTER = 0.11, 0.4

#: What so many notes of a tune are is no ornament, but how it goes.
_COMMON = 0.35

#: Notes of an ornament at most, and of a trill at least.
_MOST, _TRILL = 5, 5

#: Semitones of a neighbour, at most, and those that a glide moves, at least.
_NEIGHBOUR, _GLIDE, _SAME = 2.6, 0.4, 0.3


def marked(line: Line) -> tuple[Float64, Mask]:
    """The ornaments of a melody.

    Returns:
        How many of `KINDS` there are in a hundred notes, ``[7]``; and which notes are only theirs.
    """
    counts, only = np.zeros(len(KINDS)), np.zeros(len(line), bool)
    seconds = line.gaps * line.beat
    for first, end in _runs(seconds <= _QUICK):
        pitches = line.pitches[first:end]
        if _alternates(pitches):
            counts[3] += 1
            only[first + 1 : end] = True
        elif end - first <= _MOST and end < len(line):
            own = seconds[first:end].max()
            wide = np.ptp(line.pitches[first : end + 1]) > 7
            if own <= _SHORTER * seconds[end] and not wide:
                counts[_kind(line.pitches[first : end + 1])] += 1
                only[first:end] = True
    if only.mean() > _COMMON:
        counts[:], only[:] = 0, False
    glides = np.abs(line.rises) >= _GLIDE
    counts[4] = (glides & (line.rises > 0)).sum()
    counts[5] = (glides & (line.rises < 0)).sum()
    counts[6] = (~glides & (line.wavers >= _GLIDE)).sum()
    return 100 * counts / max(int((~only).sum()), 1), only


def without(line: Line) -> Line:
    """A melody without the notes of its ornaments."""
    _, only = marked(line)
    return line.only(~only) if only.any() else line


def _runs(these: Mask) -> list[tuple[int, int]]:
    """From where to where ``these`` are."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], these, [False]]).astype(int)))
    return [(int(first), int(end)) for first, end in edges.reshape(-1, 2)]


def _alternates(pitches: Float64) -> bool:
    """It goes to and fro between two neighbours, for long."""
    if len(pitches) < _TRILL:
        return False
    step = abs(pitches[1] - pitches[0])
    again = np.abs(pitches[2:] - pitches[:-2]) < _SAME
    return bool(_SAME < step <= _NEIGHBOUR and again.all())


def _kind(pitches: Float64) -> int:
    """Which of `KINDS` the notes before the last are to it."""
    steps = np.abs(np.diff(pitches))
    near = bool(((steps <= _NEIGHBOUR) & (steps > _SAME)).all())
    if len(pitches) == 3 and near and abs(pitches[0] - pitches[-1]) < _SAME:
        return 1
    around = pitches[:-1] - pitches[-1]
    if len(pitches) > 3 and near and around.max() > _SAME and around.min() < -_SAME:
        return 2
    return 0
