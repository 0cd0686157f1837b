"""The codec: encode a sound to a picture, decode a picture to a sound. Read this first.

    sound --analysis--> power of rows --ink--> pixels
    pixels --fit, ink--> power of rows --synthesis--> sound

Both ways work block by block, so a sound may be of any length; `encode` and `decode` are the same
for what fits in memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, repeat
from pathlib import Path
from typing import Any, overload

import numpy as np
from numpy.typing import ArrayLike

from eidophone.base.arrays import Float32, Pixels, sealed
from eidophone.base.errors import PictureError, tell
from eidophone.base.streams import regrouped
from eidophone.picture.analysis import Analysis
from eidophone.picture.colour import Colour, channels_of, colour_of, tell_channels
from eidophone.picture.columns import Columns
from eidophone.picture.exposure import exposed
from eidophone.picture.fit import fit_like, fitted_columns, resized
from eidophone.picture.ink import pixels_of_power, power_of_pixels, sounding_columns, step_db
from eidophone.picture.mapping import Mapping
from eidophone.picture.original import sound_of_bytes
from eidophone.picture.picture import Picture, Source, as_picture, of_unit
from eidophone.picture.placing import DOES_NOT_FIT, under
from eidophone.picture.pool import colours
from eidophone.picture.recipe import Recipe
from eidophone.picture.reference import Reference
from eidophone.picture.settings import ROUNDS, ExposureChoice, Quality
from eidophone.picture.shape import columns_shown, note_of, whole_columns
from eidophone.picture.synthesis import sound_of_columns
from eidophone.picture.target import as_asked, guess_of, informed, known_channels, target_of
from eidophone.sound.level import Level, Limit
from eidophone.sound.making import Made, Measured, limit_of
from eidophone.sound.sound import Sound, SoundSource, as_sound

_BLOCK_SAMPLES = 1 << 18
_BLOCK_COLUMNS = 256


@overload
def encode(
    sound: SoundSource | str | Path,
    recipe: Recipe | str = ...,
    /,
    *,
    exposure: ExposureChoice = ...,
    dtype: Any = ...,
) -> Picture: ...


@overload
def encode(
    sound: SoundSource | str | Path,
    *,
    recipe: Recipe | str,
    exposure: ExposureChoice = ...,
    dtype: Any = ...,
) -> Picture: ...


@overload
def encode(
    sound: ArrayLike,
    rate: int,
    recipe: Recipe | str = ...,
    *,
    exposure: ExposureChoice = ...,
    dtype: Any = ...,
) -> Picture: ...


def encode(
    sound: Any,
    rate: int | Recipe | str | None = None,
    recipe: Recipe | str = "standard",
    *,
    exposure: ExposureChoice = 0.0,
    dtype: Any = np.uint8,
) -> Picture:
    """Draw ``sound`` as a picture: ``encode("voice.wav")``, or ``encode(samples, 44_100)``.

    Args:
        sound: a `Sound`, the path of a file, what `open_sound` gives; or samples as `Sound` takes
            them, with their rate.
        rate: of samples, in Hz; not of what has one.
        recipe: a recipe, the name of a preset, or a recipe file (.json).
        exposure: dB by which it is drawn brighter, as quiet sounds need; ``"auto"``: as much as
            the loudest of the sound needs. The recipe carries it, and `decode` undoes it.
        dtype: of the pixels: uint8, uint16 or float32.

    Returns:
        ``[recipe.rows, columns, 3]`` pixels with the recipe (its axis extended for rates above
        48 kHz) and the source.
    """
    if isinstance(rate, (Recipe, str)):  # which comes second where there is no rate
        recipe, rate = rate, None
    sound = as_sound(sound, rate)
    recipe = exposed(Recipe.resolve(recipe).for_rate(sound.rate), sound, exposure)
    pixels = sealed(np.concatenate(list(encode_blocks(sound, recipe, dtype=dtype)), axis=1))
    source = Source(rate=sound.rate, channels=sound.channels, sample_count=sound.sample_count)
    return Picture(pixels, recipe, source)


def encode_blocks(
    sound: SoundSource, recipe: Recipe, *, dtype: Any = np.uint8, again: bool = False
) -> Iterator[Pixels]:
    """The pixels of `encode`, ``[rows, columns, 3]`` block after block, from left to right.

    What was cut is told, unless they are drawn ``again``, to compare.
    """
    loudest = 0.0
    blocks = sound.blocks(_BLOCK_SAMPLES)
    for power in Analysis(blocks, sound.channels, Mapping.of(recipe, sound.rate)):
        loudest = max(loudest, float(power.max()))
        yield pixels_of_power(power, recipe, dtype)
    level_db = 10 * np.log10(max(loudest, 1e-20))
    if not again and level_db > recipe.top_db + 0.25 and np.issubdtype(dtype, np.integer):
        tell(
            f"the sound reaches {level_db:+.1f} dB, and the picture's brightest value is "
            f"{recipe.top_db:+.1f} dB: louder parts were cut; lower the sound, use a float "
            f"picture (`format` tiff32 or exr), or a recipe with a higher top_db"
        )


def decode(
    picture: Picture | str | Path,
    *,
    quality: Quality = "standard",
    reference: SoundSource | str | Path | None = None,
    reference_picture: Picture | str | Path | None = None,
    seconds: float | None = None,
    rate: int | None = None,
    gain: float | None = None,
    as_drawn: bool = False,
) -> Sound:
    """The sound of ``picture``: its own if nothing was altered, and of any image some sound.

    Args:
        picture: of any size, or the path of its file; the axis fills its height and a square lasts
            a fixed time.
        quality: ``"preview"``, ``"standard"`` or ``"best"``: 0, 24 or 100 rounds of refinement.
        reference: the sound that the picture was made of, before it was altered, or the path of
            its file: where the picture still agrees with it, its phase and detail are kept. It may
            be late, of another rate or speed, or only a part; where it does not fit, it is left
            out. If the picture carries its original, that is the default; and if it is untouched,
            the original comes back.
        reference_picture: the unaltered picture sent through the same tool: then what differs
            between the two pictures is done to the reference.
        seconds: how long the sound is to be; None: as it was, or as the shape of its picture says.
        rate: samples a second of the sound; None: as it was, or 44,100.
        gain: dB louder or quieter than the picture says. Without it, what is known to show a sound
            is as loud as that was, and others are brought down to a peak of -1 dBFS, if they are
            louder.
        as_drawn: as loud as the picture says, whoever made it.

    Returns:
        As many channels, samples and Hz as the source of the picture had; if that is not known,
        as the reference, if the picture is of all of it, or else 44.1 kHz, and a note says what
        was guessed. It is stereo in any case if the picture has more colour than a tint.

    Raises:
        PictureError: no such quality, ``reference_picture`` without a reference, a picture that
            would last for hours, or one whose source cannot be.
        RecipeError: a recipe that would take too much memory.
        SoundError: the picture carries an original that is no sound.
    """
    level = Level(gain=gain, as_drawn=as_drawn)
    picture = as_picture(picture)
    reference = None if reference is None else as_sound(reference, downmix=True)
    if reference_picture is not None:
        reference_picture = as_picture(reference_picture)
    if reference is None and picture.original is not None:
        reference = sound_of_bytes(picture.original, picture.choice)
        if picture.untouched and reference_picture is None and seconds is None and rate is None:
            return Made.itself(reference).sound(level)
    check_before(reference_picture, reference)
    if picture.source is None:
        picture = replace(picture, pixels=of_unit(picture.pixels, "the picture"))
    told = informed(picture, reference, rate)
    asked = seconds, rate
    in_step = told.source is not picture.source
    read = _read(told, reference, reference_picture, asked, in_step=in_step)
    if in_step and read.lean is None:
        read = _read(informed(picture, None, rate), reference, reference_picture, asked)
    if reference is not None and read.lean is None:
        tell(DOES_NOT_FIT)
    if reference is None and seconds is None:
        lasts = read.target.sample_count / read.target.rate
        note = note_of(picture.height, picture.width, picture.recipe, picture.source, lasts)
        if note and not picture.untouched:
            tell(f"the picture: {note}")
    if picture.guessed and reference is None:
        tell(f"the picture: {guess_of(read.picture.recipe, read.target, seconds, rate)}")
    tell_channels(read.colour, known_channels([read.picture.source]), read.target.channels)
    original = None if read.lean is None else Measured(read.lean)
    samples = decode_blocks(
        [read.pixels],
        read.picture.recipe,
        read.target,
        quality=quality,
        reference=original,
        before=None if read.before is None or original is None else [read.before],
    )

    def limit() -> Limit:
        exact = picture.untouched or picture.pixels.dtype.kind == "f"
        return limit_of(known=picture.source is not None, exact=exact, original=original)

    return Made(read.target, samples, limit).sound(level)


def decode_blocks(
    pixels: Iterable[Pixels],
    recipe: Recipe,
    target: Source,
    *,
    quality: Quality = "standard",
    reference: SoundSource | None = None,
    before: Iterable[Pixels] | None = None,
) -> Iterator[Float32]:
    """The sound of ``pixels`` that come from left to right, ``[channels, n]`` block after block.

    Args:
        pixels: ``[recipe.rows, columns, 3]`` each, any number of columns.
        recipe: what they mean.
        target: rate, channels and samples of the sound to be made; see `target_of`.
        quality: as in `decode`.
        reference: what lies under the pixels, from `under`; its rate is that of ``target``.
        before: ``reference_picture`` of `decode`, in the same blocks as ``pixels``.

    Raises:
        PictureError: ``before`` without a reference, or no such quality.
    """
    if quality not in ROUNDS:
        raise PictureError(f"there is no quality {quality!r}: use {', '.join(ROUNDS)}")
    check_before(before, reference)
    pixels = iter(pixels)
    first = next(pixels, None)
    if first is None:
        raise PictureError("there are no pictures to decode")
    mapping = Mapping.of(recipe, target.rate)
    yield from sound_of_columns(
        _columns(chain([first], pixels), target.channels, mapping, reference, before),
        target.channels,
        mapping,
        rounds=ROUNDS[quality],
        sample_count=target.sample_count,
        step_db=step_db(first.dtype, recipe),
    )


def check_before(before: object | None, reference: SoundSource | None) -> None:
    """See that what was before does not come without the sound that it was drawn of.

    Raises:
        PictureError: it does.
    """
    if before is not None and reference is None:
        raise PictureError("a reference picture needs the reference sound as well: give both")


def shown_columns(picture: Picture, reference: SoundSource | None) -> int:
    """Columns of ``picture``, which may be scaled, or cut: as its ``reference``, if any, tells."""
    if reference is None:
        return fitted_columns(picture)
    drawn = partial(encode_blocks, reference, picture.recipe, dtype=np.float32)
    whole = whole_columns(picture.recipe, picture.source)
    return columns_shown(picture.pixels, picture.recipe, whole, drawn)


@dataclass(frozen=True)
class _Read:
    """A picture as it is to become sound: what lies under it, and what it was before, if known."""

    picture: Picture
    pixels: Pixels
    target: Source
    lean: SoundSource | None
    before: Pixels | None
    colour: Colour


def _read(
    picture: Picture,
    reference: SoundSource | None,
    unaltered: Picture | None,
    asked: tuple[float | None, int | None],
    *,
    in_step: bool = False,
) -> _Read:
    """How ``picture`` becomes sound; ``asked`` are seconds and rate."""
    pixels = resized(picture.pixels, picture.recipe.rows, shown_columns(picture, reference))
    colour = colour_of(pixels)
    target = target_of(
        picture.recipe,
        pixels.shape[1],
        sounding=sounding_columns(pixels),
        channels=channels_of(colour, known_channels([picture.source])),
        source=picture.source,
    )
    target = as_asked(target, *asked)
    if asked[0] is not None:
        columns = picture.recipe.columns(target.sample_count, target.rate)
        pixels = resized(picture.pixels, picture.recipe.rows, columns)
    before = None if unaltered is None else fit_like(unaltered, pixels)
    shown = pixels if before is None else before
    lean = None
    if reference is not None:
        lean = under(
            reference,
            lambda: [shown],
            picture.recipe,
            target,
            in_step=in_step,
            trusted=before is not None,
        )
    return _Read(picture, pixels, target, lean, before, colour)


def _columns(
    pixels: Iterable[Pixels],
    channels: int,
    mapping: Mapping,
    reference: SoundSource | None,
    before: Iterable[Pixels] | None,
) -> Iterator[Columns]:
    """What is known of the columns, in blocks that bound the memory."""
    original = None if reference is None else Reference(reference, channels, mapping)
    afters = regrouped(pixels, _BLOCK_COLUMNS)
    befores = repeat(None) if before is None else regrouped(before, _BLOCK_COLUMNS)
    for after, unaltered in zip(afters, befores, strict=before is not None):
        if original is None:
            yield Columns(power_of_pixels(after, mapping.recipe, colours(channels)))
        elif unaltered is None:
            yield original.compare(after)
        else:
            yield original.apply_change(unaltered, after)
