"""Tiles: a picture in overlapping pieces of one size, and the pieces faded into one picture."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np

from eidophone.base.arrays import Float32

#: Part of the overlap, at either side, in which a tile counts nothing: networks see least there.
_BLIND = 0.125


@dataclass(frozen=True)
class Cover:
    """Tiles along one axis: as few as overlap enough, evenly spread.

    Attributes:
        extent: length that they cover; a tile may be longer.
        size: length of every tile.
        overlap: what neighbours share, at least; less than ``size``.
        multiple: of which every start is one.
    """

    extent: int
    size: int
    overlap: int
    multiple: int = 1

    @cached_property
    def starts(self) -> tuple[int, ...]:
        """Where the tiles begin, from 0 on."""
        room = self.extent - self.size
        if room <= 0:
            return (0,)
        stride = (self.size - self.overlap) // self.multiple * self.multiple
        steps = math.ceil(room / max(stride, self.multiple))
        ideal = (room * i / steps for i in range(steps + 1))
        return tuple(math.ceil(start / self.multiple) * self.multiple for start in ideal)

    @property
    def reach(self) -> int:
        """Where the last tile ends."""
        return self.starts[-1] + self.size

    def weights(self, tile: int, scale: Fraction) -> Float32:
        """How much each pixel of a tile, ``scale`` times as long, counts: 0..1.

        A raised cosine over what it shares with each neighbour; 1 elsewhere.
        """
        weight = np.ones(int(self.size * scale), np.float32)
        if tile > 0:
            rise = _rise(self._shared(tile - 1, scale))
            weight[: len(rise)] *= rise
        if tile < len(self.starts) - 1:
            rise = _rise(self._shared(tile, scale))
            weight[len(weight) - len(rise) :] *= rise[::-1]
        return weight

    def _shared(self, tile: int, scale: Fraction) -> int:
        """Pixels that a tile shares with the next."""
        return int((self.starts[tile] + self.size - self.starts[tile + 1]) * scale)


def _rise(length: int) -> Float32:
    """From 0 to 1: with its mirror image it adds up to 1."""
    at = (np.arange(length) + 0.5) / max(length, 1)
    inner = np.clip((at - _BLIND) / (1 - 2 * _BLIND), 0, 1)
    rise = np.sin(inner * (np.pi / 2)) ** 2
    return rise.astype(np.float32)


class Canvas:
    """Where tiles are painted over each other.

    Args:
        shape: ``(height, width, channels)``.
    """

    def __init__(self, shape: tuple[int, int, int]) -> None:
        self._sum = np.zeros(shape, np.float32)
        self._weight = np.zeros(shape[:2], np.float32)

    def paint(self, tile: Float32, top: int, left: int, rows: Float32, columns: Float32) -> None:
        """Add ``tile``, weighted along its ``rows`` and ``columns``; what lies outside is cut."""
        part = (slice(top, top + len(rows)), slice(left, left + len(columns)))
        height, width = self._weight[part].shape
        weight = np.outer(rows[:height], columns[:width])
        self._weight[part] += weight
        self._sum[part] += tile[:height, :width] * weight[..., None]

    def picture(self) -> Float32:
        """``[height, width, channels]`` what was painted."""
        return np.divide(self._sum, np.maximum(self._weight, 1e-6)[..., None], dtype=np.float32)
