"""Find the clock of a strip: rows that alternate, module by module, along most of the width."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from eidophone.base.arrays import Floats, Pixels

#: The clock is looked for in this share of the height, from the bottom, or so many rows.
_DEPTH, _DEPTH_ROWS = 0.27, 128
#: The lines looked at are this share of the height apart: every clock is hit by one or more.
_STEP = 1 / 400
#: Pixels of two modules, the period of the clock, after scaling.
_MIN_PERIOD, _MAX_PERIOD = 3.0, 80.0
#: A clock that turns out to have a period beyond these was none.
_SHORTEST_PERIOD, _LONGEST_PERIOD = 2.0, 160.0
#: The least share of a row's power that its strongest frequency must have.
_MIN_PURITY = 0.3
_MIN_WIDTH = 64
#: Of wider pictures so much is looked at first: an hour's has millions of columns.
_MOST_WIDTH = 1 << 17
#: Values that are looked at together: pictures may be very wide.
_VALUES_AT_ONCE = 1 << 22
_MOST = 3


@dataclass(frozen=True)
class Clock:
    """A row that looks like a clock.

    Attributes:
        row: the row, from the top.
        purity: share of its power at its strongest frequency, 0..1.
        frequency: cycles per pixel; a cycle is two modules.
    """

    row: int
    purity: float
    frequency: float


def luma(pixels: Pixels) -> Floats:
    """Mean of the colours, in the units of ``pixels``."""
    total = pixels[..., 0].astype(np.float64)
    for channel in (1, 2):
        total += pixels[..., channel]
    total /= 3
    return np.asarray(total)


def find_clocks(view: Pixels) -> list[Clock]:
    """The rows near the bottom of ``view`` (``[height, width, 3]``) that look most like clocks."""
    height, width = view.shape[:2]
    if width < _MIN_WIDTH:
        return []
    if width > _MOST_WIDTH:  # a part tells which rows, and they themselves how often they alternate
        begin = (width - _MOST_WIDTH) // 2
        rows = [one.row for one in find_clocks(view[:, begin : begin + _MOST_WIDTH])]
        return _clocks(view, np.array(rows, int)) if rows else []
    depth = min(height, max(round(_DEPTH * height), _DEPTH_ROWS))
    return _clocks(view, np.arange(height - depth, height, max(1, int(_STEP * height))))


def _clocks(view: Pixels, rows: NDArray[np.intp]) -> list[Clock]:
    """Those of these ``rows`` of ``view`` that look most like clocks."""
    width = view.shape[1]
    length = scipy.fft.next_fast_len(width, real=True)
    low, high = int(length / _MAX_PERIOD), int(length / _MIN_PERIOD)
    parts = np.array_split(rows, min(len(rows), -(-len(rows) * length // _VALUES_AT_ONCE)))
    found = [_peaks(luma(view[part]), length, low, high) for part in parts]
    peak, strength, total = (np.concatenate(values) for values in zip(*found, strict=True))
    return _best(rows, peak, strength, strength / (total + 1e-12 * total.max() + 1e-30), length)


def _peaks(
    lines: Floats, length: int, low: int, high: int
) -> tuple[NDArray[np.intp], Floats, Floats]:
    """For each of ``lines`` its strongest bin, the power around that, and all power."""
    lines -= lines.mean(axis=1, keepdims=True)
    spectrum = scipy.fft.rfft(lines, length, axis=1)[:, low:high]
    power = spectrum.real**2 + spectrum.imag**2
    peak = power.argmax(axis=1)
    near = np.clip(peak, 2, power.shape[1] - 3)[:, None] + np.arange(-2, 3)
    return peak + low, np.take_along_axis(power, near, axis=1).sum(axis=1), power.sum(axis=1)


def _best(
    rows: NDArray[np.intp], peak: NDArray[np.intp], strength: Floats, purity: Floats, length: int
) -> list[Clock]:
    """The strongest pure rows of different frequencies; ``peak`` is their bin."""
    found: list[Clock] = []
    for i in np.argsort(-strength * (purity > _MIN_PURITY), kind="stable"):
        if purity[i] < _MIN_PURITY or len(found) == _MOST:
            break
        frequency = peak[i] / length
        if all(abs(frequency - other.frequency) * length > 3 for other in found):
            found.append(Clock(int(rows[i]), float(purity[i]), float(frequency)))
    return found


def refine(line: Floats, frequency: float) -> tuple[float, float] | None:
    """Exact ``(frequency, start)`` of the clock in ``line``; ``start`` is where a white module is.

    None if there is no clock.

    The phase of the line against the frequency is fitted by a straight line along the width
    (Tretter 1985), in blocks.

    Args:
        line: ``[width]`` values along the clock.
        frequency: cycles per pixel, right to within half a cycle over the width.
    """
    width = line.size
    x = np.arange(width) + 0.5
    blocks = np.array_split(np.arange(width), max(4, min(48, int(width * frequency / 3))))
    centre = np.array([x[block].mean() for block in blocks])
    for _ in range(3):
        turned = (line - line.mean()) * np.exp(-2j * np.pi * frequency * x)
        z = np.array([turned[block].sum() for block in blocks])
        weight = np.abs(z) + 1e-12
        weight[weight < 0.3 * np.median(weight)] *= 1e-6
        phase = np.unwrap(np.angle(z))
        away = centre - np.average(centre, weights=weight**2)
        slope = np.average(away * phase, weights=weight**2) / np.average(away**2, weights=weight**2)
        offset = np.average(phase - slope * centre, weights=weight**2)
        frequency += slope / (2 * np.pi)
        if not 1 / _LONGEST_PERIOD < frequency < 1 / _SHORTEST_PERIOD:
            return None
    white = -offset / (2 * np.pi * frequency)  # the middle of a white module
    return float(frequency), float((white - 0.25 / frequency) % (1 / frequency))
