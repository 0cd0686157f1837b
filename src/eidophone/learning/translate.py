"""Translate: a sound with the character of collections; what it says and plays is its own.

sound --levels--> of which collection --way--> levels --sliders--> levels --phase--> sound
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from eidophone.base.arrays import Float32, Float64
from eidophone.base.errors import LearnError, tell
from eidophone.learning.collections import Collection
from eidophone.learning.grains.sliders import Sliders
from eidophone.learning.grains.trims import REACH as TRIMS_REACH
from eidophone.learning.grains.trims import Trims
from eidophone.learning.grid import blocks_of_levels, blocks_of_sound, middle
from eidophone.learning.model import Model
from eidophone.learning.parts import character_in, grains_in, way_in
from eidophone.learning.settings import Translating
from eidophone.learning.shares import Shares
from eidophone.learning.slide import sliders_of
from eidophone.learning.tracks import LOUDNESS_LUFS, Track, loudness_of_middle
from eidophone.learning.translating.blocks import COLUMNS
from eidophone.learning.translating.character import Character
from eidophone.learning.translating.way import Way, unlikeness
from eidophone.learning.translating.windows import in_windows
from eidophone.picture.facts import Source
from eidophone.picture.recipe import COMMON_RATE_HZ
from eidophone.sound.level import beside
from eidophone.sound.making import Made
from eidophone.sound.sound import Sound

#: Columns by which it is heard of which collection a sound is, at most.
_HEARD_COLUMNS = 30_000

#: Parts of a sound by which it is as loud as it was, and sliders are moved; how long they are.
_PARTS, _PART_SECONDS = 3, 3.0

#: Tracks of a collection by which it is known how like it its own sounds are, and of each.
_OWN_TRACKS, _OWN_COLUMNS = 24, 2000

#: Per cent of these that may be less clearly of it.
_MOST_OF_THEM = 20


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
    """``sound`` on its way; as `translate`.

    With a strength of 0, and no slider moved, it is itself, to the sample.
    """
    shares = _shares(how.to, model)
    sliders = Sliders.parse(how.set, sliders_of(model))
    if how.strength == 0 and not sliders.any:
        return Made.itself(sound)
    loudness = loudness_of_middle(sound)
    if loudness == -math.inf:
        tell("the sound is silent: there is nothing to translate")
        return Made.itself(sound)
    if sound.rate > COMMON_RATE_HZ:
        tell(f"nothing is learnt above 22 kHz: of a sound of {sound.rate} Hz, the rest is left out")
    gain = np.float32(LOUDNESS_LUFS - loudness)
    way = _way(model, sound, gain, shares, how)
    if way.stays and not sliders.any:
        return Made.itself(sound)

    parts = [[one + gain for one in blocks_of_levels(part)] for part in _parts(sound)]
    if not way.stays:
        way = _as_loud(way, parts)
    levels = way(one + gain for one in blocks_of_levels(sound))
    if sliders.any:
        heard = np.concatenate([middle(one) for part in parts for one in way(part)])
        levels = _trimmed(levels, grains_in(model).trims(heard, shares, sliders))
    target = Source(rate=sound.rate, channels=sound.channels, sample_count=sound.sample_count)
    peak = float(np.abs(sound.samples).max())
    made = blocks_of_sound((one - gain for one in levels), target, how.quality)
    return Made(target, made, lambda: beside(peak))


def _way(model: Model, sound: Sound, gain: np.float32, shares: Float32, how: Translating) -> Way:
    """The way of ``sound``, which is as loud as tracks are with ``gain`` dB more."""
    character = character_in(model)
    weights = how.strength * shares
    source = _source(model, character, _heard(sound, gain), shares) if weights.any() else 0
    targets = [int(n) for n in np.flatnonzero(weights) if n != source]
    way = way_in(model, source, weights, how.keep)
    speech = bool(targets) and all((source, n) in character.spoken for n in targets)
    if speech and way.trained is None:
        tell("it is taken for speech: its pitch and its formants are moved apart")
    if way.stays and weights.any():
        stays = "stays as it is, but for the sliders" if how.set else "stays as it is"
        tell(f"the sound is likest {model.names[source]} already, and {stays}")
    return way


def _as_loud(way: Way, parts: list[list[Float32]]) -> Way:
    """The ``way`` on which a sound is as loud as it was, by levels of ``parts`` of it.

    A collection whose levels are low but for a few, as those of single tones are, makes sounds
    quieter than it is itself.
    """
    top = way.conditions.top
    before, after = (
        10 * np.log10(np.concatenate([10 ** (middle(one)[:, :top] / 10) for one in each]).mean())
        for each in (chain(*parts), chain.from_iterable(map(way, parts)))
    )
    return replace(way, lift=float(before - after))


def _parts(sound: Sound) -> list[Sound]:
    """Parts of ``sound``, spread over all of it, which stand for it."""
    count = round(_PART_SECONDS * sound.rate)
    if sound.sample_count <= _PARTS * count:
        return [sound]
    starts = np.linspace(0, sound.sample_count - count, _PARTS).astype(int)
    return [Sound(sound.samples[:, start : start + count], sound.rate) for start in starts]


def _trimmed(blocks: Iterable[Float32], trims: Trims) -> Iterator[Float32]:
    return in_windows(blocks, lambda levels, low, high: trims(levels)[:, low:high], TRIMS_REACH)


def _shares(text: str, model: Model) -> Float32:
    """``[collections]``."""
    if not text:
        raise LearnError(f"say towards what: `to` is one of {', '.join(model.names)}, or a mix")
    shares = Shares.parse(text, model.names)
    if not shares.steady:
        raise LearnError(f"{text!r} is a path: a sound is translated to one mix")
    return shares.points[0]


def _source(model: Model, character: Character, heard: Float32, shares: Float32) -> int:
    """Which collection a sound is taken for one of.

    It is the likest; but what is to become like that, and is so less clearly than most of its own
    sounds are, is taken for one of the likest other.
    """
    unlike = unlikeness(character, model.conditions, heard)
    likest = int(np.argmin(unlike))
    if shares[likest] == 1:
        own = [
            _clearly(unlikeness(character, model.conditions, one.middle[:_OWN_COLUMNS]), likest)
            for one in _unheard(model.collections[likest])
        ]
        if _clearly(unlike, likest) >= np.percentile(own, _MOST_OF_THEM):
            return likest
        unlike[likest] = np.inf
        likest = int(np.argmin(unlike))
    tell(f"the sound is taken for one of {model.names[likest]}")
    return likest


def _unheard(collection: Collection) -> list[Track]:
    """Tracks of ``collection`` that it was not learnt of, if there are any."""
    tracks = collection.held or collection.tracks
    return [one for one in tracks if one.columns >= COLUMNS][:_OWN_TRACKS]


def _clearly(unlike: Float64, kind: int) -> float:
    """How much less unlike one collection it is than any other."""
    return float(np.delete(unlike, kind).min() - unlike[kind])


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
