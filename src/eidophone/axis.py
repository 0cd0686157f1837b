"""The vertical axis: rows to Hz and back, and the pooling of STFT bins onto rows."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from eidophone.recipe import AxisName, Recipe

Floats = NDArray[np.float64]

_MEL_BREAK_HZ = 700.0
_LEAST_WEIGHT = 1e-3


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


class Band(NamedTuple):
    """A sparse matrix, each line of which is one run of weights; Numba takes it as it is.

    Line ``i`` has the weights ``weight[first[i]:first[i + 1]]`` at the columns that begin with
    ``start[i]``. A line may be empty.
    """

    start: NDArray[np.uint64]  # unsigned: no test for negative indices in the inner loops
    first: NDArray[np.uint64]
    weight: NDArray[np.float32]

    @classmethod
    def of(cls, matrix: csr_array) -> Band:
        """The band of a sparse matrix; gaps inside a run become zero weights."""
        starts, firsts, weights = [], [0], [np.zeros(0)]
        for line in range(matrix.shape[0]):
            columns = matrix.indices[matrix.indptr[line] : matrix.indptr[line + 1]]
            run = np.zeros(columns.max() + 1 - columns.min() if columns.size else 0)
            start = int(columns.min()) if columns.size else 0
            run[columns - start] = matrix.data[matrix.indptr[line] : matrix.indptr[line + 1]]
            starts.append(start)
            weights.append(run)
            firsts.append(firsts[-1] + len(run))
        return cls(
            np.array(starts, np.uint64),
            np.array(firsts, np.uint64),
            np.concatenate(weights).astype(np.float32),
        )


class Pooling(NamedTuple):
    """How the STFT bins of sounds of one rate are pooled onto the rows of a recipe.

    Attributes:
        pool: ``[rows, bins]``: power of a row = weighted sum of the power of the bins near it.
        spread: ``[rows, bins]``: its transpose takes rows to bins: the value of a bin = weighted
            mean of the values of the rows near it.
        inside: ``[bins]``: whether a bin belongs to any row.
    """

    pool: Band
    spread: Band
    inside: NDArray[np.bool_]

    @property
    def bins(self) -> int:
        """How many bins."""
        return len(self.inside)


@lru_cache(maxsize=8)
def pooling(recipe: Recipe, rate: int, n_fft: int) -> Pooling:
    """The pooling of the bins of an ``n_fft``-point FFT at ``rate`` Hz onto ``recipe``'s rows.

    A row takes in the bins within one row of its centre, weighted by a triangle of height 1;
    where bins are sparser than rows the triangle widens to the distance of two bins, which makes
    it linear interpolation. So a steady tone has its own level in every part of the axis, and
    noise is brighter where rows are wider. Bins outside the axis belong to no row, and rows above
    Nyquist have no bins.
    """
    bins = n_fft // 2 + 1
    hz: Floats = np.arange(bins, dtype=np.float64) * (rate / n_fft)
    hz[0] = hz[1] / 2  # a logarithmic axis has no place for 0 Hz
    place = row_of_hz(hz, recipe)
    rows = np.arange(recipe.rows)
    rows = rows[rows <= place[-1] + 0.5]
    reach = np.maximum(np.interp(rows, place, np.gradient(place)), 1.0)
    begin = np.searchsorted(place, rows - reach, side="right")
    count = np.searchsorted(place, rows + reach, side="left") - begin
    line = np.repeat(np.arange(len(rows)), count)
    column = np.arange(count.sum()) + np.repeat(begin - np.cumsum(count) + count, count)
    weight = 1 - np.abs(rows[line] - place[column]) / reach[line]
    pool = csr_array((weight, (line, column)), shape=(recipe.rows, bins))
    pool.data[pool.data < _LEAST_WEIGHT] = 0
    pool.eliminate_zeros()
    total = pool.sum(axis=0)
    spread = csr_array(pool / np.maximum(total, _LEAST_WEIGHT))
    return Pooling(Band.of(pool), Band.of(spread), total > 0)
