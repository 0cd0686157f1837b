"""Generate: new sounds of what was learnt.

mix, seconds, seed --grains--> levels --phase--> sound
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from eidophone.base.arrays import Float32
from eidophone.base.errors import LearnError
from eidophone.learning.grains.closing import closed
from eidophone.learning.grains.frames import COLUMNS
from eidophone.learning.grains.generating import Grains
from eidophone.learning.grains.index import FADE
from eidophone.learning.grains.sliders import Sliders
from eidophone.learning.grid import COLUMN_SECONDS, RATE, RECIPE, levels_of, sound_of
from eidophone.learning.model import Model
from eidophone.learning.parts import character_in, flow_in, grains_in
from eidophone.learning.settings import Generating
from eidophone.learning.shares import Shares
from eidophone.learning.slide import sliders_of
from eidophone.learning.tracks import LOUDNESS_LUFS, loudness_of_middle
from eidophone.learning.translating.blocks import COLUMNS as BLOCK_COLUMNS
from eidophone.picture.facts import Source
from eidophone.sound.level import TOP, beside
from eidophone.sound.making import Made
from eidophone.sound.sound import Sound

#: Of a sound that is continued, so much is heard.
_HEARD_SECONDS = 20.0


def generate(
    model: Model | str | Path,
    *,
    like: Sound | str | Path | None = None,
    after: Sound | str | Path | None = None,
    **choices: Any,
) -> list[Sound]:
    """New sounds: ``generate(model, mix="lear=0.3,autechre=0.7", seconds=20, count=4)``.

    Args:
        model: what was learnt, or the path of its file.
        like: a sound that they are variations of, from its beginning; over and over, if they are
            longer.
        after: a sound that they continue; it is their beginning.
        choices: of `Generating`.

    Raises:
        LearnError: no such collection, or choices that cannot be.
        SoundError: a file that cannot be read.
    """
    how = Generating(**choices)
    opened = model if isinstance(model, Model) else Model.load(model)
    made = generated(opened, how, like=_loaded(like), after=_loaded(after))
    return [one.sound(how) for one in made]


def generated(
    model: Model, how: Generating, *, like: Sound | None = None, after: Sound | None = None
) -> Iterator[Made]:
    """New sounds on their way, ``how.count`` of them; as `generate`."""
    if like is not None and after is not None:
        raise LearnError("a sound is like one, or goes on after one: choose `like` or `continue`")
    if how.loop and after is not None:
        raise LearnError("what continues a sound cannot be a loop: leave one of them out")
    sliders = Sliders.parse(how.set, sliders_of(model))
    shares = Shares.parse(how.mix or ",".join(model.names), model.names)
    grains = grains_in(model)
    told = [
        None if like is None else _told(like, slice(round(how.seconds * like.rate))),
        None if after is None else _told(after, slice(-round(_HEARD_SECONDS * after.rate), None)),
    ]
    return _each(model, grains, shares, sliders, how, told, after)


def _each(
    model: Model,
    grains: Grains,
    shares: Shares,
    sliders: Sliders,
    how: Generating,
    told: list[Float32 | None],
    after: Sound | None,
) -> Iterator[Made]:
    for number in range(how.count):
        seed = how.seed + number
        free = told[0] is None and after is None
        levels = grains.generate(
            shares.at,
            how.seconds,
            seed,
            like=_course(model, shares, how, seed) if free else told[0],
            after=told[1],
            loop=how.loop,
            sliders=sliders,
        )
        if how.loop:
            samples = closed(levels, how.quality)
        else:
            count = RECIPE.sample_count(levels.shape[1], RATE)
            samples = sound_of(levels, count, how.quality)
        yield _made(samples) if after is None else _made(_joined(after, samples), after)


def _course(model: Model, shares: Shares, how: Generating, seed: int) -> Float32 | None:
    """Levels of the way that a flow goes, where it goes a better one than walks do."""
    flow = flow_in(model, "generating")
    if flow is None:
        return None
    from eidophone.learning.flow.uses import course_of  # noqa: PLC0415 (PyTorch takes seconds)

    columns = round(how.seconds / COLUMN_SECONDS)
    blocks = -(-columns // BLOCK_COLUMNS)
    weights = shares.at((np.arange(blocks) + 0.5) / blocks)
    components = character_in(model).components
    return course_of(flow, components, columns, weights, seed, loop=how.loop)[None]


def _made(samples: Float32, after: Sound | None = None) -> Made:
    target = Source(rate=RATE, channels=len(samples), sample_count=samples.shape[1])
    if after is None:  # how loud it is says nothing, so it is brought down without a word
        samples = samples * np.float32(min(1.0, TOP / max(float(np.abs(samples).max()), TOP)))
        return Made(target, iter([samples]))
    peak = float(np.abs(after.samples).max())
    return Made(target, iter([samples]), lambda: beside(peak))


def _joined(after: Sound, samples: Float32) -> Float32:
    """``after``, and ``samples`` that go on from it, one fading into the other."""
    before = after.resampled(RATE).samples
    channels = max(len(before), len(samples))
    before, samples = (np.repeat(one, channels // len(one), axis=0) for one in (before, samples))
    loudness = loudness_of_middle(after)
    samples = samples * np.float32(10 ** ((loudness - LOUDNESS_LUFS) / 20))
    fade = min(RECIPE.sample_count(FADE * COLUMNS, RATE), before.shape[1], samples.shape[1])
    rise = (np.arange(fade, dtype=np.float32) + 0.5) / fade
    over = before[:, before.shape[1] - fade :] * np.sqrt(1 - rise) + samples[:, :fade] * np.sqrt(
        rise
    )
    return np.concatenate([before[:, : before.shape[1] - fade], over, samples[:, fade:]], axis=1)


def _told(sound: Sound, part: slice) -> Float32:
    """Levels of a ``part`` of the samples of ``sound``, which is as loud as tracks are."""
    loudness = loudness_of_middle(sound)
    if loudness == -math.inf:
        raise LearnError("the sound is silent: nothing is like it, or goes on after it")
    levels = levels_of(Sound(sound.samples[:, part], sound.rate))
    return levels + np.float32(LOUDNESS_LUFS - loudness)


def _loaded(given: Sound | str | Path | None) -> Sound | None:
    return Sound.load(given, downmix=True) if isinstance(given, (str, Path)) else given
