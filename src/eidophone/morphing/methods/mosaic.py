"""Mosaic: the second sound tells what the first one says; the first is not in it any more.

Half-way between the two, at a mix of 0.5, is the mosaic itself: the first sound's words, all that
sounds of the second. On the way to there the first sound goes; from there on, the second lets go of
the words, and then of their loudness.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from eidophone.base.arrays import Float32, Float64
from eidophone.base.errors import tell
from eidophone.morphing.looping import looped
from eidophone.morphing.methods.method import Method
from eidophone.morphing.mix import Mix
from eidophone.morphing.parents import Parents
from eidophone.morphing.settings import Morphing
from eidophone.morphing.telling.recordings import Recording
from eidophone.morphing.telling.told import Course, Turn, told
from eidophone.morphing.telling.tuning import is_music, tuned
from eidophone.morphing.telling.units import Units

#: How far full articulation imposes how speech moves, and how much of the content's own mean it
#: brings in. Less movement about a nearer mean leaves as much texture, and more words.
_MOVEMENT, _COLOUR = 0.95, 0.55


def mosaic_course(mix: Mix, articulation: float) -> Course:
    """What is so at which mix: see this file's beginning."""

    def at(moments: Float64) -> Turn:
        timbre, loudness = (mix.at(one, moments)[1] for one in ("timbre", "loudness"))
        gone = np.minimum(2 * timbre, 1) * (np.pi / 2)
        movement = articulation * np.minimum(2 - 2 * timbre, 1)
        return Turn(
            own=np.where(timbre < 0.5, np.cos(gone), 0),
            told=np.sin(gone),
            movement=movement,
            mean=1 - _COLOUR * movement,
            loudness=np.maximum(2 * loudness - 1, 0),
        )

    return at


def mosaic(
    content: Float32, units: Units, rate: int, course: Course, *, music: bool
) -> Iterator[Float32]:
    """``content`` ``[channels, n]`` told by ``units``, block after block.

    Of ``music`` the notes are told (`tuning`), of all else how its envelope moves.
    """
    laid = units.like(content, rate)

    def moved(moments: Float64) -> Turn:
        turn = course(moments)
        return replace(turn, movement=(0 if music else _MOVEMENT) * turn.movement)

    laid = tuned(content, laid, rate, course) if music else laid
    yield from told(content, laid, rate, moved)


def content_and_substance(parents: Parents) -> tuple[Float32, Float32]:
    """The first of two ``parents``, and the second, going round where it ends."""
    content, substance = parents.samples
    return content, looped(substance, content.shape[1], parents.rate)


def _make(parents: Parents, mix: Mix, how: Morphing) -> Iterator[Float32]:
    content, substance = parents.samples
    units, rate = Units.among([Recording.of(substance, parents.rate)]), parents.rate
    music = is_music(content, rate)
    if music:
        tell("the first sound is steady as music is: its notes are told, and not how it moves")
    course = mosaic_course(mix, how.articulation)
    yield from mosaic(content, units, rate, course, music=music)


MOSAIC = Method(
    "mosaic",
    "The second tells what the first says: half-way, all of it; before, the first is heard "
    "through; after, the second goes its own way.",
    _make,
    ("timbre", "loudness"),
    most=2,
    articulates=True,
    tells=True,
)
