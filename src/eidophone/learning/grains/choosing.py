"""Choosing: of all grains those that go along a wanted course, and go well with one another.

Unit selection after Hunt and Black (1996) and Schwarz (2006): the cheapest way (Viterbi) through
the grains that are nearest to what is wanted at each moment. No way goes on in one track for longer
than `LONGEST`, nor comes back to where it would have been by then.
"""

from __future__ import annotations

import numpy as np

from eidophone.base.arrays import Float32, Int64, Mask
from eidophone.base.parallel import blocks
from eidophone.learning.grains.frames import BANDS
from eidophone.learning.grains.index import FADE, Index

#: Frames of a track that may sound one after the other, with the fade behind them: .98 s.
LONGEST = 42

#: Grains that are thought of at each moment, and as many that go on with those before.
_CANDIDATES = 40

#: What a squared z-score costs, against dB^2 of a join.
WORTH = 20.0

#: What a jump costs, besides what it joins.
_JUMP = 2.0

#: To come back to where a track would have been by now within so many frames, is no jump ...
_NEAR = 8

#: ... for so many jumps.
_REMEMBERED = 12

#: Larger than any cost, yet such that sums are still told apart.
_NEVER = np.float32(1e6)

#: Moments that are looked for at a time.
_BLOCK = 64


def chosen(
    index: Index,
    looks: Float32,
    wanted: Float32,
    frames: int,
    among: Mask | None = None,
    around: int | None = None,
) -> Int64:
    """The frame that the grain begins at, for each moment.

    Args:
        index: of all grains.
        looks: ``[index.frames, features]``, scaled such that squared distances are costs.
        wanted: ``[moments, features]`` likewise.
        frames: between two moments: how long grains are.
        among: ``[index.frames]`` which may be chosen.
        around: the grain that is to be the first, and to come once more after the last.
    """
    may = index.usable if among is None else index.usable & among
    starts = np.flatnonzero(may)
    found, costs = _nearest(looks[starts], wanted)
    if around is not None:
        first = np.searchsorted(starts, [around])
        found, costs = [first, *found[1:], first], [costs[0][:1], *costs[1:], costs[0][:1]]
        wanted = np.concatenate([wanted, wanted[:1]])
    bands = index.frames[:, :BANDS]
    most = max(1, (LONGEST - FADE) // frames)
    way = _Way.begin(starts[found[0]], costs[0])
    ways = [way]
    for moment in range(1, len(wanted)):
        here, cost = starts[found[moment]], costs[moment]
        best = way.place[np.argsort(way.cost, kind="stable")[:_CANDIDATES]] + frames
        on = np.setdiff1d(best[may[np.minimum(best, len(may) - 1)] & (best < len(may))], here)
        if around is None or moment < len(wanted) - 1:
            here = np.concatenate([here, on])
            cost = np.concatenate([cost, ((looks[on] - wanted[moment]) ** 2).sum(axis=1)])
        way = way.on(here, cost, frames, most, index.track, bands)
        ways.append(way)
    return _back(ways)[: None if around is None else -1]


class _Way:
    """The cheapest way to each grain that is thought of at one moment."""

    def __init__(
        self, place: Int64, cost: Float32, came: Int64, run: Int64, line: Int64, track: Int64
    ) -> None:
        self.place, self.cost, self.came, self.run = place, cost, came, run
        self._line, self._track = line, track  # [grains, remembered]: where the tracks would be

    @classmethod
    def begin(cls, place: Int64, cost: Float32) -> _Way:
        """Of one grain."""
        none = np.full((len(place), _REMEMBERED), -(1 << 40))
        one = np.ones(len(place), np.int64)
        return cls(place, cost, 0 * one, one, none, none)

    def on(
        self, here: Int64, cost: Float32, frames: int, most: int, tracks: Int64, bands: Float32
    ) -> _Way:
        """One grain further, to each of those ``here``."""
        next_one = self.place + frames
        after = np.minimum(next_one, len(bands) - 1)
        left, begun = bands[after], bands[here]
        joins = (left**2).mean(axis=1)[:, None] + (begun**2).mean(axis=1)
        joins -= left @ begun.T * np.float32(2 / bands.shape[1])
        joins = np.maximum(joins, 0) + np.float32(_JUMP)
        goes_on = next_one[:, None] == here[None]
        lines = self._line + frames
        back = np.zeros(joins.shape, bool)
        for line, track in zip(lines.T, self._track.T, strict=True):
            back |= (np.abs(line[:, None] - here) <= _NEAR) & (track[:, None] == tracks[here])
        back |= (np.abs(next_one[:, None] - here) <= _NEAR) & (
            tracks[self.place][:, None] == tracks[here]
        )
        joins[back] += _NEVER
        joins[goes_on] = 0
        joins[goes_on & (self.run[:, None] >= most)] = _NEVER * 10
        whole = (self.cost - self.cost.min())[:, None] + joins
        came = whole.argmin(axis=0)
        on = goes_on[came, np.arange(len(here))]
        line, track = lines[came], self._track[came]
        left_line = np.column_stack([next_one[came], line[:, :-1]])
        left_track = np.column_stack([tracks[self.place[came]], track[:, :-1]])
        return _Way(
            here,
            whole.min(axis=0) + cost,
            came,
            np.where(on, self.run[came] + 1, 1),
            np.where(on[:, None], line, left_line),
            np.where(on[:, None], track, left_track),
        )


def _back(ways: list[_Way]) -> Int64:
    at = int(ways[-1].cost.argmin())
    places = []
    for way in reversed(ways):
        places.append(way.place[at])
        at = int(way.came[at])
    return np.array(places[::-1])


def _nearest(looks: Float32, wanted: Float32) -> tuple[list[Int64], list[Float32]]:
    """For each moment the grains that are nearest, and what they cost."""
    count = min(_CANDIDATES, len(looks))
    square = (looks**2).sum(axis=1)
    turned = np.ascontiguousarray(looks.T)
    found: list[Int64] = []
    costs: list[Float32] = []
    for first, last in blocks(0, len(wanted), _BLOCK):
        some = wanted[first:last]
        far = some @ turned
        far *= -2
        far += square
        near = np.argpartition(far, count - 1, axis=1)[:, :count]
        near.sort(axis=1)
        found.extend(near)
        cost = np.take_along_axis(far, near, axis=1) + (some**2).sum(axis=1)[:, None]
        costs.extend(np.maximum(cost, 0))
    return found, costs
