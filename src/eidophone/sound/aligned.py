"""A sound beside another: brought to its rate, length and channels, its place and speed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

import numpy as np

from eidophone.base.arrays import Float32
from eidophone.base.streams import lasting, regrouped
from eidophone.sound.resample import resampled
from eidophone.sound.sound import SoundSource

_BLOCK_SAMPLES = 1 << 16


class Aligned:
    """A sound beside another, block by block.

    Args:
        sound: what is to be aligned.
        rate: Hz that it is to have.
        channels: how many it is to have at most; two are mixed to one.
        sample_count: its length, filled up with silence; by default what becomes of its own.
        delay: sample at which it begins; what lies before 0 is cut off.
        speed: its own seconds that pass in a second: 2 for what was slowed to half.
        swapped: left is right, and right is left.
    """

    def __init__(
        self,
        sound: SoundSource,
        *,
        rate: int,
        channels: int = 2,
        sample_count: int | None = None,
        delay: int = 0,
        speed: float = 1.0,
        swapped: bool = False,
    ) -> None:
        lasts = round(sound.sample_count * rate / (sound.rate * speed))
        self.rate = rate
        self.channels = min(channels, sound.channels)
        self.sample_count = max(1, delay + lasts if sample_count is None else sample_count)
        self._sound = sound
        self._delay = delay
        self._speed = speed
        self._order = slice(None, None, -1 if swapped else 1)

    def blocks(self, samples_per_block: int) -> Iterator[Float32]:
        """The sound from its beginning, ``[channels, samples_per_block]``; the last is shorter."""
        sound = self._sound
        heard = resampled(
            map(self._mixed, sound.blocks(_BLOCK_SAMPLES)),
            self.channels,
            sound.rate * self._speed,
            self.rate,
        )
        nothing = np.zeros((self.channels, 0), np.float32)
        before = lasting((), max(self._delay, 0), nothing)
        placed = chain(before, _without_first(heard, max(-self._delay, 0)))
        return regrouped(lasting(placed, self.sample_count, nothing), samples_per_block)

    def _mixed(self, block: Float32) -> Float32:
        if self.channels < len(block):
            return block.mean(axis=0, keepdims=True)
        return block[self._order]


def _without_first(blocks: Iterable[Float32], count: int) -> Iterator[Float32]:
    """``blocks`` without their first ``count`` samples."""
    for block in blocks:
        if count < block.shape[1]:
            yield block[:, count:]
        count = max(0, count - block.shape[1])
