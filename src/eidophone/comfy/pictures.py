"""Batches of pictures: drawn of sounds, and heard as sounds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from eidophone.codec import Quality, decode_blocks, encode_blocks, target_of
from eidophone.comfy.reference import Drawing, Reference
from eidophone.errors import PictureError
from eidophone.facts import Source
from eidophone.fit import resized
from eidophone.gabor import Float32
from eidophone.image_files import Pixels
from eidophone.ink import is_grey, sounding_columns
from eidophone.picture import Picture, to_depth
from eidophone.recipe import Recipe
from eidophone.sequence import Extent, Placed, join, place
from eidophone.sound import Sound

_BLOCK_FRAMES = 1 << 18


@dataclass(frozen=True)
class Run:
    """The pictures of one sound, in their places.

    Attributes:
        pictures: from left to right, all of one recipe.
        placed: where each lies on the grid of the recipe.
        sound: what they were drawn of, if that is known.
        untouched: no pixel was altered.
        before: the unaltered pictures, sent through the same tool.
    """

    pictures: Sequence[Picture]
    placed: list[Placed]
    sound: Sound | None = None
    untouched: bool = False
    before: Sequence[Pixels] | None = None

    def target(self) -> Source:
        """What sound the pictures are to become."""
        return target_of(
            self.pictures[0].recipe,
            max(where.first + where.columns for where in self.placed),
            sounding=self._sounding(),
            coloured=any(not is_grey(picture.pixels) for picture in self.pictures),
            source=self.pictures[0].source,
            reference=self.sound,
        )

    def hear(self, quality: Quality = "standard", *, lean: bool = True) -> Iterator[Float32]:
        """The sound of the pictures, ``[channels, n]`` block after block.

        Args:
            quality: as in `decode`.
            lean: keep phase and detail of the original where the pictures still agree with it,
                and give the original itself if they are untouched; or with ``before``, do to the
                original what differs.
        """
        if lean and self.untouched and self.sound is not None:
            yield from self.sound.blocks(_BLOCK_FRAMES)
            return
        yield from decode_blocks(
            join(self.pictures, self.placed),
            self.pictures[0].recipe,
            self.target(),
            quality=quality,
            reference=self.sound if lean else None,
            before=None if self.before is None or not lean else self._joined_before(),
        )

    def _joined_before(self) -> Iterator[Pixels]:
        pictures = (Picture(pixels, self.pictures[0].recipe) for pixels in self.before or ())
        return join(pictures, self.placed, like=self.pictures)

    def _sounding(self) -> int:
        """Columns up to the last that is not black."""
        ends = (
            where.first + round(where.columns * sounding_columns(one.pixels) / one.width)
            for where, one in zip(self.placed, self.pictures, strict=True)
        )
        return max(ends)


def draw(sound: Sound, drawing: Drawing) -> Iterator[Pixels]:
    """The pictures of ``sound``, float32 ``[height, width, 3]`` in 0..1 each, left to right.

    What is louder than the brightest value of the recipe is more than 1.
    """
    blocks = encode_blocks(sound, drawing.recipe_of(sound), dtype=np.float32)
    for _, pixels in drawing.cut_of(sound).apply(blocks):
        yield pixels


def runs(
    pixels: Sequence[Pixels],
    recipe: Recipe,
    overlap: float,
    reference: Reference | None = None,
    before: Sequence[Pixels] | None = None,
) -> list[Run]:
    """The runs in a batch of pictures, one for each sound of the reference.

    Args:
        pixels: uint8 or float32 ``[height, width, 3]`` each, of any size.
        recipe: what they mean, unless the reference says so.
        overlap: fraction of a picture that it shares with the next, unless the reference says so.
        reference: what they were made of.
        before: the unaltered pictures, sent through the same tool.

    Raises:
        PictureError: they are not as many as the reference needs, or ``before`` not as many.
    """
    if before is not None and len(before) != len(pixels):
        raise PictureError(
            f"there are {len(before)} unaltered pictures for {len(pixels)} altered ones: send as "
            f"many through the same nodes"
        )
    if reference is None:
        return [_run_of_any(pixels, recipe, overlap, None, before)]
    each = _count_of_each(reference, len(pixels))
    found = []
    for number, sound in enumerate(reference.sounds):
        part = slice(each * number, each * (number + 1))
        unaltered = None if before is None else before[part]
        if reference.drawn is None:
            found.append(_run_of_any(pixels[part], recipe, overlap, sound, unaltered))
        else:
            found.append(_run_of_drawn(pixels[part], sound, reference.drawn, unaltered))
    return found


def _run_of_drawn(
    pixels: Sequence[Pixels], sound: Sound, drawing: Drawing, before: Sequence[Pixels] | None
) -> Run:
    """The run of as many pictures as were drawn of ``sound``."""
    untouched = _are_untouched(pixels, draw(sound, drawing))
    recipe = drawing.recipe_of(sound)
    if drawing.size is None:
        pictures = [Picture(one, recipe, _source_of(sound)) for one in pixels]
        return Run(pictures, place(map(Extent.of, pictures)), sound, untouched, before)
    cut = drawing.cut_of(sound)
    pictures = [Picture(resized(one, recipe.rows, cut.width), recipe) for one in pixels]
    placed = [Placed(cut.step * number, cut.width) for number in range(len(pictures))]
    return Run(pictures, placed, sound, untouched, before)


def _run_of_any(
    pixels: Sequence[Pixels],
    recipe: Recipe,
    overlap: float,
    sound: Sound | None,
    before: Sequence[Pixels] | None,
) -> Run:
    """The run of any pictures, one after the other, of ``sound`` if that is known."""
    source = None
    if sound is not None:
        recipe = recipe.for_rate(sound.rate)
        source = _source_of(sound) if len(pixels) == 1 else None
    pictures = [Picture(one, recipe, source) for one in pixels]
    return Run(pictures, place(map(Extent.of, pictures), overlap), sound, before=before)


def _source_of(sound: Sound) -> Source:
    return Source(rate=sound.rate, channels=sound.channels, frames=sound.frames)


def _count_of_each(reference: Reference, pictures: int) -> int:
    """How many of the ``pictures`` each sound has; all sounds of a batch are of one length."""
    sounds = len(reference.sounds)
    each = pictures // sounds
    if reference.drawn is not None:
        each = reference.drawn.count_of(reference.sounds[0])
    if each * sounds != pictures:
        raise PictureError(
            f"there are {pictures} pictures, and the reference is of {sounds * max(each, 1)}: send "
            f"all of them through, or take the reference away"
        )
    return each


def _are_untouched(pixels: Sequence[Pixels], drawn: Iterator[Pixels]) -> bool:
    """Whether these are the pictures that were drawn, or what 8-bit files made of them."""
    return all(_is_same(one, other) for one, other in zip(pixels, drawn, strict=True))


def _is_same(pixels: Pixels, drawn: Pixels) -> bool:
    if pixels.shape != drawn.shape:
        return False
    drawn = np.clip(drawn, 0, 1)
    if pixels.dtype == np.float32:
        return bool(np.array_equal(pixels, drawn))
    difference = pixels.astype(np.int16) - to_depth(drawn, np.uint8)  # some round, others cut off
    return bool(np.abs(difference).max() <= 1)
