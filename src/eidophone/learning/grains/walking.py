"""Walking: from one moment of a collection to like ones, for as long as is wanted.

A walk goes on in a track for less than a second, then to a moment around which everything is as it
would have been. It does not come back to where its track would have been by then, so that nothing
longer is copied, and it keeps from moments that it was at of late.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from eidophone.base.arrays import Float32, Int64
from eidophone.learning.grains.choosing import LONGEST
from eidophone.learning.grains.frames import BANDS, loudness_of
from eidophone.learning.grains.index import FADE, FRAMES_PER_SECOND, Index
from eidophone.learning.grains.laying import Pieces

#: Frames before and behind a moment that are to be alike, and how many of them make one feature.
BEFORE, BEHIND, _TOGETHER = 8, 8, 2

#: Frames before and behind a moment whose notes are to be alike.
NOTES_AROUND = 24

_FEATURES = 48
_SAMPLE = 6000

#: Frames that a walk goes on in a track, at least and at most: .4 to .93 s.
_SHORTEST, _LONGEST = 17, LONGEST - FADE
_STAY = (_SHORTEST + _LONGEST) // 2

#: Every so many frames of these, it may leave.
_STEP = 2

#: Moments that are thought of for each place to leave at.
_CANDIDATES = 8

#: How much chance there is in a choice, against mean squared z-scores.
_CHANCE = 0.05

#: To come to within a second of where a track would have been by now, is no jump, ...
_NEAR = round(FRAMES_PER_SECOND)

#: ... for so many jumps.
_REMEMBERED = 12

#: What it costs to come again to a moment of the last half minute.
_AGAIN, _AGAIN_FRAMES = np.float32(1.0), round(30 * FRAMES_PER_SECOND)

#: Classes of loudness, of which a collection has as much of each, and a walk is to have, too.
_CLASSES = 5

#: What it costs to have heard a stay more of a class than of others, two stays four times that;
#: and after how many frames that is half forgotten.
_MORE_WORTH, _HALF_FORGOTTEN = np.float32(0.5), 15 * FRAMES_PER_SECOND

#: A collection is stayed in until another one has waited for so many frames.
_PATIENCE = 2 * FRAMES_PER_SECOND

_NEVER = np.float32(1e6)

#: Shares ``[collections]`` at a frame.
SharesAt = Callable[[int], Float32]


@dataclass(frozen=True, eq=False)
class Walks:
    """Walks through an index."""

    index: Index

    @cached_property
    def around(self) -> Float32:
        """``[frames, features]`` what is around each moment."""
        index = self.index
        here = np.arange(len(index.frames))
        notes = index.frames[:, BANDS:]
        return self.seen(index.scores, notes, here, index.first, index.last)

    def seen(
        self, scores: Float32, notes: Float32, here: Int64, first: Int64, last: Int64
    ) -> Float32:
        """What is around the moments ``here`` of sounds that go from ``first`` to ``last``.

        Args:
            scores: ``[frames, BANDS]`` as z-scores.
            notes: ``[frames, NOTES]``.
            here: ``[moments]`` frames.
            first: ``[moments]`` the first frame of the sound that each is of.
            last: ``[moments]`` the one behind the last.
        """
        whole = _stacked(scores, here, first, last) @ self._basis
        sums = np.pad(np.cumsum(notes, axis=0, dtype=np.float64), ((1, 0), (0, 0)))
        low = np.maximum(here - NOTES_AROUND, first)
        high = np.minimum(here + NOTES_AROUND, last)
        mean = (sums[high] - sums[low]) / (high - low)[:, None]
        return np.concatenate([whole, mean], axis=1).astype(np.float32)

    @cached_property
    def ahead(self) -> tuple[Int64, Float32]:
        """``[frames]`` the class of each, and ``[frames, classes]`` shares of what comes next.

        Quiet moments are most like other quiet ones: a walk to whatever is most like what would
        have come is led into them, and stays there.
        """
        index = self.index
        loud = loudness_of(index.frames[:, :BANDS])
        classes = np.zeros(len(loud), np.int64)
        for kind in range(len(index.collections)):
            mine = np.flatnonzero(index.usable & (index.kind == kind))
            order = loud[mine].argsort(kind="stable").argsort(kind="stable")
            classes[mine] = order * _CLASSES // max(1, len(mine))
        sums = np.cumsum(np.eye(_CLASSES, dtype=np.float32)[classes], axis=0, dtype=np.float64)
        sums = np.pad(sums, ((1, 0), (0, 0)))
        here = np.arange(len(loud))
        ends = np.minimum(here + _STAY, index.last)
        return classes, ((sums[ends] - sums[here]) / (ends - here)[:, None]).astype(np.float32)

    @cached_property
    def _basis(self) -> Float32:
        index = self.index
        some = np.arange(0, len(index.frames), max(1, len(index.frames) // _SAMPLE))
        seen = _stacked(index.scores, some, index.first[some], index.last[some])
        _, vectors = np.linalg.eigh(seen.T @ seen)
        return np.ascontiguousarray(vectors[:, ::-1][:, :_FEATURES], np.float32)

    def walk(
        self,
        frames: int,
        shares: SharesAt,
        rng: np.random.Generator,
        *,
        begin: Float32 | None = None,
        loop: bool = False,
        cost: Float32 | None = None,
    ) -> Pieces:
        """A walk of so many ``frames``.

        Args:
            frames: how many.
            shares: of the collections, at each.
            rng: what chance there is in it.
            begin: ``[index.frames]`` what it costs to begin there.
            loop: its end leads into its beginning.
            cost: ``[index.frames]`` what it costs to go there, in mean squared z-scores.
        """
        way = _Walk(self, shares, rng, cost)
        way.begin(begin)
        while frames - way.at > _LONGEST:
            way.jump(frames - way.at, loop)
        way.end(frames - way.at)
        return Pieces.of(np.array(way.places), np.array(way.lengths))


class _Walk:
    """A walk on its way."""

    def __init__(
        self, walks: Walks, shares: SharesAt, rng: np.random.Generator, cost: Float32 | None
    ) -> None:
        self._index, self._around, self._rng, self._shares = walks.index, walks.around, rng, shares
        self._cost = np.zeros(len(self._around), np.float32) if cost is None else cost
        index = self._index
        far = index.usable & (np.arange(len(index.last)) + _SHORTEST + FADE <= index.last)
        self._classes, self._ahead = walks.ahead
        self._heard = np.zeros((len(index.collections), _CLASSES), np.float32)
        self._may = [
            np.flatnonzero(some) if some.any() else np.flatnonzero(index.usable & here)
            for here in (index.kind == kind for kind in range(len(index.collections)))
            for some in (far & here,)
        ]
        self._turned = [np.ascontiguousarray(self._around[one].T) for one in self._may]
        self._square = [(one**2).sum(axis=0) for one in self._turned]
        self._tracks = [index.track[one] for one in self._may]
        self._owed = np.zeros(len(self._may))
        self._last_at = np.full(len(self._around), -(1 << 40))
        self._lines: deque[tuple[int, int]] = deque(maxlen=_REMEMBERED)
        self._kind = 0
        self.at = 0
        self.places: list[int] = []
        self.lengths: list[int] = []

    def begin(self, cost: Float32 | None) -> None:
        """Go to the first moment: any, or one of those that cost least."""
        shares = self._shares(0)
        kind = int(self._rng.choice(len(shares), p=shares / shares.sum()))
        self._kind = kind if self._may[kind].size else int(np.argmax(list(map(len, self._may))))
        places = self._may[self._kind]
        costs = _CHANCE * self._rng.gumbel(size=len(places)) + self._cost[places]
        if cost is not None:
            costs = costs / 10 + cost[places]
        self.places.append(int(places[costs.argmin()]))

    def jump(self, left: int, loop: bool) -> None:
        """Go on for a while, then to a like moment, with so many frames ``left``."""
        index, now = self._index, self.places[-1]
        most = min(_LONGEST, left - _SHORTEST, int(index.last[now]) - now - FADE)
        stay = np.arange(min(_SHORTEST, max(most, 1)), max(most, 1) + 1, _STEP)
        kind = self._next_kind(int(stay[0]))
        places = self._may[kind]
        costs = self._costs(stay, kind)
        if loop and left - stay[-1] <= _LONGEST:
            costs += self._closing(left - stay, places)
        count = min(_CANDIDATES, len(places))
        near = np.argpartition(costs, count - 1, axis=1)[:, :count]
        cost = np.take_along_axis(costs, near, axis=1)
        cost -= _CHANCE * self._rng.gumbel(size=cost.shape)
        row, column = np.unravel_index(int(cost.argmin()), cost.shape)
        self._stay(int(stay[row]))
        self._kind = kind
        self.places.append(int(places[near[row, column]]))

    def end(self, left: int) -> None:
        """Stay where it is."""
        self._stay(left)

    def _stay(self, frames: int) -> None:
        now = self.places[-1]
        self._lines.append((int(self._index.track[now]), now - self.at))
        self._last_at[now : now + frames] = self.at
        self._heard *= np.float32(0.5 ** (frames / _HALF_FORGOTTEN))
        self._heard[self._kind] += np.bincount(
            self._classes[now : now + frames], minlength=_CLASSES
        )
        self._owed += self._shares(self.at) * frames
        self._owed[self._kind] -= frames
        self.at += frames
        self.lengths.append(frames)

    def _next_kind(self, stay: int) -> int:
        owed = self._owed + self._shares(self.at) * stay
        owed[[not one.size for one in self._may]] = -np.inf
        most = int(owed.argmax())
        here = self._shares(self.at)[self._kind] > 0
        return most if owed[most] > _PATIENCE or not here else self._kind

    def _costs(self, stay: Int64, kind: int) -> Float32:
        """``[stays, places]`` what it costs to leave after each, and to go to each."""
        index, now, places = self._index, self.places[-1], self._may[kind]
        would = self._around[np.minimum(now + stay, index.last[now] - 1)]
        costs = would @ self._turned[kind]
        costs *= -2
        again = _AGAIN * (self.at - self._last_at[places] < _AGAIN_FRAMES)
        costs += (would**2).sum(axis=1)[:, None]
        costs += self._square[kind] + self._cost[places] + again
        more = (self._heard[kind] - self._heard[kind].mean()) / _STAY
        costs += self._ahead[places] @ (_MORE_WORTH * more * np.abs(more))
        line = (int(index.track[now]), now - self.at)
        for track, begin in {line, *self._lines}:
            own = np.searchsorted(self._tracks[kind], (track, track + 1))
            there = begin + self.at + stay
            low = np.searchsorted(places, there - _NEAR)
            high = np.searchsorted(places, there + _NEAR, side="right")
            for row, (first, last) in enumerate(np.clip(np.stack([low, high], 1), *own).tolist()):
                costs[row, first:last] += _NEVER
        return costs

    def _closing(self, left: Int64, places: Int64) -> Float32:
        """``[stays, places]`` what it costs to get from each to the beginning after ``left``."""
        index, first = self._index, self.places[0]
        ends = np.minimum(places + left[:, None], index.last[places] - 1)
        costs = ((self._around[ends] - self._around[first]) ** 2).sum(axis=2)
        near = (np.abs(ends - first) <= _NEAR) & (index.track[places] == index.track[first])
        short = places + left[:, None] + FADE > index.last[places]
        return np.where((left <= _LONGEST)[:, None], costs + _NEVER * (near | short), _NEVER / 2)


def _stacked(scores: Float32, here: Int64, first: Int64, last: Int64) -> Float32:
    """``[moments, features]`` the frames around each, two together, of which squares are means."""
    seen = []
    for offset in range(-BEFORE, BEHIND, _TOGETHER):
        places = (np.clip(here + offset + n, first, last - 1) for n in range(_TOGETHER))
        seen.append(np.mean([scores[one] for one in places], axis=0))
    whole = np.concatenate(seen, axis=1)
    return whole / np.sqrt(np.float32(whole.shape[1]))
