"""The legend of a figure: which colours it has, from quiet to loud, and how many decibels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eidophone.base.arrays import Float64, Pixels
from eidophone.picture.foreign.axes import read_axis
from eidophone.picture.foreign.colormaps import STEPS
from eidophone.picture.foreign.frames import Plot, bar_beside
from eidophone.picture.foreign.ticks import ticks_right
from eidophone.picture.ink import brightest

#: Rows at either end of a bar that its outline may cover.
_OUTLINE = 2


@dataclass(frozen=True)
class Legend:
    """What a legend says.

    Attributes:
        line: ``[steps, 3]`` its colours, 0 to 1, from quiet to loud; from below to above if its
            numbers cannot be read.
        decibels: from the first to the last; None if that cannot be read.
        numbered: its numbers can be read.
    """

    line: Float64
    decibels: float | None
    numbered: bool


def read_legend(plot: Plot, pixels: Pixels) -> Legend | None:
    """The legend on the right of ``plot`` in ``pixels`` ``[height, width, 3]``, if it has one."""
    bar = bar_beside(plot)
    if bar is None:
        return None
    top, bottom, left, right = bar
    axis = read_axis(ticks_right(plot, right), ["linear"])
    if plot.dark:  # where it is black is not seen on black: it is as high as the frame
        top, bottom = plot.top, plot.bottom
    middle = pixels[top + _OUTLINE : bottom + 1 - _OUTLINE, (left + right) // 2][::-1]
    if len(middle) < 2:
        return None
    at = np.linspace(0, len(middle) - 1, STEPS)
    data = middle / brightest(pixels.dtype)
    line = np.stack([np.interp(at, np.arange(len(data)), data[:, n]) for n in range(3)], axis=1)
    if axis is None:
        return Legend(line, None, numbered=False)
    span = float(axis.at(top) - axis.at(bottom))
    told = abs(span) if 6 <= abs(span) <= 400 else None
    return Legend(line if span > 0 else line[::-1], told, numbered=True)
