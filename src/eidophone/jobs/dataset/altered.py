"""Altered copies of a sound: how one differs, and the sound that it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from eidophone.base.arrays import Float32
from eidophone.jobs.dataset.plan import DatasetPlan
from eidophone.jobs.dataset.sources import SoundFile, fraction_of
from eidophone.sound.sound import SoundSource

_MOST_GAIN_DB = 6.0
_MOST_SEMITONES = 3.0


@dataclass(frozen=True)
class Alteration:
    """How a copy differs from the sound.

    Attributes:
        copy: its number; 0 is the sound as it is.
        shift: fraction of the time that a picture can be shifted by.
        gain_db: how much louder it is.
        semitones: how much higher it is.
    """

    copy: int = 0
    shift: float = 0.0
    gain_db: float = 0.0
    semitones: float = 0.0


def alterations(sound: SoundFile, plan: DatasetPlan) -> list[Alteration]:
    """The sound as it is, and the copies that ``plan`` wants; always the same for the same seed."""
    if not plan.augment:
        return [Alteration()]

    def drawn(name: str, copy: int) -> float:
        """-1 to 1; what is drawn for one name does not depend on which others are wanted."""
        wanted = name in plan.augment
        return 2 * fraction_of(name, plan.seed, copy, sound.identity) - 1 if wanted else 0.0

    return [Alteration()] + [
        Alteration(
            copy,
            shift=abs(drawn("shift", copy)),
            gain_db=_MOST_GAIN_DB * drawn("gain", copy),
            semitones=_MOST_SEMITONES * drawn("pitch", copy),
        )
        for copy in range(1, plan.copies + 1)
    ]


class AlteredSound:
    """``sound``, louder and later; it reads as the sound does.

    Args:
        sound: what is altered.
        gain_db: how much louder it is.
        delay: samples of silence before it.
    """

    def __init__(self, sound: SoundSource, gain_db: float, delay: int) -> None:
        self.rate = sound.rate
        self.channels = sound.channels
        self.sample_count = sound.sample_count + delay
        self._sound = sound
        self._gain = np.float32(10 ** (gain_db / 20))
        self._delay = delay

    def blocks(self, samples_per_block: int) -> Iterator[Float32]:
        """The silence, and then the sound in blocks of ``samples_per_block``."""
        yield np.zeros((self.channels, self._delay), np.float32)
        for block in self._sound.blocks(samples_per_block):
            yield block * self._gain
