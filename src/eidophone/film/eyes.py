"""Levels for eyes: as sharp as each row allows, in the range that the sound itself has.

Low rows are seen through long windows, which tell pitches apart, and high ones through short ones,
which tell moments apart: a constant-Q transform (Brown, 1991), of a few transforms that fade into
each other. The loudest of a sound is bright and what is always there is dark, however loud it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from eidophone.base.arrays import Float32, Float64, Int64
from eidophone.picture.analysis import Analysis
from eidophone.picture.axis import hz_of_row
from eidophone.picture.mapping import Mapping
from eidophone.picture.pool import TINY
from eidophone.picture.recipe import Recipe
from eidophone.sound.sound import SoundSource

#: Lengths of windows in seconds, and how many periods of a row's frequency the best one holds.
_WINDOWS, _PERIODS = (0.5, 0.25, 0.125, 0.0625), 90

#: What the range is measured by.
_LOOK_WINDOW, _LOOK_HOP = 0.125, 0.0625
_BANDS, _DECIBELS, _LOWEST_DB = 10, 320, -200

#: Quieter than this there is nothing to show, and what is so far below the loudest does not count.
_SILENT_DB, _DEEP_DB = -150.0, 80.0

#: The part of a band that is as bright as it gets, and that which is background.
_BRIGHT_PART, _DARK_PART = 0.998, 0.25

#: A band's loudest is lifted by so much of what it is below that of all, and by so many dB at most.
_LIFT, _MOST_LIFT_DB = 0.65, 30.0

#: Decibels from dark to bright, and above the background at which it gets dark.
_LEAST_SPAN_DB, _MOST_SPAN_DB, _ABOVE_DB = 26.0, 50.0, 5.0

#: How much rows stand out of those around, and how many those are, as a part of all.
_CONTRAST, _AROUND = 0.7, 1 / 36

_BLOCK_SAMPLES = 1 << 18


def levels_for_eyes(sound: SoundSource, recipe: Recipe) -> Iterator[Float32]:
    """The columns of ``recipe``, ``[rows, columns, 1]`` block after block, the highest row first.

    Values are 0 (dark) to 1 (as bright as this sound gets). The sound is gone through twice.
    """
    span = _range_of(sound, recipe)
    weights = _weights(recipe)
    parts = [
        _decibels(sound, replace(recipe, window_seconds=_longer(window, recipe)))
        for window in _WINDOWS
    ]
    for blocks in zip(*parts, strict=True):
        level = np.zeros_like(blocks[0])
        for weight, block in zip(weights, blocks, strict=True):
            level += weight * block
        yield np.ascontiguousarray(_standing_out(span.unit(level)).T[::-1, :, None])


@dataclass(frozen=True)
class _Range:
    """Levels in dB, ``[rows]``, that are dark and bright."""

    dark: Float32
    bright: Float32

    def unit(self, level: Float32) -> Float32:
        """``level`` ``[columns, rows]`` as 0 to 1."""
        unit: Float32 = np.clip((level - self.dark) / (self.bright - self.dark), 0, 1)
        return unit


def _range_of(sound: SoundSource, recipe: Recipe) -> _Range:
    """What of ``sound`` is dark and bright, by how often which levels are in which bands."""
    coarse = replace(recipe, window_seconds=_LOOK_WINDOW, hop_seconds=_LOOK_HOP)
    band = np.arange(recipe.rows) * _BANDS // recipe.rows
    often: Int64 = np.zeros(_BANDS * _DECIBELS, np.int64)
    for level in _decibels(sound, coarse):
        step = np.clip(np.rint(level) - _LOWEST_DB, 0, _DECIBELS - 1).astype(np.int64)
        often += np.bincount((step + band * _DECIBELS).ravel(), minlength=often.size)
    often = often.reshape(-1, _DECIBELS)
    loudest = float(np.flatnonzero(often.sum(axis=0))[-1] + _LOWEST_DB)
    if loudest < _SILENT_DB:
        return _Range(np.zeros(recipe.rows, np.float32), np.ones(recipe.rows, np.float32))
    often[:, : max(0, round(loudest - _DEEP_DB) - _LOWEST_DB)] = 0
    bright = np.array([_level_of_part(band, _BRIGHT_PART, loudest) for band in often])
    dark = np.array([_level_of_part(band, _DARK_PART, loudest) for band in often])
    bright = loudest + _LIFT * np.maximum(bright - loudest, -_MOST_LIFT_DB)
    dark = np.clip(dark + _ABOVE_DB, bright - _MOST_SPAN_DB, bright - _LEAST_SPAN_DB)
    centres = (np.arange(_BANDS) + 0.5) * recipe.rows / _BANDS
    rows = np.arange(recipe.rows)
    return _Range(
        np.interp(rows, centres, dark).astype(np.float32),
        np.interp(rows, centres, bright).astype(np.float32),
    )


def _level_of_part(often: Int64, part: float, loudest: float) -> float:
    """The level below which ``part`` of what counts is; far down if nothing does."""
    total = often.sum()
    if not total:
        return loudest - _DEEP_DB
    return float(np.searchsorted(np.cumsum(often), part * total) + _LOWEST_DB)


def _decibels(sound: SoundSource, recipe: Recipe) -> Iterator[Float32]:
    """Levels ``[columns, rows]`` of the louder channel, block after block."""
    mapping = Mapping.of(recipe, sound.rate)
    for power in Analysis(sound.blocks(_BLOCK_SAMPLES), sound.channels, mapping):
        level = np.log10(np.maximum(power.max(axis=0), TINY))
        level *= 10
        yield level


def _longer(window: float, recipe: Recipe) -> float:
    return max(window, 2 * recipe.hop_seconds)


def _weights(recipe: Recipe) -> Float32:
    """How much each of the windows counts in each row, ``[windows, rows]``."""
    hz = np.maximum(hz_of_row(np.arange(recipe.rows, dtype=np.float64), recipe), 1)
    longest = _WINDOWS[0]
    place: Float64 = np.clip(np.log2(longest * hz / _PERIODS), 0, len(_WINDOWS) - 1)
    window = np.arange(len(_WINDOWS))[:, None]
    return np.maximum(0, 1 - np.abs(place - window)).astype(np.float32)


def _standing_out(unit: Float32) -> Float32:
    """``unit`` ``[columns, rows]``, rows brighter where they are above those around them."""
    rows = unit.shape[1]
    reach = max(1, round(rows * _AROUND))
    total = np.cumsum(np.pad(unit, ((0, 0), (1, 0))), axis=1)
    row = np.arange(rows)
    first, last = np.maximum(row - reach, 0), np.minimum(row + reach + 1, rows)
    around = (total[:, last] - total[:, first]) / (last - first).astype(np.float32)
    out: Float32 = np.clip(unit + np.float32(_CONTRAST) * (unit - around), 0, 1)
    return out
