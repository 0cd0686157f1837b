"""Translate: a sound with the character of collections; what it says and plays is its own.

sound --levels--> of which collection --way--> levels --phase--> sound
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from eidophone.base.arrays import Float32
from eidophone.base.errors import LearnError, tell
from eidophone.learning.grains.generating import Grains
from eidophone.learning.grains.index import Index
from eidophone.learning.grid import blocks_of_levels, blocks_of_sound, middle
from eidophone.learning.model import Model
from eidophone.learning.settings import Translating
from eidophone.learning.shares import Shares
from eidophone.learning.tracks import LOUDNESS_LUFS, loudness_of_middle
from eidophone.learning.translating.character import Character
from eidophone.learning.translating.dictionary import Dictionary
from eidophone.learning.translating.way import Way, nearest
from eidophone.picture.facts import Source
from eidophone.picture.recipe import COMMON_RATE_HZ
from eidophone.sound.level import beside
from eidophone.sound.making import Made
from eidophone.sound.sound import Sound

#: Columns by which it is heard of which collection a sound is, at most.
_HEARD_COLUMNS = 30_000

#: How much of words and notes is kept, unless somebody chooses.
_KEEP = 0.7


def translate(model: Model | str | Path, sound: Sound | str | Path, **choices: Any) -> Sound:
    """``sound`` with the character of collections: ``translate(model, "voice.wav", to="lear")``.

    Args:
        model: what was learnt, or the path of its file.
        sound: a sound, or the path of its file.
        choices: of `Translating`.

    Raises:
        LearnError: no such collection, or choices that cannot be.
        SoundError: a file that cannot be read.
    """
    how = Translating(**choices)
    opened = model if isinstance(model, Model) else Model.load(model)
    heard = sound if isinstance(sound, Sound) else Sound.load(sound, downmix=True)
    return translated(opened, heard, how).sound(how)


def translated(model: Model, sound: Sound, how: Translating) -> Made:
    """``sound`` on its way; as `translate`. With a strength of 0 it is itself, to the sample."""
    shares = _shares(how.to, model)
    loudness = loudness_of_middle(sound)
    if loudness == -math.inf:
        tell("the sound is silent: there is nothing to translate")
        return Made.itself(sound)
    if sound.rate > COMMON_RATE_HZ:
        tell(f"nothing is learnt above 22 kHz: of a sound of {sound.rate} Hz, the rest is left out")
    gain = np.float32(LOUDNESS_LUFS - loudness)
    character = Character.of_arrays(model.part("character"), len(model.names))
    source = nearest(character, model.conditions, _heard(sound, gain))
    keep = _KEEP if how.keep is None else how.keep
    weights = how.strength * shares
    way = Way.of(
        character,
        model.conditions,
        source,
        weights,
        _dictionaries(model, character, source, weights, keep),
        keep,
        _index(model, character, source, weights, keep),
    )
    if way.stays:
        _tell_stays(model, source, how)
        return Made.itself(sound)
    tell(f"the sound is taken for one of {model.names[source]}, which it is likest")
    levels = (one - gain for one in way(one + gain for one in blocks_of_levels(sound)))
    target = Source(rate=sound.rate, channels=sound.channels, sample_count=sound.sample_count)
    peak = float(np.abs(sound.samples).max())
    return Made(target, blocks_of_sound(levels, target, how.quality), lambda: beside(peak))


def _shares(text: str, model: Model) -> Float32:
    """``[collections]``."""
    if not text:
        raise LearnError(f"say towards what: `to` is one of {', '.join(model.names)}, or a mix")
    shares = Shares.parse(text, model.names)
    if not shares.steady:
        raise LearnError(f"{text!r} is a path: a sound is translated to one mix")
    return shares.points[0]


def _dictionaries(
    model: Model, character: Character, source: int, weights: Float32, keep: float
) -> dict[int, Dictionary] | None:
    """Of the collections that frames are taken of; None if none are."""
    wanted = [n for n in np.flatnonzero(weights).tolist() if (source, n) not in character.spoken]
    if keep == 1 or not wanted:
        return None
    return {n: Dictionary.of(model.collections[n], model.conditions) for n in wanted}


def _index(
    model: Model, character: Character, source: int, weights: Float32, keep: float
) -> Index | None:
    """Of the grains that voices are told with; None if none are."""
    if keep == 1 or all(
        (source, n) not in character.spoken for n in np.flatnonzero(weights).tolist()
    ):
        return None
    return Grains.of(model.collections, model.conditions, model.part("grains")).index


def _heard(sound: Sound, gain: np.float32) -> Float32:
    """Levels ``[columns, rows]`` of the middle, of the first minutes."""
    parts: list[Float32] = []
    for one in _some(blocks_of_levels(sound)):
        parts.append(middle(one) + gain)
    return np.concatenate(parts)


def _some(blocks: Iterator[Float32]) -> Iterator[Float32]:
    columns = 0
    for block in blocks:
        yield block
        columns += block.shape[1]
        if columns >= _HEARD_COLUMNS:
            return


def _tell_stays(model: Model, source: int, how: Translating) -> None:
    if how.strength > 0:
        tell(f"the sound is likest {model.names[source]} already, and stays as it is")
