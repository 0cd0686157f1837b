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
    return _binned(degrees(line, tonic) * 100, line.gaps)


def blurred(histograms: Float64) -> Float64:
    """The mean of ``[tunes, BINS]``, blurred by what is one degree."""
    mean = np.atleast_2d(histograms).mean(0)
    return histogram(np.arange(BINS) / 10, mean, SPREAD)


def degrees_of(
    lines: list[Line], tonics: Float64, octave: float = 1200.0, seed: int = 0
) -> list[Degree]:
    """The degrees of tunes of one tuning, by their cents.

    Args:
        lines: their melodies.
        tonics: of each, in semitones.
        octave: cents after which degrees come again.
        seed: of the draws of tunes.
    """
    if not lines:
        return []
    parts = octave / 1200
    cents = [_above(one, tonic) / parts for one, tonic in zip(lines, tonics, strict=True)]
    each = [_binned(where, one.gaps) for where, one in zip(cents, lines, strict=True)]
    mean = blurred(np.stack(each))
    peaks = np.flatnonzero((mean >= np.roll(mean, 1)) & (mean > np.roll(mean, -1)))
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
        sides = [parts * (at + side) for side in (middle, float(low), float(high))]
        found.append(Degree(sides[0], sides[1], sides[2], float(share)))
    return _from_tonic(_told_apart(found), octave)


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


def _above(line: Line, tonic: float) -> Float64:
    """Cents of each note above the tonic that is nearest to the last note, below it too."""
    home = tonic + 12 * np.rint((line.pitches[-1] - tonic) / 12)
    return (line.pitches - home) * 100


def _binned(cents: Float64, weights: Float64) -> Float64:
    bins = np.bincount(np.rint(cents / 10).astype(int) % BINS, weights, BINS)
    return np.asarray(bins / bins.sum())


def _from_tonic(found: list[Degree], octave: float) -> list[Degree]:
    """Degrees from the first on, which is the tonic as it is sung, not as it was estimated."""
    homes = [one for one in found if min(one.cents, octave - one.cents) < _NEAR]
    home = homes[0].cents if homes else 0.0
    moved = []
    for one in found:
        down = np.mod(one.cents - home + _NEAR, octave) - _NEAR - one.cents
        low, high = one.low + down, one.high + down
        moved.append(Degree(float(one.cents + down), float(low), float(high), one.share))
    return sorted(moved, key=lambda one: one.cents)


def _told_apart(found: list[Degree]) -> list[Degree]:
    """Of degrees that share their pitches, the one with more."""
    kept: list[Degree] = []
    for one in sorted(found, key=lambda degree: -degree.share):
        away = [abs((one.cents - other.cents + 600) % 1200 - 600) for other in kept]
        if all(gap > _NEAR for gap in away):
            kept.append(one)
    return kept
