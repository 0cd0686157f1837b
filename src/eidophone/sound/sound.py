"""Sound: samples and a rate; how it is read, written and resampled."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, cast

import numpy as np
import soxr
from numpy.typing import ArrayLike, NDArray

from eidophone.base.arrays import Float32, immutable, sealed
from eidophone.base.errors import SoundError
from eidophone.sound.files import SoundReader, SoundWriter, open_sound
from eidophone.sound.player import player_of
from eidophone.sound.samples import check_block_size, check_rate, check_samples

__all__ = ["Sound", "SoundReader", "SoundSource", "SoundWriter", "as_sound", "open_sound"]

#: Values that ``Sound.load`` holds in memory at most: 4 GiB, three hours of stereo at 48 kHz.
_MAX_LOADED = 1 << 30


class SoundShape(Protocol):
    """What a sound is beside its samples; of one in the making, what it is going to be."""

    @property
    def rate(self) -> int:
        """Samples per second."""

    @property
    def channels(self) -> int:
        """1 or 2."""

    @property
    def sample_count(self) -> int:
        """Samples of each channel, exactly; of one in the making, at most."""


class SoundSource(SoundShape, Protocol):
    """What gives a sound block by block: a ``Sound`` in memory, or a ``SoundReader`` of a file."""

    def blocks(self, samples_per_block: int) -> Iterator[Float32]:
        """The sound from its beginning, ``[channels, samples_per_block]``; the last is shorter."""


@dataclass(frozen=True, eq=False, repr=False)
class Sound:
    """A sound in memory.

    ``samples`` may be anything that NumPy makes an array of. One dimension is one channel.
    Integers of 8, 16 and 32 bits are scaled from their full range to -1..1 (unsigned ones are
    centred first); other integers have no known scale and are refused. Nobody can change the
    samples of a sound: an array that somebody else could still write into is copied.

    Attributes:
        samples: float32 ``[channels, samples]``; -1..1 is full scale, and may be exceeded.
        rate: samples per second, 8000 to 384000.

    Raises:
        SoundError: a wrong shape, type or rate, no samples, or NaN or infinity among them.
    """

    samples: Float32
    rate: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "rate", check_rate(self.rate))
        samples = immutable(_as_samples(self.samples), self.samples)
        object.__setattr__(self, "samples", samples)
        check_samples(self.samples, self.rate)

    def __repr__(self) -> str:
        return f"Sound({self.channels} x {self.sample_count} samples at {self.rate} Hz)"

    def _repr_html_(self) -> str:
        """A player, for notebooks."""
        return player_of(self.samples, self.rate, repr(self))

    @property
    def channels(self) -> int:
        """1 or 2."""
        return int(self.samples.shape[0])

    @property
    def sample_count(self) -> int:
        """Samples of each channel."""
        return int(self.samples.shape[1])

    @property
    def duration_seconds(self) -> float:
        """How long the sound is."""
        return self.sample_count / self.rate

    def blocks(self, samples_per_block: int) -> Iterator[Float32]:
        """The sound from its beginning: C-contiguous float32 ``[channels, samples_per_block]``.

        The last block may be shorter.
        """
        check_block_size(samples_per_block)
        for start in range(0, self.sample_count, samples_per_block):
            yield np.ascontiguousarray(self.samples[:, start : start + samples_per_block])

    def resampled(self, rate: int) -> Sound:
        """This sound at ``rate`` Hz, by soxr at very high quality; itself if that is its rate.

        Raises:
            SoundError: a rate outside 8 to 384 kHz, or too short to have a sample at ``rate``.
        """
        if check_rate(rate) == self.rate:
            return self
        samples = soxr.resample(self.samples.T, self.rate, rate, quality="VHQ").T
        if not samples.size:
            raise SoundError(
                f"{self.sample_count} samples at {self.rate} Hz are too short to resample to "
                f"{rate} Hz"
            )
        return Sound(sealed(samples), rate)

    @classmethod
    def load(
        cls,
        path: str | Path,
        channels: Sequence[int] | None = None,
        *,
        track: int | None = None,
        downmix: bool = False,
    ) -> Sound:
        """The sound in the file at ``path``; see ``open_sound``.

        Raises:
            SoundError: not a sound, or too long to be held in memory.
            MissingExtraError: only PyAV could read it, and it is not installed.
        """
        with open_sound(path, channels, track=track, downmix=downmix) as reader:
            if reader.sample_count * reader.channels > _MAX_LOADED:
                raise SoundError(
                    f"{path} lasts {reader.duration_seconds / 3600:.1f} hours, too long to load "
                    f"whole: read it block by block with open_sound"
                )
            (samples,) = reader.blocks(reader.sample_count)
        return cls(sealed(samples), reader.rate)

    def save(self, path: str | Path, *, overwrite: bool = False) -> None:
        """Write this sound to ``path``, in the format that its ending names; see ``SoundWriter``.

        Raises:
            SoundError: an unknown ending.
            OutputError: there is a file already, no such folder, no permission, no space.
        """
        with SoundWriter(path, self.rate, self.channels, overwrite=overwrite) as writer:
            writer.write(self.samples)


def as_sound(
    given: SoundSource | str | Path | ArrayLike, rate: int | None = None, *, downmix: bool = False
) -> SoundSource:
    """What was given as a sound: one, or the path of its file, or samples and their ``rate``.

    Args:
        given: a `Sound`, what `open_sound` gives, a path, or samples as `Sound` takes them.
        rate: of the samples, in Hz.
        downmix: mix more than two channels of a file to two.

    Raises:
        SoundError: samples without a rate, a rate without samples, or as `Sound` and its ``load``.
    """
    has_rate = isinstance(given, (str, Path)) or hasattr(given, "blocks")
    if has_rate and rate is not None:
        raise SoundError(f"a rate of {rate} Hz was given for a sound that has one: leave it out")
    if isinstance(given, (str, Path)):
        return Sound.load(given, downmix=downmix)
    if has_rate:
        return cast("SoundSource", given)
    if rate is None:
        raise SoundError("samples were given without their rate: give it too, in Hz")
    return Sound(cast("Float32", given), rate)


def _as_samples(values: object) -> Float32:
    """``values`` as C-contiguous float32 ``[channels, samples]``."""
    try:
        array = np.asarray(values)
    except ValueError:  # ragged
        raise SoundError("the samples are not an array: channels differ in length") from None
    if array.ndim == 1:
        array = array[np.newaxis]
    if array.ndim != 2:
        raise SoundError(f"samples of shape {array.shape} must be [channels, samples]")
    if not array.size:
        raise SoundError(f"the sound has no samples: its shape is {array.shape}")
    if array.shape[0] > 2:
        raise SoundError(_too_many_channels(array.shape))
    return np.ascontiguousarray(_scaled(array), dtype=np.float32)


def _too_many_channels(shape: tuple[int, ...]) -> str:
    if shape[1] <= 2:
        return f"samples of shape {shape} are [samples, channels]: pass samples.T"
    return (
        f"the sound has {shape[0]} channels, and may have 1 or 2: choose two, for example "
        f"samples[[0, 1]], or mix them"
    )


def _scaled(array: NDArray[Any]) -> NDArray[Any]:
    """``array`` as floats with full scale at 1."""
    if array.dtype.kind == "f":
        with np.errstate(over="ignore"):  # becomes infinity, which is refused by name
            return array.astype(np.float32, copy=False)
    if array.dtype.kind not in "iu" or array.dtype.itemsize > 4:
        raise SoundError(
            f"samples of type {array.dtype} have no known full scale: pass floats in -1..1, or "
            f"integers of 8, 16 or 32 bits"
        )
    full = 2.0 ** (8 * array.dtype.itemsize - 1)
    centre = full if array.dtype.kind == "u" else 0.0
    return (array - centre) / full
