"""Drawing: a score as pixels, block after block."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from eidophone.base.arrays import Float32, Float64, Pixels
from eidophone.notes.pictures.grid import Grid
from eidophone.notes.pictures.layout import Layout
from eidophone.notes.pictures.palette import HUES, NO_HUE, colour, luma_of_velocity
from eidophone.notes.score import Score

#: Columns that are drawn at a time.
BLOCK = 2048


def drawn(score: Score, grid: Grid, layout: Layout) -> Iterator[Pixels]:
    """The notes of ``score`` as uint8 ``[rows, n, 3]``, block after block."""
    columns = grid.columns(score.seconds)
    colours = {hue: colour(hue) for hue in (NO_HUE, *range(HUES))}
    luma = luma_of_velocity(score.notes["velocity"][layout.note].astype(np.float64))
    longest = float((layout.end - layout.start).max(initial=0))
    for first in range(0, columns, BLOCK):
        last = min(first + BLOCK, columns)
        begin = int(np.searchsorted(layout.start, first - longest, side="left"))
        end = int(np.searchsorted(layout.start, last, side="left"))
        sounding = np.flatnonzero(layout.end[begin:end] > first) + begin
        if not len(sounding):
            yield np.zeros((grid.rows, last - first, 3), np.uint8)
            continue
        canvas = np.zeros((grid.rows, last - first, 3), np.float32)
        lit = np.zeros((grid.rows, last - first), np.float32)
        for place in sounding:
            note = int(layout.note[place])
            left = max(first, int(layout.start[place]))
            right = min(last, int(np.ceil(layout.end[place])))
            across = _covered(left, right, layout.start[place], layout.end[place])
            pitch = _pitches(score, note, np.arange(left, right, dtype=np.float64) + 0.5, grid)
            low, down = _bars(grid, pitch, int(layout.half[place]))
            if not len(down):
                continue
            cover = down * across * np.float32(luma[place])
            here = np.s_[low : low + len(down), left - first : right - first]
            if layout.half[place]:  # the two halves of a bar may share a row
                canvas[here] += cover[..., None] * colours[int(layout.hue[place])]
                lit[here] += cover
                continue
            brighter = cover > lit[here]
            lit[here] = np.where(brighter, cover, lit[here])
            ink = cover[..., None] * colours[int(layout.hue[place])]
            canvas[here] = np.where(brighter[..., None], ink, canvas[here])
        yield np.rint(np.minimum(canvas[::-1], 1) * 255).astype(np.uint8)


def _covered(first: int, last: int, start: float, end: float) -> Float32:
    """How much of each cell from ``first`` to ``last`` lies between ``start`` and ``end``."""
    cells = np.arange(first, last)
    inside = np.minimum(cells + 1, end) - np.maximum(cells, start)
    return np.clip(inside, 0, 1).astype(np.float32)


def _pitches(score: Score, note: int, columns: Float64, grid: Grid) -> Float64:
    """The pitch of a note at each column; one for all, if it does not glide."""
    pitch = float(score.notes["pitch"][note])
    curve = score.glides.get(note)
    if curve is None or not len(curve):
        return np.array([pitch])
    since = columns * grid.hop_seconds - score.notes["start"][note]
    at = np.searchsorted(curve[:, 0], since, side="right") - 1
    return pitch + np.where(at < 0, 0.0, curve[np.clip(at, 0, None), 1])


def _bars(grid: Grid, pitch: Float64, half: int) -> tuple[int, Float32]:
    """The lowest row of bars, and how much of each row they cover, ``[rows, 1 or columns]``."""
    middle = grid.row(pitch) + half * grid.bar / 4
    reach = grid.bar / (4 if half else 2)
    low = max(0, int(np.floor(middle.min() - reach)))
    high = min(grid.rows, int(np.ceil(middle.max() + reach)))
    cells = np.arange(low, high)[:, None]
    inside = np.minimum(cells + 1, middle + reach) - np.maximum(cells, middle - reach)
    return low, np.clip(inside, 0, 1).astype(np.float32)
