"""Modulation: how strongly levels move, at each speed and each width, and by how much to alter it.

An undecimated pyramid of the picture in dB, separable in time and rows; a collection is told by the
spread of each of its bands in each row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

import numpy as np
from numba import njit

from eidophone.base.arrays import Float32, Float64
from eidophone.learning.grid import ROWS

#: Gaussians between bands: in columns, and in rows. What is slower than the slowest stays.
SPEEDS, WIDTHS = (1.5, 3.0, 6.0, 12.0, 24.0, 48.0, 96.0, 192.0), (1.0, 2.0, 4.0, 8.0, 16.0, 32.0)

#: Columns beside others that bear on them.
REACH = int(np.ceil(3 * sum(SPEEDS)))

#: Gaussians up to this are sums, wider ones three running means.
_DIRECT = 4.0

#: Spreads are smoothed over so many rows; and this much is added to both of a ratio.
_SMOOTH_ROWS, _LEAST_DB = 6.0, 0.02

#: A band is made stronger or weaker by this factor at most.
MOST_GAIN = 4.0


def spreads(courses: Iterable[Float32]) -> Float32:
    """How far ``courses`` ``[columns, rows]`` move, in dB: ``[speeds, widths + 1, rows]``."""
    covariance, weight = np.zeros((len(SPEEDS), ROWS, ROWS), np.float32), 0
    for course in courses:
        weight += len(course)
        for n, (speed, band) in enumerate(zip(SPEEDS, bands(course), strict=True)):
            some = band[:: max(1, int(speed))]
            covariance[n] += (some.T @ some) * np.float32(len(course) / len(some))
    total = [[np.einsum("rk,rk->k", one, each @ one) for one in _filters()] for each in covariance]
    variance = smoothed(np.reshape(total, (-1, ROWS)).T / max(1, weight), _SMOOTH_ROWS)
    return np.sqrt(np.maximum(variance.T, 0)).reshape(len(SPEEDS), -1, ROWS)


def gains(ours: Float32, theirs: Float32) -> Float32:
    """By which factor to alter each band, as spreads are ``ours`` and are to be ``theirs``."""
    ratio = (theirs + np.float32(_LEAST_DB)) / (ours + np.float32(_LEAST_DB))
    return np.clip(ratio, 1 / MOST_GAIN, MOST_GAIN)


def changes(factors: Float32) -> Float32:
    """``[speeds, rows, rows]`` by which a band of a speed is multiplied to see its change.

    Args:
        factors: ``[speeds, widths + 1, rows]``; 1 changes nothing.
    """
    out = np.zeros((len(factors), ROWS, ROWS), np.float32)
    for n, each in enumerate(factors):
        for one, by in zip(_filters(), each, strict=True):
            out[n] += one * (by - 1)
    return out


def altered(course: Float32, by: Float32) -> Float32:
    """The change in dB ``[columns, rows]`` of ``course`` that `changes` mean."""
    out = np.zeros_like(course)
    for band, matrix in zip(bands(course), by, strict=True):
        out += band @ matrix
    return out


def bands(course: Float32) -> Iterator[Float32]:
    """What of ``course`` ``[columns, rows]`` moves at each speed, fastest first."""
    for speed in SPEEDS:
        slower = smoothed(course, speed)
        yield course - slower
        course = slower


def smoothed(course: Float32 | Float64, width: float) -> Float32:
    """``course`` ``[n, m]`` smoothed along n by about a Gaussian; its ends are held."""
    smooth: Float32 = np.ascontiguousarray(course, np.float32)
    if width <= _DIRECT:
        reach = int(np.ceil(3 * width))
        bell = np.exp(-0.5 * (np.arange(-reach, reach + 1) / width) ** 2)
        return _weighted(smooth, (bell / bell.sum()).astype(np.float32))
    half = round((np.sqrt(4 * width**2 + 1) - 1) / 2)
    for _ in range(3):
        smooth = _mean(smooth, half)
    return smooth


@lru_cache(maxsize=1)
def _filters() -> list[Float32]:
    """``[rows, rows]`` that take what is of each width out of columns."""
    found, left = [], np.eye(ROWS, dtype=np.float32)
    for width in WIDTHS:
        wider = smoothed(left, width)
        found.append((left - wider).T)
        left = wider
    return [np.ascontiguousarray(one) for one in [*found, left.T]]


@njit(cache=True, nogil=True, fastmath=True)
def _weighted(course: Float32, weights: Float32) -> Float32:
    count, reach = len(course), len(weights) // 2
    out = np.zeros_like(course)
    for n in range(count):
        for k in range(-reach, reach + 1):
            other = min(max(n + k, 0), count - 1)
            out[n] += weights[k + reach] * course[other]
    return out


@njit(cache=True, nogil=True)
def _mean(course: Float32, half: int) -> Float32:
    count = len(course)
    out = np.empty_like(course)
    total = np.zeros(course.shape[1], np.float64)
    for k in range(-half, half + 1):
        other = min(max(k, 0), count - 1)
        for m in range(course.shape[1]):
            total[m] += course[other, m]
    for n in range(count):
        new, old = min(n + half + 1, count - 1), max(n - half, 0)
        for m in range(course.shape[1]):
            out[n, m] = total[m] / (2 * half + 1)
            total[m] += course[new, m] - course[old, m]
    return out
