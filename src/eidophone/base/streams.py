"""Streams: blocks of samples or columns that come one after the other, and are cut otherwise.

In all of them the position, of a sample or a column, is the second axis.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Kind = TypeVar("Kind", bound=np.generic)

#: Positions of nothing that are made at once.
_CHUNK = 1 << 16


class Feed:
    """Samples, or columns, by position, from blocks of any size.

    Before the first and after the last there is silence, or black.

    Args:
        blocks: in order.
        nothing: a block of none, which says what the others are like.
        start: where the first of them is.
    """

    def __init__(
        self, blocks: Iterable[NDArray[Any]], nothing: NDArray[Any], start: int = 0
    ) -> None:
        self._blocks = iter(blocks)
        self._held = nothing
        self._start = start
        self._ended = False

    @property
    def stop(self) -> int:
        """How many have been seen; all there are once the feed has `ended`."""
        return self._start + self._held.shape[1]

    @property
    def ended(self) -> bool:
        """Whether the last one has been seen."""
        return self._ended

    def reaches(self, position: int) -> bool:
        """Whether there is one at ``position``; reads on to there."""
        parts, count = [self._held], self.stop
        while count <= position and not self._ended:
            block = next(self._blocks, None)
            if block is None:
                self._ended = True
            else:
                parts.append(block)
                count += block.shape[1]
        if len(parts) > 1:
            self._held = np.concatenate(parts, axis=1)
        return count > position

    def take(self, start: int, stop: int) -> NDArray[Any]:
        """Those from ``start`` to ``stop`` (exclusive); ``start`` must never go back."""
        self.reaches(stop - 1)
        drop = min(max(start - self._start, 0), self._held.shape[1])
        self._held, self._start = self._held[:, drop:], self._start + drop
        rows, _, *rest = self._held.shape
        taken = np.zeros((rows, stop - start, *rest), self._held.dtype)
        have = self._held[:, : max(0, stop - self._start)]
        begin = self._start - start
        taken[:, begin : begin + have.shape[1]] = have
        return taken


class Begun:
    """Blocks that are made anew each time they are gone through, but for the second.

    Whoever looked at the first few can begin again: these are kept, and the rest is made on.

    Args:
        make: gives the blocks.
    """

    def __init__(self, make: Callable[[], Iterator[NDArray[Any]]]) -> None:
        self._make = make
        self._kept: list[NDArray[Any]] = []
        self._rest: Iterator[NDArray[Any]] | None = None
        self._times = 0

    def __call__(self) -> Iterator[NDArray[Any]]:
        """The blocks, from the first on."""
        self._times += 1
        if self._times == 1:
            self._rest = self._make()
            return self._keeping(self._rest)
        kept, rest = self._kept, self._rest
        self._kept, self._rest = [], None
        return self._make() if rest is None else chain(kept, rest)

    def _keeping(self, blocks: Iterator[NDArray[Any]]) -> Iterator[NDArray[Any]]:
        for block in blocks:
            self._kept.append(block)
            yield block


def regrouped(blocks: Iterable[NDArray[Kind]], size: int) -> Iterator[NDArray[Kind]]:
    """The same in C-contiguous blocks of ``size``, of which the last may be shorter.

    No more than one of them is held at a time.
    """
    group, filled = None, 0
    for block in blocks:
        start = 0
        while start < block.shape[1]:
            if group is None:
                group = np.empty((len(block), size, *block.shape[2:]), block.dtype)
            part = block[:, start : start + size - filled]
            group[:, filled : filled + part.shape[1]] = part
            start += part.shape[1]
            filled += part.shape[1]
            if filled == size:
                yield group
                group, filled = None, 0
    if group is not None:
        yield group[:, :filled].copy()


def lasting(
    blocks: Iterable[NDArray[Kind]],
    length: int,
    nothing: NDArray[Kind],
    missing: Callable[[int], None] = lambda _: None,
) -> Iterator[NDArray[Kind]]:
    """``blocks``, cut or filled up with silence to ``length`` in all; no more of them are read.

    Args:
        blocks: in order.
        length: how many positions there are to be.
        nothing: a block of none, which says what the others are like.
        missing: told how many are to be filled up, before they are, if there are any.
    """
    left = length
    for block in blocks if left else ():
        yield block[:, :left]
        left -= min(left, block.shape[1])
        if not left:
            return
    if left:
        missing(left)
    rows, _, *rest = nothing.shape
    for first in range(0, left, _CHUNK):
        yield np.zeros((rows, min(_CHUNK, left - first), *rest), nothing.dtype)
