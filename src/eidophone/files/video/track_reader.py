"""The sound track of a film being read, placed in time."""

from __future__ import annotations

from collections.abc import Generator
from fractions import Fraction
from pathlib import Path
from types import ModuleType

from eidophone.base.arrays import Float32
from eidophone.files.video.container import opened
from eidophone.sound.ffmpeg import heard, layout_of, track_of
from eidophone.sound.mixing import downmixed
from eidophone.sound.placing import placed


class TrackReader:
    """Decodes the default sound track of a film; a ``Decoder`` for ``SoundReader``.

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
            track = track_of(film)
            self.rate = track.rate
            self._layout = layout_of(track)
        self.layout = self._layout[:2]
        self._seconds = seconds

    def chunks(self) -> Generator[Float32, None, None]:
        """All that can be decoded, ``[channels, n]`` at a time."""
        with opened(self._av, self._path) as film:
            pieces = heard(self._av, film, track_of(film))
            end = self._origin + Fraction(self._seconds)
            for chunk in placed(pieces, self.rate, origin=self._origin, end=end):
                yield downmixed(chunk, self._layout) if len(chunk) > 2 else chunk
