"""Recognition: what a film is by its frames alone, when nothing says how it was made."""

from __future__ import annotations

from itertools import islice, pairwise
from typing import Literal

import numpy as np

from eidophone.codec import DEFAULT_RATE
from eidophone.facts import Source
from eidophone.film.aligning import difference_of, thinned
from eidophone.film.facts import MAX_SIDE, MIN_SIDE, FilmFacts
from eidophone.film.film import Film
from eidophone.film.instants import instants_recipe
from eidophone.film.planning import USUAL_FPS
from eidophone.film.spiral import Spiral
from eidophone.gabor import Float32
from eidophone.image_files import Pixels
from eidophone.recipe import Recipe

#: Frames that are looked at: enough to see motion after a second of silence.
_LOOKED_AT = 90

#: A frame with less contrast than this shows nothing.
_LEAST_CONTRAST = 2 / 255

#: Frames of a scroll differ by less than this fraction of what they differ by unmoved.
_MOVED = 0.5

#: Frames that differ by more than this fraction of their contrast are unrelated.
_UNRELATED = 0.5

#: Places on a spiral that are looked at, and how much of its light may be beside it.
_POINTS, _STRAY = 1000, 0.2


def recognise(film: Film, recipe: Recipe) -> FilmFacts | Literal["pages", "cycle"]:
    """What ``film`` is: a scroll, instants, pages that have little in common, or anything else.

    Args:
        film: one that does not say what it is.
        recipe: of its pictures.

    Returns:
        The facts of a scroll or of instants; ``"pages"``; or ``"cycle"`` for pictures that slowly
        turn into each other, and for any other film.
    """
    frames = [frame.pixels for frame in islice(film.frames(), _LOOKED_AT)]
    if _is_of_our_size(frames[0].shape) and _is_spiral(frames, recipe):
        return assume(film, "instants", recipe)
    seen = [thinned(pixels) for pixels in frames]
    pairs = [pair for pair in pairwise(seen) if min(map(_contrast, pair)) > _LEAST_CONTRAST]
    if not pairs:
        return "cycle"
    if _is_of_our_size(frames[0].shape) and np.median([_moves(*pair) for pair in pairs]) > 0:
        return assume(film, "scroll", recipe)
    changes = [difference_of(*pair, 0) / _contrast(pair[0]) for pair in pairs]
    return "pages" if np.median(changes) > _UNRELATED else "cycle"


def assume(film: Film, kind: Literal["scroll", "instants"], recipe: Recipe) -> FilmFacts:
    """The facts of a film of that ``kind``, by the size of its frames and how long it lasts.

    Raises:
        FilmError: its frames are too small or too large.
    """
    height, width = next(film.frames()).pixels.shape[:2]
    if kind == "instants":
        recipe = instants_recipe(recipe, film.fps, min(height, width))
    elif height >= MIN_SIDE:
        recipe = recipe.with_rows(height)
    return FilmFacts(
        kind=kind,
        recipe=recipe,
        source=Source(
            rate=DEFAULT_RATE, channels=1, frames=max(1, round(film.seconds * DEFAULT_RATE))
        ),
        fps=film.fps,
        width=width,
        height=height,
    )


def _is_spiral(frames: list[Pixels], recipe: Recipe) -> bool:
    """Whether there is light on the ribbon of a spiral, and hardly any between its turns."""
    height, width = frames[0].shape[:2]
    if height != width:
        return False
    spiral = Spiral(height, instants_recipe(recipe, USUAL_FPS["instants"], height), subs=1)
    axis = spiral.recipe
    hz = np.geomspace(axis.min_hz, axis.max_hz / 2, _POINTS)
    inner, outer = np.array(spiral.place_of_hz(hz)), np.array(spiral.place_of_hz(2 * hz))
    on, between = (np.rint(place).astype(int) for place in (inner, (inner + outer) / 2))
    light = sum(float(frame[on[1], on[0]].mean()) for frame in frames)
    stray = sum(float(frame[between[1], between[0]].mean()) for frame in frames)
    return light > 0 and stray < _STRAY * light


def _is_of_our_size(shape: tuple[int, ...]) -> bool:
    return all(MIN_SIDE <= side <= MAX_SIDE for side in shape[:2])


def _contrast(picture: Float32) -> float:
    return float(np.abs(picture - picture.mean()).mean())


def _moves(before: Float32, after: Float32) -> int:
    """Columns that the picture has clearly moved by, to the left; 0 if it has not."""
    still = difference_of(before, after, 0)
    moved = [difference_of(before, after, move) for move in range(1, before.shape[1] // 4)]
    return 1 + int(np.argmin(moved)) if min(moved, default=1.0) < _MOVED * still else 0
