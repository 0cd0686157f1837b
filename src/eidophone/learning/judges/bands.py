"""Bands: levels in few bands, which judges hear."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from eidophone.base.arrays import Float32, Int64

#: How many bands there are.
BANDS = 40

#: Lowest row heard, and rows that must be heard at least.
_LOWEST, _LEAST = 6, 60


class Bands:
    """Equally many rows a band, up to a row that all collections reach.

    Args:
        top: rows below this are heard.
    """

    def __init__(self, top: int) -> None:
        self.first, self.last = _LOWEST, max(top, _LEAST)
        self._edges = np.linspace(self.first, self.last, BANDS + 1).astype(np.int64)

    def mean(self, values: Float32) -> Float32:
        """``[..., BANDS]``: the mean over the rows of each, of ``values`` ``[..., rows]``."""
        sums: Float32 = np.add.reduceat(self.heard(values), self._starts, axis=-1)
        return sums / self._sizes

    def heard(self, values: Float32) -> Float32:
        """Those of ``values`` ``[..., rows]`` that are in some band."""
        return values[..., self.first : self.last]

    @cached_property
    def _starts(self) -> Int64:
        return self._edges[:-1] - self.first

    @cached_property
    def _sizes(self) -> Float32:
        return np.diff(self._edges).astype(np.float32)


def power_of(levels: Float32) -> Float32:
    """Power of ``levels`` in dB."""
    return np.exp(levels * np.float32(np.log(10) / 10))


def db_of(power: Float32, floor: float) -> Float32:
    """``power`` in dB, of which ``floor`` more is heard everywhere."""
    return 10 * np.log10(power + np.float32(floor))
