"""Back: what a tool made of the pictures of a sound, done to the sound. All faces come this way.

What is taken back of the pictures is found over all of them together: which kind of tool it was,
which tones are which, and how much of it is the noise of the trip. A tool that always does
something besides what is wanted is seen at rest, too; that is then taken off first of all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from eidophone.base.arrays import Float32, Pixels
from eidophone.bridge.journeys import Journey
from eidophone.bridge.keep import Answer, Noise, unit
from eidophone.bridge.settings import Keep
from eidophone.picture.codec import decode_blocks
from eidophone.picture.colour import Colour, channels_of, colour_of, tell_channels
from eidophone.picture.facts import Source
from eidophone.picture.ink import brightest
from eidophone.picture.settings import Quality
from eidophone.sound.level import beside
from eidophone.sound.making import Made, Measured
from eidophone.sound.sound import SoundSource

#: Floats that differ by less, in parts of full scale, were only rounded on the way.
_ROUNDED = 1e-6


def taken_back(
    sound: SoundSource,
    journey: Journey,
    *,
    keep: Keep = "auto",
    strength: float = 1.0,
    quality: Quality = "standard",
    lean: bool = True,
) -> Made:
    """What has become of ``sound`` on its journey: itself, bit for bit, if nothing was altered.

    Args:
        sound: what went out.
        journey: its pictures, as they went out and as they came back.
        keep: what to take back, as in `process`. With pictures of the tool at rest, ``"auto"``
            too is about what differs from these.
        strength: 0, the original, to 1, the result.
        quality: as in `decode`.
        lean: do to the original what was done to its pictures; False for the pixels alone.
    """
    original = Measured(sound)
    target = Source(rate=sound.rate, channels=sound.channels, sample_count=sound.sample_count)
    if lean and (strength == 0 or _is_untouched(journey)):
        return Made.itself(sound)
    answer, colour = Answer(journey.recipe), Colour.NONE
    for before, after in _pairs(journey):
        answer.add(before, after)
        colour = max(colour, colour_of(after))
    if keep == "auto":
        keep = answer.choice
    if keep == "all":
        target = replace(target, channels=channels_of(colour, sound.channels))
    tell_channels(colour, sound.channels, target.channels)
    samples = decode_blocks(
        journey.joined(_kept(journey, keep, answer, strength)),
        journey.recipe,
        target,
        quality=quality,
        reference=original if lean else None,
        before=journey.joined(map(unit, journey.sent)) if lean and keep != "tone" else None,
    )
    return Made(target, samples, lambda: beside(original.peak), keep)


def _is_untouched(journey: Journey) -> bool:
    """Whether the pictures that came back are those that went out, or came back from rest."""
    origins = journey.sent if journey.at_rest is None else journey.at_rest
    return all(map(_is_same, origins, journey.back))


def _is_same(origin: Pixels, back: Pixels) -> bool:
    """Whether ``back`` is ``origin``, or what a file of its depth made of that.

    To make whole numbers of pixels, some round, and others cut off.
    """
    step = 1 / brightest(back.dtype) if back.dtype.kind == "u" else 0.0
    return bool(np.abs(unit(back) - unit(origin)).max() <= step + _ROUNDED)


def _pairs(journey: Journey) -> Iterator[tuple[Float32, Float32]]:
    """Each picture as it went out, and what the tool made of it beyond what it does at rest."""
    sent, back = map(unit, journey.sent), map(unit, journey.back)
    if journey.at_rest is None:
        yield from zip(sent, back, strict=True)
        return
    for before, after, at_rest in zip(sent, back, map(unit, journey.at_rest), strict=True):
        yield before, np.clip(before + (after - at_rest), 0, 1)


def _kept(journey: Journey, keep: Keep, answer: Answer, strength: float) -> Iterator[Float32]:
    """What is kept of each picture that came back, without the noise of the trip."""
    noise = Noise()
    for before, after in _pairs(journey):
        noise.add(before, answer.kept(before, after, keep))
    for before, after in _pairs(journey):
        kept = noise.removed(before, answer.kept(before, after, keep))
        yield before + np.float32(strength) * (kept - before)
