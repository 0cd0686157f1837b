"""Batches of pictures: drawn of sounds, and heard as sounds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace

import numpy as np

from eidophone.base.arrays import Float32, Pixels
from eidophone.base.errors import PictureError, tell
from eidophone.bridge.journeys import are_whole
from eidophone.bridge.process import returned
from eidophone.bridge.settings import Keep
from eidophone.faces.comfy.reference import BatchReference, EncodeSettings
from eidophone.picture.codec import encode_blocks
from eidophone.picture.facts import from_message
from eidophone.picture.picture import Picture
from eidophone.picture.recipe import Recipe
from eidophone.picture.settings import Quality
from eidophone.picture.several import Several
from eidophone.picture.strip import read_strip, set_right
from eidophone.sound.level import Level
from eidophone.sound.making import Made, sounds_of
from eidophone.sound.sound import Sound

#: Lets blocks ``[channels, n]`` pass, of so many samples in all.
Watched = Callable[[Iterator[Float32], int], Iterator[Float32]]


@dataclass(frozen=True, kw_only=True)
class DecodeSettings(Level):
    """How pictures become sound.

    Attributes:
        quality: as in `decode`.
        lean: do to the original what was done to its pictures; False for the pixels alone.
        keep: what to take back of pictures that were drawn here; as in `process`.
        strength: 0, as they were drawn, to 1, as they came.
        seconds: how long a sound is to be that was not drawn here; None: as it was.
        rate: samples a second of such a sound; None: as it was, or 44,100.
    """

    quality: Quality = "standard"
    lean: bool = True
    keep: Keep = "auto"
    strength: float = 1.0
    seconds: float | None = None
    rate: int | None = None


def draw(sound: Sound, drawing: EncodeSettings) -> Iterator[Pixels]:
    """The pictures of ``sound``, float32 ``[height, width, 3]`` in 0..1 each, left to right.

    What is louder than the brightest value of the recipe is more than 1.
    """
    recipe = drawing.recipe_of(sound)
    blocks = encode_blocks(sound, recipe, dtype=np.float32)
    columns = recipe.columns(sound.sample_count, sound.rate)
    for _, pixels in drawing.cut_of(sound).apply(blocks, columns):
        yield pixels


def sounds_of_any(
    pixels: Sequence[Pixels],
    recipe: Recipe,
    overlap: float | None,
    how: DecodeSettings,
    sounds: Sequence[Sound] = (),
    unaltered: Sequence[Pixels] | None = None,
    watched: Watched = lambda blocks, _: blocks,
) -> list[Sound]:
    """The sounds of a batch of pictures, whoever made them.

    Args:
        pixels: uint8 or float32 ``[height, width, 3]`` each, of any size.
        recipe: what they mean, unless a margin strip says so.
        overlap: fraction of a picture that it shares with the next, unless a strip says so; None:
            what they show.
        how: what is to be taken back of them.
        sounds: what they were made of: as many pictures of each.
        unaltered: the pictures as they were before, sent through the same tool.
        watched: blocks of samples on their way, and how many samples there will be.

    Raises:
        PictureError: the pictures cannot be shared out among the sounds, or do not match
            ``unaltered``.
        RecipeError: a margin strip is of a newer version.
    """
    found = _made_of_any(pixels, recipe, overlap, how, sounds, unaltered)
    return sounds_of([_heard(one, watched) for one in found], how)


def sounds_of_drawn(
    pixels: Sequence[Pixels],
    reference: BatchReference,
    drawing: EncodeSettings,
    how: DecodeSettings,
    unaltered: Sequence[Pixels] | None = None,
    watched: Watched = lambda blocks, _: blocks,
) -> list[Sound]:
    """The sounds of a batch of pictures that were drawn here, and have been altered since.

    Args:
        pixels: uint8 or float32 ``[height, width, 3]`` each, of any size.
        reference: what they were drawn of.
        drawing: how.
        how: what is to be taken back of them.
        unaltered: the pictures as they were drawn, sent through the same tool.
        watched: blocks of samples on their way, and how many samples there will be.

    Raises:
        PictureError: they are not as many as were drawn, or do not match ``unaltered``.
    """
    _check_unaltered(pixels, unaltered)
    each = drawing.count_of(reference.sounds[0])
    found = []
    with ExitStack() as journeys:
        for sound, part in _parts(len(pixels), reference.sounds, each):
            recipe, cut = drawing.recipe_of(sound), drawing.cut_of(sound)
            if drawing.size is None and not are_whole(
                sound, pixels[part], recipe=recipe, cut=cut, by_tools=True
            ):
                found += _made_of_any(pixels[part], recipe, 0, how, [sound])
                continue
            made = returned(
                sound,
                pixels[part],
                recipe=recipe,
                cut=cut,
                dtype=np.result_type(*pixels[part]),
                at_rest=None if unaltered is None else unaltered[part],
                keep=how.keep,
                strength=how.strength,
                quality=how.quality,
                lean=how.lean,
            )
            found.append(journeys.enter_context(made))
        return sounds_of([_heard(one, watched) for one in found], how)


def _made_of_any(
    pixels: Sequence[Pixels],
    recipe: Recipe,
    overlap: float | None,
    how: DecodeSettings,
    sounds: Sequence[Sound] = (),
    unaltered: Sequence[Pixels] | None = None,
) -> list[Made]:
    """What `sounds_of_any` gives, in the making."""
    _check_unaltered(pixels, unaltered)
    parts: Iterable[tuple[Sound | None, slice]] = [(None, slice(len(pixels)))]
    if sounds:
        parts = _parts(len(pixels), sounds, len(pixels) // len(sounds))
    found = []
    for sound, part in parts:
        pictures = [_read(one, recipe) for one in pixels[part]]
        before = None
        if unaltered is not None and how.lean:
            before = [Picture(one) for one in unaltered[part]]
        several = Several(
            pictures.copy,
            len(pictures),
            overlap=overlap,
            reference=sound,
            before=None if before is None else before.copy,
            seconds=how.seconds,
            rate=how.rate,
        )
        guess = several.guess
        if guess:
            tell(f"the pictures: {guess}")
        found.append(several.made(quality=how.quality, lean=how.lean))
    return found


def _heard(made: Made, watched: Watched) -> Made:
    return replace(made, blocks=watched(made.blocks, made.target.sample_count))


def _read(pixels: Pixels, recipe: Recipe) -> Picture:
    """The picture as its margin strip says; without one, ``recipe`` is what it means."""
    try:
        reading = read_strip(pixels)
        if reading is not None:
            facts = from_message(reading.message)
            if reading.turn:
                tell(f"the picture {set_right(reading)}")
            return Picture(reading.pixels, facts.recipe, facts.source)
    except PictureError as error:
        tell(str(error))
    return Picture(pixels, recipe, guessed=True)


def _parts(count: int, sounds: Sequence[Sound], each: int) -> Iterator[tuple[Sound, slice]]:
    """Each of ``sounds``, which are all of one length, with its share of ``count`` pictures."""
    if each == 0 or each * len(sounds) != count:
        raise PictureError(
            f"there are {count} pictures, and the reference is of {len(sounds) * max(each, 1)}: "
            f"send all of them through, or take the reference away"
        )
    for number, sound in enumerate(sounds):
        yield sound, slice(each * number, each * (number + 1))


def _check_unaltered(pixels: Sequence[Pixels], unaltered: Sequence[Pixels] | None) -> None:
    if unaltered is not None and len(unaltered) != len(pixels):
        raise PictureError(
            f"there are {len(unaltered)} unaltered pictures for {len(pixels)} altered ones: send "
            f"as many through the same nodes"
        )
