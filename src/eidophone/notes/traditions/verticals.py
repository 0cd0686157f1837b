"""Verticals: which intervals sound between voices, and which follow which.

The net knows what the other voices sound, but it is a little wrong about each of them; four voices
are wrong together. So what it foretells of a lower voice is weighed: each interval to a voice above
by how much more often it came in the tunes than it would if the voices knew nothing of each other,
after the interval that was there before, and as the voice moves or stays (so that parallel fifths
are as rare as they were).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from eidophone.base.arrays import Float64, Int64
from eidophone.notes.traditions.tokens import SILENT, STEPS, Line

#: How much it counts.
_WEIGHT = 0.8

#: The interval where a voice is silent, how many kinds there are, and how many are thought seen.
_NONE, _KINDS, _SEEN = 12, 13, 4.0

Tunes = Sequence[Sequence[Line]]


class Verticals:
    """Those of a mix.

    Args:
        tunes: of each tradition.
        shares: of each.
    """

    def __init__(self, tunes: Sequence[Tunes], shares: Float64) -> None:
        self._tunes, self._shares = tunes, shares
        self._known: dict[tuple[int, int], tuple[Float64, Float64]] = {}

    def odds(
        self, above: Sequence[Line], before: int, at: int, till: int, pitches: Int64
    ) -> Float64:
        """How much likelier each of some ``pitches`` is for what sounds above it.

        Args:
            above: the other voices, from the top.
            before: the pitch that the voice had; `SILENT` if none.
            at: steps from the first bar line until the note begins.
            till: the same until it ends.
            pitches: that may come.
        """
        total = np.zeros(len(pitches))
        beats = np.arange(at // STEPS + 1, -(-till // STEPS)) * STEPS
        for place, line in enumerate(above):
            moved, held = self._between(place, len(above))
            (past,) = _interval(_sounding(line, np.array([at - 1])), np.array([before]))
            now = _interval(_sounding(line, np.array([at])), pitches)
            total += moved[(pitches != before).astype(int), past, now]
            for then in _sounding(line, beats):
                total += held[_interval(then, pitches)]
        return np.exp(_WEIGHT * total)

    def _between(self, high: int, low: int) -> tuple[Float64, Float64]:
        """Logarithms of how much likelier: ``[stays or moves, before, now]`` and ``[held]``."""
        if (high, low) not in self._known:
            each = [
                (share, *_counted(tunes, high, low))
                for share, tunes in zip(self._shares, self._tunes, strict=True)
                if share > 0
            ]
            self._known[high, low] = (
                np.sum([share * moved for share, moved, _ in each], axis=0),
                np.sum([share * held for share, _, held in each], axis=0),
            )
        return self._known[high, low]


def _counted(tunes: Tunes, high: int, low: int) -> tuple[Float64, Float64]:
    moved, held = np.zeros((2, _KINDS, _KINDS)), np.zeros(_KINDS)
    classes = np.zeros((2, 12))
    for tune in tunes:
        if len(tune) <= low:
            continue
        upper, lower = tune[high], tune[low]
        at, pitches = lower.starts, lower.pitches
        for row, line in zip(classes, (upper, lower), strict=True):
            heard = line.pitches != SILENT
            np.add.at(row, (line.pitches[heard] - line.do) % 12, 1)
        now = _interval(_sounding(upper, at), pitches)
        before = np.append(_NONE, _interval(_sounding(upper, at[1:] - 1), pitches[:-1]))
        moves = np.append(1, (np.diff(pitches) != 0).astype(int))
        np.add.at(moved, (moves, before, now), 1)
        beats = np.arange(at[0] // STEPS + 1, -(-lower.end // STEPS)) * STEPS
        beats = beats[~np.isin(beats, at)]
        np.add.at(held, _interval(_sounding(upper, beats), _sounding(lower, beats)), 1)
    chance = np.array([classes[0] @ np.roll(classes[1], turn) for turn in range(12)])
    chance = (chance + 1e-3) / (chance + 1e-3).sum()
    return np.apply_along_axis(_ratio, -1, moved, chance), _ratio(held, chance)


def _ratio(counts: Float64, chance: Float64) -> Float64:
    """How much likelier each interval is than by chance, as logarithms; 0 of silence."""
    found = counts[:_NONE] + _SEEN * chance
    return np.append(np.log(found / found.sum() / chance), 0.0)


def _interval(high: Int64 | int, low: Int64) -> Int64:
    return np.where((high == SILENT) | (low == SILENT), _NONE, (high - low) % 12)


def _sounding(line: Line, at: Int64) -> Int64:
    """What a voice sounds at some steps."""
    place = np.searchsorted(line.starts, at, side="right") - 1
    there = (place >= 0) & (at < line.end)
    return np.where(there, line.pitches[np.maximum(place, 0)], SILENT)
