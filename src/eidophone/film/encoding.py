"""Encoding: a sound as the frames of a film."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction

from eidophone.base.arrays import Pixels
from eidophone.film import instants, painting, windows
from eidophone.film.eyes import levels_for_eyes
from eidophone.film.facts import FilmFacts
from eidophone.film.film import DrawnFrames
from eidophone.film.frames import finished, held
from eidophone.picture.codec import encode_blocks
from eidophone.picture.exposure import looked_at
from eidophone.sound.sound import SoundSource

#: So much of a frame is none.
_ROUNDING = 1e-6


def draw(
    sound: SoundSource, facts: FilmFacts, fps: Fraction, *, again: bool = False
) -> DrawnFrames:
    """The frames of the film of ``sound``, drawn whenever they are asked for.

    Args:
        sound: the one that the facts are about.
        facts: what is to be drawn.
        fps: frames per second: those of the facts, or more, where pages are held.
        again: they were drawn before, and what was to be said of that was said.
    """
    kind = instants if facts.kind == "instants" else windows
    count, seconds = facts.frame_count, None
    if facts.kind == "pages":  # the last one ends with the sound
        seconds = facts.seconds
    if fps != facts.fps:
        count = max(1, math.ceil(facts.seconds * fps - _ROUNDING))

    def frames() -> Iterator[Pixels]:
        if facts.look:
            pictures = painting.draw(levels_for_eyes(sound, facts.recipe), facts)
        else:
            blocks = encode_blocks(sound, facts.recipe, again=again)
            pictures = kind.draw(blocks if again else looked_at(blocks), facts)
        return held(finished(pictures, facts), facts.fps, fps, count)

    return DrawnFrames(frames, count, fps, seconds)
