"""Mirror: what the mirror image of its low end tells of the phase of a column.

Levels tell how phases differ from cell to cell, and so leave open by how much all of them could be
turned together. But the spectrum of a real signal is mirrored at 0 Hz, and near there tones meet
their own images: how the two add up depends on the phase itself. So the low end is tried with
several turns, at a rate so low that all of it costs as much as two rounds of `refine`, and each
column is given the turn with which its low end comes out as it should be. Rounds alone do not find
it: they move phases cell by cell, and here all have to move together.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from scipy.ndimage import uniform_filter1d

from eidophone.base.arrays import Complex64, Float32, Int64, Mask
from eidophone.picture.gabor import Gabor, Span
from eidophone.picture.phase import hurried

#: Turns that are tried, in half a turn: the other half is the same sound, upside down.
_TURNS = 8

#: Rounds of Griffin-Lim for each: 6 lose .1 dB of re-encode PSNR, 24 gain nothing.
_ROUNDS = 12

#: Bins from 0 Hz on that are looked at; and samples of a window, which has a few bins more, so that
#: the band need not end in a cliff.
_BINS = 24
_N_FFT = 64

#: Levels are compared down to this power below the loudest, and count by so many nepers at most.
_FLOOR = 1e-9
_MOST_NEPERS = 2.0

#: A tone meets its own image in so many bins. Where these are so far below the rest of the low end
#: (60 dB), nothing meets there but noise, which tells nothing.
_MEETING_BINS = 5
_NOTHING_MEETS = 1e-3

#: Windows over which a misfit is averaged, and turns are smoothed.
_SMOOTHED_WINDOWS = 3.0

#: What it costs to go from one turn to the next; half or four times as much does not matter.
_STEP_COST = 4.0

#: Where so much of the low end is known, so is the turn.
_MOSTLY = 0.5

_TINY = np.float32(1e-12)


def narrowed(gabor: Gabor) -> Gabor:
    """The lowest bins of ``gabor`` alone: the same windows, sampled at a low rate."""
    ratio = min(_N_FFT / gabor.n_fft, 1.0)
    return Gabor(
        rate=max(round(gabor.rate * ratio), 1),
        hop=gabor.hop * ratio,
        n_fft=round(gabor.n_fft * ratio),
        gamma=gabor.gamma * ratio**2,
    )


def turns(power: Float32, phase: Float32, span: Span, known: Mask) -> Float32:
    """By how much each column is to be turned, ``[columns]`` radians.

    Args:
        power: ``[colours, columns, bins]`` that the columns should have.
        phase: ``[channels, columns, bins]`` radians, as `integrate` gives it.
        span: where the columns lie, of the `narrowed` transform.
        known: ``[columns, bins]``: where the phase is known; columns of whose low end it mostly is
            are to stay as they are.
    """
    magnitude = np.sqrt(power[::2, :, : span.gabor.bins])
    peak = magnitude.max(axis=(0, 2))
    apart = magnitude[:, :, :_MEETING_BINS].max(axis=(0, 2)) < _NOTHING_MEETS * peak
    magnitude[:, :, _BINS:] *= _fade(span.gabor.bins - _BINS)
    misfit = _misfit(magnitude, phase[:, :, : span.gabor.bins], span)
    misfit[apart] = 0
    size = max(1, round(_SMOOTHED_WINDOWS * span.gabor.n_fft / span.gabor.hop))
    misfit = uniform_filter1d(misfit, size, axis=0)
    misfit[known[:, :_BINS].mean(axis=1) > _MOSTLY, 1:] = np.inf
    path = np.unwrap(_path(misfit) * (np.pi / _TURNS), period=np.pi)
    return uniform_filter1d(path, size).astype(np.float32)


def _misfit(magnitude: Float32, phase: Float32, span: Span) -> Float32:
    """How far the levels of each column are off after each turn, ``[columns, turns]``."""
    channels, columns, bins = magnitude.shape
    turn = np.arange(_TURNS, dtype=np.float32) * np.float32(np.pi / _TURNS)
    turned = (turn[:, None, None, None] + phase).reshape(-1, columns, bins)
    wanted = np.tile(magnitude, (_TURNS, 1, 1))

    def agree(first: int, last: int, spectrum: Complex64) -> None:
        spectrum *= wanted[:, first:last] / np.maximum(np.abs(spectrum), _TINY)

    turns = np.exp(1j * turned, dtype=np.complex64)
    first_guess = np.multiply(wanted, turns, dtype=np.complex64)
    signal = span.synthesise(len(wanted), lambda a, b: first_guess[:, a:b].copy())
    signal = hurried(signal, lambda ahead: span.project(ahead, agree), _ROUNDS)
    floor = np.float32(max(_FLOOR * float(magnitude.max()) ** 2, 1e-30))
    error = np.empty((len(wanted), columns), np.float32)

    def compare(first: int, last: int, spectrum: Complex64) -> None:
        levels = [
            np.log(np.maximum(np.abs(part[:, :, :_BINS]) ** 2, floor))
            for part in (spectrum, wanted[:, first:last])
        ]
        off = np.minimum(np.abs(levels[0] - levels[1]), np.float32(_MOST_NEPERS))
        error[:, first:last] = (off**2).sum(axis=-1)

    span.analyse(signal, compare)
    return error.reshape(_TURNS, channels, columns).sum(axis=1).T.copy()


def _fade(count: int) -> Float32:
    """``[count]`` from 1 to 0."""
    return (np.cos(np.linspace(0, np.pi / 2, max(count, 0))) ** 2).astype(np.float32)


@njit(cache=True, nogil=True)
def _path(misfit: Float32) -> Int64:
    """The turn of each column, so that misfit ``[columns, turns]`` and steps cost least (Viterbi).

    The last turn is as near to the first as to the one before it.
    """
    columns, count = misfit.shape
    origin = np.zeros((columns, count), np.int64)
    cost = misfit[0].astype(np.float64)
    for column in range(1, columns):
        before = cost.copy()
        for turn in range(count):
            least = np.inf
            for other in range(count):
                step = abs(turn - other)
                step = min(step, count - step)
                total = before[other] + _STEP_COST * step * step
                if total < least:
                    least = total
                    origin[column, turn] = other
            cost[turn] = least + misfit[column, turn]
    path = np.empty(columns, np.int64)
    path[-1] = np.argmin(cost)
    for column in range(columns - 1, 0, -1):
        path[column - 1] = origin[column, path[column]]
    return path
