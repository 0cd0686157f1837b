"""Sequences: columns cut into pictures that follow each other, and joined again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np
from numpy.typing import DTypeLike

from eidophone.base.arrays import Pixels
from eidophone.base.errors import PictureError
from eidophone.base.streams import Feed
from eidophone.picture.fit import fitted_columns, resized
from eidophone.picture.picture import Picture, Source, to_depth
from eidophone.picture.recipe import Recipe
from eidophone.picture.settings import OVERLAP, SIZE
from eidophone.picture.strip import band_height


@dataclass(frozen=True)
class Cut:
    """How a run of columns is cut into pictures.

    Attributes:
        width: columns of a picture.
        step: columns from the beginning of one to that of the next; less than ``width`` where
            they overlap.
        even: all are as wide as the first: the last one ends with the columns, and reaches back
            into the one before. Only where there are fewer columns than one takes is it filled up
            with silence, which networks do not paint as they paint sound.
    """

    width: int
    step: int
    even: bool = False

    @classmethod
    def squares(cls, size: int, overlap: float) -> Cut:
        """Squares of ``size`` pixels, of which a fraction ``overlap`` is shared with the next.

        Raises:
            PictureError: a size or an overlap that makes no sense.
        """
        SIZE.check("size", size, int, PictureError)
        OVERLAP.check("overlap", overlap, float, PictureError)
        return cls(size, max(1, round(size * (1 - overlap))), even=True)

    def count(self, columns: int) -> int:
        """Pictures that ``columns`` columns make."""
        return 1 + max(0, -(-(columns - self.width) // self.step))

    def places(self, columns: int, first: int = 0) -> list[Placed]:
        """Where the pictures of ``columns`` columns lie, from the column ``first`` on."""
        last = max(0, columns - self.width)
        if self.even:
            return [Placed(one, self.width) for one in (*range(first, last, self.step), last)]
        firsts = range(first, last + self.step, self.step)
        return [Placed(one, min(self.width, columns - one)) for one in firsts]

    def apply(self, blocks: Iterable[Pixels], columns: int) -> Iterator[tuple[int, Pixels]]:
        """The pictures' first columns and pixels.

        Args:
            blocks: ``[rows, any number of columns, 3]`` each.
            columns: how many they have in all.
        """
        blocks = iter(blocks)
        for block in blocks:
            feed = Feed(chain([block], blocks), block[:, :0])
            for where in self.places(columns):
                yield where.first, feed.take(where.first, where.first + where.columns)


def rows_beside_strip(size: int) -> int:
    """Rows of a picture that is ``size`` pixels high with its margin strip.

    Raises:
        PictureError: there is no such number; the message names the next size that has one.
    """
    heights = {rows + band_height(rows): rows for rows in range(16, size + 64)}
    if size not in heights:
        larger = min(height for height in heights if height > size)
        raise PictureError(f"a margin strip does not fit {size} pixels: use {larger}")
    return heights[size]


@dataclass(frozen=True)
class Extent:
    """What must be known of a picture to place it.

    Attributes:
        columns: how many it has.
        recipe: what it means.
        source: the sound it was made of, and where in it; None if that is not known.
        shared: how many columns it shares with the one before, as they show.
    """

    columns: int
    recipe: Recipe
    source: Source | None
    shared: int = 0

    @classmethod
    def of(cls, picture: Picture) -> Extent:
        """The extent of ``picture`` on the grid of its recipe."""
        return cls(fitted_columns(picture), picture.recipe, picture.source)


@dataclass(frozen=True)
class Placed:
    """Where a picture of a sequence lies: its first column and how many it has."""

    first: int
    columns: int


def place(extents: Iterable[Extent], overlap: float | None = None) -> list[Placed]:
    """Where pictures lie, in the order in which they come.

    A picture that knows its place is put there, and others behind the one before them. Where a
    new sound begins, it follows the end of the one before.

    Args:
        extents: of the pictures, in order.
        overlap: fraction of a picture that it shares with the next, where they do not say; None:
            what they show.

    Raises:
        PictureError: pictures of different recipes.
    """
    placed: list[Placed] = []
    recipe: Recipe | None = None
    base, latest, end = 0, -1, 0
    for extent in extents:
        if recipe is not None and not _same_mapping(extent.recipe, recipe):
            raise PictureError(
                f"pictures of the recipes {recipe.name!r} and {extent.recipe.name!r} cannot "
                f"become one sound: decode them one by one, or choose one with `recipe`"
            )
        recipe = extent.recipe
        if extent.source is None:
            shared = extent.shared if overlap is None else round(overlap * extent.columns)
            first = max(0, end - shared) if placed else 0
        else:
            own = extent.source.first_column
            if own <= latest or not placed:
                base = end - own  # a new sound, or one whose beginning is missing
            latest, first = own, base + own
        placed.append(Placed(first, extent.columns))
        end = max(end, first + extent.columns)
    return placed


def stretched(placed: list[Placed], columns: int) -> list[Placed]:
    """``placed``, made to last ``columns`` columns in all."""
    ratio = columns / max(where.first + where.columns for where in placed)
    edges = [(round(w.first * ratio), round((w.first + w.columns) * ratio)) for w in placed]
    return [Placed(first, max(1, end - first)) for first, end in edges]


def join(pictures: Iterable[Picture], placed: list[Placed], depth: DTypeLike) -> Iterator[Pixels]:
    """The columns of ``pictures`` from left to right, ``[rows, columns, 3]`` block after block.

    Where two overlap, the one fades into the other; where none is, there is silence. No more than
    one picture is held at a time.

    Args:
        pictures: as many as there are places; each is brought to the columns that it has there.
        placed: from `place`.
        depth: of all columns, be the pictures resized or not: uint8, uint16 or float32.
    """
    pictures = iter(pictures)
    tail: Pixels | None = None
    for number, where in enumerate(placed):
        picture = next(pictures)
        pixels = resized(picture.pixels, picture.recipe.rows, where.columns)
        pixels = to_depth(pixels, depth)
        del picture
        if tail is not None and tail.shape[1]:
            pixels = _faded(tail, pixels)
        if number == len(placed) - 1:
            yield pixels
            return
        settled = placed[number + 1].first - where.first
        tail = pixels[:, settled:].copy()
        missing = max(0, settled - pixels.shape[1])
        yield np.pad(pixels, ((0, 0), (0, missing), (0, 0))) if missing else pixels[:, :settled]
        del pixels


def _faded(tail: Pixels, pixels: Pixels) -> Pixels:
    """``pixels``, with ``tail`` fading out over their beginning."""
    shared = min(tail.shape[1], pixels.shape[1])
    ramp = ((np.arange(shared, dtype=np.float32) + 0.5) / shared)[:, None]
    before = tail[:, :shared].astype(np.float32)
    mixed = before + ramp * (pixels[:, :shared] - before)
    if np.issubdtype(pixels.dtype, np.integer):
        mixed = np.rint(mixed)
    return np.concatenate(
        [mixed.astype(pixels.dtype), pixels[:, shared:], tail[:, pixels.shape[1] :]], axis=1
    )


def _same_mapping(one: Recipe, other: Recipe) -> bool:
    return replace(one, name="") == replace(other, name="")
