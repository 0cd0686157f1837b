"""Form: what comes again, and when."""

from __future__ import annotations

import numpy as np

from eidophone.base.arrays import Float64
from eidophone.notes.fundamentals.lines import Line
from eidophone.notes.fundamentals.metre import Metre

#: Bars after which a melody is looked for again.
LAGS = (1, 2, 4, 8, 16)

#: Places of a bar at which its pitch is looked at.
_PLACES = 24

#: Two sections are of one letter, if so much of them is the same.
_SAME = 0.55

#: How many sections a tune has, typically.
_SECTIONS = 4

#: Bars that a section seldom has more of.
_LONG = 8

_MOST_BARS, _MOST_SECTIONS = 512, 16


def bars_of(line: Line, metre: Metre) -> Float64:
    """What sounds in each whole bar, ``[bars, places]``: a pitch as long as it lasts."""
    first = line.onsets[0] + metre.phase
    end = line.onsets[-1] + line.lengths[-1]
    if metre.phase > metre.bar / 2:
        first -= metre.bar
    count = min(int(np.ceil((end - first) / metre.bar - 0.3)), _MOST_BARS)
    if count < 1:
        return np.empty((0, _PLACES))
    at = first + (np.arange(count * _PLACES) + 0.5) / _PLACES * metre.bar
    notes = np.clip(np.searchsorted(line.onsets, at, side="right") - 1, 0, len(line) - 1)
    return line.pitches[notes].reshape(count, _PLACES)


def likeness(bars: Float64) -> Float64:
    """How much of each bar is the same as of each other, ``[bars, bars]``, 0 to 1."""
    count = len(bars)
    out = np.empty((count, count))
    for place, one in enumerate(bars):
        out[place] = (np.abs(bars - one) < 0.5).mean(1)
    return out


def again_of(alike: Float64) -> Float64:
    """How much of a melody is the same so many bars later, ``[LAGS]``; NaN where it is shorter."""
    return np.array(
        [np.diagonal(alike, lag).mean() if len(alike) > lag else np.nan for lag in LAGS]
    )


def repeated_of(alike: Float64) -> float:
    """Share of bars that were heard before, nearly the same."""
    if len(alike) < 2:
        return 0.0
    before = np.tril(alike, -1).max(1)
    return float((before >= 0.85).mean())


def form_of(alike: Float64) -> tuple[str, int]:
    """The sections of a melody as letters, like ``AABB``, and how many bars each has.

    Sections are of one length, a power of two of bars: one that makes about four of them, and
    leaves no bars over, if there is one.
    """
    count = len(alike)
    if count < 2:
        return "A", max(count, 1)
    sizes = [2**n for n in range(8) if 2 ** (n + 1) <= count]
    size = min(
        sizes,
        key=lambda one: (
            abs(np.log2(count / one / _SECTIONS)) + 0.6 * (count % one != 0) + 0.3 * (one > _LONG)
        ),
    )
    sections = [range(first, min(first + size, count)) for first in range(0, count, size)]
    sections = [one for one in sections if len(one) > size / 2][:_MOST_SECTIONS]
    letters: list[int] = []
    for place, one in enumerate(sections):
        best, found = 0.0, -1
        for earlier in range(place):
            other = sections[earlier]
            both = min(len(one), len(other))
            same = float(np.mean([alike[one[n], other[n]] for n in range(both)]))
            if same > best:
                best, found = same, letters[earlier]
        letters.append(found if best >= _SAME else max(letters, default=-1) + 1)
    return "".join(chr(ord("A") + letter) for letter in letters), size
