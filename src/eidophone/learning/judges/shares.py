"""Shares: how far results are on the way from the source to the target; means; with intervals."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from eidophone.base.arrays import Float32, Floats

#: How often windows are drawn anew, and how much of what they say is within the interval.
_DRAWS, _WITHIN = 1000, 0.9

#: What differs by no more than this is the same.
_SAME = 1e-6


@dataclass(frozen=True)
class Estimate:
    """A figure with its interval.

    Attributes:
        value: the figure.
        low: end of the 90 % interval over windows (a bootstrap; Efron 1979).
        high: the other end.
    """

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.2f} [{self.low:.2f} {self.high:.2f}]"


def share_of(made: Float32, source: Float32, target: Float32) -> Estimate:
    """The share of ``made`` on the way from ``source`` to ``target``: 0 and 1.

    All are probabilities ``[windows]`` of the target's collection, of sounds that went through the
    same codec; ``made`` is made of ``source``, window by window, and drawn with it. All are nan if
    the target's own is not surely more likely than the source: then nothing is on a way.
    """
    assert made.shape == source.shape
    chance = np.random.default_rng(0)
    mine = chance.integers(0, len(made), (_DRAWS, len(made)))
    theirs = chance.integers(0, len(target), (_DRAWS, len(target)))
    low_end, high_end = source[mine].mean(axis=1), target[theirs].mean(axis=1)
    if np.quantile(high_end - low_end, (1 - _WITHIN) / 2) <= _SAME:
        return Estimate(np.nan, np.nan, np.nan)
    drawn = _ratio(made[mine].mean(axis=1) - low_end, high_end - low_end)
    value = _ratio(made.mean() - source.mean(), target.mean() - source.mean())
    return _estimate(float(value), drawn)


def mean_of(values: Iterable[float]) -> Estimate:
    """The mean of one value a window."""
    each = np.array([*values], np.float64)
    return rate_of(each, np.ones_like(each))


def rate_of(parts: Iterable[float], wholes: Iterable[float]) -> Estimate:
    """The sum of ``parts`` in the sum of ``wholes``, both of each window."""
    part, whole = (np.array([*one], np.float64) for one in (parts, wholes))
    places = np.random.default_rng(0).integers(0, len(part), (_DRAWS, len(part)))
    drawn = _ratio(part[places].sum(axis=1), whole[places].sum(axis=1))
    return _estimate(float(_ratio(part.sum(), whole.sum())), drawn)


def _estimate(value: float, drawn: Floats) -> Estimate:
    if np.isnan(drawn).all():
        return Estimate(value, np.nan, np.nan)
    edges = np.nanquantile(drawn, [(1 - _WITHIN) / 2, (1 + _WITHIN) / 2])
    return Estimate(value, float(edges[0]), float(edges[1]))


def _ratio(part: Floats, whole: Floats) -> Floats:
    return part / np.where(np.abs(whole) > _SAME, whole, np.nan)
