"""A sound drawn as riffusion draws it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from pathlib import Path

import numpy as np
import scipy.fft

from eidophone.base.arrays import Float32, Pixels
from eidophone.base.streams import Feed
from eidophone.files.image import write_image
from eidophone.picture.foreign.riffusion import FULL_SCALE, Params, tags_of
from eidophone.sound.aligned import Aligned
from eidophone.sound.sound import SoundSource

#: Rows of its pictures.
RIFFUSION_ROWS = Params().rows

_BLOCK_COLUMNS = 128
_BLOCK_SAMPLES = 1 << 18


class RiffusionDrawing:
    """A sound as pictures of riffusion; it is gone through twice, as black is its largest value.

    Args:
        sound: what is drawn, brought to 44.1 kHz.
    """

    def __init__(self, sound: SoundSource) -> None:
        usual = Params(stereo=sound.channels == 2)
        self._sound = Aligned(sound, rate=usual.sample_rate)
        self.columns = usual.recipe.columns(self._sound.sample_count, usual.sample_rate)
        self._usual = usual

    @cached_property
    def params(self) -> Params:
        """What its pictures say of themselves."""
        largest = max(float(block.max()) for block in self._magnitudes())
        return replace(self._usual, max_value=max(largest * FULL_SCALE, 1.0))

    def blocks(self) -> Iterator[Pixels]:
        """The pixels, ``[512, n, 3]`` uint8, block after block from left to right."""
        largest, power = self.params.max_value / FULL_SCALE, self.params.power
        for magnitude in self._magnitudes():
            ink = 255 * (magnitude / np.float32(largest)) ** np.float32(power)
            drawn = (255 - ink).astype(np.uint8)[:, :, ::-1].transpose(2, 1, 0)  # as it rounds
            if self.params.stereo:
                yield np.concatenate([np.zeros_like(drawn[..., :1]), drawn], axis=2)
            else:
                yield np.repeat(drawn, 3, axis=2)

    def save(self, pixels: Pixels, path: Path, *, quality: int | None, overwrite: bool) -> None:
        """Write ``pixels`` of it to ``path``, with the tags by which its programs read them.

        Raises:
            PictureError, OutputError: as `write_image`.
        """
        text = tags_of(self.params)
        write_image(path, pixels, text, quality=quality, overwrite=overwrite)

    def _magnitudes(self) -> Iterator[Float32]:
        """``[channels, columns, rows]`` block after block."""
        params, channels = self._usual, self._sound.channels
        window, triangles = params.window.astype(np.float32), params.triangles()
        half = len(window) // 2
        feed = Feed(self._sound.blocks(_BLOCK_SAMPLES), np.zeros((channels, 0), np.float32))
        for first in range(0, self.columns, _BLOCK_COLUMNS):
            count = min(_BLOCK_COLUMNS, self.columns - first)
            start = first * params.hop - half
            samples = feed.take(start, start + (count - 1) * params.hop + len(window))
            waves = np.lib.stride_tricks.sliding_window_view(samples, len(window), axis=1)
            waves = waves[:, :: params.hop] * window
            size = np.abs(scipy.fft.rfft(waves, params.n_fft, axis=-1)).astype(np.float32)
            rows = triangles @ size.reshape(-1, size.shape[-1]).T
            yield rows.T.reshape(channels, count, -1).astype(np.float32)
