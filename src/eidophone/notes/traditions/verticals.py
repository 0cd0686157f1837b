"""Verticals: which intervals sound between voices, and by which motion one follows another.

The net knows what the other voices sound, but it is a little wrong about each of them; four voices
are wrong together. So what it foretells of a lower voice is weighed: each interval to a voice
above, and the motion that leads to it (one stays, both go the same way, or apart), by how much more
often both came after the interval before than they would if the voices knew nothing of each other.
It is counted from note to note and from beat to beat. So parallel fifths are as rare, or as many,
as they were in the tunes; no rule says so.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from eidophone.base.arrays import Float64, Int64
from eidophone.notes.traditions.tokens import SILENT, STEPS, Line

#: How much it counts: more than 1, for the net pulls the other way.
_WEIGHT = 1.5

#: The interval where a voice is silent, how many kinds there are, and how many are thought seen.
_NONE, _KINDS, _SEEN = 12, 13, 1.0

#: Motions: where the upper voice stays (the lower stays or moves), and where it moves (they go
#: apart, the lower stays, they go the same way).
_MOTIONS, _UPPER_STAYS, _UPPER_MOVES = 5, slice(0, 2), slice(2, 5)

#: Voices are so far apart as they are this much of the time; nearer or further only by this factor.
_APART, _HARDLY = (0.01, 0.99), 1e-4

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
        self._spaces: dict[tuple[int, int], tuple[float, float]] = {}

    def odds(
        self, above: Sequence[Line], lower: Line, at: int, till: int, pitches: Int64
    ) -> Float64:
        """How much likelier each of some ``pitches`` is for what sounds above it.

        Args:
            above: the other voices, from the top.
            lower: the voice, as far as it is there.
            at: steps from the first bar line until the note begins.
            till: the same until it ends.
            pitches: that may come.
        """
        notes = np.array([at])
        beats = np.arange(-(-at // STEPS), -(-till // STEPS)) * STEPS

        def mine(when: Int64) -> Int64:
            return np.where(when < at, _sounding(lower, when), pitches[:, None])

        total = np.zeros(len(pitches))
        for place, upper in enumerate(above):
            by_note, by_beat = self._between(place, len(above))
            for table, now, then in (
                (by_note, notes, notes - 1),
                (by_beat, beats, beats - STEPS),
            ):
                heard = _sounding(upper, then), _sounding(upper, now), mine(then), mine(now)
                total += table[_step(*heard)].sum(axis=1)
        return np.exp(_WEIGHT * total) * self._spaced(above, at, pitches)

    def _spaced(self, above: Sequence[Line], at: int, pitches: Int64) -> Float64:
        """Next to nothing for what is nearer to a voice above, or further, than in the tunes."""
        odds = np.ones(len(pitches))
        for place, upper in enumerate(above):
            heard = int(_sounding(upper, np.array([at]))[0])
            if heard != SILENT:
                least, most = self._space(place, len(above))
                space = heard - pitches
                odds[((space < least) | (space > most)) & (pitches != SILENT)] *= _HARDLY
        return odds

    def _space(self, high: int, low: int) -> tuple[float, float]:
        """How many semitones two voices are apart, at least and at most."""
        if (high, low) not in self._spaces:
            found = [
                _spaces(tunes, high, low)
                for share, tunes in zip(self._shares, self._tunes, strict=True)
                if share > 0
            ]
            limits = [np.quantile(one, _APART) for one in found if len(one)]
            least, most = zip(*limits, strict=True) if limits else ((-np.inf,), (np.inf,))
            self._spaces[high, low] = float(min(least)), float(max(most))
        return self._spaces[high, low]

    def _between(self, high: int, low: int) -> tuple[Float64, Float64]:
        """Logarithms ``[motion, before, now]`` of how much likelier: by notes, by beats."""
        if (high, low) not in self._known:
            by_note, by_beat = np.zeros((2, _MOTIONS, _KINDS, _KINDS))
            for share, tunes in zip(self._shares, self._tunes, strict=True):
                if share > 0:
                    notes, beats = _counted(tunes, high, low)
                    by_note += share * notes
                    by_beat += share * beats
            self._known[high, low] = by_note, by_beat
        return self._known[high, low]


def _spaces(tunes: Tunes, high: int, low: int) -> Int64:
    """How many semitones two voices are apart where the lower begins a note, in all tunes."""
    found = [np.zeros(0, np.int64)]
    for tune in tunes:
        if len(tune) > low:
            upper = _sounding(tune[high], tune[low].starts)
            lower = tune[low].pitches
            both = (upper != SILENT) & (lower != SILENT)
            found.append(upper[both] - lower[both])
    return np.concatenate(found)


def _counted(tunes: Tunes, high: int, low: int) -> tuple[Float64, Float64]:
    by_note, by_beat = np.zeros((2, _MOTIONS, _KINDS, _KINDS))
    classes = np.zeros((2, 12))
    for tune in tunes:
        if len(tune) <= low:
            continue
        upper, lower = tune[high], tune[low]
        for row, line in zip(classes, (upper, lower), strict=True):
            heard = line.pitches != SILENT
            np.add.at(row, (line.pitches[heard] - line.do) % 12, 1)
        notes = lower.starts
        beats = np.arange(notes[0] // STEPS + 1, -(-lower.end // STEPS)) * STEPS
        for found, now, then in ((by_note, notes, notes - 1), (by_beat, beats, beats - STEPS)):
            step = _step(
                *(_sounding(line, when) for line in (upper, lower) for when in (then, now))
            )
            np.add.at(found, step, 1)
    chance = np.array([classes[0] @ np.roll(classes[1], turn) for turn in range(12)])
    chance = (chance + 1e-3) / (chance + 1e-3).sum()
    return _likelier(by_note, chance), _likelier(by_beat, chance)


def _likelier(counts: Float64, chance: Float64) -> Float64:
    """Logarithms of how much likelier each motion and interval is than by chance; 0 of silence.

    What the upper voice does is given. What followed an interval is thought seen, a little, as it
    came after any.
    """
    found = np.zeros(counts.shape)
    for some in (_UPPER_STAYS, _UPPER_MOVES):
        here = counts[some, :, :_NONE]
        motions = here.sum(axis=(1, 2)) + _SEEN
        apart = (motions / motions.sum())[:, None, None] * chance
        after_any = here.sum(axis=1, keepdims=True) + _SEEN * apart
        after_any /= after_any.sum()
        share = (here + _SEEN * after_any) / (here.sum(axis=(0, 2), keepdims=True) + _SEEN)
        found[some, :, :_NONE] = np.log(share / apart)
    return found


def _step(
    upper_was: Int64, upper: Int64, lower_was: Int64, lower: Int64
) -> tuple[Int64, Int64, Int64]:
    """The motion of two voices, the interval before, and now."""
    up, low = np.sign(upper - upper_was), np.sign(lower - lower_was)
    motion = np.where(up == 0, low != 0, _UPPER_MOVES.start + 1 + up * low)
    return motion, _interval(upper_was, lower_was), _interval(upper, lower)


def _interval(high: Int64, low: Int64) -> Int64:
    return np.where((high == SILENT) | (low == SILENT), _NONE, (high - low) % 12)


def _sounding(line: Line, at: Int64) -> Int64:
    """What a voice sounds at some steps."""
    if not len(line.starts):
        return np.full(len(at), SILENT)
    place = np.searchsorted(line.starts, at, side="right") - 1
    there = (place >= 0) & (at < line.end)
    return np.where(there, line.pitches[np.maximum(place, 0)], SILENT)
