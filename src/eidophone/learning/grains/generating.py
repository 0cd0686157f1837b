"""Generating: new sounds of the grains of collections, as levels."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from eidophone.base.arrays import Float32, Float64, Mask
from eidophone.base.errors import LearnError
from eidophone.learning.collections import Collection, Conditions
from eidophone.learning.grains.descriptors import NAMES
from eidophone.learning.grains.following import MOST_GAIN_DB, followed
from eidophone.learning.grains.frames import BANDS, COLUMNS, NOTES, frames_of, loudness_of
from eidophone.learning.grains.index import FADE, FRAMES_PER_SECOND, LONG, SHORT, Index
from eidophone.learning.grains.laying import Pieces, laid
from eidophone.learning.grains.listening import Ear
from eidophone.learning.grains.mixing import Course, Likenesses, course_of, others, told
from eidophone.learning.grains.sliders import LEAST_SPREADS, Sliders, spreads_of
from eidophone.learning.grains.steering import steered
from eidophone.learning.grains.trims import Trims
from eidophone.learning.grains.walking import BEHIND, Walks
from eidophone.learning.grid import COLUMN_SECONDS, middle

#: Shares ``[moments, collections]`` at moments of 0 to 1.
SharesAt = Callable[[Float64], Float32]

#: Nothing is moved.
UNMOVED = Sliders()

#: A variation is told by grains of half of all seconds, others each time.
_LEFT_OUT = 0.5

#: Columns that loops are multiples of.
_WHOLE = LONG * COLUMNS

#: In so many seconds, what goes on from a sound comes to its own level.
_LEVELLED_SECONDS = 4.0


@dataclass(frozen=True, eq=False)
class Grains:
    """The grains of all collections, and what is made of them.

    Attributes:
        index: of all grains.
        spreads: ``[collections, 5]`` standard deviations of what can be described.
    """

    index: Index
    spreads: Float32

    @classmethod
    def fit(cls, collections: Sequence[Collection], conditions: Conditions) -> Grains:
        """Look at all that is learnt from.

        Raises:
            LearnError: it is too short.
        """
        return cls(Index.fit(collections, conditions), spreads_of(collections))

    @property
    def arrays(self) -> dict[str, Any]:
        """All that was found, for a file."""
        index = self.index
        return {"seen": index.seen, "likeness": index.likeness, "spreads": self.spreads}

    @classmethod
    def of(
        cls, collections: Sequence[Collection], conditions: Conditions, arrays: Mapping[str, Any]
    ) -> Grains:
        """What was fitted to ``collections``, of its `arrays`.

        Raises:
            LearnError: the arrays are not of these.
        """
        seen, likeness, spreads = (arrays.get(name) for name in ("seen", "likeness", "spreads"))
        index = Index(collections, conditions, seen, likeness)  # type: ignore[arg-type]
        frames, kinds = sum(one.columns // COLUMNS for one in index.tracks), len(collections)
        shapes = {
            "seen": (seen, np.uint8, (frames, BANDS + NOTES)),
            "likeness": (likeness, np.float32, (frames, kinds)),
            "spreads": (spreads, np.float32, (kinds, len(NAMES))),
        }
        for name, (array, dtype, shape) in shapes.items():
            if not isinstance(array, np.ndarray) or array.dtype != dtype or array.shape != shape:
                raise LearnError(f"the grains of this model are damaged: {name} is not as it was")
            if not np.isfinite(array).all():
                raise LearnError(f"the grains of this model are damaged: {name} is no numbers")
        return cls(index, np.maximum(spreads, LEAST_SPREADS))  # type: ignore[arg-type]

    def nearest(self, levels: Float32, kind: int, frames: int = SHORT) -> Float32:
        """The course of ``levels`` told by one collection's grains; see `followed`."""
        return followed(self.index, levels, kind, frames)

    def generate(
        self,
        shares: SharesAt,
        seconds: float,
        seed: int,
        *,
        like: Float32 | None = None,
        after: Float32 | None = None,
        loop: bool = False,
        sliders: Sliders = UNMOVED,
    ) -> Float32:
        """Levels ``[colours, columns, rows]`` of a new sound.

        Args:
            shares: of the collections, over the time.
            seconds: how long it is.
            seed: another number, another sound.
            like: levels ``[colours, columns, rows]`` of a sound as loud as tracks are. The new one
                goes as this one goes, over and over if it is longer.
            after: levels of a sound likewise, that the new one goes on from; its beginning is the
                last `FADE_COLUMNS` of that.
            loop: its end leads into its beginning; it lasts a whole number of long grains. See
                `closed`, which makes its samples.
            sliders: what is moved, against the same sound without.
        """
        columns = max(1, round(seconds / COLUMN_SECONDS))
        if loop:
            columns = max(1, round(columns / _WHOLE)) * _WHOLE
        made = [
            laid(self.index, one, loop=loop)[:, :columns]
            for one in self._both(shares, -(-columns // COLUMNS), seed, like, after, loop, sliders)
        ]
        if after is not None:
            made = [_levelled(one, after) for one in made]
        levels, *without = made
        if not sliders.any:
            return levels
        mean = shares(np.array([0.25, 0.5, 0.75])).mean(axis=0)
        unmoved = [middle(one) for one in without]
        return sliders.trims(middle(levels), mean @ self.spreads, *unmoved)(levels)

    def trims(self, heard: Float32, shares: Float32, sliders: Sliders) -> Trims:
        """What moves ``sliders`` of any sound.

        Args:
            heard: levels ``[columns, rows]`` of its middle, or of parts of it.
            shares: ``[collections]`` whose standard deviations are meant.
            sliders: how far each.
        """
        return sliders.trims(heard, shares @ self.spreads)

    def _both(
        self,
        shares: SharesAt,
        frames: int,
        seed: int,
        like: Float32 | None,
        after: Float32 | None,
        loop: bool,
        sliders: Sliders,
    ) -> list[Pieces]:
        """What a sound consists of; and without sliders, if these choose others."""
        cost = sliders.cost(self.index) if sliders.any and like is None else None
        chosen = self.pieces(shares, frames, seed, like, after, loop=loop, cost=cost)
        if cost is None or not cost.any():
            return [chosen]
        return [chosen, self.pieces(shares, frames, seed, like, after, loop=loop)]

    def pieces(
        self,
        shares: SharesAt,
        frames: int,
        seed: int,
        like: Float32 | None = None,
        after: Float32 | None = None,
        *,
        loop: bool = False,
        cost: Float32 | None = None,
    ) -> Pieces:
        """What it consists of; see `generate`, and `Walks.walk` for the ``cost``."""
        each = shares((np.arange(frames) + 0.5) / frames)
        rng = np.random.default_rng(seed)
        used = (each.max(axis=0) > 0)[self.index.kind]
        if like is not None:
            some = used & self._some(rng)
            return _of(
                self._told(each, lambda ask: told(self.index, self._course_like(like, ask), some)),
                frames,
            )
        begin = None if after is None else self._goes_on(after)
        walk = self.walks.walk(
            frames, lambda at: each[min(at, frames - 1)], rng, begin=begin, loop=loop, cost=cost
        )
        if (each.max(axis=1) == 1).all() and (each == each[0]).all():
            return walk
        used = others(self.index, walk, used)

        def tell(ask: Float32) -> Pieces:
            return told(self.index, course_of(self.index, walk, ask), used, loop=loop)

        return _of(self._told(each, tell), frames)

    def _told(self, shares: Float32, tell: Callable[[Float32], Pieces]) -> Pieces:
        """What is told of ``shares`` ``[frames, collections]``; of mixes, until it is right."""
        if (shares.max(axis=1) == 1).all():
            return tell(shares)
        return steered(self.index, self.ear, shares, tell)

    @cached_property
    def ear(self) -> Ear:
        """Who tells the collections apart by passages."""
        return Ear.fit(self.index)

    @cached_property
    def walks(self) -> Walks:
        """Walks through the index."""
        return Walks(self.index)

    def _course_like(self, levels: Float32, shares: Float32) -> Course:
        """The course of a sound from elsewhere, as long as ``shares`` are."""
        index = self.index
        bands = self._frames_of(levels)[:, :BANDS]
        bands = bands[np.arange(len(shares)) % len(bands)]
        z = (bands - shares @ index.means) / (shares @ index.spreads)
        scores = shares @ Likenesses.of(index).means
        return Course(z.astype(np.float32), loudness_of(bands), scores)

    def _goes_on(self, levels: Float32) -> Float32:
        """``[index.frames]`` what it costs to begin there after a sound."""
        index = self.index
        frames = self._frames_of(levels)
        count, end = len(index.frames), np.array([len(frames)])
        here = np.maximum(end - BEHIND, 0)
        cost = np.empty(count, np.float32)
        moments = np.arange(count) + FADE - BEHIND
        inside = np.clip(moments, index.first, index.last - 1)
        known = np.minimum(inside + BEHIND, index.last)  # no more than is known of the sound
        notes = index.frames[:, BANDS:]
        there = self.walks.seen(index.scores, notes, inside, index.first, known)
        for kind in range(len(index.collections)):
            mine = index.kind == kind
            z = index.z(frames[:, :BANDS], kind)
            seen = self.walks.seen(z, frames[:, BANDS:], here, 0 * end, end)
            cost[mine] = ((there[mine] - seen) ** 2).sum(axis=1)
        return cost + 10 * (moments < index.first)

    def _frames_of(self, levels: Float32) -> Float32:
        heard = self.index.conditions.seen(middle(levels))
        return frames_of(np.pad(heard, ((0, -len(heard) % COLUMNS), (0, 0)), "edge"))

    def _some(self, rng: np.random.Generator) -> Mask:
        """``[index.frames]`` whether each is in one of the seconds that are not left out."""
        second = np.arange(len(self.index.frames)) // round(FRAMES_PER_SECOND)
        kept = rng.random(second[-1] + 1) >= _LEFT_OUT
        return kept[second] if (kept[second] & self.index.usable).any() else self.index.usable


def _of(pieces: Pieces, frames: int) -> Pieces:
    """``pieces``, of which the last is so long that they are ``frames`` together."""
    lengths = pieces.frames.copy()
    lengths[-1] -= lengths.sum() - frames
    return Pieces(pieces.place, lengths, pieces.gain_db)


def _levelled(levels: Float32, after: Float32) -> Float32:
    """``levels`` that begin as loud as those they come ``after`` end."""
    second = round(1 / COLUMN_SECONDS)
    gain = _loud(after[:, -second:]) - _loud(levels[:, :second])
    count = min(levels.shape[1], round(_LEVELLED_SECONDS / COLUMN_SECONDS))
    fall = np.zeros(levels.shape[1], np.float32)
    fall[:count] = np.linspace(1, 0, count)
    return levels + np.float32(np.clip(gain, -MOST_GAIN_DB, MOST_GAIN_DB)) * fall[:, None]


def _loud(levels: Float32) -> float:
    return float(10 * np.log10((10 ** (middle(levels) / 10)).mean()))
