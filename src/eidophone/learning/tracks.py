"""Tracks: the sounds of a collection as levels, all of one loudness."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from eidophone.base.arrays import Float32, Mask, UInt8
from eidophone.learning.grid import (
    COLUMN_SECONDS,
    bytes_of_sound,
    levels_of_bytes,
    middle,
)
from eidophone.sound.loudness import loudness_of
from eidophone.sound.sound import Sound, SoundSource, open_sound

#: Loudness that all tracks are brought to.
LOUDNESS_LUFS = -20.0

#: A column this far below the louder ones of its track is silent.
_SILENT_DB = 50.0

#: Shorter sounds are no tracks: a block of columns must have others around it.
_LEAST_SECONDS = 0.25

#: How much louder all of a sound can be than its middle, before that counts as nearly silent.
_BESIDE_LU = 15.0

_BLOCK_SAMPLES = 1 << 18


@dataclass(frozen=True, eq=False)
class Track:
    """A sound of a collection, or a part of one.

    Attributes:
        name: what it is called.
        levels: bytes ``[colours, columns, rows]``: one colour, or left, middle and right.
        held: whether it is kept from what is learnt, to see whether that holds for others too.
        pages: as a model had them, if it is of one: compressed once is enough.
    """

    name: str
    levels: UInt8
    held: bool = False
    pages: tuple[UInt8, ...] = ()

    @property
    def columns(self) -> int:
        """How many there are."""
        return self.levels.shape[1]

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self.columns * COLUMN_SECONDS

    @property
    def middle(self) -> UInt8:
        """Bytes ``[columns, rows]`` of what is in the middle."""
        return middle(self.levels)

    def part(self, first: int, last: int) -> Float32:
        """Levels ``[last - first, rows]`` of the middle, in dB."""
        return levels_of_bytes(self.middle[first:last])

    @cached_property
    def sounding(self) -> Mask:
        """``[columns]`` whether each of them sounds."""
        loud = levels_of_bytes(self.middle.max(axis=1))
        return loud > np.percentile(loud, 95) - _SILENT_DB


def track_of(sound: Sound, name: str) -> Track | None:
    """``sound`` as a track; None if it is silent or too short."""
    if sound.duration_seconds < _LEAST_SECONDS:
        return None
    loudness = loudness_of_middle(sound)
    if loudness == -math.inf:
        return None
    return Track(name, bytes_of_sound(sound, LOUDNESS_LUFS - loudness))


def loudness_of_middle(sound: Sound) -> float:
    """In LUFS, since the middle is what is learnt; of what has next to none there, of all.

    What does not move, as a constant, is silent, although it begins and ends with a click.
    """
    if not np.ptp(sound.samples, axis=1).any():
        return -math.inf
    middle = Sound(sound.samples.mean(axis=0, keepdims=True), sound.rate)
    if sound.channels == 1:
        return loudness_of(sound)
    return max(loudness_of(middle), loudness_of(sound) - _BESIDE_LU)


def middle_of_file(path: Path, most_seconds: float = math.inf) -> Sound:
    """What is in the middle of the file at ``path``, no more than ``most_seconds``.

    Raises:
        SoundError: it cannot be read.
    """
    with open_sound(path, downmix=True) as sound:
        count = min(sound.sample_count, round(min(most_seconds, 1e9) * sound.rate))
        part = _Part(sound, (sound.sample_count - count) // 2, count)
        return Sound(np.concatenate(list(part.blocks(_BLOCK_SAMPLES)), axis=1), sound.rate)


class _Part:
    """Some samples of a sound."""

    def __init__(self, sound: SoundSource, first: int, count: int) -> None:
        self._sound, self._first = sound, first
        self.rate, self.channels, self.sample_count = sound.rate, sound.channels, count

    def blocks(self, samples_per_block: int) -> Iterator[Float32]:
        """Those of the sound that are in it."""
        at, last = 0, self._first + self.sample_count
        for block in self._sound.blocks(samples_per_block):
            low, high = max(self._first - at, 0), min(last - at, block.shape[1])
            if low < high:
                yield block[:, low:high]
            at += block.shape[1]
            if at >= last:
                return
