"""Merging: many frames that saw the same columns become one picture of them.

What all frames agree on is kept. A frame that shows something else, a cell that flickers, a line
or a logo that stays where it is while the sound moves on, are outvoted: every cell is the weighted
mean of those views of it that lie near their median (Hampel's identifier, 1974).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, groupby, islice
from operator import itemgetter

import numpy as np
from numba import njit

from eidophone.base.arrays import Float32, Int64, Pixels
from eidophone.base.parallel import map_ranges
from eidophone.film.clock import Numbered
from eidophone.picture.ink import brightest

#: Columns that are merged at a time.
_RUN = 64

#: Bytes of frames that are held, unless they are so large that these are no more than a few.
_HELD_BYTES = 192 * 1024 * 1024

#: Views that are held at least, however large they are.
_LEAST_HELD = 15

#: A view that shows so much that is new, as a fraction of its width, is never left out.
_FRESH = 1 / 8

#: Views are near the median if they are within so many times the deviation that a third of them
#: keep to (of normal noise, two standard deviations), or so many of 255 parts of full scale.
_NEAR, _NEAR_LEAST = 4.7, 4.0


@dataclass(frozen=True)
class View:
    """One frame, and which columns it shows.

    Attributes:
        first: the column at its left edge.
        pixels: ``[rows, columns, colours]``.
    """

    first: int
    pixels: Pixels

    @property
    def last(self) -> int:
        """The column after its right edge."""
        return self.first + self.pixels.shape[1]


def voted(frames: Iterable[Numbered]) -> Iterator[Numbered]:
    """One picture of all frames in a row that have one number, float32, 1.0 is full scale.

    Args:
        frames: the numbers of pages, which do not fall, and ``[rows, columns, colours]`` each.
    """
    for number, group in groupby(frames, key=itemgetter(0)):
        shown = (View(0, pixels) for _, pixels in group)
        first = next(shown)
        merger = Merger(first.last)
        for view in chain([first], shown):
            list(merger.add(view))  # nothing is ready yet: all begin at 0
        yield number, np.concatenate(list(merger.finish(first.last)), axis=1)


class Merger:
    """Merges views that come in the order of their columns.

    Args:
        width: columns of a view.
    """

    def __init__(self, width: int) -> None:
        self._views: deque[View] = deque()
        self._done = 0  # columns that went out
        self._trust = _trust_across(width)
        self._every = 1  # one in so many views is held
        self._seen = 0
        self._shape = (0, 0)  # rows and colours

    def add(self, view: View) -> Iterator[Float32]:
        """Take ``view`` in and give what no later one will see: views have one size and type.

        Yields:
            float32 ``[rows, columns, colours]``, 1.0 is full scale; the first begins at column 0.
        """
        ready = view.first
        self._shape = (view.pixels.shape[0], view.pixels.shape[2])
        while ready - self._done >= _RUN:
            yield self._merge(self._done + _RUN)
        self._hold(view)

    def finish(self, columns: int) -> Iterator[Float32]:
        """Give what is left of ``columns`` columns in all; black where nothing was seen."""
        while self._done < columns:
            yield self._merge(min(columns, self._done + _RUN))

    def _hold(self, view: View) -> None:
        """Keep ``view``; one in so many, where there are more than memory is lent to."""
        self._seen += 1
        newest = self._views[-1].first if self._views else -len(self._trust)
        if self._seen % self._every and view.first - newest < _FRESH * len(self._trust):
            return
        self._views.append(view)
        if len(self._views) > max(_LEAST_HELD, _HELD_BYTES // view.pixels.nbytes):
            self._views = deque(islice(self._views, 0, None, 2))
            self._every *= 2

    def _merge(self, until: int) -> Float32:
        first = self._done
        seen = [view for view in self._views if view.first < until and view.last > first]
        self._done = until
        rows, colours = self._shape
        merged = np.zeros((rows, until - first, colours), np.float32)
        if seen:
            dtype = seen[0].pixels.dtype
            stack = np.zeros((len(seen), *merged.shape), dtype)
            weight = np.zeros((len(seen), until - first), np.float32)
            for number, view in enumerate(seen):
                low, high = max(first, view.first), min(until, view.last)
                inside = slice(low - view.first, high - view.first)
                stack[number, :, low - first : high - first] = view.pixels[:, inside]
                weight[number, low - first : high - first] = self._trust[inside]
            scale = np.float32(brightest(dtype))

            def work(low: int, high: int) -> None:
                _merge_rows(stack, weight, low, high, scale / np.float32(255), merged)

            map_ranges(work, rows)
            merged /= scale
        while self._views and self._views[0].last <= until:
            self._views.popleft()
        return merged


def _trust_across(width: int) -> Float32:
    """Weight of the columns of a view: less at its edges, so that views fade into each other."""
    edge = np.minimum(np.arange(width), np.arange(width)[::-1]) + 0.5
    return np.minimum(1, edge / (width / 8)).astype(np.float32)


@njit(cache=True, nogil=True)
def _merge_rows(
    stack: Pixels, weight: Float32, first: int, last: int, unit: np.float32, merged: Float32
) -> None:
    """Merge the rows ``first`` to ``last`` of ``stack`` ``[views, rows, columns, colours]``."""
    views, _, columns, colours = stack.shape
    values = np.empty(views, np.float32)
    weights = np.empty(views, np.float32)
    coarse = np.empty(16, np.int64)
    fine = np.empty(16, np.int64)
    deviations = np.empty(views, np.float32)
    for row in range(first, last):
        for column in range(columns):
            for colour in range(colours):
                count = 0
                total, sum_ = np.float32(0), np.float32(0)
                low, high = np.float32(np.inf), -np.float32(np.inf)
                for view in range(views):
                    if weight[view, column] > 0:
                        value = np.float32(stack[view, row, column, colour])
                        values[count] = value
                        weights[count] = weight[view, column]
                        total += weights[count]
                        sum_ += weights[count] * value
                        low, high = min(low, value), max(high, value)
                        count += 1
                if count == 0:
                    continue
                if count < 3 or high - low <= np.float32(_NEAR_LEAST) * unit:  # all are near
                    merged[row, column, colour] = sum_ / total
                    continue
                seen = values[:count]
                median = _ranked(seen, count // 2, unit, coarse, fine)
                for view in range(count):
                    deviations[view] = abs(seen[view] - median)
                spread = _ranked(deviations[:count], count // 3, unit, coarse, fine)
                near = max(np.float32(_NEAR) * spread, np.float32(_NEAR_LEAST) * unit)
                total, sum_ = np.float32(0), np.float32(0)
                for view in range(count):
                    if deviations[view] <= near:
                        total += weights[view]
                        sum_ += weights[view] * seen[view]
                merged[row, column, colour] = sum_ / total


@njit(cache=True, nogil=True, inline="always")
def _ranked(values: Float32, rank: int, unit: np.float32, coarse: Int64, fine: Int64) -> np.float32:
    """The value of this ``rank``, 0 for the least, in whole ``unit``; by counting, in two steps."""
    coarse[:] = 0
    for value in values:
        coarse[int(value / unit) >> 4] += 1
    step = 0
    while rank >= coarse[step]:
        rank -= coarse[step]
        step += 1
    fine[:] = 0
    for value in values:
        whole = int(value / unit)
        if whole >> 4 == step:
            fine[whole & 15] += 1
    place = 0
    while rank >= fine[place]:
        rank -= fine[place]
        place += 1
    return np.float32(16 * step + place) * unit
