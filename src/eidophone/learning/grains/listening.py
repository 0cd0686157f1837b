"""Listening: what passages of grains are taken for, by three small judges of the collections.

They hear how the bands of three seconds lie and move; how they move, without the mean spectrum,
which an equaliser would change; and how they move together, whatever their own spread, which a
squeeze of levels would change. They learn of passages as they are, and of the same through effects.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy.special

from eidophone.base.arrays import Float32, Int64
from eidophone.learning.effects import altered
from eidophone.learning.grains.frames import BANDS
from eidophone.learning.grains.index import FRAMES_PER_SECOND, Index

#: Frames of a passage: 3 s.
PASSAGE = 128

#: Real passages that are learnt from, of each collection, at most.
_MOST = 600

#: Bands that are heard as one.
_AS_ONE = 2

#: Strength of the prior: the smaller, the less is believed of few passages.
_PRIOR = 0.003

#: How often each is learnt from through effects, and nepers by which these squeeze movement.
_ALTERED, _DEPTH = 3, 0.25

#: Frames between which bands move.
_LAGS = (1, 2, 4, 8, 16)

#: Bands whose likeness is heard, by how far they are apart.
_APART = (1, 2, 4, 8)

#: Bands that move less than this are not taken for such as move.
_STILL_DB = np.float32(2.0)


@dataclass(frozen=True, eq=False)
class Ear:
    """Tells the collections apart by passages.

    Attributes:
        judges: each of its own hearing.
        ends: ``[collections, judges, collections]`` for what real passages of each are taken,
            halfway between those that the judges know and those that they do not.
    """

    judges: tuple[_Judge, ...]
    ends: Float32

    @classmethod
    def fit(cls, index: Index) -> Ear:
        """One that knows all passages of an ``index``."""
        passages, kinds, halves = _real(index)
        count, real = len(index.collections), len(passages)
        rng, bands = np.random.default_rng(0), _few(passages)
        through = [altered(bands, FRAMES_PER_SECOND, _DEPTH, rng) for _ in range(_ALTERED)]
        heard = np.concatenate([bands, *through])
        every, which = np.tile(kinds, 1 + _ALTERED), np.tile(halves, 1 + _ALTERED)
        judges = []
        ends = np.zeros((count, len(_HEARINGS), count), np.float32)
        for number, hearing in enumerate(_HEARINGS):
            numbers = hearing(heard)
            judge = _Judge.fit(hearing, numbers, every, count)
            known = judge.probabilities(numbers[:real])
            strange = known.copy()
            for half in (0, 1):
                mine, others = halves == half, which != half
                if len(np.unique(every[others])) == count:
                    asked = _Judge.fit(hearing, numbers[others], every[others], count)
                    strange[mine] = asked.probabilities(numbers[:real][mine])
            for kind in range(count):
                ends[kind, number] = (known + strange)[kinds == kind].mean(axis=0) / 2
            judges.append(judge)
        return cls(tuple(judges), ends)

    def heard(self, passages: Float32) -> Float32:
        """``[passages, judges, collections]`` how likely each judge takes each for one of each.

        Args:
            passages: ``[passages, frames, BANDS]`` in dB; their loudness makes no difference.
        """
        bands = _few(passages)
        return np.stack([one.heard(bands) for one in self.judges], axis=1)


@dataclass(frozen=True, eq=False)
class _Judge:
    """A multinomial logistic regression on what a ``hearing`` hears."""

    hearing: Callable[[Float32], Float32]
    middle: Float32
    scale: Float32
    slopes: Float32
    offsets: Float32

    @classmethod
    def fit(
        cls, hearing: Callable[[Float32], Float32], numbers: Float32, kinds: Int64, count: int
    ) -> _Judge:
        from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 (slow)

        middle, scale = numbers.mean(axis=0), numbers.std(axis=0) + np.float32(1e-6)
        model = LogisticRegression(C=_PRIOR, class_weight="balanced", max_iter=500)
        model.fit((numbers - middle) / scale, kinds)
        slopes, offsets = model.coef_.T, model.intercept_
        if count == 2:
            slopes, offsets = np.concatenate([0 * slopes, slopes], axis=1), np.r_[0, offsets]
        return cls(hearing, middle, scale, slopes.astype(np.float32), offsets.astype(np.float32))

    def heard(self, bands: Float32) -> Float32:
        return self.probabilities(self.hearing(bands))

    def probabilities(self, numbers: Float32) -> Float32:
        scores = ((numbers - self.middle) / self.scale) @ self.slopes + self.offsets
        return np.asarray(scipy.special.softmax(scores, axis=1), np.float32)


def _real(index: Index) -> tuple[Float32, Int64, Int64]:
    """Passages ``[n, PASSAGE, BANDS]``, of which collection, and in which half of its tracks."""
    places, kinds, halves = [], [], []
    for kind in range(len(index.collections)):
        here = np.flatnonzero(index.kind == kind)
        count = max(1, len(here) // PASSAGE)
        chosen = np.unique(np.linspace(0, count - 1, min(count, _MOST)).round().astype(int))
        # What is shorter than a passage is told again and again.
        of_kind = [np.resize(here[n * PASSAGE : (n + 1) * PASSAGE], PASSAGE) for n in chosen]
        tracks = np.array([index.track[one[PASSAGE // 2]] for one in of_kind])
        places += of_kind
        kinds += [kind] * len(of_kind)
        halves += (np.unique(tracks, return_inverse=True)[1] % 2).tolist()
    return index.frames[np.stack(places), :BANDS], np.array(kinds), np.array(halves)


def _few(passages: Float32) -> Float32:
    """``[passages, frames, BANDS / _AS_ONE]`` of what judges hear."""
    whole = passages[..., : BANDS // _AS_ONE * _AS_ONE]
    return whole.reshape(*passages.shape[:2], -1, _AS_ONE).mean(axis=3)


def _spectrum(bands: Float32) -> Float32:
    whole = bands.mean(axis=1)
    return np.concatenate([whole - whole.mean(axis=1, keepdims=True), _motion(bands)], axis=1)


def _motion(bands: Float32) -> Float32:
    """How far they move in all, and from one moment to others that follow."""
    moves = ((bands[:, lag:] - bands[:, :-lag]).std(axis=1) for lag in _LAGS)
    return np.concatenate([bands.std(axis=1), *moves], axis=1)


def _together(bands: Float32) -> Float32:
    """How they move with others, each in units of its own spread."""
    moved = bands - bands.mean(axis=1, keepdims=True)
    moved /= moved.std(axis=1, keepdims=True) + _STILL_DB
    alike = ((moved[..., lag:] * moved[..., :-lag]).mean(axis=1) for lag in _APART)
    return np.concatenate([*alike], axis=1)


_HEARINGS = (_spectrum, _motion, _together)
