"""Tuning: where degrees lie, in cents above the tonic, and how wide an octave is.

No grid of twelve is assumed: a degree is a peak of the histogram of pitches.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eidophone.base.arrays import Float64
from eidophone.notes.fundamentals.lines import Line
from eidophone.notes.fundamentals.tonic import BINS, SPREAD, degrees, histogram

#: A degree is a peak of so much of the time at least.
LEAST = 0.02

#: Cents around a peak whose pitches are of it.
_NEAR = 45.0

#: Cents from 1,200 to which octaves are stretched or shrunk, at most.
_OCTAVES = 60.0

#: Draws of tunes for an interval.
_DRAWS = 200


@dataclass(frozen=True)
class Degree:
    """A degree of a scale.

    Attributes:
        cents: above the tonic.
        low, high: the 95 % interval, over tunes.
        share: of the time.
    """

    cents: float
    low: float
    high: float
    share: float


def folded(line: Line, tonic: float) -> Float64:
    """How much of the time is spent at each ten cents above the tonic, not blurred, ``[BINS]``."""
    bins = np.bincount(np.rint(degrees(line, tonic) * 10).astype(int) % BINS, line.gaps, BINS)
    return np.asarray(bins / bins.sum())


def blurred(histograms: Float64) -> Float64:
    """The mean of ``[tunes, BINS]``, blurred by what is one degree."""
    mean = np.atleast_2d(histograms).mean(0)
    return histogram(np.arange(BINS) / 10, mean, SPREAD)


def degrees_of(lines: list[Line], tonics: Float64, seed: int = 0) -> list[Degree]:
    """The degrees of tunes of one tuning, by their cents."""
    if not lines:
        return []
    each = np.stack([folded(one, tonic) for one, tonic in zip(lines, tonics, strict=True)])
    mean = blurred(each)
    peaks = np.flatnonzero((mean >= np.roll(mean, 1)) & (mean > np.roll(mean, -1)))
    cents = [degrees(one, tonic) * 100 for one, tonic in zip(lines, tonics, strict=True)]
    rng = np.random.default_rng(seed)
    drawn = rng.multinomial(len(lines), np.full(len(lines), 1 / len(lines)), _DRAWS)
    found = []
    for peak in peaks:
        sums = np.zeros((2, len(lines)))
        for place, (one, where) in enumerate(zip(lines, cents, strict=True)):
            away = np.mod(where - peak * 10 + 600, 1200) - 600
            weights = one.gaps * (np.abs(away) < _NEAR) / one.gaps.sum()
            sums[:, place] = weights.sum(), weights @ away
        share = sums[0].mean()
        if share < LEAST:
            continue
        moved = (drawn @ sums[1]) / np.maximum(drawn @ sums[0], 1e-9)
        low, high = np.quantile(moved, (0.025, 0.975))
        middle = float(sums[1].sum() / sums[0].sum())
        at = float(peak * 10)
        found.append(Degree(at + middle, at + float(low), at + float(high), float(share)))
    return sorted(_told_apart(found), key=lambda one: one.cents)


def octave_of(line: Line) -> float:
    """Cents of the octave by pitches about one apart; NaN where there are none."""
    pitches, weights = line.pitches * 100, line.gaps
    first = pitches.min() - 60
    bins = np.bincount(np.rint(pitches - first).astype(int), weights)
    kernel = np.exp(-0.5 * (np.arange(-60, 61) / 10.0) ** 2)
    bins = np.convolve(bins, kernel)
    lags = np.arange(1200 - int(_OCTAVES), 1201 + int(_OCTAVES))
    if len(bins) <= lags[-1]:
        bins = np.append(bins, np.zeros(lags[-1] + 1 - len(bins)))
    both = np.array([bins[lag:] @ bins[:-lag] for lag in lags])
    if both.max() <= 1e-6 * (bins @ bins) or not 0 < both.argmax() < len(lags) - 1:
        return float("nan")
    near = np.abs(np.arange(len(lags)) - both.argmax()) <= 15
    return float((lags[near] * both[near]).sum() / both[near].sum())


def _told_apart(found: list[Degree]) -> list[Degree]:
    """Of degrees that share their pitches, the one with more."""
    kept: list[Degree] = []
    for one in sorted(found, key=lambda degree: -degree.share):
        away = [abs((one.cents - other.cents + 600) % 1200 - 600) for other in kept]
        if all(gap > _NEAR for gap in away):
            kept.append(one)
    return kept
