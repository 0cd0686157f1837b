"""Sound to columns: samples come in blocks, the power of the rows goes out in blocks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eidophone.picture.axis import pooling
from eidophone.picture.gabor import Complex64, Float32, Frames, Gabor
from eidophone.picture.pool import colours, rows_of_spectrum
from eidophone.picture.recipe import Recipe

#: Columns that are made at a time, at most: about 6 seconds of the standard recipe.
BLOCK_COLUMNS = 1024


class Feed:
    """Samples, or columns, by position, from blocks that come one after the other.

    Before the first and after the last there is silence, or black.

    Args:
        blocks: the position is their second axis.
        nothing: a block of none.
    """

    def __init__(self, blocks: Iterable[NDArray[Any]], nothing: NDArray[Any]) -> None:
        self._blocks = iter(blocks)
        self._held = nothing
        self._start = 0
        self._ended = False

    @property
    def stop(self) -> int:
        """Samples seen so far; all there are once the feed has `ended`."""
        return self._start + self._held.shape[1]

    @property
    def ended(self) -> bool:
        """Whether the last sample has been seen."""
        return self._ended

    def take(self, start: int, stop: int) -> NDArray[Any]:
        """Those from ``start`` to ``stop`` (exclusive); ``start`` must never go back."""
        self.read_to(stop)
        drop = min(max(start - self._start, 0), self._held.shape[1])
        self._held, self._start = self._held[:, drop:], self._start + drop
        rows, _, *rest = self._held.shape
        taken = np.zeros((rows, stop - start, *rest), self._held.dtype)
        have = self._held[:, : max(0, stop - self._start)]
        begin = self._start - start
        taken[:, begin : begin + have.shape[1]] = have
        return taken

    def read_to(self, stop: int) -> None:
        """Look ahead as far as ``stop``, or to the end."""
        parts = [self._held]
        count = self.stop
        while count < stop and not self._ended:
            block = next(self._blocks, None)
            if block is None:
                self._ended = True
            else:
                parts.append(block)
                count += block.shape[1]
        if len(parts) > 1:
            self._held = np.concatenate(parts, axis=1)


class Analysis:
    """The columns of a sound, from the first on.

    Args:
        blocks: the sound, ``[channels, frames]`` each.
        channels: 1 or 2.
        rate: Hz.
        recipe: of the picture.
    """

    def __init__(self, blocks: Iterable[Float32], channels: int, rate: int, recipe: Recipe) -> None:
        self._feed = Feed(blocks, np.zeros((channels, 0), np.float32))
        self._channels = channels
        self._rate = rate
        self._recipe = recipe
        self._gabor = Gabor.of(recipe, rate)
        self._pooling = pooling(recipe, self._gabor)
        self._next = 0

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
        frames = Frames(self._gabor, self._next, self._next + columns)
        samples = self._feed.take(frames.start, frames.stop)
        self._next += columns
        power = np.empty((colours(self._channels), columns, self._recipe.rows), np.float32)
        kept = (self._channels, columns if spectrum else 0, self._gabor.bins)
        seen = np.empty(kept, np.complex64)

        def visit(first: int, last: int, part: Complex64) -> None:
            rows_of_spectrum(part, self._pooling, power[:, first:last])
            if spectrum:
                seen[:, first:last] = part

        frames.analyse(samples, visit)
        return power, seen

    def _ahead(self) -> int:
        """Columns of the next block: a short sound does not pay for a long one."""
        self._feed.read_to(self._gabor.span(self._next, self._next + BLOCK_COLUMNS)[1])
        if not self._feed.ended:
            return BLOCK_COLUMNS
        there = self._recipe.columns(self._feed.stop, self._rate)
        return min(BLOCK_COLUMNS, there - self._next)
