"""Bars: what was put around the frames of a film to give them another shape, by what they show."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import numpy as np

from eidophone.base.arrays import Pixels
from eidophone.base.errors import tell
from eidophone.files.video import VideoFrame
from eidophone.film.film import Film, FrameSource
from eidophone.film.settings import MIN_SIDE
from eidophone.picture.content import find_bars

#: Rows and columns of a frame.
Window = tuple[slice, slice]

#: All of it.
ALL: Window = (slice(None), slice(None))

#: Next to a bar, so many pixels may belong to neither: recompression rings there.
_RINGING = 4

#: Bars are looked for in so many frames, one of every so many.
_LOOKED_AT, _FRAMES_APART = 64, 5


class Inside(Film):
    """What lies inside of the bars around a film that says nothing of itself.

    Args:
        film: with its bars.
        window: what of its frames is picture.
    """

    def __init__(self, film: Film, window: Window) -> None:
        super().__init__(film, track=film.track, lossless=film.lossless)
        self._window = window

    def frames(self) -> Iterator[VideoFrame]:
        """The frames, from the first on."""
        for frame in super().frames():
            yield VideoFrame(frame.pixels[self._window], frame.seconds, frame.duration_seconds)


def without_bars(film: Film) -> Film:
    """``film``, which says nothing of itself; without its bars, and with a word, if it has any.

    Frames are squares unless somebody made them otherwise, so bars leave a square between them.
    """
    window = between_bars(film, 1)
    if window == ALL:
        return film
    tell("the bars around the frames of this film are left out")
    return Inside(film, window)


def between_bars(film: FrameSource, aspect: float) -> Window:
    """Rows and columns of a film that lie between bars at two opposite edges.

    Args:
        film: what is of one colour in some of its frames, all over it, may be a bar.
        aspect: width over height of what was drawn. All is inside if frames have this shape, or
            if no bars leave it.
    """
    frames = islice(film.frames(), 0, _LOOKED_AT * _FRAMES_APART, _FRAMES_APART)
    light: Pixels = next(frames).pixels
    for frame in frames:
        light = np.maximum(light, frame.pixels)
    height, width = light.shape[:2]
    rows, columns = min(height, round(width / aspect)), min(width, round(height * aspect))
    if min(height, width) < MIN_SIDE:  # a few pixels are easily of one colour
        return ALL
    bars = find_bars(light)
    above, beside = (height - rows) // 2, (width - columns) // 2
    if beside > 1 and min(bars.left, bars.right) >= max(beside - _RINGING, beside / 2):
        return slice(None), slice(beside, beside + columns)
    if above > 1 and min(bars.top, bars.bottom) >= max(above - _RINGING, above / 2):
        return slice(above, above + rows), slice(None)
    return ALL
