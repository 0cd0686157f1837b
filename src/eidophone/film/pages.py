"""Pages of a film that says nothing of them: which is where, and what it shares with the next."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise

import numpy as np

from eidophone.base.arrays import Float32
from eidophone.film.aligning import difference_of, thinned
from eidophone.film.clock import Numbered
from eidophone.film.direction import goes_on_to_the_left
from eidophone.film.film import FrameSource
from eidophone.film.settings import UNRELATED_OVERLAP
from eidophone.film.turns import GOES_ON, LEAST_SHOWN, Turns, break_of, contrast_of, find_turns
from eidophone.picture.content import shared_columns
from eidophone.picture.ink import sounding_columns
from eidophone.picture.recipe import Recipe
from eidophone.picture.shape import by_shape

#: Pages that are compared with the next.
_COMPARED = 8

#: Times and shapes tell the same if they differ by less than this fraction.
_ALIKE = 0.01

#: Pages share what their times say if they differ there by less than this fraction of contrast.
_SHARED = 0.5

#: A part of this fraction, or more, that pages share shows in their times.
_MOST_SHARED = 0.9


@dataclass(frozen=True, eq=False)
class Pages:
    """The pages of a film, each a picture of the sound, and where they lie.

    Attributes:
        film: their frames.
        turns: when they turn; None if each frame is another page.
        recipe: of the pictures.
        width: columns of a page.
        step: columns from the beginning of a page to that of the next.
        columns: of the whole sound.
        are_ours: what pages share was said or seen; else they fade into each other a little.
        mirrored: each page was, as the next goes on at its left.
    """

    film: FrameSource
    turns: Turns | None
    recipe: Recipe
    width: int
    step: int
    columns: float
    are_ours: bool
    mirrored: bool = False

    @property
    def count(self) -> int:
        """How many there are."""
        return self.film.frame_count if self.turns is None else self.turns.count

    @property
    def are_held(self) -> bool:
        """Whether they are ours, each shown for its time: they last as long as their film."""
        return self.are_ours and self.turns is not None

    @property
    def shows_something(self) -> bool:
        """Whether there is anything to be seen on held pages, and no more than one, or many."""
        shown = self.turns.shown if self.turns else []
        is_whole = len(shown) > 1 or self.film.seconds <= (1 + _ALIKE) * self.seconds
        return is_whole and any(contrast_of(page) > LEAST_SHOWN for page in shown)

    @property
    def keep_time(self) -> bool:
        """Whether each is there once, for as long as the sound that only it shows."""
        off = _shown_seconds(self.film) - self.step * self.recipe.hop_seconds
        return self.turns is None and abs(off) < 2 * _ALIKE * self.width * self.recipe.hop_seconds

    @property
    def seconds(self) -> float:
        """How long the sound lasts."""
        return self.columns * self.recipe.hop_seconds

    def numbered(self) -> Iterator[Numbered]:
        """The number of the page that each frame shows, and its pixels."""
        for index, frame in enumerate(self.film.frames()):
            number = index if self.turns is None else self.turns.page_at(frame.seconds)
            yield number, frame.pixels[:, ::-1] if self.mirrored else frame.pixels


def find_pages(film: FrameSource, recipe: Recipe, overlap: float | None) -> Pages:
    """The pages of ``film``.

    Args:
        film: any. Pages may be held for many frames.
        recipe: of the pictures.
        overlap: fraction of a page that it shares with the next; None: as is seen.
    """
    height, across = next(iter(film.frames())).pixels.shape[:2]
    width = by_shape(height, across, recipe)
    lasts = width * recipe.hop_seconds
    turns = find_turns(film, lasts * (1 - (overlap or 0)))
    period = _shown_seconds(film) if turns is None else turns.period
    found = _overlap(film, turns, period / lasts) if overlap is None else overlap
    step = max(1, round(width * (1 - (UNRELATED_OVERLAP if found is None else found))))
    count = film.frame_count if turns is None else turns.count
    columns = float((count - 1) * step + width)
    if turns is not None and found is not None and (period or count == 1):
        exact = step * recipe.hop_seconds
        period = period or exact
        if abs(period / exact - 1) < _ALIKE:
            turns, period = replace(turns, period=exact), exact
        if period == exact or count - film.seconds / period > 2 * _ALIKE:
            columns = min(columns, film.seconds / period * step)  # it ends with the sound
    pages = Pages(film, turns, recipe, width, step, columns, found is not None)
    move = round(step * across / width)
    mirrored = pages.are_ours and goes_on_to_the_left(pages.numbered(), min(move, across))
    pages = replace(pages, mirrored=mirrored)
    if turns is None and found is not None:
        pages = replace(pages, columns=columns - _black_at_the_end(pages))
    return pages


def _shown_seconds(film: FrameSource) -> float:
    """How long each of the first frames is usually shown; the last one may end with the sound."""
    starts = [frame.seconds for frame in islice(film.frames(), _COMPARED)]
    return _usual([after - before for before, after in pairwise(starts)]) or 1 / float(film.fps)


def _black_at_the_end(pages: Pages) -> float:
    """Columns after the sound on the last page: each is there once, so no time tells its end."""
    _, last = deque(pages.numbered(), maxlen=1).pop()
    lit = sounding_columns(last)
    return pages.width * (1 - lit / last.shape[1]) if lit else 0.0


def _overlap(film: FrameSource, turns: Turns | None, part: float) -> float | None:
    """The fraction of a page that it shares with the next; None if they are unrelated.

    Args:
        film: the pages are its frames, if they do not turn.
        turns: when they do.
        part: for which fraction of what it lasts a page is shown.
    """
    if abs(part - 1) < _ALIKE:
        return 0.0
    shown: Sequence[Float32]
    shown = [thinned(frame.pixels) for frame in islice(film.frames(), _COMPARED)]
    if turns is not None:
        shown = turns.shown
    pairs = [pair for pair in pairwise(shown) if min(map(contrast_of, pair)) > LEAST_SHOWN]
    width = shown[0].shape[1]
    if width < 2:
        return None
    shared = _shared(pairs) or _shared([(one[:, ::-1], other[:, ::-1]) for one, other in pairs])
    if shared:
        return shared / width
    move = round(part * width)
    if 1 - _MOST_SHARED <= part < 1 and _usual([_unlike(*one, move) for one in pairs]) < _SHARED:
        return 1 - part
    return 0.0 if _usual([break_of(*one) for one in pairs]) < GOES_ON else None


def _shared(pairs: list[tuple[Float32, Float32]]) -> float:
    """How many columns pages share with the next, if that is seen in half of the ``pairs``."""
    found = [shared_columns(one[:, :, None], other[:, :, None]) for one, other in pairs]
    usual = _usual([columns for columns in found if columns])
    agree = sum(columns > 0 and abs(columns - usual) <= 1 for columns in found)
    return usual if 2 * agree >= len(pairs) else 0.0


def _usual(values: list[float]) -> float:
    return float(np.median(values)) if values else 0.0


def _unlike(one: Float32, other: Float32, move: int) -> float:
    """How much pages differ where they overlap, as a fraction of their contrast."""
    return difference_of(one, other, move) / max(contrast_of(one), contrast_of(other))
