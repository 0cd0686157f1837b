"""The vertical axis: rows to Hz and back, and the pooling of STFT bins onto rows."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from eidophone.base.arrays import Float64
from eidophone.picture.gabor import Gabor
from eidophone.picture.recipe import AxisName, Recipe

_MEL_BREAK_HZ = 700.0
_LEAST_WEIGHT = 1e-3


def _warp(hz: Float64, axis: AxisName) -> Float64:
    """Hz on a scale on which the rows of ``axis`` are equally spaced."""
    if axis == "mel":  # O'Shaughnessy (1987), up to a constant factor
        return np.log1p(hz / _MEL_BREAK_HZ)
    if axis == "octaves":
        return np.log2(np.maximum(hz, 1e-6))
    return hz


def _unwarp(warped: Float64, axis: AxisName) -> Float64:
    if axis == "mel":
        return _MEL_BREAK_HZ * np.expm1(warped)
    if axis == "octaves":
        return np.exp2(warped)
    return warped


def row_of_hz(hz: Float64 | float, recipe: Recipe) -> Float64:
    """Row, counted from the bottom, whose centre is at ``hz``; fractional, may lie outside."""
    low, high = _warp(np.array([recipe.min_hz, recipe.max_hz]), recipe.axis)
    height = (_warp(np.asarray(hz, dtype=np.float64), recipe.axis) - low) / (high - low)
    return height * recipe.rows - 0.5


def hz_of_row(row: Float64 | float, recipe: Recipe) -> Float64:
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

    def reach(self, first: int, last: int) -> tuple[int, int]:
        """First and last column (exclusive) of the lines ``first`` to ``last`` (exclusive)."""
        length = np.diff(self.first[first : last + 1].astype(np.int64))
        start = self.start[first:last].astype(np.int64)[length > 0]
        stop = start + length[length > 0]
        return (int(start.min()), int(stop.max())) if start.size else (0, 0)

    def lines(self, first: int, last: int, column: int) -> Band:
        """The lines ``first`` to ``last`` (exclusive), their columns counted from ``column``."""
        begin, end = int(self.first[first]), int(self.first[last])
        start = np.maximum(self.start[first:last].astype(np.int64) - column, 0)
        return Band(
            start.astype(np.uint64),
            self.first[first : last + 1] - self.first[first],
            self.weight[begin:end],
        )


class Stencil(NamedTuple):
    """Cubic interpolation of levels: the four bins around each place, and their weights.

    The level of a Gaussian window's lobe is a parabola, which a cubic meets exactly: so a tone is
    where it is, and as loud as it is, and not where and what the nearest bin is.

    Attributes:
        around: ``[places, 4]``.
        weight: ``[places, 4]``.
        reach: how many bins are needed, from 0 Hz on.
    """

    around: NDArray[np.uint64]
    weight: NDArray[np.float32]
    reach: int

    @classmethod
    def of(cls, place: Float64, bins: int) -> Stencil:
        """Lagrange's polynomials at ``place`` between ``bins`` bins, counted from 0 Hz."""
        below = np.floor(place)
        t = place - below
        weight = [
            -t * (t - 1) * (t - 2) / 6,
            (t + 1) * (t - 1) * (t - 2) / 2,
            -(t + 1) * t * (t - 2) / 2,
            (t + 1) * t * (t - 1) / 6,
        ]
        around = np.abs(below[:, None] + np.arange(-1, 3))  # mirrored at 0 Hz and at Nyquist
        around = np.minimum(around, 2 * (bins - 1) - around)
        reach = int(around.max(initial=-1)) + 1
        return cls(around.astype(np.uint64), np.stack(weight, axis=-1).astype(np.float32), reach)


