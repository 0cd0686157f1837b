"""Several pictures that become one sound: looked through once to know the whole, then read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from eidophone.base.arrays import Float32
from eidophone.picture.codec import decode_blocks, informed, target_of
from eidophone.picture.facts import Source
from eidophone.picture.fit import fitted_columns, fitted_depth
from eidophone.picture.ink import is_grey, sounding_columns
from eidophone.picture.picture import Picture
from eidophone.picture.sequence import Extent, join, place
from eidophone.picture.settings import Quality
from eidophone.sound.choice import NO_CHOICE
from eidophone.sound.sound import SoundSource


class Several:
    """Pictures that become one sound; no more than one of them is held at a time.

    Args:
        read: gives them, from left to right, as often as it is called.
        count: how many there are.
        overlap: fraction of a picture that it shares with the next, where they do not say.
        reference: the sound that they were made of.

    Attributes:
        original: the file of the sound that they were made of, if the first carries it.
        choice: what of that file they were made of.
        untouched: whether all of them are.

    Raises:
        PictureError: they are of different recipes.
    """

    def __init__(
        self,
        read: Callable[[], Iterable[Picture]],
        count: int,
        *,
        overlap: float = 0.0,
        reference: SoundSource | None = None,
    ) -> None:
        self.original: bytes | None = None
        self.choice = NO_CHOICE
        self.untouched = True
        self._given = read
        self._count = count
        self._reference = reference
        self._coloured = False
        self._source: Source | None = None
        self._black: list[int] = []  # columns at the end of each that are
        self._depths: set[np.dtype[Any]] = set()
        self._placed = place(map(self._look, self._read()), overlap)

    def target(self, reference: SoundSource | None) -> Source:
        """What sound they are to become; see `target_of`."""
        ends = [where.first + where.columns for where in self._placed]
        return target_of(
            self._recipe,
            max(ends),
            sounding=max(end - black for end, black in zip(ends, self._black, strict=True)),
            coloured=self._coloured,
            source=self._source,
            reference=reference,
        )

    def blocks(
        self,
        target: Source,
        *,
        quality: Quality,
        reference: SoundSource | None,
        before: Iterable[Picture] | None = None,
    ) -> Iterator[Float32]:
        """Their sound, ``[channels, n]`` block after block.

        Args:
            target: from `target`.
            quality: as in `decode`.
            reference: as in `decode`.
            before: as many ``reference_picture`` of `decode`.

        Raises:
            PictureError: ``before`` without a reference, or no such quality.
        """
        depth = next(iter(self._depths)) if len(self._depths) == 1 else np.dtype(np.float32)
        return decode_blocks(
            join(self._read(), self._placed, depth),
            self._recipe,
            target,
            quality=quality,
            reference=reference,
            before=None if before is None else join(before, self._placed, np.float32, self._read()),
        )

    def _read(self) -> Iterator[Picture]:
        """The pictures, with what their reference tells of them."""
        for picture in self._given():
            if self._count == 1:
                yield informed(picture, self._reference)
            elif picture.guessed and self._reference is not None:
                yield replace(picture, recipe=picture.recipe.for_rate(self._reference.rate))
            else:
                yield picture

    def _look(self, picture: Picture) -> Extent:
        if not self._black:
            self._recipe = picture.recipe
            self.original, self.choice = picture.original, picture.choice
            self._source = picture.source
        elif self._source is not None and not _continues(self._source, picture.source):
            self._source = None  # several sounds: they last as long as their pictures
        self._coloured |= not is_grey(picture.pixels)
        self.untouched &= picture.untouched
        black = 1 - sounding_columns(picture.pixels) / picture.width
        self._depths.add(fitted_depth(picture))
        self._black.append(round(black * fitted_columns(picture)))
        return Extent.of(picture)


def _continues(source: Source, other: Source | None) -> bool:
    return (
        other is not None
        and replace(other, first_column=source.first_column) == source
        and (other.first_column > source.first_column)
    )
