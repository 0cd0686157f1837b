"""The sound track of a film as the sound that the film was made of."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import soxr

from eidophone.picture.facts import Source
from eidophone.picture.gabor import Float32
from eidophone.sound.sound import SoundSource

_BLOCK_FRAMES = 1 << 16


class TrackAsSource:
    """A sound track at the rate, and cut or filled to the length, of the sound that it carries.

    Some codecs hold few rates, and all but lossless ones add silence.

    Args:
        track: the sound track.
        source: what the sound was.
    """

    def __init__(self, track: SoundSource, source: Source) -> None:
        self._track = track
        self.rate = source.rate
        self.channels = track.channels
        self.frames = source.frames

    def blocks(self, frames_per_block: int) -> Iterator[Float32]:
        """The sound from its beginning, ``[channels, frames_per_block]``; the last is shorter."""
        held = np.zeros((self.channels, 0), np.float32)
        left = self.frames
        for block in self._resampled():
            held = np.concatenate([held, block], axis=1) if held.shape[1] else block
            while held.shape[1] >= frames_per_block and left >= frames_per_block:
                yield held[:, :frames_per_block]
                held, left = held[:, frames_per_block:], left - frames_per_block
            if held.shape[1] >= left:  # the track goes on when the sound has ended
                break
        while left:
            size = min(left, frames_per_block)
            block = np.zeros((self.channels, size), np.float32)
            block[:, : min(size, held.shape[1])] = held[:, :size]
            yield block
            held, left = held[:, size:], left - size

    def _resampled(self) -> Iterator[Float32]:
        if self._track.rate == self.rate:
            yield from self._track.blocks(_BLOCK_FRAMES)
            return
        stream = soxr.ResampleStream(self._track.rate, self.rate, self.channels, "float32", "VHQ")
        for block in self._track.blocks(_BLOCK_FRAMES):
            yield stream.resample_chunk(np.ascontiguousarray(block.T)).T
        yield stream.resample_chunk(np.zeros((0, self.channels), np.float32), last=True).T
