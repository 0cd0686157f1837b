"""Rendering: a painting as a sound file and as pictures, of any length."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from eidophone.base.arrays import Float32, Pixels
from eidophone.base.errors import SoundError
from eidophone.jobs.painting.painting import Painting
from eidophone.jobs.painting.store import Store
from eidophone.picture.part import Held, Paint, repainted
from eidophone.picture.picture import Source
from eidophone.picture.settings import Quality
from eidophone.sound.making import Made, Measured, Progress, limit_of
from eidophone.sound.sound import SoundSource


class HeldSource(Held, SoundSource, Protocol):
    """A sound of which any samples are at hand, and which also comes in blocks."""


def render_sound(
    store: Store,
    painting: Painting,
    sound: HeldSource,
    target: Path,
    *,
    quality: Quality = "standard",
    progress: Progress = lambda _: None,
) -> None:
    """Write what the ``painting`` sounds like to the file ``target``.

    What lies under no paint is the ``sound``, bit for bit, in a format that holds it. A mono one
    becomes stereo where paint has a place between left and right.

    Raises:
        SoundError: it is not the sound that was painted on.
        EidophoneError: of all kinds.
    """
    _check(painting, sound)
    original = Measured(sound)
    stereo = store.is_stereo(painting)
    made = Made(
        Source(
            rate=sound.rate,
            channels=2 if stereo else sound.channels,
            sample_count=sound.sample_count,
        ),
        sounding(store, painting, sound, quality=quality, stereo=stereo),
        lambda: limit_of(known=True, original=original),
    )
    made.write(target, progress=progress)


def sounding(
    store: Store,
    painting: Painting,
    sound: Held,
    *,
    quality: Quality = "standard",
    stereo: bool = False,
) -> Iterator[Float32]:
    """What the ``painting`` sounds like, ``[channels, n]`` block after block; see `repainted`."""
    runs, paint = store.painted(painting), paint_of(store, painting)
    return repainted(sound, painting.recipe, runs, paint, quality=quality, stereo=stereo)


def paint_of(store: Store, painting: Painting) -> Paint:
    """What lays the paint of the ``painting`` over columns of its sound."""

    def paint(first: int, drawn: Pixels) -> Pixels:
        return store.flattened(painting, first, drawn)

    return paint


def _check(painting: Painting, sound: SoundSource) -> None:
    if not painting.is_on(sound):
        raise SoundError(f"{painting.item} is another sound than the one that was painted on")
