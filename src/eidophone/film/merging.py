"""Merging: many frames that saw the same columns become one picture of them.

What all frames agree on is kept. A frame that shows something else, a cell that flickers, a line
or a logo that stays where it is while the sound moves on, are outvoted: every cell is the weighted
mean of those views of it that lie near their median (Hampel's identifier, 1974).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numba import njit

from eidophone.gabor import Float32, Int64
from eidophone.image_files import Pixels
from eidophone.ink import brightest
from eidophone.parallel import map_ranges

#: Columns that are merged at a time.
_RUN = 64

#: Bytes of frames that are held, unless they are so large that these are no more than a few.
_HELD_BYTES = 192 * 1024 * 1024

#: Views that the median is taken of, in three groups; more cost much and change little.
_NEIGHBOURS = 5
_MEDIAN_VIEWS = 3 * _NEIGHBOURS

#: A view that shows so much that is new, as a fraction of its width, is never left out.
_FRESH = 1 / 8

#: Views are near the median if they are within so many median deviations of it, or so many of
#: 255 parts of full scale.
_NEAR, _NEAR_LEAST = 3.0, 4.0


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
        if len(self._views) > max(_MEDIAN_VIEWS, _HELD_BYTES // view.pixels.nbytes):
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
    some = np.empty(_MEDIAN_VIEWS, np.float32)
    jury, counts = _jury(weight)
    for row in range(first, last):
        for column in range(columns):
            count = counts[column]
            if count == 0:
                continue
            for colour in range(colours):
                for place in range(count):
                    view = jury[place, column]
                    _insert(some, place, np.float32(stack[view, row, column, colour]))
                median = some[count // 2]
                near = np.float32(np.inf)
                if count > 2:
                    deviation = _median_deviation(some, count, median)
                    near = max(np.float32(_NEAR) * deviation, np.float32(_NEAR_LEAST) * unit)
                total, sum_ = np.float32(0), np.float32(0)
                for view in range(views):
                    value = np.float32(stack[view, row, column, colour])
                    if abs(value - median) <= near:
                        total += weight[view, column]
                        sum_ += weight[view, column] * value
                merged[row, column, colour] = sum_ / total


@njit(cache=True, nogil=True)
def _jury(weight: Float32) -> tuple[Int64, Int64]:
    """Views ``[up to 15, columns]`` of which the median is taken, and how many they are.

    Of many they are some neighbours early, midway and late: so harm that comes every so many
    frames, and harm that stays for a while or in a corner, are both in the minority.
    """
    columns = weight.shape[1]
    jury = np.zeros((_MEDIAN_VIEWS, columns), np.int64)
    counts = np.zeros(columns, np.int64)
    for column in range(columns):
        seen = np.flatnonzero(weight[:, column])
        counts[column] = min(len(seen), _MEDIAN_VIEWS)
        for place in range(counts[column]):
            index = place
            if len(seen) > _MEDIAN_VIEWS:
                group, neighbour = divmod(place, _NEIGHBOURS)
                index = (2 * group + 1) * len(seen) // 6 - _NEIGHBOURS // 2 + neighbour
            jury[place, column] = seen[index]
    return jury, counts


@njit(cache=True, nogil=True, inline="always")
def _insert(sorted_: Float32, count: int, value: np.float32) -> None:
    """Put ``value`` in its place among the first ``count`` values."""
    place = count
    while place > 0 and sorted_[place - 1] > value:
        sorted_[place] = sorted_[place - 1]
        place -= 1
    sorted_[place] = value


@njit(cache=True, nogil=True, inline="always")
def _median_deviation(sorted_: Float32, count: int, median: np.float32) -> np.float32:
    """Median distance of the first ``count`` values, which are sorted, from their ``median``."""
    low, high = count // 2, count // 2
    distance = np.float32(0)
    for _ in range(count // 2):  # walk outward from the median, nearest value first
        below = median - sorted_[low - 1] if low > 0 else np.float32(np.inf)
        above = sorted_[high + 1] - median if high + 1 < count else np.float32(np.inf)
        if below <= above:
            low -= 1
            distance = below
        else:
            high += 1
            distance = above
    return distance
