"""Parents: sounds that are to become one, alike in all but what they sound like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from eidophone.base.arrays import Float32
from eidophone.base.errors import MorphError, tell
from eidophone.sound.sound import Sound

#: What they are brought to at most: windows of higher rates have more bins than pictures rows.
MOST_RATE_HZ = 192_000

#: Values of all of them, at most: 1 GiB.
_MOST_VALUES = 1 << 28

#: Nothing moves that moves by no more than this.
_SILENT = 1e-7


@dataclass(frozen=True, eq=False)
class Parents:
    """Sounds of one rate and one number of channels; when they are aligned, of one length.

    Attributes:
        samples: of each, ``[channels, samples]``.
        rate: in Hz.
    """

    samples: tuple[Float32, ...]
    rate: int

    @classmethod
    def of(cls, sounds: Sequence[Sound]) -> Parents:
        """``sounds`` at the highest of their rates, and in stereo if one of them is.

        Raises:
            MorphError: they are too long.
        """
        rate = min(max(one.rate for one in sounds), MOST_RATE_HZ)
        channels = max(one.channels for one in sounds)
        seconds = sum(one.duration_seconds for one in sounds)
        if seconds * rate * channels > _MOST_VALUES:
            most = _MOST_VALUES / rate / channels / 60
            raise MorphError(
                f"the sounds last {seconds / 60:.1f} minutes together: cut them to {most:.1f}"
            )
        if len({one.rate for one in sounds}) > 1:
            tell(f"the sounds have different rates: all were brought to {rate} Hz")
        return cls(tuple(_as(one, rate, channels) for one in sounds), rate)

    def check(self, sample_count: int) -> None:
        """Refuse to bring them to ``sample_count`` samples if memory would not hold them.

        Raises:
            MorphError: it would not.
        """
        most = _MOST_VALUES // (self.channels * len(self.samples))
        if sample_count > most:
            raise MorphError(
                f"`seconds` is {sample_count / self.rate:g}: {most // self.rate} at most, of "
                f"{len(self.samples)} sounds of {self.rate} Hz with {self.channels} channels"
            )

    @property
    def channels(self) -> int:
        """1 or 2."""
        return int(self.samples[0].shape[0])

    @property
    def sample_count(self) -> int:
        """Samples of each channel of the longest."""
        return max(one.shape[1] for one in self.samples)

    @property
    def peak(self) -> float:
        """Of the loudest."""
        return max(float(np.abs(one).max(initial=0)) for one in self.samples)


def silent(samples: Float32) -> bool:
    """Whether nothing can be heard in ``samples`` ``[channels, n]``: a constant is silent, too."""
    return bool(np.ptp(samples, axis=1).max(initial=0) <= _SILENT)


def _as(sound: Sound, rate: int, channels: int) -> Float32:
    samples = sound.resampled(rate).samples
    return np.repeat(samples, channels // sound.channels, axis=0)
