"""The sound track of a film as the sound that the film was made of."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from eidophone.base.arrays import Float32
from eidophone.base.streams import lasting, regrouped
from eidophone.picture.facts import Source
from eidophone.sound.resample import resampled
from eidophone.sound.sound import SoundSource

_BLOCK_SAMPLES = 1 << 16


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
        self.sample_count = source.sample_count

    def blocks(self, samples_per_block: int) -> Iterator[Float32]:
        """The sound from its beginning, ``[channels, samples_per_block]``; the last is shorter."""
        track = resampled(
            self._track.blocks(_BLOCK_SAMPLES), self.channels, self._track.rate, self.rate
        )
        nothing = np.zeros((self.channels, 0), np.float32)
        return regrouped(lasting(track, self.sample_count, nothing), samples_per_block)
