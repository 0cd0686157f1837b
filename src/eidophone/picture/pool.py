"""Between STFT bins and picture rows, both as power.

Colours are signals: mono has one; stereo has three, left, middle and right, where the middle is
the complex mean of the two channels. Arrays of power are ``[colours, columns, rows or bins]``.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from eidophone.base.arrays import Complex64, Float32
from eidophone.base.parallel import map_ranges
from eidophone.picture.axis import Band, Pooling

#: Passes of Richardson-Lucy deconvolution in `bins_of_rows`: more gain nothing that is heard.
_PASSES = 3

#: How much louder a pass makes a row at most: beside cliffs the levels between bins are far off.
_MOST_GAIN = np.float32(30)

#: Powers below this count as nothing (-200 dB).
TINY = np.float32(1e-20)

#: Nepers of power that a tone between two bins can be louder than at both.
_MOST_BETWEEN = np.float32(0.2)


def colours(channels: int) -> int:
    """How many colours ``channels`` channels have."""
    return 1 if channels == 1 else 3


def bins_of_rows(power: Float32, pooling: Pooling) -> Float32:
    """Power of bins ``[colours, columns, bins]`` that pools onto the ``power`` of rows.

    Starts from the levels of the nearest rows, and makes them agree with the rows by a few passes
    of Richardson-Lucy deconvolution (1972, 1974), which keeps power positive.
    """
    out = np.empty((*power.shape[:2], pooling.bins), np.float32)

    def work(first: int, last: int) -> None:
        for colour in range(len(power)):
            part = power[colour, first:last]
            guess = out[colour, first:last]
            level = np.log(np.maximum(part, TINY))
            guess[:] = np.exp(spread_to_columns(pooling.spread, level, pooling.bins))
            guess[:, ~pooling.inside] = 0
            _settle(guess, part, pooling)

    map_ranges(work, power.shape[1])
    return out


def spread_to_columns(spread: Band, values: Float32, bins: int) -> Float32:
    """Rows taken to bins, in each of the columns of ``values`` ``[columns, rows]``."""
    out = np.empty((len(values), bins), np.float32)
    _spread_to_columns(spread, values, out)
    return out


@njit(cache=True, nogil=True, fastmath=True)
def pool_bins(pooling: Pooling, power: Float32, scratch: Float32, out: Float32) -> None:
    """Power of rows from that of bins; ``scratch`` is as large as ``power``. Compiled."""
    around, weight, reach = pooling.low
    for n in range(reach):
        scratch[n] = np.log(max(power[n], TINY))
    for row in range(len(around)):
        below, above = scratch[around[row, 1]], scratch[around[row, 2]]
        level = weight[row, 1] * below + weight[row, 2] * above
        level += weight[row, 0] * scratch[around[row, 0]]
        level += weight[row, 3] * scratch[around[row, 3]]
        value = np.exp(min(level, max(below, above) + _MOST_BETWEEN))
        out[row] = value if value > 2 * TINY else np.float32(0)
    _pool_upper(pooling.pool, power, len(around), out)


@njit(cache=True, nogil=True, fastmath=True)
def _pool_upper(pool: Band, power: Float32, low: int, out: Float32) -> None:
    start, first, weight = pool
    for row in range(low, start.size):
        offset = start[row] - first[row]
        total = np.float32(0.0)
        for n in range(first[row], first[row + 1]):
            total += weight[n] * power[n + offset]
        out[row] = total


@njit(cache=True, nogil=True, fastmath=True, inline="always")
def apply_transposed(band: Band, vector: Float32, out: Float32) -> None:
    """``out = band.T @ vector``; compiled."""
    start, first, weight = band
    out[:] = 0
    for line in range(start.size):
        offset = start[line] - first[line]
        for n in range(first[line], first[line + 1]):
            out[n + offset] += weight[n] * vector[line]


@njit(cache=True, nogil=True, fastmath=True)
def power_of_colour(spectrum: Complex64, column: int, colour: int, power: Float32) -> None:
    """Power of the bins of one colour of ``spectrum`` ``[channels, columns, bins]``; compiled."""
    if colour == 1:
        for n in range(power.size):
            z = spectrum[0, column, n] + spectrum[1, column, n]
            power[n] = np.float32(0.25) * (z.real * z.real + z.imag * z.imag)
    else:
        for n in range(power.size):
            z = spectrum[colour // 2, column, n]
            power[n] = z.real * z.real + z.imag * z.imag


@njit(cache=True, nogil=True, fastmath=True)
def _spread_to_columns(spread: Band, values: Float32, out: Float32) -> None:
    for column in range(len(values)):
        apply_transposed(spread, values[column], out[column])


@njit(cache=True, nogil=True, fastmath=True)
def rows_of_spectrum(spectrum: Complex64, pooling: Pooling, power: Float32) -> None:
    """Pool ``spectrum`` ``[channels, columns, bins]`` to ``power`` ``[colours, columns, rows]``."""
    bin_power = np.empty(spectrum.shape[2], np.float32)
    scratch = np.empty_like(bin_power)
    for column in range(spectrum.shape[1]):
        for colour in range(len(power)):
            power_of_colour(spectrum, column, colour, bin_power)
            pool_bins(pooling, bin_power, scratch, power[colour, column])


@njit(cache=True, nogil=True, fastmath=True)
def _settle(guess: Float32, power: Float32, pooling: Pooling) -> None:
    """Bring the bins ``guess`` ``[columns, bins]`` nearer to pooling onto ``power``, in place."""
    ratio = np.empty(power.shape[1], np.float32)
    gain = np.empty(guess.shape[1], np.float32)
    for column in range(len(power)):
        for _ in range(_PASSES):
            pool_bins(pooling, guess[column], gain, ratio)
            for row in range(ratio.size):
                ratio[row] = min(power[column, row] / max(ratio[row], TINY), _MOST_GAIN)
            apply_transposed(pooling.spread, ratio, gain)
            for n in range(gain.size):
                guess[column, n] *= gain[n]
