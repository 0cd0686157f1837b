"""Instants: each frame shows its own moment, on the spiral; drawn and read as such.

A frame is too long for one column, so it holds a few, side by side across the ribbon. The window
is twice as long as a picture's: it still is hardly longer than a frame, and notes are dots, which
with the shorter one would be arcs.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction

import numpy as np

from eidophone.base.arrays import Float32, Pixels
from eidophone.base.errors import FilmError
from eidophone.base.streams import Feed
from eidophone.film.clock import Numbered
from eidophone.film.facts import FilmFacts
from eidophone.film.spiral import Spiral, ribbon_width
from eidophone.picture.ink import brightest
from eidophone.picture.recipe import Recipe

#: The axis begins half a semitone below the lowest A of a piano.
_BOTTOM_HZ = 27.5 * 2 ** (-1 / 24)

#: Frames with so many pixels to a side have one more row a semitone: the innermost turn is short.
_PIXELS_PER_ROW, _MOST_ROWS = 85, 12

#: Time between columns, at most: a ninth of the window of the standard recipe.
_LONGEST_HOP = Fraction(1, 118)

#: Pixels of an instant across the ribbon, at least.
_LEAST_PIXELS = 2

#: Windows over each moment, at least, where frames are few and small.
_LEAST_OVERLAP = 4

_LONGEST_WINDOW = 0.5

_MIN_FPS, _MAX_FPS = 10, 240


def instants_recipe(base: Recipe, fps: Fraction | float, size: int) -> Recipe:
    """The recipe of instants at ``fps`` frames per second of ``size`` pixels to a side.

    Args:
        base: levels and the top of the axis are its own, and the window is twice its. The curve of
            ink is the spiral's, whose light is the square of the level.
        fps: 10 to 240.
        size: from 1020 on there are 144 rows an octave, and fewer below.

    Raises:
        FilmError: a frame rate that cannot be.
    """
    if not _MIN_FPS <= fps <= _MAX_FPS:
        raise FilmError(
            f"instants at {float(fps):g} frames per second: it must be {_MIN_FPS} to {_MAX_FPS}"
        )
    semitones = math.ceil(12 * math.log2(base.max_hz / _BOTTOM_HZ))
    max_hz = _BOTTOM_HZ * 2 ** (semitones / 12)
    rows = min(max(1, size // _PIXELS_PER_ROW), _MOST_ROWS)
    room = ribbon_width(_BOTTOM_HZ, max_hz) * size / _LEAST_PIXELS
    subs = min(math.ceil(1 / (fps * _LONGEST_HOP)), max(1, math.floor(room)))
    hop = 1 / (float(fps) * subs)
    return replace(
        base,
        name="instants",
        axis="octaves",
        rows=rows * semitones,
        min_hz=_BOTTOM_HZ,
        max_hz=max_hz,
        hop_seconds=hop,
        window_seconds=min(max(2 * base.window_seconds, _LEAST_OVERLAP * hop), _LONGEST_WINDOW),
        gamma=1.0,
    )


def spiral_of(facts: FilmFacts) -> Spiral:
    """The spiral on which the film is drawn."""
    return Spiral(facts.width, facts.recipe, round(facts.columns_per_frame))


def stray(frames: list[Pixels], spiral: Spiral) -> float:
    """How much of the light of ``frames`` is elsewhere once they were read and drawn again.

    Args:
        frames: some, ``[size, size, 3]`` each, all with some light.
        spiral: on which they may be.
    """
    found = []
    for frame in frames:
        shown = frame * np.float32(255 / brightest(frame.dtype))
        found.append(np.abs(shown - spiral.draw(spiral.read(frame))).sum() / shown.sum())
    return float(np.median(found))


def draw(columns: Iterable[Pixels], facts: FilmFacts) -> Iterator[Pixels]:
    """The frames of instants.

    Args:
        columns: ``[rows, any number, 3]`` each, from left to right.
        facts: of the film.

    Yields:
        uint8 ``[width, width, 3]``; black after the sound.
    """
    spiral = spiral_of(facts)
    sound = Feed(columns, np.zeros((facts.recipe.rows, 0, 3), np.uint8))
    for frame in range(facts.frame_count):
        yield spiral.draw(sound.take(frame * spiral.subs, (frame + 1) * spiral.subs))


def read(frames: Iterable[Numbered], facts: FilmFacts) -> Iterator[Float32]:
    """The columns of instants, float32 ``[rows, columns of a frame, 1 or 3]``, 1.0 is full scale.

    Args:
        frames: their numbers by the clock, and ``[height, width, 1 or 3]`` each. Where some are
            missing, the one before fades into the next.
        facts: of the film.
    """
    spiral = spiral_of(facts)
    before: tuple[float, Float32] | None = None
    wanted = 0
    for number, pixels in frames:
        moment = spiral.read(pixels)
        start, earlier = before or (number, moment)
        while wanted <= number:
            part = np.float32(np.clip((wanted - start) / max(number - start, 1e-9), 0, 1))
            yield np.sqrt((1 - part) * earlier**2 + part * moment**2)  # as if frames were blended
            wanted += 1
        before = number, moment
