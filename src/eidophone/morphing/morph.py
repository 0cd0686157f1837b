"""Morphing: sounds and a mix become one sound. Read this first.

sounds --parents--> one rate --aligning--> one clock --a method, a mix--> samples
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from eidophone.base.errors import MorphError
from eidophone.morphing.clocks.aligning import aligned
from eidophone.morphing.ends import eased
from eidophone.morphing.limiting import limited
from eidophone.morphing.looping import looped
from eidophone.morphing.methods.known import METHODS
from eidophone.morphing.mix import Mix
from eidophone.morphing.parents import Parents
from eidophone.morphing.settings import MOST_PARENTS, Morphing
from eidophone.picture.facts import Source
from eidophone.sound.level import beside
from eidophone.sound.making import Made
from eidophone.sound.sound import Sound


def morph(*sounds: Sound | str | Path, **choices: Any) -> Sound:
    """One sound of several: ``morph("bell.wav", "voice.wav", mix=0.3)``.

    Args:
        sounds: two to four, or the paths of their files.
        choices: of `Morphing`.

    Raises:
        MorphError: sounds, or a mix, of which nothing can be made.
        SoundError: a file that cannot be read.
    """
    if "mix" in choices:
        choices["mix"] = str(choices["mix"])
    how = Morphing(**choices)
    return morphed([_loaded(one) for one in sounds], how).sound(how)


def morphed(sounds: Sequence[Sound], how: Morphing) -> Made:
    """``sounds`` on their way to become one.

    A mix that is one parent alone gives that parent, sample for sample, if it is not stretched.
    """
    mix = mix_of(len(sounds), how)
    parents, method = Parents.of(sounds), METHODS[how.method]
    only, peak = mix.heard, parents.peak  # of them as they are: other paces have other peaks
    if method.tells and only is None:
        parents = _at_its_pace(parents, how)
    else:
        parents = aligned(parents, mix, how)
    if only is not None:
        made = iter([parents.samples[only]])
    elif all(np.array_equal(parents.samples[0], one) for one in parents.samples[1:]):
        made = iter([parents.samples[0]])  # they are the same
    else:
        method.tell_unused(parents, mix)
        made = method.make(parents, mix, how)
        if method.tells:
            made = eased(made, parents.samples[0], parents.rate)
    blocks = limited(made, peak, parents.rate)
    count = parents.samples[0].shape[1]
    target = Source(rate=parents.rate, channels=parents.channels, sample_count=count)
    return Made(target, blocks, lambda: beside(peak))


def mix_of(count: int, how: Morphing) -> Mix:
    """The mix of ``count`` sounds that is asked for: known before any of them is read.

    Raises:
        MorphError: these are too few or too many, or it is no mix of them.
    """
    if not 2 <= count <= MOST_PARENTS:
        raise MorphError(f"{count} sounds were given: give 2 to {MOST_PARENTS}")
    method = METHODS[how.method]
    if count > method.most:
        others = ", ".join(one.name for one in METHODS.values() if count <= one.most)
        raise MorphError(
            f"{method.name} morphs {method.most} sounds: {count} were given; so many are "
            f"morphed by {others}"
        )
    return Mix.parse(how.mix, count, how.curve)


def _at_its_pace(parents: Parents, how: Morphing) -> Parents:
    """``parents``, of which the first is as long as is asked for."""
    if how.seconds is None:
        return parents
    content, *others = parents.samples
    wanted = max(1, round(how.seconds * parents.rate))
    return Parents((looped(content, wanted, parents.rate), *others), parents.rate)


def _loaded(given: Sound | str | Path) -> Sound:
    return given if isinstance(given, Sound) else Sound.load(given, downmix=True)
