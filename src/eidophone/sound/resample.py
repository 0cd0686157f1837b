"""Sounds brought to another rate, block by block."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import soxr

from eidophone.base.arrays import Float32


def resampled(
    blocks: Iterable[Float32], channels: int, rate: float, wanted: float
) -> Iterator[Float32]:
    """``blocks``, which have ``rate`` Hz, at ``wanted`` Hz; by soxr at very high quality.

    Args:
        blocks: ``[channels, any number]`` each.
        channels: 1 or 2.
        rate: Hz that they have.
        wanted: Hz that they are to have; the same leaves them as they are.

    Yields:
        ``[channels, n]``, none of them empty.
    """
    if rate == wanted:
        yield from blocks
        return
    stream = soxr.ResampleStream(rate, wanted, channels, "float32", "VHQ")
    for block in blocks:
        heard = stream.resample_chunk(np.ascontiguousarray(block.T))
        if len(heard):
            yield heard.T
    rest = stream.resample_chunk(np.zeros((0, channels), np.float32), last=True)
    if len(rest):
        yield rest.T
