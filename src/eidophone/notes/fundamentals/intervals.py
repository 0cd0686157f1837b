"""Intervals: the steps from note to note, and motifs of three to five notes."""

from __future__ import annotations

from collections import Counter

import numpy as np

from eidophone.base.arrays import Float64
from eidophone.notes.fundamentals.lines import Line

#: Steps in semitones, by halves of one: wider ones count as the widest.
WIDEST = 12
STEPS = np.arange(-2 * WIDEST, 2 * WIDEST + 1) / 2

#: Notes of motifs.
MOTIFS = (3, 4, 5)

#: What is counted of steps, each a share of them.
HABITS = (
    *("repeated notes", "steps (to a whole tone)", "thirds", "leaps (a fourth and more)"),
    "upward, of those that move",
)

Motif = tuple[int, ...]


def steps_of(line: Line) -> Float64:
    """How many of the steps of a melody are of each of `STEPS`, ``[steps]``, the sum is 1."""
    steps = np.clip(np.diff(line.pitches), -WIDEST, WIDEST)
    bins = np.bincount(np.rint(2 * steps).astype(int) + 2 * WIDEST, minlength=len(STEPS))
    return np.asarray(bins / max(len(steps), 1))


def habits_of(line: Line) -> Float64:
    """`HABITS` of a melody, ``[5]``."""
    steps = np.diff(line.pitches)
    size = np.abs(steps)
    moved = max(int((size >= 0.5).sum()), 1)
    edges = [-1, 0.5, 2.5, 4.5, np.inf]
    shares = np.histogram(size, edges)[0] / max(len(size), 1)
    return np.append(shares, (steps >= 0.5).sum() / moved)


def motifs_of(line: Line) -> Counter[Motif]:
    """How often each motif is in a melody, as its steps in semitones; no note only repeated."""
    steps = np.rint(np.diff(line.pitches)).astype(int).tolist()
    found: Counter[Motif] = Counter()
    for notes in MOTIFS:
        size = notes - 1
        for first in range(len(steps) - size + 1):
            one = tuple(steps[first : first + size])
            if any(one) and max(map(abs, one)) <= WIDEST:
                found[one] += 1
    return found
