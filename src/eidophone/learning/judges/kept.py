"""Kept: what of a sound is still there in what was made of it.

All are correlations: 1 is all of it, and 0 none. Levels are ``[columns, rows]`` in dB; what is made
may be longer or shorter by some columns at its end.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import scipy.fft
import scipy.ndimage
import scipy.signal

from eidophone.base.arrays import Float32, Floats
from eidophone.learning.grid import RECIPE, ROWS
from eidophone.learning.judges.bands import Bands, db_of, power_of
from eidophone.learning.judges.hearing import HEARD
from eidophone.picture.axis import hz_of_row

#: A noise floor, below the mean power.
_FLOOR_DB = -45.0

#: Samples of the transform by which chroma is told, and from one to the next.
_BINS, _HOP = 8192, 1024

#: Notes of whitened chroma in Hz, and rows over which the local floor is taken.
_NOTES_HZ, _LOCAL_ROWS = (110.0, 2500.0), 15

#: Columns that are one moment of whitened chroma.
_MOMENT = 4

#: Columns over which onsets are smooth.
_SMOOTH = 3


def onset_kept(made: Float32, source: Float32) -> float:
    """Of when levels rise."""
    return correlation(_onsets(made)[:, None], _onsets(source)[:, None])


def chroma_kept(made: Float32, source: Float32, rate: int) -> float:
    """Of which pitch classes have the energy, of samples ``[n]``; any equaliser costs some.

    Chroma as librosa has it (Ellis 2007): a Fourier transform of 8192 samples, folded.
    """
    return correlation(_chroma(made, rate), _chroma(source, rate))


def whitened_kept(made: Float32, source: Float32) -> float:
    """Of which pitch classes stand out above their neighbours; an equaliser costs none."""
    return correlation(_whitened(made), _whitened(source))


def correlation(made: Floats, source: Floats) -> float:
    """Of ``[moments, values]``, each value about its mean."""
    count = min(len(made), len(source))
    one, other = made[:count].astype(np.float64), source[:count].astype(np.float64)
    one, other = one - one.mean(axis=0), other - other.mean(axis=0)
    power = (one * one).sum() * (other * other).sum()
    return float((one * other).sum() / np.sqrt(power + 1e-12))


def _heard(levels: Float32) -> Float32:
    power = Bands(HEARD).mean(power_of(levels))
    return db_of(power / (power.mean() + np.float32(1e-12)), 10 ** (_FLOOR_DB / 10))


def _onsets(levels: Float32) -> Float32:
    heard = _heard(levels)
    rising = np.maximum(heard[2:] - heard[:-2], 0).mean(axis=1)
    return scipy.ndimage.uniform_filter1d(rising, _SMOOTH)


def _chroma(samples: Float32, rate: int) -> Float32:
    """``[moments, 12]`` of which the largest of each moment is 1."""
    half = _BINS // 2
    padded = np.pad(samples, half)
    moments = np.lib.stride_tricks.sliding_window_view(padded, _BINS)[::_HOP]
    window = scipy.signal.windows.hann(_BINS, sym=False).astype(np.float32)
    power = np.abs(scipy.fft.rfft(moments * window, axis=1)) ** 2
    folded = power @ _folding(rate)
    return folded / np.maximum(folded.max(axis=1, keepdims=True), 1e-12)


@cache
def _folding(rate: int) -> Float32:
    """``[bins, 12]`` how much each bin belongs to each pitch class."""
    hz = np.arange(1, _BINS // 2 + 1) * rate / _BINS
    places = 12 * np.log2(hz / (440 / 16))
    places = np.r_[places[0] - 18, places]  # the first bin is an octave and a half below the next
    widths = np.maximum(np.r_[np.diff(places), 1], 1)
    away = (places[:, None] - np.arange(12) + 6 + 120) % 12 - 6
    weights = np.exp(-0.5 * (2 * away / widths[:, None]) ** 2)
    weights /= np.linalg.norm(weights, axis=1, keepdims=True)
    weights *= np.exp(-0.5 * ((places[:, None] / 12 - 5) / 2) ** 2)
    return weights.astype(np.float32)


def _whitened(levels: Float32) -> Float32:
    """``[moments, 12]``."""
    above = levels - scipy.ndimage.uniform_filter1d(levels, _LOCAL_ROWS, axis=1)
    folded = np.maximum(above, 0) @ _classes()
    count = len(folded) // _MOMENT
    return folded[: count * _MOMENT].reshape(count, _MOMENT, 12).mean(axis=1)


@cache
def _classes() -> Float32:
    """``[rows, 12]`` the pitch class nearest to each row that notes are in."""
    hz = hz_of_row(np.arange(ROWS, dtype=np.float64), RECIPE)
    low, high = _NOTES_HZ
    classes = np.round(12 * np.log2(np.maximum(hz, 1) / 440)).astype(int) % 12
    return ((hz > low) & (hz < high))[:, None] * (classes[:, None] == np.arange(12)).astype("f4")
