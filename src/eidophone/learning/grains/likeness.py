"""Likeness: how much a single grain is like each collection, told by others than itself."""

from __future__ import annotations

import numpy as np

from eidophone.base.arrays import Float32, Int64

#: Grains that are learnt from, at most, of each half.
_MOST = 7000

#: Strength of the prior: the smaller, the less is believed of few grains.
_PRIOR = 0.001

#: Features are in dB; this makes them about one.
_SCALE_DB = np.float32(10)


def likeness_of(looks: Float32, tracks: Int64, kinds: Int64) -> Float32:
    """Scores ``[grains, collections]`` whose differences are log odds, each row's mean at 0.

    The tracks of each collection are dealt into two halves. A grain is judged by a multinomial
    logistic regression that was fitted on the half that it is not in: so it is not its own
    recording that it is known by.

    Args:
        looks: ``[grains, features]`` in dB; a grain's own level makes no difference.
        tracks: ``[grains]`` of which track each is.
        kinds: ``[grains]`` of which collection, from 0.
    """
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 (slow)

    count = int(kinds.max()) + 1
    scores = np.zeros((len(looks), count), np.float32)
    if count < 2:
        return scores
    level = looks.mean(axis=1, keepdims=True)
    halves = _dealt(tracks, kinds)
    for half in (0, 1):
        others = np.flatnonzero(halves != half)
        if len(np.unique(kinds[others])) < count:
            others = np.arange(len(looks))  # one track alone: there is nobody else to ask
        others = others[:: max(1, len(others) // _MOST)]
        model = LogisticRegression(C=_PRIOR, class_weight="balanced", max_iter=300)
        model.fit((looks[others] - level[others]) / _SCALE_DB, kinds[others])
        told = np.flatnonzero(halves == half)
        weights, bias = model.coef_, model.intercept_
        if count == 2:
            weights, bias = np.stack([-weights[0], weights[0]]) / 2, np.r_[-bias, bias] / 2
        weights = weights.T.astype(np.float32) / _SCALE_DB
        shift = level[told] * weights.sum(axis=0)
        scores[told] = looks[told] @ weights - shift + bias.astype(np.float32)
    return scores - scores.mean(axis=1, keepdims=True)


def _dealt(tracks: Int64, kinds: Int64) -> Int64:
    """``[grains]`` 0 or 1: the half of its collection's tracks that each is in."""
    halves = np.zeros(len(tracks), np.int64)
    for kind in np.unique(kinds):
        for number, track in enumerate(np.unique(tracks[kinds == kind])):
            halves[tracks == track] = number % 2
    return halves
