"""Windows: frames that show a stretch of columns; pages and scrolls are drawn and read as such."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from eidophone.base.arrays import Pixels
from eidophone.base.streams import Feed
from eidophone.film.aligning import Aligner
from eidophone.film.clock import SPARE_SECONDS, Numbered
from eidophone.film.facts import FilmFacts
from eidophone.film.merging import Merger, View, voted


def draw(
    columns: Iterable[Pixels], facts: FilmFacts, nothing: Pixels | None = None
) -> Iterator[Pixels]:
    """The frames of pages or a scroll.

    Args:
        columns: ``[rows, any number, 3]`` each, from left to right.
        facts: of the film.
        nothing: none of them, if they are no pixels ``[rows, columns, 3]`` of 8 bits.

    Yields:
        ``[rows, facts.width, 3]``; black before the sound and after it.
    """
    if nothing is None:
        nothing = np.zeros((facts.recipe.rows, 0, 3), np.uint8)
    sound = Feed(columns, nothing)
    for frame in range(facts.frame_count):
        first = facts.first_column(frame) - _middle(facts)
        yield sound.take(first, first + facts.width)


def read(frames: Iterable[Numbered], facts: FilmFacts) -> Iterator[Pixels]:
    """The columns of pages or a scroll, float32 ``[rows, any number, 1 or 3]``, 1.0 is full scale.

    Args:
        frames: their numbers by the clock, and ``[rows, width, 1 or 3]`` each. A scroll shows
            where it is, so its clock may be wrong.
        facts: of the film. If frames at the end are missing, so are their columns.
    """
    merger = Merger(facts.width)
    end = 0.0
    for first, pixels, until in _placed(frames, facts):
        yield from merger.add(View(first, pixels))
        end = until
    if end:
        yield from merger.finish(_columns_until(end, facts))


def shown_columns(frames: Iterable[Numbered], facts: FilmFacts) -> int:
    """How many columns a scroll shows, by how far its picture moves from frame to frame."""
    places = [first for first, _, _ in _placed(frames, facts)]
    if len(places) < 2:
        return facts.columns
    move = (places[-1] - places[0]) / (len(places) - 1)
    return _columns_until(places[-1] + _middle(facts) + move, facts)


def _placed(frames: Iterable[Numbered], facts: FilmFacts) -> Iterator[tuple[int, Pixels, float]]:
    """What belongs to the film: the column at which each begins, its pixels, and where it ends."""
    step = float(facts.columns_per_frame)
    if facts.kind != "scroll":
        for number, pixels in voted(frames):
            first = facts.first_column(number)
            yield first, pixels, float(first + facts.width)
        return
    aligner = Aligner(facts.width, step)
    for number, pixels in frames:
        first, belongs = aligner.place(facts.first_column(number) - _middle(facts), pixels)
        if belongs:
            yield first, pixels, first + _middle(facts) + step


def _columns_until(end: float, facts: FilmFacts) -> int:
    """Columns of the sound if the last frame ends there: all of them, to rounding, or as shown."""
    is_other = abs(end - facts.columns) > SPARE_SECONDS / facts.recipe.hop_seconds
    shown = round(end) if is_other else facts.columns
    return shown if facts.kind == "scroll" else min(shown, facts.columns)


def _middle(facts: FilmFacts) -> int:
    """Columns from the left edge of a frame to the moment at which it is shown."""
    return facts.width // 2 if facts.kind == "scroll" else 0
