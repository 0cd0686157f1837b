"""Batches of pictures: drawn of sounds, and heard as sounds."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace

import numpy as np

from eidophone.base.arrays import Float32, Pixels
from eidophone.base.errors import PictureError, tell
from eidophone.bridge.journeys import are_whole
from eidophone.bridge.process import returned
from eidophone.bridge.settings import Keep
from eidophone.faces.comfy.reference import BatchReference, EncodeSettings
from eidophone.files.image.model import ImageFile
from eidophone.picture.codec import encode_blocks
from eidophone.picture.exposure import looked_at
from eidophone.picture.facts import from_message
from eidophone.picture.foreign.model import AUTO, Hints
from eidophone.picture.foreign.reading import read_foreign
from eidophone.picture.picture import Picture
from eidophone.picture.recipe import PRESETS, Recipe
from eidophone.picture.settings import Quality
from eidophone.picture.several import Several
from eidophone.picture.strip import read_strip, set_right
from eidophone.sound.level import Level
from eidophone.sound.making import Made, sounds_of
from eidophone.sound.sound import Sound

#: Lets blocks ``[channels, n]`` pass, of so many samples in all.
Watched = Callable[[Iterator[Float32], int], Iterator[Float32]]

#: Is told what there is to know of what was done.
Say = Callable[[str], None]

UNCHANGED = "unchanged: this is the original"

#: What is said where ``keep`` left nothing of what was done to pictures.
_NOTHING_KEPT = (
    "unchanged: this is the original, as keep {kept} leaves nothing of what was done to the "
    "pictures; all plays them as they are"
)
_CHOSEN = {
    "all": "auto chose keep all: whatever was done to the pictures is done to the sound",
    "tone": "auto chose keep tone: silence was painted, or colours, so the sound stays as loud as "
    "it was",
}

#: What differs by less than this share of the power, -60 dB, is the same.
_SAME = 1e-6

#: Squares that do not show what they share are tried at so many parts of their width.
_OVERLAPS = tuple(number / 16 for number in range(15))


@dataclass(frozen=True, kw_only=True)
class DecodeSettings(Level):
    """How pictures become sound.

    Attributes:
        recipe: what pictures mean that were not drawn here, unless a margin strip says so.
        hints: which other program drew them, if any did; beside another recipe than the usual one
            nothing can be said.
        overlap: fraction of such a picture that it shares with the next, where they do not show
            it, no strip says it, and it does not follow from the original.
        quality: as in `decode`.
        lean: do to the original what was done to its pictures; False for the pixels alone.
        keep: what to take back of pictures that were drawn here; as in `process`.
        strength: 0, as they were drawn, to 1, as they came.
        seconds: how long a sound is to be that was not drawn here; None: as it was.
        rate: samples a second of such a sound; None: as it was, or 44,100.

    Raises:
        PictureError: both recipe and hints say what pictures mean.
    """

    recipe: Recipe = PRESETS["standard"]
    hints: Hints = AUTO
    overlap: float | None = None
    quality: Quality = "standard"
    lean: bool = True
    keep: Keep = "auto"
    strength: float = 1.0
    seconds: float | None = None
    rate: int | None = None

    def __post_init__(self) -> None:
        self.hints.check_recipe(None if self.is_usual else self.recipe)

    @property
    def is_usual(self) -> bool:
        """Whether nobody chose what pictures mean."""
        return self.recipe == PRESETS["standard"]


def draw(sound: Sound, drawing: EncodeSettings) -> Iterator[Pixels]:
    """The pictures of ``sound``, float32 ``[height, width, 3]`` in 0..1 each, left to right.

    What is louder than the brightest value of the recipe is more than 1.
    """
    recipe = drawing.recipe_of(sound)
    blocks = looked_at(encode_blocks(sound, recipe, dtype=np.float32))
    columns = recipe.columns(sound.sample_count, sound.rate)
    for _, pixels in drawing.cut_of(sound).apply(blocks, columns):
        yield pixels


def sounds_of_any(
    pixels: Sequence[Pixels],
    how: DecodeSettings,
    sounds: Sequence[Sound] = (),
    unaltered: Sequence[Pixels] | None = None,
    watched: Watched = lambda blocks, _: blocks,
    say: Say = lambda _: None,
) -> list[Sound]:
    """The sounds of a batch of pictures, whoever made them.

    Squares that were repainted do not show what they share. By an original, that follows from how
    many they are, and how long it is; then they are pictures that were drawn of it.

    Args:
        pixels: uint8 or float32 ``[height, width, 3]`` each, of any size.
        how: what they mean, and what is to be taken back of them.
        sounds: what they were made of: as many pictures of each.
        unaltered: the pictures as they were before, sent through the same tool.
        watched: blocks of samples on their way, and how many samples there will be.
        say: is told what was done.

    Raises:
        PictureError: the pictures cannot be shared out among the sounds, or do not match
            ``unaltered``.
        RecipeError: a margin strip is of a newer version.
    """
    if len(pixels) == 1:
        how = replace(how, hints=replace(how.hints, seconds=how.seconds))
    drawing = _drawing_of(pixels, how, sounds)
    if drawing is not None:
        reference = BatchReference(tuple(sounds), drawing)
        return sounds_of_drawn(pixels, reference, drawing, how, unaltered, watched, say)
    found = _made_of_any(pixels, how, sounds, unaltered)
    made = sounds_of([_heard(one, watched) for one in found], how)
    _tell_of(found, made, sounds, how, say)
    return made


def sounds_of_drawn(
    pixels: Sequence[Pixels],
    reference: BatchReference,
    drawing: EncodeSettings,
    how: DecodeSettings,
    unaltered: Sequence[Pixels] | None = None,
    watched: Watched = lambda blocks, _: blocks,
    say: Say = lambda _: None,
) -> list[Sound]:
    """The sounds of a batch of pictures that were drawn here, and have been altered since.

    Several times as many pictures as were drawn are as many sounds: one after the other, as nodes
    give them that paint with several seeds.

    Args:
        pixels: uint8 or float32 ``[height, width, 3]`` each, of any size.
        reference: what they were drawn of.
        drawing: how.
        how: what is to be taken back of them.
        unaltered: the pictures as they were drawn, sent through the same tool.
        watched: blocks of samples on their way, and how many samples there will be.
        say: is told what was done.

    Raises:
        PictureError: they are not as many as were drawn, nor several times as many; or
            they do not match ``unaltered``.
    """
    if unaltered is not None and len(unaltered) == _count_of(reference.sounds, drawing):
        unaltered = [*unaltered] * (len(pixels) // len(unaltered))
    _check_unaltered(pixels, unaltered)
    each = drawing.count_of(reference.sounds[0])
    found, originals = [], []
    with ExitStack() as journeys:
        for sound, part in _parts(len(pixels), reference.sounds, each):
            recipe, cut = drawing.recipe_of(sound), drawing.cut_of(sound)
            originals.append(sound)
            if drawing.size is None and not are_whole(
                sound, pixels[part], recipe=recipe, cut=cut, by_tools=True
            ):
                as_drawn = replace(how, recipe=recipe, overlap=0)
                found += _made_of_any(pixels[part], as_drawn, [sound])
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
        sounds = sounds_of([_heard(one, watched) for one in found], how)
    _tell_of(found, sounds, originals, how, say)
    return sounds


def is_same(one: Sound, other: Sound) -> bool:
    """Whether nobody hears a difference: it is 60 dB below the sound."""
    if (one.rate, one.samples.shape) != (other.rate, other.samples.shape):
        return False
    error = np.square(one.samples - other.samples, dtype=np.float64).sum()
    return bool(error <= _SAME * np.square(one.samples, dtype=np.float64).sum())


def _tell_of(
    made: Sequence[Made],
    sounds: Sequence[Sound],
    originals: Sequence[Sound],
    how: DecodeSettings,
    say: Say,
) -> None:
    """Say of ``sounds``, as they were ``made``, what became of ``originals``."""
    kept = made[0].kept
    if originals and all(map(is_same, originals, sounds)):
        say(_NOTHING_KEPT.format(kept=kept) if kept in ("tone", "lightness") else UNCHANGED)
    elif how.keep == "auto" and kept in _CHOSEN:
        say(_CHOSEN[kept])


def _drawing_of(
    pixels: Sequence[Pixels], how: DecodeSettings, sounds: Sequence[Sound]
) -> EncodeSettings | None:
    """How these squares were drawn of ``sounds``; None if they are none, or show it themselves."""
    sizes = {one.shape[:2] for one in pixels}
    size = min(min(sizes))
    if not sounds or len(pixels) <= len(sounds) or sizes != {(size, size)} or how.hints.given:
        return None
    part = pixels[: len(pixels) // len(sounds)]
    pictures = [_read(one, how) for one in part]
    if Several(pictures.copy, len(part)).shows_overlaps:
        return None
    drawings = [EncodeSettings(how.recipe, size, one) for one in _OVERLAPS]
    fitting = [one for one in drawings if _count_of(sounds, one) == len(pixels)]
    return min(fitting, key=lambda one: abs(one.overlap - (how.overlap or 0)), default=None)


def _count_of(sounds: Sequence[Sound], drawing: EncodeSettings) -> int:
    return sum(map(drawing.count_of, sounds))


def _made_of_any(
    pixels: Sequence[Pixels],
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
        pictures = [_read(one, how) for one in pixels[part]]
        before = None
        if unaltered is not None and how.lean:
            before = [Picture(one) for one in unaltered[part]]
        shows = len(pictures) > 1 and Several(pictures.copy, len(pictures)).shows_overlaps
        several = Several(
            pictures.copy,
            len(pictures),
            overlap=None if shows else how.overlap,
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


def _read(pixels: Pixels, how: DecodeSettings) -> Picture:
    """The picture as its margin strip says; or as another program drew it; or as ``how`` says."""
    try:
        reading = read_strip(pixels)
        if reading is not None:
            facts = from_message(reading.message)
            if reading.turn:
                tell(f"the picture {set_right(reading)}")
            tell_unused(how, "Eidophone drew the picture, as its margin strip says")
            return Picture(reading.pixels, facts.recipe, facts.source)
    except PictureError as error:
        tell(str(error))
    foreign = read_foreign(ImageFile(pixels), how.hints) if how.is_usual else None
    if foreign is None:
        tell_unused(how, "nothing shows that another program drew it; `drawn_by` other says so")
        return Picture(pixels, how.recipe, guessed=True)
    tell_unused(how, "riffusion drew the picture, which has one scale", foreign.heeds)
    tell(f"taken for {foreign.drawn_by}")
    return Picture(foreign.pixels, foreign.recipe, foreign.source, drawn_by=foreign.drawn_by)


def tell_unused(how: DecodeSettings, why: str, heeded: Collection[str] = ()) -> None:
    """Say which hints are not used, and ``why``."""
    unused = how.hints.unused(why, heeded)
    if unused:
        tell(unused)


def _parts(count: int, sounds: Sequence[Sound], each: int) -> Iterator[tuple[Sound, slice]]:
    """Each of ``sounds``, which are all of one length, with its share of ``count`` pictures.

    All sounds again and again, if there are several times as many pictures.
    """
    if each == 0 or count % (each * len(sounds)):
        raise PictureError(
            f"there are {count} pictures, and the reference is of {len(sounds) * max(each, 1)}: "
            f"send all of them through, or take the reference away"
        )
    for number in range(count // each):
        yield sounds[number % len(sounds)], slice(each * number, each * (number + 1))


def _check_unaltered(pixels: Sequence[Pixels], unaltered: Sequence[Pixels] | None) -> None:
    if unaltered is not None and len(unaltered) != len(pixels):
        raise PictureError(
            f"there are {len(unaltered)} unaltered pictures for {len(pixels)} altered ones: send "
            f"as many through the same nodes"
        )
