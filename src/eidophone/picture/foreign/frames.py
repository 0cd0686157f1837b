"""Where in a figure the spectrogram is: within a frame of straight lines, on a plain background."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from eidophone.base.arrays import Float32, Int64, Mask, Pixels
from eidophone.picture.ink import brightest

#: What differs from the background by more than this is drawn on it.
_DRAWN = 0.12

#: Lines of a frame are at least this share of the picture long.
_LONG = 0.35

#: A frame leaves room for numbers: at least this share of the picture, on its left and below.
_MARGIN = 0.02


@dataclass(frozen=True)
class Plot:
    """The frame around a spectrogram.

    Attributes:
        top, bottom, left, right: rows and columns of its lines.
        ink: ``[height, width]`` how far each pixel of the picture is from the background, 0 to 1.
        dark: the background is dark.
    """

    top: int
    bottom: int
    left: int
    right: int
    ink: Float32
    dark: bool


def find_plot(pixels: Pixels) -> Plot | None:
    """The frame in ``pixels`` ``[height, width, 3]``; None if there is none."""
    light = pixels.astype(np.float32) / np.float32(brightest(pixels.dtype))
    height, width = light.shape[:2]
    if min(height, width) < 64:
        return None
    edge = np.concatenate([light[0], light[-1], light[:, 0], light[:, -1]])
    background = np.median(edge, axis=0)
    if (np.abs(edge - background).max(axis=1) > _DRAWN).mean() > 0.05:
        return None  # it reaches the edge
    ink = np.abs(light - background).max(axis=2)
    drawn = ink > _DRAWN
    rows = _longest(drawn)
    long = np.flatnonzero(rows[:, 1] - rows[:, 0] >= _LONG * width)
    if len(long) < 2:
        return None
    top, bottom = int(long[0]), int(long[-1])
    ends = rows[[top, bottom]]
    left, right = int(ends[:, 0].max()), int(ends[:, 1].min()) - 1
    columns = _longest(drawn.T)
    tall = np.flatnonzero(columns[:, 1] - columns[:, 0] >= 0.95 * (bottom - top))
    tall = tall[(tall >= left - 3) & (tall <= right + 3)]
    if len(tall) < 2 or bottom - top < _LONG * height:
        return None
    left, right = int(tall[0]), int(tall[-1])
    same = rows[bottom, 0] <= left + 3 and rows[bottom, 1] - 1 >= right - 3
    roomy = left >= _MARGIN * width and height - bottom >= _MARGIN * height
    if not same or not roomy:
        return None
    return Plot(top, bottom, left, right, ink, bool(background.mean() < 0.5))


def inner(plot: Plot, pixels: Pixels) -> tuple[slice, slice]:
    """Rows and columns within the lines of ``plot``, which may be several pixels thick."""

    def thick(line: Float32) -> int:
        flat = np.abs(line - line[0]).max(axis=(1, 2)) if line.ndim == 3 else line
        return max(1, int(np.argmax(flat > _DRAWN)) if (flat > _DRAWN).any() else 1)

    light = pixels.astype(np.float32) / np.float32(brightest(pixels.dtype))
    box = light[plot.top : plot.bottom + 1, plot.left : plot.right + 1]
    most = max(2, len(box) // 100)
    edges = [
        min(most, thick(side[: 2 * most]))
        for side in (box, box[::-1], box.swapaxes(0, 1), box[:, ::-1].swapaxes(0, 1))
    ]
    up, down, before, after = edges
    return (
        slice(plot.top + up, plot.bottom + 1 - down),
        slice(plot.left + before, plot.right + 1 - after),
    )


def bar_beside(plot: Plot) -> tuple[int, int, int] | None:
    """First row, last row and right edge of the legend on the right of ``plot``; None if none."""
    ink = plot.ink[:, plot.right + 4 :] > _DRAWN
    if not ink.size:
        return None
    tall = _longest(ink.T)
    lengths = tall[:, 1] - tall[:, 0]
    found = np.flatnonzero(lengths >= 0.5 * (plot.bottom - plot.top))
    if len(found) < 4:
        return None
    last = int(found[-1])
    return int(tall[last, 0]), int(tall[last, 1]) - 1, plot.right + 4 + last


def _longest(drawn: Mask) -> Int64:
    """``[lines, 2]`` where the longest run of each line begins and ends (exclusive)."""
    found = np.zeros((len(drawn), 2), np.int64)
    for number, line in enumerate(drawn):
        if line.any():
            labels, _ = ndimage.label(line)
            counts = np.bincount(labels)
            counts[0] = 0
            where = np.flatnonzero(labels == counts.argmax())
            found[number] = where[0], where[-1] + 1
    return found
