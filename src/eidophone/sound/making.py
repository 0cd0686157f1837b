"""Making: a sound on its way, as loud as it was drawn, and how it becomes a file or a `Sound`."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from eidophone.base.arrays import Float32, sealed
from eidophone.sound.level import (
    ANY,
    EXACT,
    FULL_SCALE,
    OF_A_SOUND,
    UNKNOWN,
    USUAL,
    Level,
    Limit,
    beside,
    lowered,
    tell_over,
)
from eidophone.sound.sound import Sound, SoundShape, SoundSource, SoundWriter

#: Told the fraction of the work that is done, now and then.
Progress = Callable[[float], None]

_BLOCK_SAMPLES = 1 << 16


class Measured:
    """A sound whose peak is measured while it is read.

    Args:
        sound: any.
    """

    def __init__(self, sound: SoundSource) -> None:
        self._sound = sound
        self._peak: float | None = None
        self.rate = sound.rate
        self.channels = sound.channels
        self.sample_count = sound.sample_count

    @property
    def peak(self) -> float:
        """Of what has been read; of all, if nothing has."""
        if self._peak is None:
            for _ in self.blocks(_BLOCK_SAMPLES):
                pass
        return self._peak or 0.0

    def blocks(self, samples_per_block: int) -> Iterator[Float32]:
        """The blocks of the sound."""
        for block in self._sound.blocks(samples_per_block):
            self._peak = max(self._peak or 0.0, _peak_of(block))
            yield block


@dataclass(frozen=True)
class Made:
    """A sound in the making, as loud as it was drawn.

    Attributes:
        target: what it is going to be.
        blocks: gives it once, ``[channels, n]`` block after block.
        limit: the peak that it can plausibly have; asked for when all blocks are there.
        kept: what was taken back of the pictures that a tool gave; empty if that is no question.
    """

    target: SoundShape
    blocks: Iterator[Float32]
    limit: Callable[[], Limit] = lambda: ANY
    kept: str = ""

    @classmethod
    def itself(cls, sound: SoundSource) -> Made:
        """A sound that is there already, and as loud as it is."""
        return cls(sound, sound.blocks(_BLOCK_SAMPLES))

    def sound(self, level: Level = USUAL) -> Sound:
        """The sound in memory."""
        return sounds_of([self], level)[0]

    def write(
        self,
        path: Path,
        level: Level = USUAL,
        *,
        overwrite: bool = False,
        progress: Progress = lambda _: None,
    ) -> None:
        """Write the sound to the file ``path``, block by block; see `SoundWriter`.

        What may have to be brought down is kept in a temporary file until its peak is known.
        """
        sound = self.target
        with SoundWriter(path, sound.rate, sound.channels, overwrite=overwrite) as writer:
            blocks, factor, peak = self._watched(progress), level.factor, 0.0
            if factor is None:
                blocks = self._levelled(blocks, path.parent, clips=not writer.keeps_peaks)
            for block in blocks:
                louder = block if factor in (None, 1.0) else block * np.float32(factor)
                peak = max(peak, _peak_of(louder))
                writer.write(louder)
        if writer.keeps_peaks:  # of what it clips, the writer tells
            tell_over(peak)

    def keep(self, path: Path, progress: Progress = lambda _: None) -> None:
        """Write the sound as loud as it was drawn, however loud, for what is yet to be done."""
        sound = self.target
        with SoundWriter(path, sound.rate, sound.channels, overwrite=True) as writer:
            for block in self._watched(progress):
                writer.write(block)

    def _levelled(
        self, blocks: Iterator[Float32], folder: Path, *, clips: bool
    ) -> Iterator[Float32]:
        """``blocks``, brought down if need be; then they wait in a nameless file in ``folder``."""
        if self.limit() is ANY and not clips:
            yield from blocks
            return
        with tempfile.TemporaryFile(dir=folder) as file:
            channels, peak = self.target.channels, 0.0
            for block in blocks:
                peak = max(peak, _peak_of(block))
                file.write(block.T.astype(np.float32).tobytes())
            limit = min(self.limit(), FULL_SCALE if clips else ANY, key=lambda one: one.peak)
            factor = np.float32(lowered(peak, limit))
            file.seek(0)
            while data := file.read(_BLOCK_SAMPLES * channels * 4):
                yield np.frombuffer(data, np.float32).reshape(-1, channels).T * factor

    def _watched(self, progress: Progress) -> Iterator[Float32]:
        done = 0
        for block in self.blocks:
            yield block
            done += block.shape[1]
            progress(done / self.target.sample_count)


def limit_of(*, known: bool, exact: bool = False, original: Measured | None = None) -> Limit:
    """The limit of what pictures became.

    Args:
        known: they say which sound they show.
        exact: and nobody altered them since, or they are floats, which know no brightest value.
        original: that sound, if it is there.
    """
    if known and exact:
        return EXACT
    if original is not None:
        return beside(original.peak)
    return OF_A_SOUND if known else UNKNOWN


def sounds_of(made: Sequence[Made], level: Level = USUAL) -> list[Sound]:
    """Sounds that belong together, in memory: if any is brought down, all are, by one amount."""
    samples = [np.concatenate(list(one.blocks), axis=1) for one in made]
    peaks, factor = [_peak_of(one) for one in samples], level.factor
    if factor is None:
        limits = [one.limit() for one in made]
        over = [both for both in zip(peaks, limits, strict=True) if both[0] > both[1].peak]
        factor = lowered(*max(over, key=lambda both: both[0])) if over else 1.0
    tell_over(factor * max(peaks))
    changed = [one if factor == 1 else one * np.float32(factor) for one in samples]
    return [Sound(sealed(one), sound.target.rate) for one, sound in zip(changed, made, strict=True)]


def _peak_of(block: Float32) -> float:
    return max(float(block.max(initial=0)), -float(block.min(initial=0)))
