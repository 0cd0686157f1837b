"""Tonic: on which pitch a melody is at home.

Every pitch class that is heard is a candidate, wherever it lies: no grid of twelve is assumed. What
speaks for each is weighed; the weights were fitted on `python -m bench.notes.weights`'s tunes.
"""

from __future__ import annotations

import numpy as np

from eidophone.base.arrays import Float64
from eidophone.notes.fundamentals.lines import Line
from eidophone.notes.fundamentals.phrases import starts_of

#: Bins of an octave: ten cents each.
BINS = 120

#: Cents by which pitches of one degree differ, typically.
SPREAD = 20.0

#: Steps above a candidate, in bins.
_ABOVE = {"fifth": 70, "third": 40, "tritone": 60}

#: A melody has no semitones, if so little of it lies one apart.
_BARE = 0.12

#: What speaks for a candidate, and how much.
WEIGHTS = {
    "last": 2.07,
    "last, no semitones": 1.8,
    "ends": 3.84,
    "long": 1.44,
    "share": 6.29,
    "fifth": 2.75,
    "third": 3.17,
    "tritone": -3.22,
    "half": -1.22,
}


def classes(pitches: Float64) -> Float64:
    """Pitch classes of ``pitches`` in semitones from C, 0 to 12."""
    return np.mod(pitches, 12.0)


def histogram(values: Float64, weights: Float64, spread: float = SPREAD) -> Float64:
    """How much lies at each ten cents of the octave ``[BINS]``, blurred, the sum is 1."""
    bins = np.bincount(np.rint(values * 10).astype(int) % BINS, weights, BINS)
    away = np.minimum(np.arange(BINS), BINS - np.arange(BINS)) * 10.0
    kernel = np.exp(-0.5 * (away / spread) ** 2)
    blurred = np.fft.irfft(np.fft.rfft(bins) * np.fft.rfft(kernel / kernel.sum()), BINS)
    total = weights.sum()
    return np.maximum(blurred, 0) / total if total > 0 else blurred


def candidates(line: Line) -> Float64:
    """Pitch classes ``[n]`` that are heard, in semitones from C: the middle of each peak."""
    found = histogram(classes(line.pitches), line.gaps)
    peaks = (found >= np.roll(found, 1)) & (found > np.roll(found, -1)) & (found > 1e-4)
    places = np.flatnonzero(peaks)
    away = np.mod(classes(line.pitches)[None] - places[:, None] / 10 + 6, 12) - 6
    weights = line.gaps * (np.abs(away) < 0.5)
    sums = weights.sum(1)
    fine = (away * weights).sum(1) / np.where(sums > 0, sums, 1)
    return np.mod(places / 10 + fine, 12)


def evidence(line: Line, among: Float64) -> dict[str, Float64]:
    """What speaks for each of ``among``, ``[n]`` each, by its name."""
    kinds = classes(line.pitches)
    near = np.abs(np.mod(kinds[None] - among[:, None] + 6, 12) - 6) < 0.5
    starts = starts_of(line)
    ends = np.append(starts[1:] - 1, len(line) - 1)
    gaps = np.minimum(line.gaps, 4 * np.median(line.gaps))
    share = (near * gaps).sum(1) / gaps.sum()
    long = gaps >= np.quantile(gaps, 0.9)
    found = histogram(kinds, gaps, 25.0)
    peak = max(float(found.max()), 1e-9)
    at = np.rint(among * 10).astype(int)
    found_above = {name: found[(at + step) % BINS] / peak for name, step in _ABOVE.items()}
    bare = float(found @ np.roll(found, 10) < _BARE * (found @ found))
    half = near[:, ends[: max(1, len(ends) - 1)]].mean(1)
    return {
        "last": near[:, -1].astype(float),
        "ends": (near[:, ends] * gaps[ends]).sum(1) / gaps[ends].sum(),
        "long": near[:, long].mean(1),
        "share": share,
        "last, no semitones": near[:, -1] * bare,
        **found_above,
        "half": half,
    }


def tonic_of(line: Line) -> tuple[float, float]:
    """The tonic of a melody in semitones from C, and how likely it is, 0 to 1."""
    among = candidates(line)
    if not len(among):
        return 0.0, 0.0
    told = evidence(line, among)
    values = sum((WEIGHTS[name] * told[name] for name in WEIGHTS), np.zeros(len(among)))
    chances = np.exp(values - values.max())
    best = int(values.argmax())
    return float(among[best]), float(chances[best] / chances.sum())


def degrees(line: Line, tonic: float) -> Float64:
    """Semitones above the tonic of each note, 0 to 12."""
    return np.mod(line.pitches - tonic + 1e-9, 12.0)
