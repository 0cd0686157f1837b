"""The vertical axis: rows to Hz and back, and the pooling of STFT bins onto rows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from eidophone.recipe import AxisName, Recipe

Floats = NDArray[np.float64]

_MEL_BREAK_HZ = 700.0


def _warp(hz: Floats, axis: AxisName) -> Floats:
    """Hz on a scale on which the rows of ``axis`` are equally spaced."""
    if axis == "mel":  # O'Shaughnessy (1987), up to a constant factor
        return np.log1p(hz / _MEL_BREAK_HZ)
    if axis == "octaves":
        return np.log2(np.maximum(hz, 1e-6))
    return hz


def _unwarp(warped: Floats, axis: AxisName) -> Floats:
    if axis == "mel":
        return _MEL_BREAK_HZ * np.expm1(warped)
    if axis == "octaves":
        return np.exp2(warped)
    return warped


def row_of_hz(hz: Floats | float, recipe: Recipe) -> Floats:
    """Row, counted from the bottom, whose centre is at ``hz``; fractional, may lie outside."""
    low, high = _warp(np.array([recipe.min_hz, recipe.max_hz]), recipe.axis)
    height = (_warp(np.asarray(hz, dtype=np.float64), recipe.axis) - low) / (high - low)
    return height * recipe.rows - 0.5


def hz_of_row(row: Floats | float, recipe: Recipe) -> Floats:
    """Frequency in Hz at the centre of ``row``, counted from the bottom; the inverse."""
    low, high = _warp(np.array([recipe.min_hz, recipe.max_hz]), recipe.axis)
    height = (np.asarray(row, dtype=np.float64) + 0.5) / recipe.rows
    return _unwarp(low + height * (high - low), recipe.axis)


@dataclass(frozen=True)
class Band:
    """A sparse matrix, each line of which is one run of non-zero weights.

    Line ``i`` has the weights ``weight[first[i]:first[i + 1]]`` at the columns that begin with
    ``start[i]``. A line may be empty.
    """

    start: NDArray[np.int32]
    first: NDArray[np.int32]
    weight: NDArray[np.float32]

    @classmethod
    def of(cls, dense: Floats) -> Band:
        """The band of a ``[lines, columns]`` matrix; gaps inside a run become zero weights."""
        starts, firsts, weights = [], [0], [np.zeros(0)]
        for line in dense:
            columns = np.flatnonzero(line)
            run = slice(columns[0], columns[-1] + 1) if columns.size else slice(0, 0)
            starts.append(run.start)
            weights.append(line[run])
            firsts.append(firsts[-1] + run.stop - run.start)
        return cls(
            np.array(starts, np.int32),
            np.array(firsts, np.int32),
            np.concatenate(weights).astype(np.float32),
        )


@dataclass(frozen=True)
class Pooling:
    """How the STFT bins of sounds of one rate are pooled onto the rows of a recipe.

    Attributes:
        pool: ``[rows, bins]``: power of a row = weighted mean of the power of the bins near it.
        spread: ``[bins, rows]``: its transpose, each line scaled to sum 1.
        bins: how many bins.
    """

    pool: Band
    spread: Band
    bins: int


@lru_cache(maxsize=8)
def pooling(recipe: Recipe, rate: int, n_fft: int) -> Pooling:
    """The pooling of the bins of an ``n_fft``-point FFT at ``rate`` Hz onto ``recipe``'s rows.

    A row takes in the bins within one row of its centre, weighted by a triangle; where bins are
    sparser than rows the triangle widens to the distance of two bins, which makes it linear
    interpolation. Bins outside the axis belong to no row, rows above Nyquist have no bins.
    """
    bins = n_fft // 2 + 1
    place = row_of_hz(np.arange(bins) * (rate / n_fft), recipe)
    rows = np.arange(recipe.rows)
    gap = np.interp(rows, place, np.gradient(place))
    weight = 1 - np.abs(rows[:, None] - place) / np.maximum(gap, 1.0)[:, None]
    weight[weight < 1e-3] = 0.0
    weight[rows > place[-1] + 0.5] = 0.0
    weight /= np.maximum(weight.sum(axis=1, keepdims=True), 1e-9)
    spread = weight.T / np.maximum(weight.sum(axis=0)[:, None], 1e-9)
    return Pooling(Band.of(weight), Band.of(spread), bins)
