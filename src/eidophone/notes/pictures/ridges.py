"""Ridges: bars found in pixels, as one sees them: bright, as high as a bar, and running along."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy import ndimage

from eidophone.base.arrays import Float32, Float64, Int64, Mask
from eidophone.notes.pictures.grid import Grid
from eidophone.notes.pictures.layout import GAP
from eidophone.notes.pictures.palette import SOFTEST

#: What is darker than this is no bar: nearly half of the softest note. JPEG leaves less beside the
#: loudest.
_LEAST = 0.45 * SOFTEST

#: The middle of a bar is brighter than this share of its mean; between two bars it is darker.
_MIDDLE = 0.7

#: More would find a bar beside one that is three times as bright too far from that.
_SHARPER = 0.33

#: A bar is the brightest of so much of a semitone up and down.
_ASIDE = 0.375

#: A bar is cut where it has less than this of what it has on both sides.
_DIP = 0.72

#: Columns that are looked at before and after a bar, to see where it begins and ends.
AROUND = 6

#: Bars of fewer columns are none.
_FEWEST = 1.5


@dataclass(frozen=True)
class Ridge:
    """A bar.

    Attributes:
        start, end: columns, with fractions.
        luma: of its middle, which is paler where the picture is blurred: a mean over its rows.
        edge: how bright it is just beside the bar, as a share of its middle.
        first: the column of the first of what follows.
        rows: its middle at each column, in rows from the lower edge of the picture.
        upper, lower: luma, Cb and Cr of its upper and its lower part, ``[columns, 3]``.
    """

    start: float
    end: float
    luma: float
    edge: float
    first: int
    rows: Float64
    upper: Float64
    lower: Float64


def ridges_of(luma: Float32, chroma: Float32, grid: Grid) -> list[Ridge]:
    """The bars in ``luma`` ``[rows, columns]``, from the lowest row up, and its ``chroma``."""
    height = 2 * int((max(grid.bar, 1) - 1) / 2) + 1  # odd, and no more than a bar
    power = ndimage.uniform_filter1d(luma, height, axis=0, mode="constant")
    found = _peaks(luma, power, grid)
    labels, count = ndimage.label(_thickened(found, grid), np.ones((3, 3), bool))
    if not count:
        return []
    rows, columns = np.nonzero(found)
    label = labels[rows, columns]
    order = np.lexsort((-power[rows, columns], columns, label))
    rows, columns, label = rows[order], columns[order], label[order]
    once = np.ones(len(rows), bool)
    once[1:] = (np.diff(label) != 0) | (np.diff(columns) != 0)
    rows, columns, label = rows[once], columns[once], label[once]
    edges = np.flatnonzero(np.diff(label)) + 1
    seen = _Seen(luma, chroma, power, grid)
    result = []
    for first, last in zip([0, *edges], [*edges, len(label)], strict=True):
        result += seen.bars(rows[first:last], columns[first:last])
    return result


def _peaks(luma: Float32, power: Float32, grid: Grid) -> Mask:
    """Where bars have their middles, and not between two bars.

    What is brighter than what is half a semitone above and below is found beside louder bars too,
    the light of which has spread.
    """
    half = max(1, round(grid.per_semitone / 2))
    around = np.pad(power, ((half, half), (0, 0)))
    sharp = power - _SHARPER * (around[2 * half :] + around[: -2 * half])
    reach = max(1, int(_ASIDE * grid.per_semitone))
    highest = ndimage.maximum_filter1d(sharp, 2 * reach + 1, axis=0, mode="nearest")
    core = ndimage.uniform_filter1d(luma, 2 * int(grid.bar / 5) + 1, axis=0, mode="constant")
    found = (sharp >= highest) & (power > _LEAST)
    return np.asarray(found & (core > _MIDDLE * power))


def _thickened(found: Mask, grid: Grid) -> Mask:
    """Bars that move by several rows a column hang together."""
    more = int(grid.per_semitone // 4) - 1
    if more < 1:
        return found
    return np.asarray(ndimage.maximum_filter1d(found, 2 * more + 1, axis=0, mode="constant"))


class _Seen:
    """What is looked at."""

    def __init__(self, luma: Float32, chroma: Float32, power: Float32, grid: Grid) -> None:
        self._luma, self._chroma, self._power, self._grid = luma, chroma, power, grid

    def bars(self, rows: Int64, columns: Int64) -> list[Ridge]:
        """The bars along ``rows`` at rising ``columns``; cut where the same pitch begins anew."""
        whole = np.arange(columns[0], columns[-1] + 1)
        along = np.interp(whole, columns, rows)
        power = self._power[np.rint(along).astype(np.int64), whole]
        size = 2 * GAP + 3
        closed = ndimage.grey_closing(np.pad(power, size, mode="edge"), size)[size:-size]
        dips = power < _DIP * closed
        if not dips.any():
            return self._bar(along, whole)
        dip, count = ndimage.label(dips)
        cuts = [
            int(np.flatnonzero(dip == one)[power[dip == one].argmin()])
            for one in range(1, count + 1)
        ]
        found = []
        borders = [-AROUND - 1, *cuts, len(whole) + AROUND]
        for before, after in pairwise(borders):
            first, last = max(before + 1, 0), min(after, len(whole))
            if last - first > 1:
                limits = whole[0] + before, whole[0] + after
                found += self._bar(along[first:last], whole[first:last], limits)
        return found

    def _bar(
        self, along: Float64, columns: Int64, limits: tuple[int, int] | None = None
    ) -> list[Ridge]:
        """The bar there; its ends lie between the columns ``limits``."""
        low, high = limits or (columns[0] - AROUND, columns[-1] + AROUND)
        wide = np.arange(max(0, low), min(self._power.shape[1] - 1, high) + 1)
        path = np.rint(np.interp(wide, columns, along)).astype(np.int64)
        power = self._power[path, wide]
        inside = slice(columns[0] - wide[0], columns[-1] + 1 - wide[0])
        level = float(np.median(power[inside][power[inside] >= np.median(power[inside])]))
        bright = np.flatnonzero(power[inside] >= level / 2)  # what hangs on it is none of it
        kept = slice(int(bright[0]), int(bright[-1]) + 1)
        along, columns = along[kept], columns[kept]
        inside = slice(columns[0] - wide[0], columns[-1] + 1 - wide[0])
        start = _crossing(power, inside.start, level / 2, -1) + wide[0]
        end = _crossing(power, inside.stop - 1, level / 2, 1) + wide[0]
        if end - start < _FEWEST:
            return []
        edge = min(2, (len(columns) - 1) // 2)
        core = slice(edge, len(columns) - edge)
        centre = np.rint(along[core]).astype(np.int64)
        middle = float(np.median(self._power[centre, columns[core]]))
        return [
            Ridge(
                start=float(start),
                end=float(end),
                luma=middle,
                edge=self._edge(centre, columns[core]),
                first=int(columns[0]),
                rows=self._centres(along, columns),
                upper=self._part(along, columns, 1),
                lower=self._part(along, columns, -1),
            )
        ]

    def _edge(self, rows: Int64, columns: Int64) -> float:
        away = int(self._grid.bar / 2) + 1
        lines = [
            self._luma[np.clip(rows + step, 0, len(self._luma) - 1), columns]
            for step in (-away, 0, away)
        ]
        return float(np.median((lines[0] + lines[2]) / 2 / np.maximum(lines[1], 1e-6)))

    def _centres(self, along: Float64, columns: Int64) -> Float64:
        """The middle of the bar, in rows from the lower edge, at each column."""
        reach = int(np.ceil(self._grid.bar / 2))
        around = np.arange(-reach, reach + 1)
        rows = np.rint(along).astype(np.int64)[:, None] + around
        inside = (rows >= 0) & (rows < len(self._luma))
        light = self._luma[np.clip(rows, 0, len(self._luma) - 1), columns[:, None]] * inside
        return np.asarray(
            ((rows + 0.5) * light).sum(axis=1) / np.maximum(light.sum(axis=1), 1e-6), np.float64
        )

    def _part(self, along: Float64, columns: Int64, side: int) -> Float64:
        """Luma, Cb and Cr of the outer third of the bar on one ``side``, at each column."""
        bar = self._grid.bar
        away = np.arange(np.ceil(bar / 6), max(np.ceil(bar / 6), np.floor(bar / 2 - 0.01)) + 1)
        rows = np.rint(along)[:, None] + side * away
        rows = np.clip(rows, 0, len(self._luma) - 1).astype(np.int64)
        light = self._luma[rows, columns[:, None]].mean(axis=1)
        tint = self._chroma[rows, columns[:, None]].mean(axis=1)
        return np.concatenate([light[:, None], tint], axis=1).astype(np.float64)


def _crossing(power: Float32, place: int, level: float, step: int) -> float:
    """Where ``power`` falls below ``level`` from ``place`` on, by a ``step`` of 1 or -1."""
    while 0 <= place + step < len(power) and power[place + step] >= level:
        place += step
    beyond = place + step
    if not 0 <= beyond < len(power):
        return float(place + (step > 0))
    inner, outer = float(power[place]), float(power[beyond])
    share = (inner - level) / max(inner - outer, 1e-6) if inner > level else 0.0
    return place + 0.5 + step * share