class Pooling(NamedTuple):
    """How STFT bins become the rows of a recipe, and rows bins.

    The lowest rows lie closer together than bins, and are interpolated between them. Further up
    several bins are pooled onto a row.

    Attributes:
        low: of the lowest rows, from bins.
        pool: ``[rows, bins]``: power of a row = weighted sum of the power of the bins near it.
        spread: ``[rows, bins]``: its transpose takes rows to bins: the value of a bin = weighted
            mean of the values of the rows near it.
        inside: ``[bins]``: whether a bin belongs to any row.
    """

    low: Stencil
    pool: Band
    spread: Band
    inside: NDArray[np.bool_]

    @property
    def bins(self) -> int:
        """How many bins."""
        return len(self.inside)

    def rows_near(self, some: NDArray[np.bool_]) -> slice:
        """The least run of rows that has all those in it that take part in ``some`` of the bins."""
        found = np.flatnonzero(some)
        if not found.size:
            return slice(0, 0)
        start = self.spread.start.astype(np.int64)
        length = np.diff(self.spread.first.astype(np.int64))
        near = (length > 0) & (start <= found[-1]) & (start + length > found[0])
        rows = np.flatnonzero(near)
        return slice(int(rows[0]), int(rows[-1]) + 1) if rows.size else slice(0, 0)

    def part(self, first: int, last: int) -> tuple[Pooling, slice]:
        """The rows ``first`` to ``last`` (exclusive) alone, and which bins are left of all.

        The outermost of these bins belong to rows beside them, too.
        """
        around = self.low.around[first:last].astype(np.int64)
        ends = [self.pool.reach(first, last), self.spread.reach(first, last)]
        if around.size:
            ends.append((int(around.min()), int(around.max()) + 1))
        low, high = min(end[0] for end in ends), max(end[1] for end in ends)
        reach = int(around.max()) + 1 - low if around.size else 0
        stencil = Stencil((around - low).astype(np.uint64), self.low.weight[first:last], reach)
        pool, spread = (one.lines(first, last, low) for one in (self.pool, self.spread))
        return Pooling(stencil, pool, spread, self.inside[low:high]), slice(low, high)


def pooling(recipe: Recipe, gabor: Gabor) -> Pooling:
    """The pooling of the bins of ``gabor`` onto the rows of ``recipe``.

    Where bins are denser than rows, a row takes in the bins within one row of its centre,
    weighted by a triangle such that a tone at the centre has its own level, in every part of the
    axis; so noise is brighter where rows are wider. Bins outside the axis belong to no row, and
    rows above Nyquist have no bins.
    """
    hz: Float64 = np.arange(gabor.bins, dtype=np.float64) * (gabor.rate / gabor.n_fft)
    hz[0] = hz[1] / 2  # a logarithmic axis has no place for 0 Hz
    place = row_of_hz(hz, recipe)
    rows = np.arange(recipe.rows)
    gap = np.interp(rows[rows <= place[-1] + 0.5], place, np.gradient(place))
    pool = _triangles(recipe, gabor, place, gap)
    total = pool.sum(axis=0)
    spread = csr_array(pool / np.maximum(total, _LEAST_WEIGHT))
    low = np.flatnonzero(gap >= 1)
    stencil = Stencil.of(_bin_of_row(low, recipe, gabor), gabor.bins)
    return Pooling(stencil, Band.of(pool), Band.of(spread), total > 0)


def bins_alone(gabor: Gabor) -> Pooling:
    """The pooling of each bin of ``gabor`` onto a row of its own."""
    itself = Band.of(csr_array(np.eye(gabor.bins)))
    none = Stencil.of(np.zeros(0), gabor.bins)
    return Pooling(none, itself, itself, np.ones(gabor.bins, np.bool_))


def _bin_of_row(row: NDArray[np.int64], recipe: Recipe, gabor: Gabor) -> Float64:
    return hz_of_row(row.astype(np.float64), recipe) * (gabor.n_fft / gabor.rate)


def _triangles(recipe: Recipe, gabor: Gabor, place: Float64, gap: Float64) -> csr_array:
    """Weights ``[rows, bins]`` of the bins at ``place`` that are near each row.

    ``gap`` is the distance of two bins at each row that is not above Nyquist, in rows.
    """
    rows = np.arange(len(gap))
    reach = np.maximum(gap, 1.0)
    begin = np.searchsorted(place, rows - reach, side="right")
    count = np.searchsorted(place, rows + reach, side="left") - begin
    line = np.repeat(rows, count)
    column = np.arange(count.sum()) + np.repeat(begin - np.cumsum(count) + count, count)
    weight = 1 - np.abs(rows[line] - place[column]) / reach[line]
    centre = _bin_of_row(rows, recipe, gabor)
    lobe = np.exp(-gabor.lobe_decay * (column - centre[line]) ** 2)
    tone = np.bincount(line, weight * lobe, minlength=len(rows))
    weight /= np.where((gap < 1) & (tone > _LEAST_WEIGHT), tone, 1)[line]
    pool = csr_array((weight, (line, column)), shape=(recipe.rows, gabor.bins))
    pool.data[pool.data < _LEAST_WEIGHT] = 0
    pool.eliminate_zeros()
    return pool
