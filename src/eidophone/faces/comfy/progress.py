"""Progress: ComfyUI's bar over a node, which also stops what the user has cancelled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

from comfy.utils import ProgressBar

from eidophone.base.arrays import Float32

Item = TypeVar("Item")


def counted(items: Iterable[Item], count: int) -> Iterator[Item]:
    """``items``, the bar moving with each of the ``count``."""
    bar = ProgressBar(count)
    for item in items:
        yield item
        bar.update(1)


def heard(blocks: Iterable[Float32], count: int) -> Iterator[Float32]:
    """``blocks`` ``[channels, n]``, the bar moving with each of the ``count`` samples."""
    bar = ProgressBar(count)
    for block in blocks:
        yield block
        bar.update(block.shape[1])
