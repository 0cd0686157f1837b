"""The sound's own picture, as a listener for notes needs it: levels at the partials of each key."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from eidophone.base.arrays import Float32
from eidophone.notes.transcribing.network import HOP, KEYS, LOWEST, RATE
from eidophone.picture.analysis import Analysis
from eidophone.picture.axis import row_of_hz
from eidophone.picture.mapping import Mapping
from eidophone.picture.recipe import PRESETS, Recipe

#: Rows of a semitone on the octaves axis.
ROWS = 4

#: The octaves recipe with a window that tells low keys apart, and with its own, which tells when;
#: one column a moment of the network's.
_HOP = HOP / RATE
_LONG = replace(PRESETS["octaves"], window_seconds=0.2, hop_seconds=_HOP)
_SHORT = replace(PRESETS["octaves"], hop_seconds=_HOP)

#: Decibels under the loud moments of a sound that are heard at all.
DEPTH = 70.0

#: Where `kept` levels are as loud as the sound is; and how much a decibel is in them.
KEPT = 200
A_DECIBEL = KEPT / DEPTH

#: Which partials of a key are looked at, with each window; those below 1 are of keys far below.
_LONG_PARTIALS = (1 / 4, 1 / 3, 1 / 2, 1, 2, 3, 4, 5, 6, 8)
_SHORT_PARTIALS = (1, 2, 3, 4)

#: The place of the fundamental among the features.
FUNDAMENTAL = _LONG_PARTIALS.index(1)


class Levels(NamedTuple):
    """Levels in dB of a sine at full scale, ``[moments, 512]``, with a long and a short window."""

    long: Float32
    short: Float32


def levels_of(samples: Float32) -> Levels:
    """The levels of ``samples`` ``[n]`` at `RATE`."""
    moments = -(-len(samples) // HOP)
    return Levels(*(_decibels(samples, one, moments) for one in (_LONG, _SHORT)))


def kept(levels: Float32, loudness: float) -> NDArray[np.uint8]:
    """Levels in a byte each, to be remembered for a whole sound: `KEPT` is as loud as it is."""
    return np.rint(((levels - loudness) / DEPTH + 1).clip(0, 1.2) * KEPT).astype(np.uint8)


def loudness_of(levels: Levels) -> float:
    """The level of its loud moments, in dB: what `DEPTH` goes down from."""
    loudest = levels.long.max(axis=1)
    return float(np.percentile(loudest, 95)) if len(loudest) else -200.0


def features_of(levels: Levels, loudness: float) -> Float32:
    """``[moments, 88, features]`` at each key: 0 is silent, 1 as loud as the sound is."""
    found = []
    for one, partials in zip(levels, (_LONG_PARTIALS, _SHORT_PARTIALS), strict=True):
        shares = np.clip((one - loudness) / DEPTH + 1, 0, 1.2).astype(np.float32)
        near = np.maximum(shares, np.maximum(_moved(shares, 1), _moved(shares, -1)))
        found += [_at_keys(near, partial) for partial in partials]
    found += [_at_keys(near, 2 ** (step / 12)) for step in (-1, 1)]
    rise = np.diff(shares, axis=0, prepend=shares[:1]).clip(0).mean(axis=1) * 20
    found.append(np.broadcast_to(rise[:, np.newaxis], found[0].shape))
    return np.stack(found, axis=2)


def rows_of_keys(partial: float = 1.0) -> Float32:
    """The row of a partial of each key; it may lie outside."""
    hz = 440 * 2 ** ((np.arange(LOWEST, LOWEST + KEYS) - 69) / 12)
    return row_of_hz(hz * partial, _LONG).astype(np.float32)


def _at_keys(shares: Float32, partial: float) -> Float32:
    rows = np.rint(rows_of_keys(partial)).astype(int)
    there = (rows >= 0) & (rows < shares.shape[1])
    return np.where(there, shares[:, np.clip(rows, 0, shares.shape[1] - 1)], np.float32(0))


def _moved(shares: Float32, by: int) -> Float32:
    """``shares`` with each row where the row beside it was."""
    edge = shares[:, :1] if by > 0 else shares[:, -1:]
    parts = [edge, shares[:, :-1]] if by > 0 else [shares[:, 1:], edge]
    return np.concatenate(parts, axis=1)


def _decibels(samples: Float32, recipe: Recipe, moments: int) -> Float32:
    mapping = Mapping.of(recipe, RATE)
    power = [one[0] for one in Analysis([samples[np.newaxis]], 1, mapping)]
    whole = np.concatenate(power)[:moments]
    whole = np.pad(whole, ((0, moments - len(whole)), (0, 0)))
    return (10 * np.log10(np.maximum(whole, 1e-20))).astype(np.float32)
