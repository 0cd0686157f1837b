"""Rhythm: how long notes are, where in the bar they begin, and how uneven they are."""

from __future__ import annotations

from collections import Counter

import numpy as np

from eidophone.base.arrays import Float64
from eidophone.notes.fundamentals.lines import Line
from eidophone.notes.fundamentals.metre import Metre

#: Lengths from onset to onset, in beats of the metre.
LENGTHS = np.array([1 / 8, 1 / 6, 1 / 4, 1 / 3, 1 / 2, 2 / 3, 3 / 4, 1, 4 / 3, 3 / 2, 2, 3, 4])
LENGTH_NAMES = ("⅛", "⅙", "¼", "⅓", "½", "⅔", "¾", "1", "1⅓", "1½", "2", "3", "4+")

#: Steps of a quarter note that onsets in the bar are told apart by.
STEPS = 12

#: What is said of rhythm in a number each.
FIGURES = ("nPVI", "notes a beat", "off the beat", "across the bar line")

#: Where in a beat the second of two notes lies, for it to be a pair of equal notes, swung or not.
_SECOND = (0.4, 0.8)

Cell = tuple[int, tuple[int, ...]]


def lengths_of(line: Line, metre: Metre) -> Float64:
    """How many notes have each of `LENGTHS`, ``[lengths]``, the sum is 1."""
    beats = np.maximum(line.gaps[:-1] / metre.beat, 1e-3)
    away = np.abs(np.log2(beats)[:, None] - np.log2(LENGTHS))
    return np.bincount(away.argmin(1), minlength=len(LENGTHS)) / max(len(beats), 1)


def figures_of(line: Line, metre: Metre) -> Float64:
    """`FIGURES` of a melody, ``[4]``.

    The normalised pairwise variability index is that of Grabe and Low (2002), as Patel and Daniele
    (2003), *An empirical comparison of rhythm in language and music*, apply it to notes.
    """
    gaps = line.gaps
    pairs = np.abs(np.diff(gaps)) / np.maximum((gaps[1:] + gaps[:-1]) / 2, 1e-6)
    total = (line.onsets[-1] - line.onsets[0]) / metre.beat
    within = np.mod(line.onsets - line.onsets[0] - metre.phase + 1e-6, metre.bar)
    in_beat = np.mod(within, metre.beat)
    across = (within > 2e-6) & (within + line.lengths > metre.bar + 0.02)
    return np.array(
        [
            100 * pairs.mean() if len(pairs) else 0.0,
            (len(line) - 1) / total if total > 0 else 0.0,
            (in_beat > 0.02).mean(),
            across.mean(),
        ]
    )


def bars_of(line: Line, metre: Metre) -> list[Cell]:
    """Of each whole bar, how many steps it has, and at which of them notes begin."""
    steps = round(metre.bar * STEPS)
    at = np.rint((line.onsets - line.onsets[0] - metre.phase) * STEPS).astype(int)
    bars, places = np.divmod(at, steps)
    found: dict[int, set[int]] = {}
    for bar, place in zip(bars.tolist(), places.tolist(), strict=True):
        if bar >= 0:
            found.setdefault(bar, set()).add(place)
    return [(steps, tuple(sorted(one))) for one in found.values()]


def cells_of(bars: list[Cell]) -> Counter[Cell]:
    """How many bars have each rhythm."""
    return Counter(bars)


def places_of(bars: list[Cell], steps: int) -> Float64:
    """In how many of the bars a note begins at each of ``steps``, ``[steps]``."""
    counts = np.zeros(steps)
    for size, places in bars:
        if size == steps:
            counts[list(places)] += 1
    return counts / max(len(bars), 1)


def swing_of(line: Line, metre: Metre) -> float:
    """How long the first of two notes in a beat is beside the second; NaN if there are none.

    1 is even; 2 is what triplets have; 3 is a dotted note. Beats of three have no swing.
    """
    if metre.compound:
        return float("nan")
    at = (line.onsets - line.onsets[0] - metre.phase) / metre.beat
    beats = np.floor(at + 1e-3).astype(int)
    within = at - beats
    alone = np.bincount(beats - beats.min())[beats - beats.min()] == 2
    starts = np.abs(within) < 0.02
    second = alone[1:] & starts[:-1] & (beats[1:] == beats[:-1])
    places = within[1:][second]
    places = places[(places > _SECOND[0]) & (places < _SECOND[1])]
    if len(places) < 4:
        return float("nan")
    middle = float(places.mean())
    return middle / (1 - middle)
