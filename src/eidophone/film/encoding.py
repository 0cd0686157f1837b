"""Encoding: a sound as the frames of a film."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction

from eidophone.base.arrays import Pixels
from eidophone.film import instants, windows
from eidophone.film.facts import FilmFacts
from eidophone.film.film import DrawnFrames
from eidophone.film.frames import finished, held
from eidophone.picture.codec import encode_blocks
from eidophone.sound.sound import SoundSource


def draw(sound: SoundSource, facts: FilmFacts, fps: Fraction) -> DrawnFrames:
    """The frames of the film of ``sound``, drawn whenever they are asked for.

    Args:
        sound: the one that the facts are about.
        facts: what is to be drawn.
        fps: frames per second: those of the facts, or more, where pages are held.
    """
    kind = instants if facts.kind == "instants" else windows
    count = facts.frame_count
    if fps != facts.fps:
        count = math.ceil(count * fps / facts.fps)

    def frames() -> Iterator[Pixels]:
        pictures = kind.draw(encode_blocks(sound, facts.recipe), facts)
        return held(finished(pictures, facts), facts.fps, fps, count)

    return DrawnFrames(frames, count, fps)
