"""Several pictures that become one sound: looked through once to know the whole, then read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

import numpy as np

from eidophone.base.arrays import Float32, Pixels
from eidophone.base.errors import SoundError, tell
from eidophone.picture.codec import check_before, decode_blocks, shown_columns
from eidophone.picture.colour import Colour, channels_of, colour_of, tell_channels
from eidophone.picture.content import bands, shared, shows_again
from eidophone.picture.facts import Source
from eidophone.picture.ink import sounding_columns
from eidophone.picture.neighbours import Seen, follows, recalled
from eidophone.picture.original import sound_of_bytes
from eidophone.picture.picture import Picture
from eidophone.picture.placing import DOES_NOT_FIT, under
from eidophone.picture.recipe import Recipe
from eidophone.picture.sequence import Placed, join, place, stretched
from eidophone.picture.settings import Quality
from eidophone.picture.shape import note_of
from eidophone.picture.target import (
    as_asked,
    guess_of,
    highest_hz,
    informed,
    known_channels,
    picture_for,
    source_like,
    target_of,
)
from eidophone.sound.choice import NO_CHOICE
from eidophone.sound.level import Limit
from eidophone.sound.making import Made, Measured, limit_of
from eidophone.sound.sound import SoundSource

#: So many pictures may be frames of a film, and what is said if most are like the one before.
_FRAMES = 8
_ARE_FRAMES = (
    "most show nearly what the one before does, as frames of a film: `read` auto and `fps` 30, "
    "or what it was, make a film of them"
)


class Several:
    """Pictures that become one sound; no more than one of them is held at a time.

    Args:
        read: gives them, from left to right, as often as it is called.
        count: how many there are.
        overlap: fraction of a picture that it shares with the next, where they do not say; None:
            what they show.
        reference: the sound that they were made of, if that is known.
        before: gives as many ``reference_picture`` of `decode`, as often as it is called.
        seconds: how long the sound is to be; None: as it was.
        rate: samples a second of the sound; None: as it was.

    Attributes:
        original: the file of the sound that they were made of, if the first carries it.
        choice: what of that file they were made of.

    Raises:
        PictureError: they are of different recipes, or ``before`` comes without a reference.
    """

    def __init__(
        self,
        read: Callable[[], Iterable[Picture]],
        count: int,
        *,
        overlap: float | None = None,
        reference: SoundSource | None = None,
        before: Callable[[], Iterable[Picture]] | None = None,
        seconds: float | None = None,
        rate: int | None = None,
    ) -> None:
        self._given = read
        self._count = count
        self._overlap = overlap
        self._before = before
        self._seconds, self._rate = seconds, rate
        self.original: bytes | None = None
        self.choice = NO_CHOICE
        self._columns = 0  # of a single picture, if its reference tells
        self._look_through(reference)
        if reference is None and self.original is not None:
            reference = self._carried()
        if reference is not None and count == 1:
            self._reshape(reference)
        check_before(before, reference)
        self._reference = reference
        self._lean = None if reference is None else self._under(reference)

    @property
    def untouched(self) -> bool:
        """Whether all of them are as they were drawn."""
        return all(one.untouched for one in self._seen)

    @property
    def shows_overlaps(self) -> bool:
        """Whether each says where it lies, or shows what it shares with the one before."""
        return all(one.source is not None or one.shared for one in self._learned[1:])

    @property
    def target(self) -> Source:
        """What sound they are to become; see `target_of`."""
        ends = [where.first + where.columns for where in self._placed]
        sounding = [
            where.first + round(where.columns * (1 - one.black))
            for where, one in zip(self._placed, self._seen, strict=True)
        ]
        target = target_of(
            self._recipe,
            max(ends),
            sounding=max(sounding),
            channels=channels_of(self._colour, self._channels),
            source=self._source,
        )
        return as_asked(target, self._seconds, self._rate)

    @property
    def guess(self) -> str:
        """What was guessed of them, in words; empty if they say it all."""
        lost = sum(one.guessed for one in self._seen)
        if self._reference is None and any(one.guessed for one in self._learned):
            guess = guess_of(self._recipe, self.target, self._seconds, self._rate)
        elif 0 < lost < self._count:
            guess = (
                f"{lost} of {self._count} pictures do not say what they are: taken as the others"
            )
        else:
            guess = self._part()
        finds = self._overlap is None
        if finds and any(one.source is None and one.shared for one in self._learned):
            guess += f"{guess and '; '}where pictures overlap, that is found by what they show"
        if self._count >= _FRAMES and 2 * sum(one.again for one in self._seen) > self._count:
            guess += f"{guess and '; '}{_ARE_FRAMES}"
        return guess

    def _part(self) -> str:
        """What is said where a single picture is taken for a part."""
        is_sure = self.untouched or self._reference is not None or self._seconds is not None
        if is_sure or self._count > 1:
            return ""
        one, target = self._learned[0], self.target
        lasts = target.sample_count / target.rate
        return note_of(one.height, one.width, one.recipe, one.source, lasts)

    def made(self, *, quality: Quality, lean: bool = True) -> Made:
        """Their sound.

        Args:
            quality: as in `decode`.
            lean: on the reference, where it fits; False for the pixels alone.

        Raises:
            PictureError: no such quality.
        """
        original = None if self._lean is None else Measured(self._lean)
        reference = original if lean else None
        blocks = decode_blocks(
            self._pixels(),
            self._recipe,
            self.target,
            quality=quality,
            reference=reference,
            before=None if reference is None or self._before is None else self._shown(),
        )
        tell_channels(self._colour, self._channels, self.target.channels)
        known = self._told is None and all(one.source is not None for one in self._learned)
        exact = all(one.untouched or one.depth.kind == "f" for one in self._seen)

        def limit() -> Limit:
            return limit_of(known=known, exact=exact, original=original)

        return Made(self.target, blocks, limit)

    @property
    def _channels(self) -> int | None:
        """Of the sounds that they were made of, as far as that is known."""
        return known_channels([self._source, *(one.source for one in self._learned)])

    @property
    def _colour(self) -> Colour:
        return max(one.colour for one in self._seen)

    @property
    def _recipe(self) -> Recipe:
        return self._learned[0].recipe

    def _look_through(self, told: SoundSource | None) -> None:
        """Look at all of them, as if those that say nothing were drawn of ``told``."""
        self._told = told
        self._seen = list(self._looks())
        self._learned = recalled(self._seen, self._overlap)
        self._placed = place((one.extent for one in self._learned), self._overlap)
        self._source = _common([one.source for one in self._learned])
        if any(one.says_source for one in self._seen):
            self._told = None
        elif told is not None:
            self._source = source_like(told, max(one.highest_hz for one in self._seen))

    def _reshape(self, reference: SoundSource) -> None:
        """See by ``reference`` how many columns a single picture of another shape is."""
        columns = shown_columns(self._meant(next(iter(self._given()))), reference)
        if columns != self._learned[0].extent.columns:
            self._columns = columns
            self._look_through(self._told)

    def _carried(self) -> SoundSource | None:
        """The original that the first of them carries; None, with a warning, if it is damaged."""
        as_it_was = self._seconds is None and self._rate is None and self._before is None
        if self.untouched and as_it_was:
            return None  # it is given back as it is
        try:
            return sound_of_bytes(self.original or b"", self.choice)
        except SoundError:
            tell("the first picture carries an original that is damaged: it is left out")
            return None

    def _under(self, reference: SoundSource) -> SoundSource | None:
        """``reference`` as it lies under the pictures; None, with a warning, if it does not fit."""
        trusted = self._before is not None
        if self._told is not None:
            found = under(
                reference, self._shown, self._recipe, self.target, in_step=True, trusted=trusted
            )
            if found is not None:
                return found
            self._look_through(None)  # it is another sound
        found = under(reference, self._shown, self._recipe, self.target, trusted=trusted)
        if found is None:
            tell(DOES_NOT_FIT)
        return found

    def _pixels(self) -> Iterator[Pixels]:
        placed = self._stretched()
        sizes = [(self._recipe.rows, where.columns) for where in placed]
        fits = all(one.size == size for one, size in zip(self._seen, sizes, strict=True))
        depths = {one.depth for one in self._seen}
        depth = depths.pop() if fits and len(depths) == 1 else np.dtype(np.float32)
        return join(self._of_recipe(self._given()), placed, depth)

    def _shown(self) -> Iterator[Pixels]:
        """What the reference should be like."""
        if self._before is None:
            return self._pixels()
        return join(self._of_recipe(self._before()), self._stretched(), np.float32)

    def _stretched(self) -> list[Placed]:
        if self._seconds is None:
            return self._placed
        target = self.target
        return stretched(self._placed, self._recipe.columns(target.sample_count, target.rate))

    def _meant(self, picture: Picture) -> Picture:
        """``picture``, with what was asked for and what its reference tells of it."""
        if self._count == 1:
            return informed(picture, self._told, self._rate)
        rate = self._rate if self._told is None else self._told.rate
        return picture if rate is None else picture_for(picture, rate)

    def _of_recipe(self, pictures: Iterable[Picture]) -> Iterator[Picture]:
        """``pictures``, which mean what was found out."""
        for picture in pictures:
            yield replace(picture, recipe=self._recipe)

    def _looks(self) -> Iterator[Seen]:
        """A look at each of them."""
        before: Float32 | None = None  # the bands of the picture before
        for number, given in enumerate(self._given()):
            if not number:
                self.original, self.choice = given.original, given.choice
            picture = self._meant(given)
            now = bands(picture.pixels) if self._count > 1 else None
            columns, again = 0, False
            if before is not None and now is not None:
                columns = shared(before, now)
                again = picture.guessed and shows_again(before, now)
            before = now
            yield Seen(
                height=picture.height,
                width=picture.width,
                recipe=picture.recipe,
                source=picture.source,
                guessed=picture.guessed,
                shared=columns / picture.width,
                again=again,
                columns=self._columns,
                says_source=given.source is not None,
                untouched=picture.untouched,
                depth=picture.pixels.dtype,
                colour=colour_of(picture.pixels),
                highest_hz=highest_hz(picture),
                black=1 - sounding_columns(picture.pixels) / picture.width,
            )


def _common(sources: list[Source | None]) -> Source | None:
    """The source of all of these, if each goes on where the one before ended."""
    source = first = sources[0]
    for other in sources[1:]:
        if source is None or not follows(source, other):
            return None  # several sounds: they last as long as their pictures
        source = other
    return first
