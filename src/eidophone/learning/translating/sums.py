"""Sums: a wanted course told by sums of the frames of a collection.

Non-negative matrix factorisation with a fixed dictionary (Lee and Seung, 2001, for the
Kullback-Leibler divergence), in which few frames sound at once, and each goes on as its recording
does: Driedger, Prätzlich and Müller, "Let It Bee" (2015).
"""

from __future__ import annotations

import numpy as np
from numba import njit

from eidophone.base.arrays import Float32, Int32, Int64, Mask
from eidophone.learning.grid import FLOOR_DB
from eidophone.learning.translating.dictionary import COLUMNS, HEARD_ROWS, Dictionary, magnitudes_of

#: Frames that each wanted one can be a sum of: the nearest to it, and what goes on from, or to,
#: those nearest to its neighbours up to `_ALONG` away.
_NEAREST, _ALONG = 30, 3

#: Rounds, of which the last ones only fit.
_ROUNDS, _LAST = 30, 4

#: Frames that sound at once while rounds go on, and those that are laid in the end.
_AT_ONCE, _LAID = 8, 12

#: Sums tell what is slower than this, in columns: what is faster is lost in a sum of many.
SLOW = 3.0

#: Frames that are solved at a time, and wanted frames on both sides that bear on others.
_STRETCH_FRAMES = 512
REACH = COLUMNS * (_ALONG * _ROUNDS + _ALONG + 1)


def told(dictionary: Dictionary, levels: Float32) -> Float32:
    """``levels`` ``[columns, rows]`` in dB, told by sums of frames."""
    columns = len(levels)
    padded = np.pad(levels, ((0, -columns % COLUMNS), (0, 0)), "edge")
    wanted = magnitudes_of(padded).reshape(-1, COLUMNS, levels.shape[1]).mean(axis=1)
    numbers = _among(dictionary, dictionary.nearest(wanted, _NEAREST))
    weights = _weights(dictionary, wanted[:, :HEARD_ROWS], numbers)
    laid = dictionary.laid(*_loudest(numbers, weights))[:columns]
    return np.maximum(20 * np.log10(laid + np.float32(1e-6)), np.float32(FLOOR_DB))


def _among(dictionary: Dictionary, nearest: Int32) -> Int32:
    """``[frames, some]`` of which numbers each wanted frame may be a sum; -1 is none."""
    count, whole = len(nearest), dictionary.frames
    track = np.concatenate([[0], np.cumsum(dictionary.last)[:-1]])
    found = []
    for away in range(-_ALONG, _ALONG + 1):
        there = nearest[np.clip(np.arange(count) + away, 0, count - 1)].astype(np.int64)
        k, frame = np.divmod(there, whole)
        here = np.clip(frame - away, 0, whole - 1)
        same = (frame - away == here) & (track[here] == track[frame])
        outside = (np.arange(count) + away < 0) | (np.arange(count) + away >= count)
        found.append(np.where(same & ~outside[:, None], k * whole + here, -1))
    numbers = np.sort(np.concatenate(found, axis=1).astype(np.int32), axis=1)
    numbers[:, 1:][numbers[:, 1:] == numbers[:, :-1]] = -1
    return -np.sort(-numbers, axis=1)  # those that are none come last


def _weights(dictionary: Dictionary, wanted: Float32, numbers: Int32) -> Float32:
    """How much of each of ``numbers`` is in ``wanted`` ``[frames, HEARD_ROWS]``."""
    weights = np.zeros(numbers.shape, np.float32)
    margin = REACH // COLUMNS
    for first in range(0, len(wanted), _STRETCH_FRAMES):
        low = max(0, first - margin)
        some = slice(low, min(len(wanted), first + _STRETCH_FRAMES + margin))
        used, found = np.unique(numbers[some], return_inverse=True)
        none = int((used < 0).sum())
        numbered = used[none:].astype(np.int64)
        places = found.reshape(numbers[some].shape).astype(np.int32) - np.int32(none)
        atoms = dictionary.atoms(numbered)
        size = np.sqrt((atoms**2).sum(axis=1)) + np.float32(1e-9)
        atoms /= size[:, None]
        last = dictionary.last[numbered % dictionary.frames]
        solved = _solved(atoms, numbered, last, places, np.ascontiguousarray(wanted[some]))
        inside = solved[first - low : first - low + _STRETCH_FRAMES]
        counted = places[first - low : first - low + _STRETCH_FRAMES]
        weights[first : first + _STRETCH_FRAMES] = inside / size[counted]
    return weights


