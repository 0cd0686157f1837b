"""The sound track of a film being written: pulled from a sound as the picture goes on."""

from __future__ import annotations

from fractions import Fraction
from types import ModuleType
from typing import Any

import numpy as np

from eidophone.files.video.formats import SoundCodec
from eidophone.sound.resample import resampled
from eidophone.sound.sound import SoundSource

_LARGEST_BLOCK = 1 << 16


class TrackWriter:
    """Encodes a sound into an open film, as far as it is asked to.

    Args:
        av: PyAV.
        film: an open ``OutputContainer``.
        codec: how to code it.
        sound: the sound; resampled if the codec cannot hold its rate.
        block_seconds: how much to take at once: as long as a frame.
    """

    def __init__(
        self,
        av: ModuleType,
        film: Any,
        codec: SoundCodec,
        sound: SoundSource,
        block_seconds: Fraction,
    ) -> None:
        self._av = av
        self._film = film
        self._rate = codec.rate_for(sound.rate)
        self._layout = "stereo" if sound.channels == 2 else "mono"
        self._clips = codec.bits_per_second is not None
        self._stream = film.add_stream(codec.encoder, rate=self._rate, layout=self._layout)
        self._stream.codec_context.format = codec.sample_format
        if codec.bits_per_second is not None:
            self._stream.bit_rate = codec.bits_per_second * sound.channels
        size = min(max(1, int(sound.rate * block_seconds)), _LARGEST_BLOCK)
        self._blocks = resampled(sound.blocks(size), sound.channels, sound.rate, self._rate)
        self._written = 0

    def write_until(self, seconds: Fraction) -> None:
        """Encode the sound up to that time, or a little further."""
        while self._written < seconds * self._rate and self._write_block():
            pass

    def finish(self) -> None:
        """Encode all that is left."""
        while self._write_block():
            pass
        self._film.mux(self._stream.encode(None))

    def _write_block(self) -> bool:
        """Encode the next block; false if there is none."""
        block = next(self._blocks, None)
        if block is None:
            return False
        samples = np.clip(block, -1, 1) if self._clips else block
        frame = self._av.AudioFrame.from_ndarray(
            np.ascontiguousarray(samples), format="fltp", layout=self._layout
        )
        frame.rate = self._rate
        frame.pts = self._written
        frame.time_base = Fraction(1, self._rate)
        self._written += block.shape[1]
        self._film.mux(self._stream.encode(frame))
        return True
