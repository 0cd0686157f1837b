"""Comparing: how sure a figure is, and whether two collections surely differ in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import t as student

from eidophone.base.arrays import Float64, Mask

#: Draws of tunes for an interval.
DRAWS = 500

#: What differs by chance so seldom is said to differ.
LEVEL = 0.05

#: Of fewer tunes nothing is said to differ.
LEAST = 8


@dataclass(frozen=True, eq=False)
class Summary:
    """What there is to say of figures of many tunes, each ``[figures]``.

    Attributes:
        mean: over tunes that have the figure.
        deviation: between tunes.
        count: of these tunes.
    """

    mean: Float64
    deviation: Float64
    count: Float64

    @classmethod
    def of(cls, values: Float64) -> Summary:
        """Of ``[tunes, figures]``; NaN is a tune that has no such figure."""
        there = np.isfinite(values)
        count = there.sum(0).astype(float)
        safe = np.maximum(count, 1)
        mean = np.where(there, values, 0).sum(0) / safe
        spread = (np.where(there, values - mean, 0) ** 2).sum(0) / np.maximum(count - 1, 1)
        return cls(np.where(count > 0, mean, np.nan), np.sqrt(spread), count)

    @classmethod
    def pooled(cls, some: Sequence[Summary]) -> Summary:
        """Of several collections as one, each with the weight that all have."""
        means = np.stack([one.mean for one in some])
        there = np.isfinite(means)
        safe = np.maximum(there.sum(0), 1)
        mean = np.where(there, means, 0).sum(0) / safe
        spread = sum(one.deviation**2 for one in some) / len(some)
        between = np.where(there, (means - mean) ** 2, 0).sum(0) / safe
        count = np.sum([one.count for one in some], axis=0)
        return cls(np.where(there.any(0), mean, np.nan), np.sqrt(spread + between), count)


def interval(values: Float64, seed: int = 0) -> tuple[Float64, Float64]:
    """Where the mean of ``[tunes, figures]`` lies: the 95 % bootstrap interval, over tunes."""
    count = len(values)
    rng = np.random.default_rng(seed)
    drawn = rng.multinomial(count, np.full(count, 1 / count), DRAWS).astype(float)
    there = np.isfinite(values).astype(float)
    sums, counts = drawn @ np.where(there > 0, values, 0), drawn @ there
    means = np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)
    if not len(means) or np.isnan(means).all(0).any():
        means = np.where(np.isnan(means).all(0), 0, means)
    low, high = np.nanquantile(means, (0.025, 0.975), axis=0)
    return low, high


def chance(one: Summary, other: Summary) -> Float64:
    """How likely a difference so large is where there is none: Welch's test, ``[figures]``."""
    counts = np.maximum([one.count, other.count], 2)
    # a figure that never varied among n tunes is known to about 1 / n, not exactly
    variances = np.array([one.deviation**2, other.deviation**2]) / counts + (0.25 / counts) ** 2 * (
        np.array([one.deviation, other.deviation]) == 0
    )
    total = variances.sum(0)
    freedom = total**2 / np.maximum((variances**2 / (counts - 1)).sum(0), 1e-300)
    value = np.abs(one.mean - other.mean) / np.sqrt(np.maximum(total, 1e-300))
    found = 2 * student.sf(value, freedom)
    few = np.minimum(one.count, other.count) < LEAST
    return np.where(few | ~np.isfinite(found), 1.0, found)


def surely(chances: Float64) -> Mask:
    """Which differ, of many that were looked at: Holm's correction keeps one in twenty errors."""
    flat = chances.ravel()
    order = np.argsort(flat)
    limits = LEVEL / (len(flat) - np.arange(len(flat)))
    below = flat[order] <= limits
    first = len(flat) if below.all() else int(np.argmin(below))
    out = np.zeros(len(flat), bool)
    out[order[:first]] = True
    return out.reshape(chances.shape)
