"""Index: every moment of all collections that a grain can begin at, and what it is like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from eidophone.base.arrays import Float32, Int64, Mask, UInt8
from eidophone.base.errors import LearnError
from eidophone.learning.collections import Collection, Conditions
from eidophone.learning.grains.frames import (
    BANDS,
    COLUMNS,
    bytes_of_frames,
    frames_of,
    frames_of_bytes,
)
from eidophone.learning.grains.likeness import likeness_of
from eidophone.learning.grid import COLUMN_SECONDS
from eidophone.learning.tracks import Track

#: Frames of a grain: 93 ms; those of the short ones that follow what moves fast: 46 ms.
LONG, SHORT = 4, 2

#: Frames behind a grain in which it fades into the next one.
FADE = 2

#: Bands that move less are as good as still.
_LEAST_SPREAD_DB = 1.0

#: Frames of a second.
FRAMES_PER_SECOND = 1 / (COLUMNS * COLUMN_SECONDS)

#: Features that are left of what a grain looks like.
_FEATURES = 48

#: Grains that these are found on.
_SAMPLE = 6000


@dataclass(frozen=True, eq=False)
class Looks:
    """What grains of one length look like, where distances are those of z-scores.

    Attributes:
        frames: how long they are.
        basis: ``[frames * BANDS, features]`` from a grain's bands to its features.
        of: ``[index.frames, features]``, by the frame that a grain begins at.
    """

    frames: int
    basis: Float32
    of: Float32

    def seen(self, bands: Float32, starts: Int64) -> Float32:
        """``[grains, features]`` of grains that begin at ``starts`` in z-scored ``bands``."""
        return _stacked(bands, starts, self.frames) @ self.basis


@dataclass(frozen=True, eq=False)
class Index:
    """All moments of what is learnt from, four columns apart.

    Attributes:
        collections: of which.
        conditions: what they have in common.
        seen: ``[frames, BANDS + NOTES]`` as bytes; see `bytes_of_frames`.
        likeness: ``[frames, collections]`` of the grain that begins there; see `likeness_of`.
    """

    collections: Sequence[Collection]
    conditions: Conditions
    seen: UInt8
    likeness: Float32

    @classmethod
    def fit(cls, collections: Sequence[Collection], conditions: Conditions) -> Index:
        """Look at all tracks that are learnt from, and judge every grain."""
        seen = [
            bytes_of_frames(frames_of(conditions.seen(one.middle)))
            for each in collections
            for one in each.learnt
        ]
        whole = np.concatenate(seen)
        index = cls(collections, conditions, whole, np.empty((0, 0), np.float32))
        frames = index.frames
        starts = np.flatnonzero(index.usable)
        if not starts.size:
            raise LearnError("the sounds are too short for grains: a quarter of a second is needed")
        looks = _stacked(frames[:, :BANDS], starts, LONG)
        scores = likeness_of(looks, index.track[starts], index.kind[starts])
        likeness = np.zeros((len(frames), len(collections)), np.float32)
        likeness[starts] = scores
        return cls(collections, conditions, whole, likeness)

    @cached_property
    def frames(self) -> Float32:
        """``[frames, BANDS + NOTES]``; see `frames_of`."""
        return frames_of_bytes(self.seen)

    @cached_property
    def tracks(self) -> tuple[Track, ...]:
        """All tracks that grains are of."""
        return tuple(one for each in self.collections for one in each.learnt)

    @cached_property
    def track(self) -> Int64:
        """``[frames]`` which of the `tracks` each is of."""
        return np.repeat(np.arange(len(self.tracks)), self._counts)

    @cached_property
    def kind(self) -> Int64:
        """``[frames]`` of which collection each is."""
        sizes = [len(each.learnt) for each in self.collections]
        return np.repeat(np.arange(len(sizes)), sizes)[self.track]

    @cached_property
    def first(self) -> Int64:
        """``[frames]`` the first frame of the same track."""
        return (np.cumsum(self._counts) - self._counts)[self.track]

    @cached_property
    def last(self) -> Int64:
        """``[frames]`` the one behind the last of the same track."""
        return np.cumsum(self._counts)[self.track]

    @cached_property
    def usable(self) -> Mask:
        """``[frames]`` whether a long grain begins there that sounds, and there is its fade."""
        sounds = np.concatenate(
            [
                one.sounding[: len(one.sounding) // COLUMNS * COLUMNS].reshape(-1, COLUMNS).any(1)
                for one in self.tracks
            ]
        )
        here = np.arange(len(self.frames))
        before = np.r_[0, np.cumsum(sounds)]
        ends = np.minimum(here + LONG, len(self.frames))
        return (before[ends] > before[here]) & (here + LONG + FADE <= self.last)

    @cached_property
    def means(self) -> Float32:
        """``[collections, BANDS]`` usual levels."""
        kinds = range(len(self.collections))
        return np.stack([self._bands_of(kind).mean(axis=0) for kind in kinds])

    @cached_property
    def spreads(self) -> Float32:
        """``[collections, BANDS]`` how far levels usually are from these."""
        kinds = range(len(self.collections))
        spreads = np.stack([self._bands_of(kind).std(axis=0) for kind in kinds])
        return np.maximum(spreads, np.float32(_LEAST_SPREAD_DB))

    @cached_property
    def scores(self) -> Float32:
        """``[frames, BANDS]`` as z-scores of the collection of each."""
        return self.z(self.frames[:, :BANDS], self.kind)

    def z(self, bands: Float32, kind: Int64 | int) -> Float32:
        """``bands`` ``[frames, BANDS]`` in dB as z-scores of the collections ``kind``."""
        return np.asarray((bands - self.means[kind]) / self.spreads[kind], np.float32)

    @cached_property
    def long(self) -> Looks:
        """What long grains look like."""
        return self._looks(LONG)

    @cached_property
    def short(self) -> Looks:
        """What short grains look like."""
        return self._looks(SHORT)

    def _looks(self, frames: int) -> Looks:
        starts = np.flatnonzero(self.usable)
        some = starts[:: max(1, len(starts) // _SAMPLE)]
        stacked = _stacked(self.scores, some, frames)
        _, vectors = np.linalg.eigh(stacked.T @ stacked)
        basis = np.ascontiguousarray(vectors[:, ::-1][:, :_FEATURES], np.float32)
        basis /= np.sqrt(np.float32(frames * BANDS))
        here = np.arange(len(self.frames))
        seen = np.asarray(_stacked(self.scores, here, frames) @ basis, np.float32)
        return Looks(frames, basis, seen)

    def _bands_of(self, kind: int) -> Float32:
        return self.frames[self.kind == kind, :BANDS]

    @cached_property
    def _counts(self) -> Int64:
        return np.array([one.columns // COLUMNS for one in self.tracks])


def _stacked(bands: Float32, starts: Int64, count: int) -> Float32:
    """``[grains, count * bands]`` the frames of grains that begin at ``starts``, side by side."""
    places = np.minimum(starts[:, None] + np.arange(count), len(bands) - 1)
    return bands[places].reshape(len(starts), -1)
