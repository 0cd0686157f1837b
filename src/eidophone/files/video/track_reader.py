"""The sound track of a film being read, placed in time."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from fractions import Fraction
from pathlib import Path
from types import ModuleType

import numpy as np

from eidophone.base.arrays import Float32
from eidophone.files.video.container import opened
from eidophone.sound.ffmpeg import heard, track_of

#: Less sound than this missing is only the rounding of times, which Matroska has in ms.
_LEAST_GAP_SECONDS = 0.02

_CHUNK = 1 << 16


class TrackReader:
    """Decodes the first sound track of a film; a ``Decoder`` for ``SoundReader``.

    Its first sample is heard at ``origin``. Silence stands where the track has nothing, and what
    comes earlier is cut. More than two channels are mixed to stereo.

    Args:
        av: PyAV.
        path: the film.
        origin: what is 0 s of the film, in seconds of its own time.
        seconds: how long the picture lasts; there is no silence beyond it.
    """

    sample_count = 0  # known when decoded
    promised_samples = 0
    spare_samples = 0

    def __init__(self, av: ModuleType, path: Path, origin: Fraction, seconds: float) -> None:
        self._av = av
        self._path = path
        self._origin = origin
        with opened(av, path) as film:
            context = track_of(film).codec_context
            self.rate = context.rate
            self.channels = min(2, context.channels)
        self._end = round(seconds * self.rate)

    def chunks(self) -> Generator[Float32, None, None]:
        """All that can be decoded, ``[channels, n]`` at a time."""
        cursor: int | None = None
        least = 0.0
        for place, samples in self._placed():
            if cursor is None:
                cursor = min(0, place)
            if place - cursor > least:
                yield from self._silence(max(0, cursor), min(place, self._end))
                cursor = place
            least = _LEAST_GAP_SECONDS * self.rate
            early = max(0, -cursor)
            cursor += samples.shape[1]
            if early < samples.shape[1]:
                yield samples[:, early:]

    def _placed(self) -> Iterator[tuple[int, Float32]]:
        """What is decoded, each with the sample of the film that it begins at."""
        layout = "stereo" if self.channels == 2 else "mono"
        place = 0
        with opened(self._av, self._path) as film:
            for seconds, samples in heard(self._av, film, layout):
                if seconds is not None:
                    place = round((seconds - self._origin) * self.rate)
                yield place, samples
                place += samples.shape[1]

    def _silence(self, first: int, last: int) -> Iterator[Float32]:
        for start in range(first, last, _CHUNK):
            yield np.zeros((self.channels, min(_CHUNK, last - start)), np.float32)
