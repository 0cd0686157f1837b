"""Recognition: what a film is by its frames alone, when nothing says how it was made."""

from __future__ import annotations

from fractions import Fraction
from itertools import islice
from typing import Literal

import numpy as np

from eidophone.base.arrays import Float32, Pixels
from eidophone.base.errors import FilmError, RecipeError
from eidophone.film.aligning import difference_of, thinned
from eidophone.film.direction import spiral_lie
from eidophone.film.facts import FilmFacts
from eidophone.film.film import Film
from eidophone.film.instants import instants_recipe, spiral_of
from eidophone.film.pages import Pages, find_pages
from eidophone.film.settings import MIN_SIDE
from eidophone.picture.facts import Source
from eidophone.picture.recipe import Recipe
from eidophone.picture.target import DEFAULT_RATE

#: Frames that are looked at: enough to see motion after a second of silence.
_LOOKED_AT = 90

#: A frame with less contrast than this shows nothing.
_LEAST_CONTRAST = 2 / 255

#: Frames of a scroll differ by less than this fraction of what they differ by unmoved.
_MOVED = 0.5

#: Frames that differ by more than this fraction of their contrast are unrelated.
_UNRELATED = 0.5

#: Most frames of pages that are held differ from the one before by less than this.
_STILL = 0.1

#: Frames are compared with those so long after: slow scrolls move by less than a column a frame.
_STRIDE_SECONDS = 1 / 8

#: Frames in the time of a square of a scroll, at least: fewer are pages, each there once.
_LEAST_IN_A_SQUARE = 4

#: Pairs of frames of a scroll that move at the same speed, as a fraction.
_STEADY = 0.5


def recognise(
    film: Film, recipe: Recipe, overlap: float | None = None
) -> FilmFacts | Pages | Literal["cycle"]:
    """What ``film`` is: a scroll, instants, pages, or anything else.

    Args:
        film: one that does not say what it is.
        recipe: of its pictures.
        overlap: what pages share with the next, as a fraction; None: as is seen.

    Returns:
        The facts of a scroll or of instants; pages that go on in each other, or of which each
        frame is another; or ``"cycle"`` for pictures that slowly turn into each other, and for any
        other film.
    """
    frames = [frame.pixels for frame in islice(film.frames(), _LOOKED_AT)]
    instants = _perhaps(film, "instants", recipe)
    is_slow = film.fps * recipe.square_seconds < _LEAST_IN_A_SQUARE
    scroll = None if is_slow else _perhaps(film, "scroll", recipe)
    if instants is not None and _is_spiral(frames, instants):
        return instants
    seen = [thinned(pixels) for pixels in frames]
    mirrored = [picture[:, ::-1].copy() for picture in seen]
    if scroll is not None and any(_is_scroll(one, film.fps) for one in (seen, mirrored)):
        return scroll
    pairs = _telling(seen, 1)
    changes = [difference_of(*pair, 0) / _contrast(pair[0]) for pair in pairs]
    change = float(np.median(changes)) if changes else 0.0
    turns_slowly = _STILL < change <= _UNRELATED
    if turns_slowly and not is_slow:
        return "cycle"
    pages = find_pages(film, recipe, overlap)
    is_held = not turns_slowly and pages.turns is not None and pages.shows_something
    is_ours = pages.are_ours and (is_held or (is_slow and pages.keep_time))
    return pages if is_ours or change > _UNRELATED else "cycle"


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
            rate=DEFAULT_RATE, channels=1, sample_count=max(1, round(film.seconds * DEFAULT_RATE))
        ),
        fps=film.fps,
        width=width,
        height=height,
    )


def _perhaps(film: Film, kind: Literal["scroll", "instants"], recipe: Recipe) -> FilmFacts | None:
    """The facts of a film of that ``kind``; None if none has such a size or frame rate."""
    try:
        return assume(film, kind, recipe)
    except (FilmError, RecipeError):
        return None


def _is_spiral(frames: list[Pixels], facts: FilmFacts) -> bool:
    """Whether frames show a spiral, however they lie."""
    lit = [frame for frame in frames if frame.any()]
    if facts.width != facts.height or not lit:
        return False
    return spiral_lie(lit, spiral_of(facts)) is not None


def _is_scroll(seen: list[Float32], fps: Fraction) -> bool:
    """Whether most of what is seen moves to the left, at one speed."""
    pairs = _telling(seen, max(1, round(fps * _STRIDE_SECONDS)))
    moves = np.array([_moves(*pair) for pair in pairs])
    usual = np.median(moves) if len(moves) else 0
    return bool(usual > 0 and np.mean(np.abs(moves - usual) <= 1) > _STEADY)


def _telling(seen: list[Float32], apart: int) -> list[tuple[Float32, Float32]]:
    """Pairs of frames so many ``apart``, both of which show something."""
    pairs = zip(seen, seen[apart:], strict=False)
    return [pair for pair in pairs if min(map(_contrast, pair)) > _LEAST_CONTRAST]


def _contrast(picture: Float32) -> float:
    return float(np.abs(picture - picture.mean()).mean())


def _moves(before: Float32, after: Float32) -> int:
    """Columns that the picture has clearly moved by, to the left; 0 if it has not."""
    least, moves = _MOVED * difference_of(before, after, 0), 0
    for move in range(1, before.shape[1] // 4):
        moved = difference_of(before, after, move, least)
        if moved < least:
            least, moves = moved, move
    return moves
