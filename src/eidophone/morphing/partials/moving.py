"""Moving: where the partials of parents go, each as a whole.

A partial is drawn as wide as the window makes it, wherever it lies. To stretch the axis of a column
would stretch the lobes, too, and they would sound as partials that beat. So each lobe keeps its
shape and is moved to where its partial is to be, as Laroche and Dolson do ("New phase-vocoder
techniques for pitch-shifting, harmonizing and other exotic effects", 1999); and partials that
several parents share after their pitches are brought together move to the very same place.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from eidophone.base.arrays import Float32, Int32
from eidophone.morphing.partials.lobes import Lobes, empty_lobes, find, linear

#: Partials are the same if they lie within this of each other, in natural logarithms (a semitone
#: and a half) and in bins; from half of it on, less and less.
_SAME = np.float32(np.log(2) / 8)
_SAME_BINS = np.float32(3)

#: One that is so much quieter over its envelope, in nepers, does not pull at all; with half of
#: that it pulls fully.
_TOO_QUIET = np.float32(6.9)

#: Bins beyond its own that a lobe is continued, where its neighbours have moved away.
_BEYOND = 5

#: A lobe is a partial's if it is no higher than this at its edge over the window's own shape, in
#: nepers; two partials that meet there make it higher by 1.4.
_PURE = np.float32(1.5)

#: What is so far under the peak of a lobe, in nepers, takes less of more gain than the peak takes,
#: and none with twice of that (40 dB); so do lobes that are two to three times so far under the
#: loudest (60 dB): a formant that comes by must not raise what is no sound.
_DIM = np.float32(4.6)

#: Nothing, in nepers.
NOTHING = np.float32(-100)


class Window(NamedTuple):
    """What a pure tone looks like.

    Attributes:
        decay: as `Gabor.lobe_decay`.
        reach: bins to where its power is at -60 dB.
    """

    decay: np.float32
    reach: np.float32


class Moves(NamedTuple):
    """Where the bins of columns come from, in each parent: ``[parents, columns, bins]`` each.

    Attributes:
        source: place in the parent's column.
        gain: nepers of power; `NOTHING` where nothing comes from.
        shared: 1 where it is a partial that the others have, too.
        by: bins by which the lobe was moved.
        centre: bin at which its peak now is.
    """

    source: Float32
    gain: Float32
    shared: Float32
    by: Float32
    centre: Int32


def empty_moves(parents: int, columns: int, bins: int) -> Moves:
    """Room for the moves of so many ``columns``."""
    shape = (parents, columns, bins)
    source, gain, shared, by = (np.empty(shape, np.float32) for _ in range(4))
    return Moves(source, gain, shared, by, np.empty(shape, np.int32))


@njit(cache=True, nogil=True, fastmath=True)
def aim(
    level: Float32,
    envelope: Float32,
    wanted: Float32,
    shift: Float32,
    pitch: Float32,
    weight: Float32,
    window: Window,
    first: int,
    last: int,
    moves: Moves,
) -> None:
    """Find where the bins of the columns ``first`` to ``last`` come from; compiled.

    Args:
        level: ``[parents, columns, bins]`` of all channels together, as natural logarithms.
        envelope: ``[parents, columns, bins]``, as natural logarithms.
        wanted: ``[columns, bins]``: what the envelope is to be.
        shift: ``[parents, columns]``: natural logarithm of the ratio to the first parent's pitch.
        pitch: ``[parents, columns]`` weights of pitch.
        weight: ``[parents, columns]`` weights of fine structure.
        window: of the transform.
        first: column.
        last: column (exclusive).
        moves: all of them.
    """
    parents, _, bins = level.shape
    lobes = empty_lobes(parents, bins)
    best = np.empty(bins, np.float32)
    target = np.empty(bins, np.float32)
    same = np.empty(bins, np.float32)
    for column in range(first, last):
        for parent in range(parents):
            find(level[parent, column], envelope[parent, column], lobes, parent)
        for parent in range(parents):
            moves.gain[parent, column] = NOTHING
            if weight[parent, column] <= 0:
                continue
            _aim(lobes, parent, shift[:, column], pitch[:, column], weight[:, column], target, same)
            best[:] = NOTHING
            _carry(
                level[parent, column],
                envelope[parent, column],
                wanted[column],
                lobes,
                parent,
                column,
                target,
                same,
                window,
                best,
                moves,
            )


@njit(cache=True, nogil=True, fastmath=True)
def _aim(
    lobes: Lobes,
    parent: int,
    shift: Float32,
    pitch: Float32,
    weight: Float32,
    target: Float32,
    shared: Float32,
) -> None:
    """Where each peak of a parent is to be: all partials that are the same, at one place."""
    mean = np.float32(0)
    for other in range(pitch.size):
        mean += pitch[other] * shift[other]
    at = np.zeros(pitch.size, np.int64)
    for n in range(lobes.number[parent]):
        place = lobes.peak[parent, n]
        shared[n] = 1
        if place < 1:
            target[n] = place
            continue
        pull = np.float32(0)
        for other in range(pitch.size):
            if other != parent and pitch[other] + weight[other] > 0:
                ratio = shift[other] - shift[parent]
                there = place * np.exp(ratio)
                same = min(_SAME, _SAME_BINS / there)
                while at[other] < lobes.number[other] and lobes.peak[other, at[other]] < there * (
                    1 - same
                ):
                    at[other] += 1
                most, off = np.float32(0), np.float32(0)
                m = at[other]
                while m < lobes.number[other] and lobes.peak[other, m] < there * (1 + same):
                    distance = np.log(lobes.peak[other, m] / there)
                    near = min(2 * (1 - abs(distance) / same), np.float32(1))
                    louder = lobes.fine[other, m] - lobes.fine[parent, n]
                    loud = min(max(2 * (1 + louder / _TOO_QUIET), np.float32(0)), np.float32(1))
                    if near * loud > most or (near * loud == most and abs(distance) < abs(off)):
                        most = near * loud
                        off = distance
                    m += 1
                pull += pitch[other] * most * off
                if weight[other] > 0:
                    shared[n] = min(shared[n], most)
        target[n] = place * np.exp(mean - shift[parent] + pull)


@njit(cache=True, nogil=True, fastmath=True)
def _carry(
    level: Float32,
    envelope: Float32,
    wanted: Float32,
    lobes: Lobes,
    parent: int,
    column: int,
    target: Float32,
    shared: Float32,
    window: Window,
    best: Float32,
    moves: Moves,
) -> None:
    """Write down where each bin comes from: of lobes that meet the louder one."""
    bins, zero, one = level.size, np.float32(0), np.float32(1)
    loudest = 0
    for n in range(lobes.number[parent]):
        if lobes.height[parent, n] > lobes.height[parent, loudest]:
            loudest = n
    top = lobes.height[parent, loudest]
    usual = linear(wanted, target[loudest]) - linear(envelope, lobes.peak[parent, loudest])
    for n in range(lobes.number[parent]):
        peak, aim = lobes.peak[parent, n], target[n]
        low, high = lobes.edge[parent, n], lobes.edge[parent, n + 1]
        ratio = aim / peak if peak >= 1 else np.float32(1)
        centre = min(max(int(np.round(aim)), 0), bins - 1)
        begin = aim + _scaled(low - peak, ratio, window.reach) - _BEYOND
        end = aim + _scaled(high - peak, ratio, window.reach) + _BEYOND
        height = lobes.height[parent, n]
        at_peak = linear(wanted, aim) - linear(envelope, peak)
        less = max(at_peak - usual, zero) * (one - min(max(3.5 - (top - height) / _DIM, zero), one))
        at_peak -= less
        for k in range(max(int(np.ceil(begin)), 0), min(int(end) + 1, bins)):
            off = _scaled(k - aim, 1 / ratio, window.reach)
            source = min(max(peak + off, np.float32(low)), np.float32(high))
            # All of a partial takes the gain at its peak; what is wider follows the envelope.
            here = linear(level, source)
            gain = at_peak
            if abs(k - aim) > window.reach:
                gain = linear(wanted, aim + _followed(k - aim, window.reach))
                gain -= linear(envelope, peak + _followed(off, window.reach)) + less
                if gain > at_peak:
                    part = min(max(2 - (height - here) / _DIM, zero), one)
                    gain = at_peak + (gain - at_peak) * part
            beyond = peak + off - source
            if beyond != 0:
                gain += _continued(level, source, peak, height, beyond, window)
            total = here + gain
            if total > best[k]:
                best[k] = total
                moves.source[parent, column, k] = source
                moves.gain[parent, column, k] = gain
                moves.shared[parent, column, k] = shared[n]
                moves.by[parent, column, k] = aim - peak
                moves.centre[parent, column, k] = centre


@njit(cache=True, nogil=True, fastmath=True, inline="always")
def _scaled(off: np.float32, ratio: np.float32, reach: np.float32) -> np.float32:
    """``off`` bins beside a peak after a move by ``ratio``: the same within ``reach``."""
    beyond = _outside(off, reach)
    return off + beyond * (ratio - 1)


@njit(cache=True, nogil=True, fastmath=True, inline="always")
def _outside(off: np.float32, reach: np.float32) -> np.float32:
    """By how much ``off`` exceeds ``reach``, either way."""
    return off - min(max(off, -reach), reach)


@njit(cache=True, nogil=True, fastmath=True, inline="always")
def _followed(off: np.float32, reach: np.float32) -> np.float32:
    """How far beside a peak the envelope is read: at the peak within ``reach``, then further."""
    beyond = 2 * _outside(off, reach)
    return beyond if abs(beyond) < abs(off) else off


@njit(cache=True, nogil=True, fastmath=True)
def _continued(
    level: Float32,
    edge: np.float32,
    peak: np.float32,
    height: np.float32,
    beyond: np.float32,
    window: Window,
) -> np.float32:
    """How a lobe falls, in nepers, ``beyond`` its edge: as the window does, if it is a partial."""
    off = edge - peak
    over = level[int(edge)] - (height - window.decay * off * off)
    if over < _PURE:
        return -window.decay * (2 * off + beyond) * beyond - max(over, np.float32(0))
    return -window.decay * beyond * beyond
