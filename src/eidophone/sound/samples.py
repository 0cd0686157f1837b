"""What the samples of every sound must be, wherever they come from."""

from __future__ import annotations

import numpy as np

from eidophone.base.arrays import Float32
from eidophone.base.errors import SoundError

MIN_RATE_HZ = 8_000
MAX_RATE_HZ = 384_000

#: No recording is as loud (+240 dBFS); powers of what is louder would leave float32.
LOUDEST = 1e12


def check_rate(rate: object, what: str = "the sound") -> int:
    """``rate`` as an int, if it is a rate that Eidophone works at.

    Raises:
        SoundError: not a whole number of Hz from 8000 to 384000.
    """
    if isinstance(rate, bool) or not isinstance(rate, (int, np.integer)):
        raise SoundError(f"the rate of {what} must be a whole number of Hz, not {rate!r}")
    if not MIN_RATE_HZ <= rate <= MAX_RATE_HZ:
        raise SoundError(
            f"the rate of {what} is {rate} Hz: it must be {MIN_RATE_HZ} to {MAX_RATE_HZ} Hz"
        )
    return int(rate)


def check_channels(channels: object, what: str = "the sound") -> int:
    """``channels`` as an int, if there are 1 or 2.

    Raises:
        SoundError: another number.
    """
    if isinstance(channels, bool) or channels not in (1, 2):
        raise SoundError(f"{what} must have 1 or 2 channels, not {channels!r}")
    return int(channels)


def check_block_size(samples_per_block: int) -> None:
    """Refuse a size of blocks of which no sound can be made.

    Raises:
        SoundError: it is not at least 1.
    """
    if samples_per_block < 1:
        raise SoundError(f"samples_per_block is {samples_per_block}: it must be at least 1")


def check_samples(samples: Float32, rate: int, what: str = "the sound", first: int = 0) -> None:
    """Refuse what is no sound in ``samples`` ``[channels, samples]``, which begin at ``first``.

    Raises:
        SoundError: some are NaN, infinite or beyond `LOUDEST`; says how many, and where.
    """
    with np.errstate(invalid="ignore"):
        peak = max(samples.max(initial=0), -samples.min(initial=0))
    if peak <= LOUDEST:  # NaN is not
        return
    bad = np.argwhere(~(np.abs(samples.T) <= LOUDEST))
    where, channel = bad[0]
    finite = np.isfinite(samples.T[tuple(bad.T)])
    are = [] if finite.all() else ["no numbers"]
    are += ["louder than any sound"] if finite.any() else []
    raise SoundError(
        f"{what} has {len(bad)} samples that are {', or '.join(are)}, the first "
        f"({samples[channel, where]:g}) at {(first + where) / rate:.4f} s (sample {first + where}) "
        f"of channel {channel}: save it anew where it was made, or replace them by 0"
    )
