"""Neighbours: what a picture of a set that has forgotten what it is learns from those around it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np

from eidophone.picture.colour import Colour
from eidophone.picture.facts import Source
from eidophone.picture.recipe import Recipe
from eidophone.picture.sequence import Extent
from eidophone.picture.shape import columns_of, whole_columns


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What is known of one of several pictures.

    Attributes:
        height, width: of its pixels.
        recipe: what it says it means, or what it is taken for.
        source: the sound that it says it was made of, and where in it.
        guessed: it does not say its recipe.
        shared: how much of its width it shares with the one before, by content; 0 if that is not
            found.
        again: it shows nearly what the one before does, as frames of a film do.
        columns: as its content tells; 0: by its size.
        says_source: that sound was not learned, but is what it says itself.
        untouched: nobody altered it since it was drawn.
        depth: the type of its pixels.
        colour: how much of it they have.
        highest_hz: what it shows is no higher.
        black: how much of its width, at its end, is silence.
    """

    height: int
    width: int
    recipe: Recipe
    source: Source | None
    guessed: bool
    shared: float
    again: bool
    columns: int
    says_source: bool
    untouched: bool
    depth: np.dtype[Any]
    colour: Colour
    highest_hz: float
    black: float

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of its pixels."""
        return self.height, self.width

    @property
    def extent(self) -> Extent:
        """What must be known to place it."""
        whole = whole_columns(self.recipe, self.source)
        columns = self.columns or columns_of(self.height, self.width, self.recipe, whole)
        return Extent(columns, self.recipe, self.source, round(self.shared * columns))


def recalled(seen: Sequence[Seen], overlap: float | None = None) -> list[Seen]:
    """``seen``, those that have forgotten it with recipe, sound and place as their neighbours say.

    Args:
        seen: from left to right.
        overlap: fraction of a picture that it shares with the next; None: as content tells.
    """
    found = list(_with_recipes(seen))
    step = _step(found)
    for number in range(1, len(found)):
        found[number] = _after(found[number - 1], found[number], step, overlap)
    for number in range(len(found) - 2, -1, -1):
        found[number] = _before(found[number], found[number + 1], step, overlap)
    return found


def _with_recipes(seen: Sequence[Seen]) -> Iterator[Seen]:
    """Those that do not say their recipe have that of the one before, or of the first that does."""
    recipe = next((one.recipe for one in seen if not one.guessed), None)
    for one in seen:
        if recipe is None or not one.guessed:
            recipe = None if recipe is None else one.recipe
            yield one
        else:
            yield replace(one, recipe=recipe, guessed=False)


def _step(seen: Sequence[Seen]) -> int:
    """Columns from a picture to the next, as those tell that know their places; 0 if none do."""
    known = [(n, one.source) for n, one in enumerate(seen) if one.source is not None]
    steps = [
        (source.first_column - before.first_column) // (number - earlier)
        for (earlier, before), (number, source) in pairwise(known)
        if follows(before, source)
    ]
    return max(steps, default=0)  # the last one reaches back


def _after(before: Seen, one: Seen, step: int, overlap: float | None) -> Seen:
    """``one``, with its place behind ``before`` if it has none and the sound goes on there."""
    source = before.source
    if one.source is not None or source is None:
        return one
    whole = one.recipe.columns(source.sample_count, source.rate)
    end = source.first_column + before.extent.columns
    if end >= whole:
        return one
    extent = one.extent
    if overlap is None and extent.shared:
        first = end - extent.shared
    else:
        first = source.first_column + step if step else end - round((overlap or 0) * extent.columns)
        first = max(source.first_column + 1, min(first, whole - extent.columns))
    return replace(one, source=replace(source, first_column=first))


def _before(one: Seen, after: Seen, step: int, overlap: float | None) -> Seen:
    """``one``, with its place before ``after`` if it has none and the sound begins earlier."""
    source = after.source
    if one.source is not None or source is None or source.first_column == 0:
        return one
    shared = after.extent.shared if overlap is None else 0
    columns = one.extent.columns
    if shared or not step:
        step = columns - (shared or round((overlap or 0) * columns))
    return replace(one, source=replace(source, first_column=max(0, source.first_column - step)))


def follows(source: Source, other: Source | None) -> bool:
    """Whether ``other`` is a later part of the same sound as ``source``."""
    return (
        other is not None
        and replace(other, first_column=source.first_column) == source
        and other.first_column > source.first_column
    )
