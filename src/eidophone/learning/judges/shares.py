"""Shares: how far results are on the way from the source to the target, by one judge."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eidophone.base.arrays import Float32, Floats

#: How often windows are drawn anew, and how much of what they say is within the interval.
_DRAWS, _WITHIN = 1000, 0.9


@dataclass(frozen=True)
class Share:
    """A share with its interval.

    Attributes:
        value: 0 is the source, and 1 the target.
        low: end of the 90 % interval over windows.
        high: the other end.
    """

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.2f} [{self.low:.2f} {self.high:.2f}]"


def share_of(made: Float32, source: Float32, target: Float32) -> Share:
    """The share of ``made`` on the way from ``source`` to ``target``.

    All are probabilities ``[windows]`` of the target's collection, of sounds that went through the
    same codec; ``made`` is made of ``source``, window by window, and drawn with it. All are nan if
    the ends do not differ.
    """
    assert made.shape == source.shape
    chance = np.random.default_rng(0)
    mine = chance.integers(0, len(made), (_DRAWS, len(made)))
    theirs = chance.integers(0, len(target), (_DRAWS, len(target)))
    low_end, high_end = source[mine].mean(axis=1), target[theirs].mean(axis=1)
    drawn = _ratio(made[mine].mean(axis=1) - low_end, high_end - low_end)
    value = _ratio(made.mean() - source.mean(), target.mean() - source.mean())
    edges = np.nanquantile(drawn, [(1 - _WITHIN) / 2, (1 + _WITHIN) / 2])
    return Share(float(value), float(edges[0]), float(edges[1]))


def _ratio(part: Floats, whole: Floats) -> Floats:
    return part / np.where(np.abs(whole) > 1e-6, whole, np.nan)
