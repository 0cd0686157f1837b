"""Remembering: the first frames of a film, decoded once for all who look at them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import numpy as np

from eidophone.files.video import VideoFrame
from eidophone.film.film import Film

#: Bytes of frames that are kept. Held pages take few: most of their frames are the one before.
_KEPT_BYTES = 96 * 1024 * 1024


class Remembering(Film):
    """A film whose first frames are decoded once, however often they are asked for.

    Args:
        film: any. It is gone through as far as somebody looks, and no further.
    """

    def __init__(self, film: Film) -> None:
        super().__init__(film, film.facts, film.track, lossless=film.lossless)
        self._kept: list[VideoFrame] = []
        self._bytes = 0
        self._later = super().frames()  # those after what is kept
        self._is_gone_on = False

    def frames(self) -> Iterator[VideoFrame]:
        """The frames, from the first on; they are not to be written to."""
        at = 0
        while at < len(self._kept) or self._bytes < _KEPT_BYTES:
            if at == len(self._kept):
                frame = next(self._later, None)
                if frame is None:
                    return
                self._keep(frame)
            yield self._kept[at]
            at += 1
        if self._is_gone_on:  # whoever comes first goes on, and others begin again
            yield from islice(super().frames(), at, None)
        else:
            self._is_gone_on = True
            yield from self._later

    def _keep(self, frame: VideoFrame) -> None:
        before = self._kept[-1].pixels if self._kept else None
        if before is not None and np.array_equal(before, frame.pixels):
            frame = VideoFrame(before, frame.seconds, frame.duration_seconds)
        else:
            self._bytes += frame.pixels.nbytes
        self._kept.append(frame)
