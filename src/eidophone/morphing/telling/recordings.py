"""Recordings: sounds in memory or in files that others are made of, and their envelopes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import scipy.fft
import soxr

from eidophone.base.arrays import Float32
from eidophone.base.streams import Feed
from eidophone.morphing.telling.cepstra import Cepstra
from eidophone.sound.sound import open_sound

#: Bands that all rates have, up to 7.6 kHz, and coefficients of their cepstra: enough to choose by.
_BANDS, COEFFICIENTS = 40, 13

#: Below it there is nothing.
_TINY = 1e-14

_BLOCK_SAMPLES = 1 << 16

#: Samples beside a piece that is brought to another rate.
_RING = 64


@dataclass(frozen=True, eq=False)
class Recording:
    """A sound that others are made of.

    Attributes:
        source: samples ``[channels, n]``, or the file that has them.
        rate: in Hz.
        channels: 1 or 2.
        sample_count: samples of each channel.
        envelope: ``[columns, COEFFICIENTS]`` cepstra, a column every 8 ms.
    """

    source: Float32 | Path
    rate: int
    channels: int
    sample_count: int
    envelope: Float32

    @property
    def silent(self) -> bool:
        """Whether nothing is ever in it."""
        nothing = 0.5 * np.log(_TINY) * np.sqrt(_BANDS)
        return bool(self.envelope[:, 0].max() <= nothing + 1e-3)

    @classmethod
    def of(cls, samples: Float32, rate: int) -> Recording:
        """``samples`` ``[channels, n]`` in memory."""
        channels, count = samples.shape
        return cls(samples, rate, channels, count, envelope_of([samples], channels, count, rate))

    @classmethod
    def of_file(cls, path: Path) -> Recording:
        """The file at ``path``, which is read through once.

        Raises:
            SoundError: it cannot be read.
        """
        with open_sound(path, downmix=True) as sound:
            blocks, count = sound.blocks(_BLOCK_SAMPLES), sound.sample_count
            envelope = envelope_of(blocks, sound.channels, count, sound.rate)
            return cls(path, sound.rate, sound.channels, count, envelope)

    def pieces(
        self, starts: Sequence[float], seconds: float, rate: int, channels: int
    ) -> Iterator[Float32]:
        """Pieces ``[channels, n]`` at ``rate``, silent where the recording ends.

        Args:
            starts: second at which each begins; they rise.
            seconds: how long each is.
            rate: in Hz.
            channels: 1 or 2.
        """
        if not isinstance(self.source, Path):
            yield from self._cut([self.source], len(self.source), starts, seconds, rate, channels)
            return
        with open_sound(self.source, downmix=True) as sound:
            blocks = sound.blocks(_BLOCK_SAMPLES)
            yield from self._cut(blocks, sound.channels, starts, seconds, rate, channels)

    def _cut(
        self,
        blocks: Iterable[Float32],
        own: int,
        starts: Sequence[float],
        seconds: float,
        rate: int,
        channels: int,
    ) -> Iterator[Float32]:
        feed = Feed(blocks, np.zeros((own, 0), np.float32))
        ring = 0 if rate == self.rate else _RING
        length = round(seconds * self.rate)
        for start in starts:
            first = round(start * self.rate)
            piece = feed.take(first - ring, first + length + ring)
            if ring:
                piece = soxr.resample(piece.T, self.rate, rate).T
                skip = round(ring * rate / self.rate)
                piece = piece[:, skip : skip + round(seconds * rate)]
            yield np.asarray(_in(piece, channels), np.float32)


def envelope_of(blocks: Iterable[Float32], channels: int, sample_count: int, rate: int) -> Float32:
    """Cepstra ``[columns, COEFFICIENTS]`` of samples ``[channels, n]`` that come in blocks."""
    cepstra = Cepstra.of(rate)
    feed = Feed(blocks, np.zeros((channels, 0), np.float32))
    parts = []
    for span in cepstra.spans(sample_count):
        power = cepstra.band_power(span, feed.take(span.start, span.stop))[:, :_BANDS]
        logs = 0.5 * np.log(np.maximum(power, _TINY))
        logs = np.pad(logs, ((0, 0), (0, _BANDS - logs.shape[1])), "edge")
        parts.append(scipy.fft.dct(logs, axis=1, norm="ortho")[:, :COEFFICIENTS])
    return np.concatenate(parts).astype(np.float32)


def _in(samples: Float32, channels: int) -> Float32:
    if len(samples) == channels:
        return samples
    return samples.mean(axis=0, keepdims=True) if channels == 1 else np.repeat(samples, 2, axis=0)
