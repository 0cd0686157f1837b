"""Mixing: grains of all collections that are as much like each as is wanted.

A grain of a collection that is more or less like it than others are has a counterpart in a mix,
which is as far from the mean there. So a course of one collection's own is told by its own grains,
and that of a mix by grains of any collection between all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eidophone.base.arrays import Float32, Int64, Mask
from eidophone.learning.grains.choosing import WORTH, chosen
from eidophone.learning.grains.following import gains
from eidophone.learning.grains.frames import BANDS, loudness_of
from eidophone.learning.grains.index import LONG, Index
from eidophone.learning.grains.laying import Pieces

#: What it costs to be less like a collection by half of what lies between two.
_LIKENESS_WORTH = 28.0

#: Frames of a collection, a minute, that are to be left where some are not to be used.
_ENOUGH = 2600


@dataclass(frozen=True, eq=False)
class Likenesses:
    """How much grains of each collection are like each.

    Attributes:
        means, spreads: ``[collections, collections]`` of the scores of the grains of each.
        half: half of what lies between two collections.
    """

    means: Float32
    spreads: Float32
    half: float

    @classmethod
    def of(cls, index: Index) -> Likenesses:
        """Those of an ``index``."""
        kinds = range(len(index.collections))
        scores = [index.likeness[index.usable & (index.kind == kind)] for kind in kinds]
        means = np.stack([one.mean(axis=0) for one in scores])
        spreads = np.stack([one.std(axis=0) for one in scores]) + np.float32(1e-3)
        apart = [np.linalg.norm(a - b) for n, a in enumerate(means) for b in means[:n]]
        return cls(means, spreads, max(float(np.mean(apart)) / 2, 1e-3) if apart else 1.0)

    def wanted(self, scores: Float32, kinds: Int64, shares: Float32) -> Float32:
        """``[grains, collections]`` the scores that counterparts of grains have in mixes.

        Args:
            scores: ``[grains, collections]`` their own.
            kinds: ``[grains]`` of which collections they are.
            shares: ``[grains, collections]`` of the mixes.
        """
        usual = (scores - self.means[kinds]) / self.spreads[kinds]
        return shares @ self.means + (shares @ self.spreads) * usual


@dataclass(frozen=True, eq=False)
class Course:
    """What is to be told by grains, frame by frame.

    Attributes:
        z: ``[frames, BANDS]`` levels as z-scores of whose they are.
        loudness: ``[frames]`` in dB.
        scores: ``[frames, collections]`` how much grains that begin there should be like each.
    """

    z: Float32
    loudness: Float32
    scores: Float32


def course_of(index: Index, walk: Pieces, shares: Float32) -> Course:
    """A ``walk`` as a course of grains that are like each collection as ``shares`` want.

    Args:
        index: that it goes through.
        walk: of the collections' own.
        shares: ``[frames, collections]``.
    """
    at = walk.heard(index)
    scores = Likenesses.of(index).wanted(index.likeness[at], index.kind[at], shares)
    return Course(index.scores[at], loudness_of(index.frames[at, :BANDS]), scores)


def others(index: Index, walk: Pieces, among: Mask) -> Mask:
    """``[index.frames]`` those ``among`` all that a ``walk`` is not at; all of whoever is left few.

    Its own grains are the nearest to its course whatever they are like: a mix that may use them is
    one collection's at each moment.
    """
    left = among.copy()
    left[walk.heard(index)] = False
    for kind in range(len(index.collections)):
        mine = index.usable & (index.kind == kind)
        if (left & mine).sum() < max(_ENOUGH, (among & mine).sum() / 2):
            left |= among & (index.kind == kind)
    return left


def told(index: Index, course: Course, among: Mask, *, loop: bool = False) -> Pieces:
    """The ``course`` told by long grains.

    Args:
        index: of all grains.
        course: what is told.
        among: ``[index.frames]`` which may be chosen.
        loop: the first goes well with the last.
    """
    count = -(-len(course.z) // LONG)
    missing = count * LONG - len(course.z)
    z = np.pad(course.z, ((0, missing), (0, 0)), "edge")
    starts = np.arange(count) * LONG
    worth = np.float32(np.sqrt(_LIKENESS_WORTH) / Likenesses.of(index).half)
    looks = np.concatenate([_worth(index.long.of), index.likeness * worth], axis=1)
    seen = _worth(index.long.seen(z, starts))
    wanted = np.concatenate([seen, course.scores[starts] * worth], axis=1).astype(np.float32)
    place = chosen(index, looks, wanted, LONG, among)
    if loop:
        place = chosen(index, looks, wanted, LONG, among, around=int(place[0]))
    loudness = np.pad(course.loudness, (0, missing), "edge")
    return Pieces.of(place, LONG, gains(index, place, loudness, LONG))


def _worth(looks: Float32) -> Float32:
    return looks * np.float32(np.sqrt(WORTH))
