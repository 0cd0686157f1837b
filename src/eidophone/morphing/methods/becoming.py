"""Becoming: the first sound turns into the second while it is told.

The mix says how far it has come, and along a path from 0 to 1 one thing after the other is let go:
first what it sounds of, under the speaker's own envelope; then the words; then their loudness.
Powers are mixed at one level, so it is as loud in the middle as at the ends.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from eidophone.base.arrays import Float32, Float64
from eidophone.morphing.methods.method import Method
from eidophone.morphing.methods.mosaic import content_and_substance
from eidophone.morphing.mix import Mix
from eidophone.morphing.parents import Parents
from eidophone.morphing.settings import Morphing
from eidophone.morphing.telling.told import Course, Turn, told

#: Between which mixes the substance changes hands, the words are let go, and the loudness is.
_SUBSTANCE, _WORDS, _LOUDNESS = (0.0, 0.35), (0.3, 0.8), (0.6, 1.0)


def becoming_course(mix: Mix) -> Course:
    """What is so at which mix."""

    def at(moments: Float64) -> Turn:
        timbre, loudness = (mix.at(one, moments)[1] for one in ("timbre", "loudness"))
        angle = _passed(timbre, *_SUBSTANCE) * (np.pi / 2)
        words = _passed(timbre, *_WORDS)
        return Turn(
            own=np.where(timbre < _SUBSTANCE[1], np.cos(angle), 0),
            told=np.sin(angle),
            movement=1 - words,
            mean=words,
            loudness=_passed(loudness, *_LOUDNESS),
        )

    return at


def _passed(mix: Float32, first: float, last: float) -> Float32:
    """0 up to ``first``, 1 from ``last`` on, and smoothly between."""
    part = np.clip((mix - first) / (last - first), 0, 1)
    return part * part * (3 - 2 * part)


def _make(parents: Parents, mix: Mix, how: Morphing) -> Iterator[Float32]:  # noqa: ARG001
    content, substance = content_and_substance(parents)
    yield from told(content, substance, parents.rate, becoming_course(mix))


BECOMING = Method(
    "becoming",
    "The first turns into the second while it is told: first what it sounds of, then its words, "
    "then its loudness is let go; a path from 0 to 1 tells the whole story.",
    _make,
    ("timbre", "loudness"),
    most=2,
    articulates=True,
    tells=True,
)
