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
from eidophone.picture.fit import fit, fit_like, fitted_columns
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
        pad: make the last one as wide as the others, with silence.
    """

    width: int
    step: int
    pad: bool = False

    @classmethod
    def squares(cls, size: int, overlap: float) -> Cut:
        """Squares of ``size`` pixels, of which a fraction ``overlap`` is shared with the next.

        Raises:
            PictureError: a size or an overlap that makes no sense.
        """
        SIZE.check("size", size, int, PictureError)
        OVERLAP.check("overlap", overlap, float, PictureError)
        return cls(size, max(1, round(size * (1 - overlap))), pad=True)

    def count(self, columns: int) -> int:
        """Pictures that ``columns`` columns make."""
        return 1 + max(0, -(-(columns - self.width) // self.step))

    def places(self, columns: int) -> list[Placed]:
        """Where the pictures of ``columns`` columns lie."""
        firsts = [self.step * number for number in range(self.count(columns))]
        most = [self.width if self.pad else columns - first for first in firsts]
        return [Placed(first, min(self.width, n)) for first, n in zip(firsts, most, strict=True)]

    def apply(self, blocks: Iterable[Pixels]) -> Iterator[tuple[int, Pixels]]:
        """The pictures' first columns and pixels, from ``[rows, columns, 3]`` blocks."""
        blocks = iter(blocks)
        for block in blocks:
            columns = Feed(chain([block], blocks), block[:, :0])
            first = 0
            while columns.reaches(first + self.width):
                yield first, columns.take(first, first + self.width)
                first += self.step
            yield first, columns.take(first, first + self.width if self.pad else columns.stop)


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
    """What must be known of a picture to place it: how many columns it has, and what it says."""

    columns: int
    recipe: Recipe
    source: Source | None

    @classmethod
    def of(cls, picture: Picture) -> Extent:
        """The extent of ``picture`` on the grid of its recipe."""
        return cls(fitted_columns(picture), picture.recipe, picture.source)


@dataclass(frozen=True)
class Placed:
    """Where a picture of a sequence lies: its first column and how many it has."""

    first: int
    columns: int


def place(extents: Iterable[Extent], overlap: float = 0.0) -> list[Placed]:
    """Where pictures lie, in the order in which they come.

    A picture that knows its place is put there, and others behind the one before them. Where a
    new sound begins, it follows the end of the one before.

    Args:
        extents: of the pictures, in order.
        overlap: fraction of a picture that it shares with the next, where they do not say.

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
            first = max(0, end - round(overlap * extent.columns)) if placed else 0
        else:
            own = extent.source.first_column
            if own <= latest or not placed:
                base = end - own  # a new sound, or one whose beginning is missing
            latest, first = own, base + own
        placed.append(Placed(first, extent.columns))
        end = max(end, first + extent.columns)
    return placed


def join(
    pictures: Iterable[Picture],
    placed: list[Placed],
    depth: DTypeLike,
    like: Iterable[Picture] | None = None,
) -> Iterator[Pixels]:
    """The columns of ``pictures`` from left to right, ``[rows, columns, 3]`` block after block.

    Where two overlap, the one fades into the other; where none is, there is silence. No more than
    one picture is held at a time.

    Args:
        pictures: as many as there are places.
        placed: from `place`.
        depth: of all columns, be the pictures resized or not: uint8, uint16 or float32.
        like: bring each picture to the size of one of these, instead of its own grid.
    """
    pictures, likes = iter(pictures), iter(like or ())
    tail: Pixels | None = None
    for number, where in enumerate(placed):
        picture = next(pictures)
        pixels = fit(picture) if like is None else fit_like(picture, fit(next(likes)))
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
