"""Lobes: the partials of a column, each as wide as the window draws it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from eidophone.base.arrays import Float32, Int64

#: Nepers of power that a lobe can be higher between two bins than at both.
_MOST_BETWEEN = np.float32(0.2)


class Lobes(NamedTuple):
    """Lobes ``[parents, lobes]``: peaks, levels there and over the envelope, edges, how many."""

    peak: Float32
    height: Float32
    fine: Float32
    edge: Int64
    number: Int64


@njit(cache=True, nogil=True)
def empty_lobes(parents: int, bins: int) -> Lobes:
    """Room for the lobes of a column of so many ``bins``; compiled."""
    return Lobes(
        np.empty((parents, bins), np.float32),
        np.empty((parents, bins), np.float32),
        np.empty((parents, bins), np.float32),
        np.empty((parents, bins + 1), np.int64),
        np.empty(parents, np.int64),
    )


@njit(cache=True, nogil=True, fastmath=True)
def find(level: Float32, envelope: Float32, lobes: Lobes, parent: int) -> None:
    """The lobes of a column: peaks, to a part of a bin, and the valleys between them; compiled."""
    peak, height, fine, edge, number = lobes
    bins = level.size
    found, valley = 0, 0
    edge[parent, 0] = 0
    for n in range(bins):
        left, right = level[abs(n - 1)], level[n + 1 if n < bins - 1 else n - 1]
        here = level[n]
        if here < level[valley]:
            valley = n
        if (here > left or n == 0) and here >= right:
            bend = left - 2 * here + right
            off = (left - right) / (2 * bend) if bend < 0 else np.float32(0)
            peak[parent, found] = n + off
            height[parent, found] = here - off * (left - right) / 4
            fine[parent, found] = here - envelope[n]
            edge[parent, found] = valley if found else 0
            found += 1
            valley = n
    if found == 0:
        peak[parent, 0] = 0
        height[parent, 0] = level[0]
        fine[parent, 0] = 0
        found = 1
    edge[parent, found] = bins - 1
    number[parent] = found


@njit(cache=True, nogil=True, fastmath=True, inline="always")
def linear(values: Float32, place: np.float32) -> np.float32:
    """``values`` between bins by a straight line; compiled."""
    place = min(max(place, np.float32(0)), np.float32(values.size - 1))
    below = min(int(place), values.size - 2)
    part = place - np.float32(below)
    return values[below] * (1 - part) + values[below + 1] * part


@njit(cache=True, nogil=True, fastmath=True)
def level_at(level: Float32, place: np.float32) -> np.float32:
    """``level`` between bins by a cubic, which meets a Gaussian window's lobe exactly; compiled."""
    last = level.size - 1
    place = min(max(place, np.float32(0)), np.float32(last))
    below = min(int(place), last - 1)
    t = place - np.float32(below)
    a, b = level[abs(below - 1)], level[below]
    c, d = level[below + 1], level[min(below + 2, 2 * last - below - 2)]
    value = -t * (t - 1) * (t - 2) / 6 * a + (t + 1) * (t - 1) * (t - 2) / 2 * b
    value += -(t + 1) * t * (t - 2) / 2 * c + (t + 1) * t * (t - 1) / 6 * d
    return min(value, max(b, c) + _MOST_BETWEEN)
