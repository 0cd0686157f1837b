"""Warming: what morphs sounds is loaded, or compiled, before anybody waits for it."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import suppress

import numpy as np

from eidophone.base.errors import EidophoneWarning, MorphError
from eidophone.morphing.methods.known import METHODS
from eidophone.morphing.morph import morph
from eidophone.morphing.settings import Morphing
from eidophone.sound.sound import Sound


def warm_up() -> Iterator[str]:
    """Morph two moments of sound by every method, which takes a minute only the first time.

    Yields:
        The name of each method that is warm now: that which is usual first.
    """
    rate = 8_000
    rising = (np.sin(np.arange(rate // 2) ** 1.4 / 30) / 4).astype(np.float32)
    sounds = Sound(rising[None], rate), Sound(np.stack([rising[::-1]] * 2), rate)
    for name in dict.fromkeys([Morphing.method, *METHODS]):
        with warnings.catch_warnings(), suppress(MorphError):  # what it needs is not installed
            warnings.simplefilter("ignore", EidophoneWarning)
            morph(*sounds, method=name)
        yield name
