"""Calibrating: which shares to ask of grains, so that whole passages are heard as wanted.

Passages of three seconds are judged by how their bands lie and move: once as they are, and once
without their mean spectrum, which an equaliser would change. What passages of mixed grains are
taken for is known at some mixes; a curve of two parameters goes through these.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from eidophone.base.arrays import Float32, Float64
from eidophone.learning.grains.frames import BANDS
from eidophone.learning.grains.index import FRAMES_PER_SECOND, Index
from eidophone.learning.grains.mixing import course_of, others, told
from eidophone.learning.grains.walking import Walks

#: Frames of a passage, and how many passages are laid for each mix.
_PASSAGE, _PASSAGES = round(3 * FRAMES_PER_SECOND), 10

#: Shares of the second of two that are tried.
_TRIED = np.array([0.2, 0.35, 0.5, 0.65, 0.8])

#: Bands that make one feature.
_TOGETHER = 2

#: Strength of the prior of judges.
_PRIOR = 0.003

#: What the power usually is: so few passages are believed by half.
_USUAL = 0.6

#: What steepness and bias can be.
_STEEPNESS, _BIAS = (0.3, 1.5), 1.5


def asked(shares: Float32, curve: Float32) -> Float32:
    """The shares ``[..., collections]`` to ask of grains for those that are wanted.

    Args:
        shares: that are wanted.
        curve: ``[1 + collections]`` a power, and the logarithm of a factor for each.
    """
    powered = np.maximum(shares, 1e-9) ** curve[0] * np.exp(curve[1:]) * (shares > 0)
    return np.asarray(powered / powered.sum(axis=-1, keepdims=True), np.float32)


def calibrated(index: Index) -> Float32:
    """The curve ``[1 + collections]`` of an ``index``; see `asked`."""
    count = len(index.collections)
    curve = np.zeros(1 + count, np.float32)
    curve[0] = 1
    if count < 2:
        return curve
    walks = Walks(index)
    powers = []
    for second in range(1, count):  # a chain joins them all
        power, bias = _fitted(_heard(index, walks, (second - 1, second)))
        powers.append(power)
        curve[1 + second] = curve[second] + bias
    curve[0] = np.mean(powers)
    curve[1:] -= curve[1:].mean()
    return curve


def _fitted(heard: Float64) -> tuple[float, float]:
    """Power and bias with which what was tried is what one must ask for to have it ``heard``."""
    some = np.clip(np.maximum.accumulate(heard), 0.02, 0.98)
    x, y = _logit(some), _logit(_TRIED)
    if x[-1] - x[0] < 0.5:  # nobody can tell them apart
        return 1.0, 0.0
    power = float(np.clip(np.cov(x, y, bias=True)[0, 1] / x.var(), *_STEEPNESS))
    bias = float(np.clip(y.mean() - power * x.mean(), -_BIAS, _BIAS))
    return (power + _USUAL) / 2, bias / 2


def _heard(index: Index, walks: Walks, pair: tuple[int, int]) -> Float64:
    """The shares of the second of a ``pair`` that are heard, where others were tried."""
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 (slow)

    reals = [_real(index, kind) for kind in pair]
    whose = np.repeat((0, 1), list(map(len, reals)))
    passages = np.concatenate(reals)
    laid = []
    for number, share in enumerate(_TRIED):
        shares = np.zeros(len(index.collections), np.float32)
        shares[list(pair)] = 1 - share, share
        steady = partial(_same, shares)
        rng = np.random.default_rng(number)
        course = walks.walk(_PASSAGE * _PASSAGES, steady, rng)
        wanted = course_of(index, course, np.tile(shares, (_PASSAGE * _PASSAGES, 1)))
        pieces = told(index, wanted, others(index, course, np.isin(index.kind, pair)))
        places = pieces.heard(index)[: _PASSAGE * _PASSAGES].reshape(_PASSAGES, _PASSAGE)
        laid.append(index.frames[places, :BANDS])
    heard = np.zeros(len(_TRIED))
    for seen in (_with_spectrum, _without_spectrum):
        features = np.stack([seen(one) for one in passages])
        mean, spread = features.mean(axis=0), features.std(axis=0) + 1e-6
        judge = LogisticRegression(C=_PRIOR, class_weight="balanced", max_iter=500)
        judge.fit((features - mean) / spread, whose)
        tried = np.stack([seen(one) for some in laid for one in some])
        real, made = (judge.predict_proba((one - mean) / spread)[:, 1] for one in (features, tried))
        low, high = real[whose == 0].mean(), real[whose == 1].mean()
        heard_now = (made.reshape(len(_TRIED), -1).mean(axis=1) - low) / max(high - low, 1e-3)
        heard += heard_now / 2
    return heard


def _same(shares: Float32, _: int) -> Float32:
    return shares


def _real(index: Index, kind: int) -> list[Float32]:
    """Passages ``[_PASSAGE, BANDS]`` of a collection; of shorter tracks, several together."""
    bands = index.frames[index.kind == kind, :BANDS]
    count = len(bands) // _PASSAGE
    if not count:  # all of it is shorter, and told again and again
        return [np.resize(bands, (_PASSAGE, BANDS))]
    return [bands[n * _PASSAGE : (n + 1) * _PASSAGE] for n in range(count)]


def _with_spectrum(bands: Float32) -> Float32:
    some = _few(bands)
    return np.concatenate([(some - some.mean()).mean(axis=0), _motions(some)])


def _without_spectrum(bands: Float32) -> Float32:
    return _motions(_few(bands))


def _few(bands: Float32) -> Float32:
    whole = bands[:, : BANDS // _TOGETHER * _TOGETHER]
    return whole.reshape(len(bands), -1, _TOGETHER).mean(axis=2)


def _motions(some: Float32) -> Float32:
    """How far bands move in all, and from one moment to others that follow."""
    steps = [np.std(some[lag:] - some[:-lag], axis=0) for lag in (1, 2, 4, 8) if lag < len(some)]
    return np.concatenate([some.std(axis=0), *steps])


def _logit(share: Float64) -> Float64:
    return np.log(share / (1 - share))
