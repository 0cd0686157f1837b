"""Untouched: whether the frames of a film are those that are drawn of its sound track."""

from __future__ import annotations

from itertools import zip_longest

import numpy as np

from eidophone.base.arrays import Pixels
from eidophone.film.encoding import draw
from eidophone.film.facts import FilmFacts
from eidophone.film.film import Film
from eidophone.sound.sound import SoundSource

#: A drawing made again on another machine may differ by one grey level in so many values.
_SAME = 1e-3


def is_untouched(film: Film, facts: FilmFacts, track: SoundSource) -> bool:
    """Whether the frames are those that are drawn of the sound track."""
    fps = facts.fps if film.frame_count == facts.frame_count else film.fps
    drawn = draw(track, facts, fps, again=True)
    return drawn.frame_count == film.frame_count and all(
        one is not None and other is not None and _is_same(one.pixels, other.pixels)
        for one, other in zip_longest(film.frames(), drawn.frames())
    )


def _is_same(pixels: Pixels, drawn: Pixels) -> bool:
    if pixels.shape != drawn.shape or pixels.dtype != drawn.dtype:
        return False
    difference = np.abs(pixels.astype(np.int16) - drawn)
    few = np.count_nonzero(difference) <= _SAME * difference.size
    return bool(few and difference.max() <= 1)
