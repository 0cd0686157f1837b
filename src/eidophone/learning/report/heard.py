"""Heard: results as anybody hears them, which is what is judged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from eidophone.base.arrays import Float32
from eidophone.learning.grid import RATE, levels_of, sound_of
from eidophone.learning.judges.windows import spread
from eidophone.sound.sound import Sound


@dataclass(frozen=True, eq=False)
class Heard:
    """Windows as sounds, and as levels of these: decoded and drawn once, for all measures.

    Attributes:
        samples: of each window ``[n]``, at `RATE`.
        levels: of each window ``[columns, rows]`` in dB.
    """

    samples: list[Float32]
    levels: list[Float32]

    @classmethod
    def of_samples(cls, samples: Iterable[Float32]) -> Heard:
        """Of sounds."""
        kept = [np.ascontiguousarray(one, np.float32) for one in samples]
        return cls(kept, [levels_of(Sound(one, RATE))[0] for one in kept])

    @classmethod
    def of_levels(cls, levels: Iterable[Float32]) -> Heard:
        """Of levels that the codec makes sounds of."""
        return cls.of_samples(sound_of(one[None])[0] for one in levels)

    def some(self, count: int) -> Heard:
        """At most ``count`` of them, spread over all."""
        return Heard(spread(self.samples, count), spread(self.levels, count))
