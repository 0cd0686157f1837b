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


def draw(columns: Iterable[Pixels], facts: FilmFacts) -> Iterator[Pixels]:
    """The frames of pages or a scroll.

    Args:
        columns: ``[rows, any number, 3]`` each, from left to right.
        facts: of the film.

    Yields:
        ``[rows, facts.width, 3]``; black before the sound and after it.
    """
    sound = Feed(columns, np.zeros((facts.recipe.rows, 0, 3), np.uint8))
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
    step, width = float(facts.columns_per_frame), facts.width
    merger = Merger(width)
    aligner = Aligner(width, step) if facts.kind == "scroll" else None
    end = 0.0
    for number, pixels in frames if facts.kind == "scroll" else voted(frames):
        first = facts.first_column(number) - _middle(facts)
        belongs = True
        if aligner is not None:
            first, belongs = aligner.place(first, pixels)
        if belongs:
            yield from merger.add(View(first, pixels))
            end = first + _middle(facts) + (step if facts.kind == "scroll" else width)
    if end:
        is_cut = end + SPARE_SECONDS / facts.recipe.hop_seconds < facts.columns
        yield from merger.finish(round(end) if is_cut else facts.columns)


def _middle(facts: FilmFacts) -> int:
    """Columns from the left edge of a frame to the moment at which it is shown."""
    return facts.width // 2 if facts.kind == "scroll" else 0