def _loudest(numbers: Int32, weights: Float32) -> tuple[Int32, Float32]:
    """The `_LAID` of each frame of which there is most."""
    best = np.argsort(-weights, axis=1)[:, :_LAID]
    loudest = np.take_along_axis(weights, best, axis=1)
    heard = loudest > 1e-6 * loudest.max(axis=1, keepdims=True)
    return np.where(heard, np.take_along_axis(numbers, best, axis=1), -1), loudest


def _solved(atoms: Float32, used: Int64, last: Mask, places: Int32, wanted: Float32) -> Float32:
    """Weights ``[frames, some]`` of the ``places`` of ``atoms`` in each wanted frame."""
    on = _onward(used, last, places)
    sums = atoms.sum(axis=1)
    there = np.where(places >= 0, sums[places], 0).sum(axis=1) + np.float32(1e-9)
    now = np.where(places >= 0, (wanted.sum(axis=1) / there)[:, None], np.float32(0))
    mean = np.empty_like(now)
    few = max(0, now.shape[1] - _AT_ONCE)
    for n in range(_ROUNDS):
        _fit(now, atoms, sums, places, wanted)
        if n < _ROUNDS - _LAST:
            share = np.float32((n + 1) / (_ROUNDS - _LAST))
            _along(now, on, mean)
            now += share * (mean - now)
            least = np.partition(now, few, axis=1)[:, few, None]
            now = np.where(now < least, now * (1 - share), now)
            now[now < 1e-5 * least] = 0
    return now


@njit(cache=True, nogil=True, fastmath=True)
def _fit(now: Float32, atoms: Float32, sums: Float32, places: Int32, wanted: Float32) -> None:
    """One multiplicative update of all weights."""
    count, some = places.shape
    rows = atoms.shape[1]
    made = np.empty(rows, np.float32)
    for t in range(count):
        for r in range(rows):
            made[r] = 1e-6
        for i in range(some):
            weight = now[t, i]
            if weight > 0:
                for r in range(rows):
                    made[r] += weight * atoms[places[t, i], r]
        for r in range(rows):
            made[r] = wanted[t, r] / made[r]
        for i in range(some):
            if now[t, i] > 0:
                up = np.float32(0)
                for r in range(rows):
                    up += atoms[places[t, i], r] * made[r]
                now[t, i] *= up / sums[places[t, i]]


@njit(cache=True, nogil=True)
def _onward(used: Int64, last: Mask, places: Int32) -> Int32:
    """``[frames, some]`` which of the next frame's atoms each goes on with; -1 is none."""
    count, some = places.shape
    on = np.full((count, some), -1, np.int32)
    where = np.full(len(used), -1, np.int32)
    for t in range(count - 1):
        for i in range(some):
            if places[t + 1, i] >= 0:
                where[places[t + 1, i]] = i
        for i in range(some):
            a = places[t, i]
            if a >= 0 and not last[a] and a + 1 < len(used) and used[a + 1] == used[a] + 1:
                on[t, i] = where[a + 1]
        for i in range(some):
            if places[t + 1, i] >= 0:
                where[places[t + 1, i]] = -1
    return on


@njit(cache=True, nogil=True)
def _along(now: Float32, on: Int32, mean: Float32) -> None:
    """The mean of each with those up to `_ALONG` before and behind it in its recording."""
    count, some = now.shape
    for t in range(count):
        for i in range(some):
            mean[t, i] = now[t, i]
    for t in range(count):
        for i in range(some):
            j = i
            for k in range(1, _ALONG + 1):
                if t + k >= count:
                    break
                j = on[t + k - 1, j]
                if j < 0:
                    break
                mean[t, i] += now[t + k, j]
                mean[t + k, j] += now[t, i]
    for t in range(count):
        for i in range(some):
            mean[t, i] /= 2 * _ALONG + 1
