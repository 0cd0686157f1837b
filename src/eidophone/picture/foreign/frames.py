"""Where in a figure the spectrogram is: within a frame of straight lines, on a plain background."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eidophone.base.arrays import Float32, Int64, Mask, Pixels, UInt8
from eidophone.base.parallel import blocks
from eidophone.picture.ink import brightest

#: What differs from the background by more than this, of 255, is drawn on it.
_DRAWN = 30

#: Rows that are looked at in one go.
_ROWS = 256

#: Lines of a frame are at least this share of the picture long.
_LONG = 0.35

#: A frame leaves room for numbers: at least this share of the picture, on its left and below.
_MARGIN = 0.02


@dataclass(frozen=True)
class Plot:
    """The frame around a spectrogram.

    Attributes:
        top, bottom, left, right: rows and columns of its lines.
        ink: ``[height, width]`` how far each pixel is from the background, 0 to 255.
        dark: the background is dark.
    """

    top: int
    bottom: int
    left: int
    right: int
    ink: UInt8
    dark: bool


def find_plot(pixels: Pixels) -> Plot | None:
    """The frame in ``pixels`` ``[height, width, 3]``; None if there is none."""
    height, width = pixels.shape[:2]
    if min(height, width) < 64:
        return None
    edge = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    background = np.median(edge, axis=0).astype(np.float32)
    if (_ink(edge[None], background) > _DRAWN).mean() > 0.05:
        return None  # it reaches the edge
    ink = np.empty((height, width), np.uint8)
    for first, last in blocks(0, height, _ROWS):
        ink[first:last] = _ink(pixels[first:last], background)
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
    dark = bool(background.mean() < 0.5 * brightest(pixels.dtype))
    return Plot(top, bottom, left, right, ink, dark)


def inner(plot: Plot, pixels: Pixels) -> tuple[slice, slice]:
    """Rows and columns within the lines of ``plot``, which may be several pixels thick."""

    def thick(side: Pixels) -> int:
        other = _ink(side, side[0].astype(np.float32)).max(axis=1) > _DRAWN
        return max(1, int(np.argmax(other)))

    box = pixels[plot.top : plot.bottom + 1, plot.left : plot.right + 1]
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


def bar_beside(plot: Plot) -> tuple[int, int, int, int] | None:
    """First and last row, first and last column of the bar of colours on the right of ``plot``."""
    ink = plot.ink[:, plot.right + 4 :] > _DRAWN
    if not ink.size:
        return None
    tall = _longest(ink.T)
    lengths = tall[:, 1] - tall[:, 0]
    found = np.flatnonzero(lengths >= 0.5 * (plot.bottom - plot.top))
    if len(found) < 4:
        return None
    last = int(found[-1])
    first = last - int(np.argmax(np.diff(found[::-1], append=-2) < -1))
    outside = plot.right + 4
    return int(tall[last, 0]), int(tall[last, 1]) - 1, outside + first, outside + last


def _ink(pixels: Pixels, background: Float32) -> UInt8:
    """How far ``pixels`` ``[height, width, 3]`` are from the background, 0 to 255."""
    red, green, blue = (np.abs(pixels[..., one] - background[..., one]) for one in range(3))
    away = np.maximum(np.maximum(red, green), blue)
    away *= np.float32(255 / brightest(pixels.dtype))
    return np.minimum(away, 255).astype(np.uint8)


def _longest(drawn: Mask) -> Int64:
    """``[lines, 2]`` where the longest run of each line begins and ends (exclusive).

    It is 0 to 0 where all are shorter than an eighth of the line, which are of no use here.
    """
    found = np.zeros((len(drawn), 2), np.int64)
    for first, last in blocks(0, len(drawn), _ROWS):
        padded = np.zeros((last - first, drawn.shape[1] + 2), np.int8)
        padded[:, 1:-1] = drawn[first:last]
        steps = np.diff(padded, axis=1)
        lines, begins = np.nonzero(steps == 1)
        ends = np.nonzero(steps == -1)[1]
        long = ends - begins >= drawn.shape[1] / 8
        for line, begin, end in zip(lines[long], begins[long], ends[long], strict=True):
            if end - begin > found[first + line, 1] - found[first + line, 0]:
                found[first + line] = begin, end
    return found
