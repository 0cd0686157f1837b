"""Closing: how tunes come to their last note."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from eidophone.base.arrays import Float64, Int64
from eidophone.notes.traditions.form import heard
from eidophone.notes.traditions.tokens import STEPS, Line

#: Steps before the last note: notes that end there, up to one place or the next, are alike.
_PLACES = np.array([0, STEPS // 2, STEPS, 2 * STEPS, 4 * STEPS, 8 * STEPS])

#: How much it counts.
_WEIGHT = 1.5

#: Semitones from the last note that are told apart, and how many notes are thought seen.
_WIDEST, _SEEN = 24, 10.0


class Closing:
    """That of a mix.

    Args:
        tops: the highest voice of each tune of each tradition.
        shares: of each.
    """

    def __init__(self, tops: Sequence[Sequence[Line]], shares: Float64) -> None:
        each = [
            share * _counted(lines) for share, lines in zip(shares, tops, strict=True) if share > 0
        ]
        self._odds: Float64 = np.exp(_WEIGHT * np.sum(each, axis=0))

    def odds(self, left: int, beside: Int64) -> Float64:
        """How much likelier pitches are for where they stand.

        Args:
            left: steps from the end of the note to the beginning of the last one.
            beside: semitones of each pitch above the last note.
        """
        place = int(np.searchsorted(_PLACES, left))
        if place == len(_PLACES):
            return np.ones(len(beside))
        return self._odds[place, np.clip(beside, -_WIDEST, _WIDEST) + _WIDEST]


def _counted(lines: Sequence[Line]) -> Float64:
    """``[places, semitones]`` how much likelier than elsewhere in the tunes, as logarithms."""
    counts = np.zeros((len(_PLACES) + 1, 2 * _WIDEST + 1))
    for line in map(heard, lines):
        beside = np.clip(line.pitches[:-1] - line.pitches[-1], -_WIDEST, _WIDEST) + _WIDEST
        left = line.starts[-1] - line.starts[1:]
        np.add.at(counts, (np.searchsorted(_PLACES, left), beside), 1)
    usual = counts.sum(axis=0) + 0.5
    usual /= usual.sum()
    found = counts[:-1] + _SEEN * usual
    return np.asarray(np.log(found / found.sum(axis=1, keepdims=True) / usual))
