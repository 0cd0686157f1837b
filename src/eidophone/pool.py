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
    """Pool ``spectrum`` ``[channels, columns, bins]`` to ``power`` ``[colours, columns, rows]``."""
    _rows_of_spectrum(spectrum, pooling.pool, power)


def bins_of_rows(power: Float32, pooling: Pooling) -> Float32:
    """Power of bins ``[colours, columns, bins]`` that pools onto the ``power`` of rows.

    Starts from the levels of the nearest rows, and makes them agree with the rows by a few passes
    of Richardson-Lucy deconvolution (1972, 1974), which keeps power positive.
    """
    out = np.zeros((*power.shape[:2], pooling.bins), np.float32)

    def work(first: int, last: int) -> None:
        for colour in range(len(power)):
            _bins_of_rows(power[colour, first:last], pooling, out[colour, first:last])

    map_ranges(work, power.shape[1])
    return out


def apply_to_columns(band: Band, values: Float32) -> Float32:
    """``band`` applied to each of the columns of ``values`` ``[columns, its own columns]``."""
    out = np.empty((len(values), len(band.start)), np.float32)
    _apply_to_columns(band, values, out)
    return out


@njit(cache=True, nogil=True, fastmath=True, inline="always")
def apply_band(band: Band, vector: Float32, out: Float32) -> None:
    """``out = band @ vector``; compiled."""
    for line in range(band.start.size):
        begin = band.first[line]
        count = band.first[line + 1] - begin
        offset = band.start[line]
        total = np.float32(0.0)
        for n in range(count):
            total += band.weight[begin + n] * vector[offset + n]
        out[line] = total


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
def _apply_to_columns(band: Band, values: Float32, out: Float32) -> None:
    for column in range(len(values)):
        apply_band(band, values[column], out[column])


@njit(cache=True, nogil=True, fastmath=True)
def _rows_of_spectrum(spectrum: Complex64, pool: Band, power: Float32) -> None:
    bin_power = np.empty(spectrum.shape[2], np.float32)
    for column in range(spectrum.shape[1]):
        for colour in range(len(power)):
            power_of_colour(spectrum, column, colour, bin_power)
            apply_band(pool, bin_power, power[colour, column])


@njit(cache=True, nogil=True, fastmath=True)
def _bins_of_rows(power: Float32, pooling: Pooling, out: Float32) -> None:
    rows, bins = power.shape[1], out.shape[1]
    spread = pooling.spread
    level = np.empty(rows, np.float32)
    ratio = np.empty(rows, np.float32)
    pooled = np.empty(rows, np.float32)
    gain = np.empty(bins, np.float32)
    for column in range(len(power)):
        line = out[column]
        for row in range(rows):
            level[row] = np.log(max(power[column, row], TINY))
        apply_band(spread, level, line)
        for n in range(bins):
            empty = spread.first[n] == spread.first[n + 1]
            line[n] = np.float32(0.0) if empty else np.exp(line[n])
        for _ in range(_PASSES):
            apply_band(pooling.pool, line, pooled)
            for row in range(rows):
                ratio[row] = power[column, row] / max(pooled[row], TINY)
            apply_band(spread, ratio, gain)
            for n in range(bins):
                line[n] *= gain[n]
