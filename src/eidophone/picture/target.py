"""Target: what sound pictures are to become: as they say, as is asked, and as is guessed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from eidophone.base.errors import PictureError
from eidophone.picture.axis import hz_of_row
from eidophone.picture.ink import sounding_rows
from eidophone.picture.picture import Picture, Source
from eidophone.picture.recipe import Recipe
from eidophone.picture.settings import RATE, SECONDS
from eidophone.sound.samples import MAX_RATE_HZ, MIN_RATE_HZ
from eidophone.sound.sound import SoundSource

#: Rate of the sound of a picture that does not say where it came from.
DEFAULT_RATE = 44_100

#: A picture shows more than a reference has, if it does so far above its highest frequency.
_OVER_NYQUIST = 1.02


def target_of(
    recipe: Recipe,
    columns: int,
    *,
    sounding: int,
    channels: int,
    source: Source | None = None,
) -> Source:
    """What sound pictures are to become.

    It is as long as the source, if the pictures could be all of that: padded with black, perhaps,
    but not wider. Otherwise it is as long as the pictures.

    Args:
        recipe: of the pictures.
        columns: of them all, on the recipe's grid.
        sounding: of these, up to the last that is not black.
        channels: of the sound, by `channels_of`.
        source: what they say they were made of.

    Raises:
        PictureError: ``source`` says what cannot be.
    """
    rate = source.rate if source else DEFAULT_RATE
    if not MIN_RATE_HZ <= rate <= MAX_RATE_HZ:
        raise PictureError(
            f"the picture says its sound had {rate} Hz: it must be {MIN_RATE_HZ} to {MAX_RATE_HZ}"
        )
    count = recipe.sample_count(columns, rate)
    if source and sounding <= recipe.columns(source.sample_count, rate) + 1:
        count = min(source.sample_count, count + round(recipe.hop_seconds * rate))
    return Source(rate=rate, channels=channels, sample_count=max(count, 1))


def informed(picture: Picture, reference: SoundSource | None, rate: int | None = None) -> Picture:
    """``picture``, if it does not know its source, as if it were drawn of all of ``reference``.

    Args:
        picture: any.
        reference: the sound that it may have been made of.
        rate: of that, if there is no reference.
    """
    if picture.source is not None:
        return picture
    if reference is None:
        return picture if rate is None else picture_for(picture, rate)
    picture = picture_for(picture, reference.rate)
    return replace(picture, source=source_like(reference, highest_hz(picture)))


def picture_for(picture: Picture, rate: int) -> Picture:
    """``picture``, whose recipe, if it was guessed, reaches as high as sounds of ``rate`` Hz do."""
    if not picture.guessed:
        return picture
    return replace(picture, recipe=picture.recipe.for_rate(rate))


def highest_hz(picture: Picture) -> float:
    """What the highest row that is not black stands for."""
    row = sounding_rows(picture.pixels) * picture.recipe.rows / picture.height - 1
    return float(hz_of_row(row, picture.recipe))


def source_like(reference: SoundSource, highest_hz: float = 0.0) -> Source:
    """The source of pictures of all of ``reference``, which show what is as high as that."""
    rate = reference.rate
    if highest_hz > _OVER_NYQUIST * rate / 2:  # it is a copy, of fewer Hz
        rate = max(rate, DEFAULT_RATE)
    count = max(1, round(reference.sample_count * rate / reference.rate))
    return Source(rate=rate, channels=reference.channels, sample_count=count)


def as_asked(target: Source, seconds: float | None, rate: int | None) -> Source:
    """``target``, lasting so many ``seconds``, at another ``rate``, if these are not None.

    Raises:
        PictureError: they are out of their range.
    """
    if seconds is not None:
        SECONDS.check("seconds", seconds, float, PictureError)
    if rate is not None:
        RATE.check("rate", rate, int, PictureError)
    hz = rate or target.rate
    lasts = target.sample_count / target.rate if seconds is None else seconds
    return replace(target, rate=hz, sample_count=max(1, round(lasts * hz)))


def known_channels(sources: Iterable[Source | None]) -> int | None:
    """The most channels of ``sources``; None if none of them is known."""
    return max((source.channels for source in sources if source), default=None)


def guess_of(recipe: Recipe, target: Source, seconds: float | None, rate: int | None) -> str:
    """What was guessed of pictures that do not say it, and what would settle it.

    Args:
        recipe: with which they are read.
        target: what they become.
        seconds: as it was asked for.
        rate: as it was asked for.
    """
    guesses = {"recipe": f"recipe {recipe.name!r}"}
    if rate is None:
        guesses["rate"] = f"{target.rate} Hz"
    if seconds is None:
        guesses["seconds"] = f"{target.sample_count / target.rate:.2f} s by its shape"
    ways = ", ".join(f"`{name}`" for name in guesses)
    return (
        f"guessed, as nothing says it: {', '.join(guesses.values())}; "
        f"settle it with {ways} or `reference`"
    )
