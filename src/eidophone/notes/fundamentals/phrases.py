"""Phrases: where a melody breathes.

The strengths of boundaries are those of Cambouropoulos (2001), *The Local Boundary Detection Model
(LBDM) and its application in the study of expressive timing*, with long notes weighed most; where
to cut is chosen over the whole melody, by what phrases usually last (after Temperley, 2001, *The
Cognition of Basic Musical Structures*, whose Grouper also weighs gaps, lengths and metre).
"""

from __future__ import annotations

import numpy as np

from eidophone.base.arrays import Float64, Int64
from eidophone.notes.fundamentals.lines import Line

#: Notes of a phrase, typically, and how much a phrase of twice as many costs.
_NOTES, _COST = 11.0, 3.5

#: How much more gaps tell than leaps.
_GAP, _REST, _LEAP = 0.7, 0.18, 0.12

#: How much it helps that phrases begin where the bar does, and at the same place of it.
_PARALLEL = 2.2

_SHORTEST, _LONGEST = 3, 32


def starts_of(line: Line, bar: float = 0.0) -> Int64:
    """The notes ``[n]`` that phrases begin with, the first among them.

    Args:
        line: a melody.
        bar: beats of a bar, where it is known: phrases last so many whole ones, mostly.
    """
    count = len(line)
    if count < 2 * _SHORTEST:
        return np.zeros(1, np.int64)
    strength = _strengths(line)
    best = np.full(count + 1, -np.inf)
    best[0], before = 0.0, np.zeros(count + 1, np.int64)
    onsets = np.append(line.onsets, line.onsets[-1] + line.lengths[-1])
    for end in range(_SHORTEST, count + 1):
        first = np.arange(max(0, end - _LONGEST), end - _SHORTEST + 1)
        value = best[first] - _COST * np.log2((end - first) / _NOTES) ** 2
        if bar:
            bars = (onsets[end] - onsets[first]) / bar
            value = value + _PARALLEL * np.where(bars > 0, _whole(bars), 0)
        at = int(value.argmax())
        best[end] = value[at] + (strength[end] if end < count else 0.0)
        before[end] = first[at]
    cuts = [count]
    while cuts[-1] > 0:
        cuts.append(int(before[cuts[-1]]))
    return np.array(cuts[:0:-1], np.int64)


def _whole(bars: Float64) -> Float64:
    """1 where ``bars`` is 2 or 4, less at other whole numbers, 0 between them."""
    near = np.abs(bars - np.rint(bars)) < 0.02
    even = np.isin(np.rint(bars), (2, 4))
    return np.where(near, np.where(even, 1.0, 0.4), 0.0)


def _strengths(line: Line) -> Float64:
    """How strong a boundary before each note is, 0 to about 3."""
    gaps, leaps = line.gaps[:-1], np.abs(np.diff(line.pitches))
    rests = np.maximum(gaps - line.lengths[:-1], 0)
    parts = (
        _GAP * _normed(gaps * _changes(gaps))
        + _REST * _normed(rests)
        + _LEAP * _normed(leaps * _changes(leaps))
    )
    return np.append(0.0, 4 * parts)


def _changes(steps: Float64) -> Float64:
    """How much each step differs from those beside it."""
    total = steps[1:] + steps[:-1]
    differs = np.abs(np.diff(steps)) / np.where(total > 0, total, 1)
    return np.append(0.0, differs) + np.append(differs, 0.0)


def _normed(values: Float64) -> Float64:
    """By nearly the largest, so that one long rest does not hide all others."""
    if not len(values):
        return values
    top = np.quantile(values, 0.95) or values.max()
    return np.minimum(values / top, 1.5) if top > 0 else values
