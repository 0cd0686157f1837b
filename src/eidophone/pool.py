"""Between STFT bins and picture rows, both as power.

Colours are signals: mono has one; stereo has three, left, middle and right, where the middle is
the complex mean of the two channels. Arrays of power are ``[colours, columns, rows or bins]``.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from eidophone.axis import Band, Pooling
from eidophone.gabor import Complex64, Float32
from eidophone.parallel import map_ranges

#: Passes of Richardson-Lucy deconvolution in `bins_of_rows`: more gain nothing that is heard.
_PASSES = 3

#: Powers below this count as nothing (-200 dB).
TINY = np.float32(1e-20)


def colours(channels: int) -> int:
    """How many colours ``channels`` channels have."""
    return 1 if channels == 1 else 3


def rows_of_spectrum(spectrum: Complex64, pooling: Pooling, power: Float32) -> None:
    """Pool ``spectrum`` ``[channels, columns, bins]`` into ``power`` ``[colours, columns, rows]``."""
    pool = pooling.pool
    _rows_of_spectrum(spectrum, pool.start, pool.first, pool.weight, power)


def bins_of_rows(power: Float32, pooling: Pooling) -> Float32:
    """Power of bins ``[colours, columns, bins]`` that pools onto the ``power`` of rows.

    Starts from the levels of the nearest rows, and makes them agree with the rows by a few passes
    of Richardson-Lucy deconvolution (1972, 1974), which keeps power positive.
    """
    out = np.zeros((*power.shape[:2], pooling.bins), np.float32)
    pool, spread = pooling.pool, pooling.spread

    def work(first: int, last: int) -> None:
        for colour in range(len(power)):
            _bins_of_rows(
                power[colour, first:last],
                *(pool.start, pool.first, pool.weight),
                *(spread.start, spread.first, spread.weight),
                out[colour, first:last],
            )

    map_ranges(work, power.shape[1])
    return out


def apply_to_columns(band: Band, values: Float32) -> Float32:
    """``band`` applied to each of the columns of ``values`` ``[columns, its own columns]``."""
    out = np.empty((len(values), len(band.start)), np.float32)
    _apply_to_columns(band.start, band.first, band.weight, values, out)
    return out


@njit(cache=True, nogil=True, fastmath=True, inline="always")
def apply_band(start, first, weight, vector, out):  # type: ignore[no-untyped-def]
    """``out = band @ vector``; see `Band`."""
    for line in range(start.size):
        begin = first[line]
        count = first[line + 1] - begin
        offset = start[line]
        total = np.float32(0.0)
        for n in range(count):
            total += weight[begin + n] * vector[offset + n]
        out[line] = total


@njit(cache=True, nogil=True, fastmath=True)
def _apply_to_columns(start, first, weight, values, out):  # type: ignore[no-untyped-def]
    for column in range(len(values)):
        apply_band(start, first, weight, values[column], out[column])


@njit(cache=True, nogil=True, fastmath=True)
def _rows_of_spectrum(spectrum, start, first, weight, power):  # type: ignore[no-untyped-def]
    channels, columns, bins = spectrum.shape
    bin_power = np.empty(bins, np.float32)
    for column in range(columns):
        for channel in range(channels):
            for n in range(bins):
                z = spectrum[channel, column, n]
                bin_power[n] = z.real * z.real + z.imag * z.imag
            apply_band(start, first, weight, bin_power, power[2 * channel, column])
        if channels == 2:
            for n in range(bins):
                z = spectrum[0, column, n] + spectrum[1, column, n]
                bin_power[n] = np.float32(0.25) * (z.real * z.real + z.imag * z.imag)
            apply_band(start, first, weight, bin_power, power[1, column])


@njit(cache=True, nogil=True, fastmath=True)
def _bins_of_rows(  # type: ignore[no-untyped-def]
    power,
    pool_start, pool_first, pool_weight,
    spread_start, spread_first, spread_weight,
    out,
):  # fmt: skip
    rows, bins = pool_start.size, spread_start.size
    level = np.empty(rows, np.float32)
    ratio = np.empty(rows, np.float32)
    pooled = np.empty(rows, np.float32)
    gain = np.empty(bins, np.float32)
    for column in range(power.shape[0]):
        line = out[column]
        for row in range(rows):
            level[row] = np.log(max(power[column, row], TINY))
        apply_band(spread_start, spread_first, spread_weight, level, line)
        for n in range(bins):
            empty = spread_first[n] == spread_first[n + 1]
            line[n] = np.float32(0.0) if empty else np.exp(line[n])
        for _ in range(_PASSES):
            apply_band(pool_start, pool_first, pool_weight, line, pooled)
            for row in range(rows):
                ratio[row] = power[column, row] / max(pooled[row], TINY)
            apply_band(spread_start, spread_first, spread_weight, ratio, gain)
            for n in range(bins):
                line[n] *= gain[n]
