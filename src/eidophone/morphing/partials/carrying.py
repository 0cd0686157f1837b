"""Carrying: the spectra of parents, moved, and with the phases that they then have.

A lobe that is moved goes on with the phase of its own, turned further from column to column by as
much as the pitch it now has is higher (Laroche and Dolson, 1999). So what does not move keeps its
phases: noise stays noise, and an attack an attack.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from eidophone.base.arrays import Complex64, Float32, Int64
from eidophone.morphing.partials.lobes import level_at
from eidophone.morphing.partials.moving import NOTHING, Moves
from eidophone.picture.pool import TINY

#: Sources nearer to a bin than this are that bin.
_NEAR = np.float32(1e-3)


@njit(cache=True, nogil=True, fastmath=True)
def turns(moves: Moves, steps: Int64, radians: float, last: Float32) -> Float32:
    """By how much lobes are turned: radians ``[parents, columns, bins]``; compiled.

    Args:
        moves: where bins come from.
        steps: ``[columns]`` samples since the column before.
        radians: a sample and bin.
        last: ``[parents, bins]`` of the column before these; goes on.
    """
    out = np.zeros_like(moves.by)
    circle = np.float32(2 * np.pi)
    for parent in range(out.shape[0]):
        before = last[parent]
        for column in range(out.shape[1]):
            more = np.float32(radians * steps[column])
            for k in range(out.shape[2]):
                if moves.gain[parent, column, k] > NOTHING:
                    turn = before[moves.centre[parent, column, k]]
                    turn += more * moves.by[parent, column, k]
                    out[parent, column, k] = turn - circle * np.floor(turn / circle)
            before = out[parent, column]
        last[parent] = before
    return out


@njit(cache=True, nogil=True, fastmath=True)
def carry(
    spectrum: Complex64,
    level: Float32,
    moves: Moves,
    turn: Float32,
    weight: Float32,
    first: int,
    last: int,
    out: Complex64,
) -> None:
    """Bring the columns ``first`` to ``last`` of all parents together; compiled.

    Partials that all share are between in level; all else adds up.

    Args:
        spectrum: ``[parents, channels, columns, bins]``.
        level: its power as natural logarithms.
        moves: where bins come from.
        turn: ``[parents, columns, bins]`` radians by which they are turned.
        weight: ``[parents, columns]`` weights of fine structure.
        first: column.
        last: column (exclusive).
        out: ``[channels, columns, bins]``.
    """
    parents, channels, _, bins = spectrum.shape
    here = np.empty((parents, channels), np.complex64)
    for column in range(first, last):
        for k in range(bins):
            shared = np.float32(1)
            for parent in range(parents):
                if weight[parent, column] <= 0:
                    here[parent] = 0
                    continue
                gain = moves.gain[parent, column, k]
                if gain <= NOTHING:
                    here[parent] = 0
                    shared = np.float32(0)
                    continue
                shared = min(shared, moves.shared[parent, column, k])
                angle = turn[parent, column, k]
                turned = np.complex64(1)
                if angle != 0:
                    turned = np.complex64(complex(np.cos(angle), np.sin(angle)))
                for channel in range(channels):
                    here[parent, channel] = turned * _taken(
                        spectrum[parent, channel, column],
                        level[parent, channel, column],
                        moves.source[parent, column, k],
                        gain,
                    )
            _add(here, weight[:, column], shared, out[:, column, k])


@njit(cache=True, nogil=True, fastmath=True, inline="always")
def _taken(
    spectrum: Complex64, level: Float32, place: np.float32, gain: np.float32
) -> np.complex64:
    """What is at a ``place`` between bins, after a ``gain`` in nepers of power."""
    nearest = int(np.round(place))
    if abs(place - nearest) < _NEAR:
        return np.complex64(spectrum[nearest] * np.exp(gain / 2))
    below = min(int(place), spectrum.size - 2)
    part = place - np.float32(below)
    between = _unit(spectrum[below]) * (1 - part) + _unit(spectrum[below + 1]) * part
    return np.complex64(_unit(between) * np.exp((level_at(level, place) + gain) / 2))


@njit(cache=True, nogil=True, fastmath=True, inline="always")
def _unit(value: np.complex64) -> np.complex64:
    power = value.real * value.real + value.imag * value.imag
    return np.complex64(value / np.sqrt(max(power, TINY)))


@njit(cache=True, nogil=True, fastmath=True, inline="always")
def _add(here: Complex64, weight: Float32, shared: np.float32, out: Complex64) -> None:
    """One bin ``[channels]`` of what is ``here`` of all parents ``[parents, channels]``."""
    parents, channels = here.shape
    if shared > 0:  # all in the phase of the first, or they might cancel out
        for parent in range(1, parents):
            both = np.complex64(0)
            for channel in range(channels):
                both += here[0, channel] * np.conj(here[parent, channel])
            if both != 0:
                turned = _unit(np.complex64((1 - shared) + shared * _unit(both)))
                for channel in range(channels):
                    here[parent, channel] *= turned
    for channel in range(channels):
        total, mean, whole = np.complex64(0), np.float32(0), np.float32(0)
        for parent in range(parents):
            if weight[parent] > 0:
                value = here[parent, channel]
                total += np.sqrt(weight[parent]) * value
                power = value.real * value.real + value.imag * value.imag
                whole += weight[parent] * power
                mean += weight[parent] * np.log(max(power, TINY)) if shared > 0 else np.float32(0)
        if shared > 0:
            whole += shared * (np.exp(mean) - whole)
        out[channel] = _unit(total) * np.sqrt(whole)
