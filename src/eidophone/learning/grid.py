"""Grid: sounds as levels in decibels on the standard picture's grid, and back.

All that is learnt is learnt on these: 512 mel rows to 22.05 kHz, a column every 5.8 ms, which are
the same for sounds of any rate. In memory and in files a level is a byte: 0 is silence, and each
step is .42 dB.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from numba import njit
from numpy.typing import NDArray

from eidophone.base.arrays import Float32, Kind, UInt8
from eidophone.picture.analysis import Analysis
from eidophone.picture.columns import Columns
from eidophone.picture.facts import Source
from eidophone.picture.mapping import Mapping
from eidophone.picture.recipe import PRESETS
from eidophone.picture.settings import ROUNDS, Quality
from eidophone.picture.synthesis import sound_of_columns
from eidophone.sound.sound import SoundSource

RECIPE = PRESETS["standard"]
RATE = 44_100
ROWS = RECIPE.rows
COLUMN_SECONDS = RECIPE.hop_seconds

#: What a byte of 0 and of 255 means.
FLOOR_DB, TOP_DB = RECIPE.floor_db, RECIPE.top_db

#: Decibels from one byte to the next.
STEP_DB = RECIPE.range_db / 255

_BLOCK_SAMPLES = 1 << 18

#: Columns whose phases are found at once, at most: 60 s, so that longer sounds take no more memory.
_AT_ONCE = 10_336


def blocks_of_levels(sound: SoundSource) -> Iterator[Float32]:
    """Levels ``[colours, columns, rows]`` of ``sound`` in dB, block after block, low rows first.

    A mono sound has one colour; others have left, middle and right.
    """
    for power in _power_of(sound):
        levels = np.log10(np.maximum(power, np.float32(1e-14)))
        levels *= 10
        yield np.maximum(levels, np.float32(FLOOR_DB), out=levels)


def levels_of(sound: SoundSource) -> Float32:
    """All levels of ``sound``; see `blocks_of_levels`."""
    return np.concatenate(list(blocks_of_levels(sound)), axis=1)


def bytes_of_sound(sound: SoundSource, gain_db: float = 0.0) -> UInt8:
    """Levels of ``sound``, made ``gain_db`` louder, as bytes ``[colours, columns, rows]``."""
    add = np.float32((gain_db - FLOOR_DB) / STEP_DB + 0.5)
    parts = []
    for power in _power_of(sound):
        part = np.empty(power.shape, np.uint8)
        _bytes_of_power(power.reshape(-1), add, part.reshape(-1))
        parts.append(part)
    return np.concatenate(parts, axis=1)


def middle(levels: NDArray[Kind]) -> NDArray[Kind]:
    """The middle ``[columns, rows]`` of ``levels`` ``[colours, columns, rows]``."""
    return levels[len(levels) // 2]


def bytes_of(levels: Float32) -> UInt8:
    """``levels`` in dB, of any shape, as bytes."""
    return np.clip((levels - FLOOR_DB) / STEP_DB + 0.5, 0, 255).astype(np.uint8)


def levels_of_bytes(values: UInt8) -> Float32:
    """The levels in dB that bytes stand for, of the same shape."""
    return _LEVELS[values]


def as_levels(levels: Float32 | UInt8) -> Float32:
    """``levels`` in dB, whichever they are."""
    if levels.dtype == np.uint8:
        return levels_of_bytes(levels.view(np.uint8))
    return levels.astype(np.float32, copy=False)


def sound_of(
    levels: Float32,
    sample_count: int | None = None,
    quality: Quality = "preview",
    rate: int = RATE,
) -> Float32:
    """Samples ``[channels, n]`` whose levels are as near ``levels`` as phases allow.

    Args:
        levels: ``[colours, columns, rows]`` in dB; three colours make stereo.
        sample_count: None: as many as the columns last.
        quality: how much work goes into the phase.
        rate: of the sound, in Hz.
    """
    target = Source(
        rate=rate,
        channels=channels_of(levels),
        sample_count=sample_count or RECIPE.sample_count(levels.shape[1], rate),
    )
    parts = (levels[:, n : n + _AT_ONCE] for n in range(0, levels.shape[1], _AT_ONCE))
    return np.concatenate(list(blocks_of_sound(parts, target, quality)), axis=1)


def blocks_of_sound(
    levels: Iterable[Float32], target: Source, quality: Quality
) -> Iterator[Float32]:
    """As `sound_of`, block after block of either; ``target`` is what is to be made."""
    yield from sound_of_columns(
        (Columns(_power(one)) for one in levels),
        target.channels,
        Mapping.of(RECIPE, target.rate),
        rounds=ROUNDS[quality],
        sample_count=target.sample_count,
    )


def channels_of(levels: Float32 | UInt8) -> int:
    """Of the sound that ``levels`` ``[colours, columns, rows]`` are of."""
    return 1 if len(levels) == 1 else 2


def _power_of(sound: SoundSource) -> Iterator[Float32]:
    mapping = Mapping.of(RECIPE, sound.rate)
    return iter(Analysis(sound.blocks(_BLOCK_SAMPLES), sound.channels, mapping))


@njit(cache=True, nogil=True, fastmath=True)
def _bytes_of_power(power: Float32, add: float, out: UInt8) -> None:
    """Bytes of ``power`` ``[n]``: 0.5 is in ``add``, since what is cut off is rounded so."""
    scale = np.float32(10 / np.log(10) / STEP_DB)
    for n in range(len(power)):
        value = scale * np.log(max(power[n], np.float32(1e-14))) + add
        out[n] = np.uint8(min(max(value, np.float32(0)), np.float32(255)))


def _power(levels: Float32) -> Float32:
    power = np.exp(np.asarray(levels, np.float32) * np.float32(np.log(10) / 10))
    power[levels <= FLOOR_DB] = 0
    return power


_LEVELS = (FLOOR_DB + STEP_DB * np.arange(256)).astype(np.float32)
