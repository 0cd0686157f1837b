"""Sound to columns: samples come in blocks, the power of the rows goes out in blocks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from eidophone.base.arrays import Complex64, Float32
from eidophone.base.streams import Feed
from eidophone.picture.mapping import Mapping
from eidophone.picture.pool import colours, rows_of_spectrum

#: Columns that are made at a time, at most: about 6 seconds of the standard recipe.
BLOCK_COLUMNS = 1024


def first_sample(mapping: Mapping, column: int) -> int:
    """The first sample of a sound under ``column``."""
    return max(mapping.span(column, column + 1).start, 0)


class Analysis:
    """The columns of a sound, from the first on, or from any.

    Args:
        blocks: the sound, ``[channels, samples]`` each, from `first_sample` of ``first`` on.
        channels: 1 or 2.
        mapping: of the picture, at the rate of the sound.
        first: the column to begin with.
    """

    def __init__(
        self, blocks: Iterable[Float32], channels: int, mapping: Mapping, first: int = 0
    ) -> None:
        nothing = np.zeros((channels, 0), np.float32)
        self._feed = Feed(blocks, nothing, first_sample(mapping, first))
        self._channels = channels
        self._mapping = mapping
        self._next = first

    def __iter__(self) -> Iterator[Float32]:
        """The power of the rows ``[colours, columns, rows]``, block after block, to the end."""
        while (columns := self._ahead()) > 0:
            power, _ = self.take(columns)
            yield power

    def take(self, columns: int, *, spectrum: bool = False) -> tuple[Float32, Complex64]:
        """The next ``columns`` columns, silent after the end of the sound.

        Returns:
            The power of their rows ``[colours, columns, rows]``, and their spectrum
            ``[channels, columns, bins]``, which is empty unless asked for.
        """
        span = self._mapping.span(self._next, self._next + columns)
        samples = self._feed.take(span.start, span.stop)
        self._next += columns
        power = np.empty((colours(self._channels), columns, self._mapping.recipe.rows), np.float32)
        kept = (self._channels, columns if spectrum else 0, self._mapping.gabor.bins)
        seen = np.empty(kept, np.complex64)

        def visit(first: int, last: int, part: Complex64) -> None:
            rows_of_spectrum(part, self._mapping.pooling, power[:, first:last])
            if spectrum:
                seen[:, first:last] = part

        span.analyse(samples, visit)
        return power, seen

    def _ahead(self) -> int:
        """Columns of the next block: a short sound does not pay for a long one."""
        if self._feed.reaches(self._mapping.span(self._next, self._next + BLOCK_COLUMNS).stop):
            return BLOCK_COLUMNS
        there = self._mapping.columns(self._feed.stop)
        return min(BLOCK_COLUMNS, there - self._next)
