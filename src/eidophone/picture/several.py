"""Several pictures that become one sound: looked through once to know the whole, then read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from eidophone.base.arrays import Float32
from eidophone.picture.codec import as_asked, decode_blocks, guess_of, informed, target_of
from eidophone.picture.content import bands, shared
from eidophone.picture.facts import Source
from eidophone.picture.ink import is_grey, sounding_columns
from eidophone.picture.neighbours import Seen, follows, recalled
from eidophone.picture.picture import Picture
from eidophone.picture.recipe import Recipe
from eidophone.picture.sequence import join, place, stretched
from eidophone.picture.settings import Quality
from eidophone.sound.choice import NO_CHOICE
from eidophone.sound.sound import SoundSource


class Several:
    """Pictures that become one sound; no more than one of them is held at a time.

    Args:
        read: gives them, from left to right, as often as it is called.
        count: how many there are.
        overlap: fraction of a picture that it shares with the next, where they do not say; None:
            what they show.
        reference: the sound that they were made of.
        seconds: how long the sound is to be; None: as it was.
        rate: samples a second of the sound; None: as it was.

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
        overlap: float | None = None,
        reference: SoundSource | None = None,
        seconds: float | None = None,
        rate: int | None = None,
    ) -> None:
        self.original: bytes | None = None
        self.choice = NO_CHOICE
        self.untouched = True
        self._given = read
        self._count = count
        self._reference = reference
        self._seconds, self._rate = seconds, rate
        self._coloured = False
        self._black: list[float] = []  # how much of each, at its end, is
        self._depths: list[np.dtype[Any]] = []
        self._bands: Float32 | None = None  # of the picture before
        self._seen = [self._look(picture) for picture in self._read()]
        self._learned = recalled(self._seen, overlap)
        self._placed = place((one.extent for one in self._learned), overlap)
        self._finds = overlap is None

    def target(self, reference: SoundSource | None) -> Source:
        """What sound they are to become; see `target_of`."""
        ends = [where.first + where.columns for where in self._placed]
        sounding = [
            where.first + round(where.columns * (1 - black))
            for where, black in zip(self._placed, self._black, strict=True)
        ]
        target = target_of(
            self._recipe,
            max(ends),
            sounding=max(sounding),
            coloured=self._coloured,
            source=_common([one.source for one in self._learned]),
            reference=reference,
        )
        return as_asked(target, self._seconds, self._rate)

    def guess(self, target: Source) -> str:
        """What was guessed of them, in words; empty if they say it all.

        Args:
            target: from `target`.
        """
        lost = sum(one.guessed for one in self._seen)
        if self._reference is None and any(one.guessed for one in self._learned):
            guess = guess_of(self._recipe, target, self._seconds, self._rate)
        elif 0 < lost < self._count:
            guess = (
                f"{lost} of {self._count} pictures do not say what they are: taken as the others"
            )
        else:
            guess = ""
        if self._finds and any(one.source is None and one.shared for one in self._learned):
            guess += f"{guess and '; '}where pictures overlap, that is found by what they show"
        return guess

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
        placed = self._placed
        if self._seconds is not None:
            placed = stretched(placed, self._recipe.columns(target.sample_count, target.rate))
        sizes = [(self._recipe.rows, where.columns) for where in placed]
        fits = all(one.size == size for one, size in zip(self._seen, sizes, strict=True))
        depth = self._depths[0] if fits and len(set(self._depths)) == 1 else np.dtype(np.float32)
        return decode_blocks(
            join(self._of_recipe(self._given()), placed, depth),
            self._recipe,
            target,
            quality=quality,
            reference=reference,
            before=None if before is None else join(self._of_recipe(before), placed, np.float32),
        )

    @property
    def _recipe(self) -> Recipe:
        return self._learned[0].recipe

    def _read(self) -> Iterator[Picture]:
        """The pictures, with what was asked for and their reference tell of them."""
        rate = self._rate if self._reference is None else self._reference.rate
        for picture in self._given():
            if self._count == 1:
                yield informed(picture, self._reference, rate)
            elif picture.guessed and rate is not None:
                yield replace(picture, recipe=picture.recipe.for_rate(rate))
            else:
                yield picture

    def _of_recipe(self, pictures: Iterable[Picture]) -> Iterator[Picture]:
        """``pictures``, which mean what was found out."""
        for picture in pictures:
            yield replace(picture, recipe=self._recipe)

    def _look(self, picture: Picture) -> Seen:
        if not self._black:
            self.original, self.choice = picture.original, picture.choice
        self._coloured |= not is_grey(picture.pixels)
        self.untouched &= picture.untouched
        self._depths.append(picture.pixels.dtype)
        self._black.append(1 - sounding_columns(picture.pixels) / picture.width)
        before, self._bands = self._bands, bands(picture.pixels) if self._count > 1 else None
        columns = 0 if before is None or self._bands is None else shared(before, self._bands)
        return Seen(
            picture.height,
            picture.width,
            picture.recipe,
            picture.source,
            picture.guessed,
            columns / picture.width,
        )


def _common(sources: list[Source | None]) -> Source | None:
    """The source of all of these, if each goes on where the one before ended."""
    source = first = sources[0]
    for other in sources[1:]:
        if source is None or not follows(source, other):
            return None  # several sounds: they last as long as their pictures
        source = other
    return first
