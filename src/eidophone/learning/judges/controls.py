"""Controls: what knows nothing of a collection but a few numbers, or plays it as it is.

What a method does no better than these, it has not learnt. All are of levels ``[columns, rows]`` in
dB, but `crossfaded`, `patched`, `enveloped` and `reverberated`, which are of samples ``[n]``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.ndimage
import scipy.signal

from eidophone.base.arrays import Float32, UInt8
from eidophone.learning.collections import Collection, Conditions
from eidophone.learning.grid import as_levels

#: What is left of every swing by the control of depth.
DEPTH = 0.65

#: Rows over which an equaliser is smooth, and rows whose loudness it leaves as it is.
_SMOOTH_ROWS, _LOUD_ROWS = 10, slice(20, 300)

#: Every so many columns are looked at for a mean.
_EVERY = 7

#: Seconds in which a room becomes silent.
_ROOM_SECONDS = 1.5

#: How long patches are.
_PATCH_SECONDS = 0.37

#: Samples over which an envelope is taken, and what is silence to it.
_ENVELOPE, _SILENCE = 1024, 1e-7


@dataclass(frozen=True, eq=False)
class Spectra:
    """Mean levels ``[rows]`` in dB of where collections sound, as all of them are recorded."""

    conditions: Conditions
    means: tuple[Float32, ...]

    @classmethod
    def of(cls, collections: Sequence[Collection], conditions: Conditions) -> Spectra:
        """The mean spectra of what is learnt of ``collections``."""
        means = []
        for each in collections:
            parts = [one.middle[one.sounding][::_EVERY] for one in each.learnt]
            means.append(conditions.seen(np.concatenate(parts)).mean(axis=0))
        return cls(conditions, tuple(means))

    def equalised(self, levels: Float32 | UInt8, source: int, target: int) -> Float32:
        """``levels`` through a smooth equaliser that makes one collection's spectrum another's."""
        change = self.means[target] - self.means[source]
        change = scipy.ndimage.gaussian_filter1d(change, _SMOOTH_ROWS)
        return as_levels(levels) + (change - change[_LOUD_ROWS].mean())


def squeezed(levels: Float32 | UInt8, depth: float = DEPTH) -> Float32:
    """``levels``, of which the swing of each row about its mean is ``depth`` of what it was."""
    levels = as_levels(levels)
    middle = levels.mean(axis=0)
    return middle + np.float32(depth) * (levels - middle)


def noise_like(levels: Float32 | UInt8, seed: int) -> Float32:
    """Noise, of which each row is as loud as in ``levels``, and levels vary as far."""
    levels = as_levels(levels)
    noise = np.random.default_rng(seed).normal(size=levels.shape)
    return (levels.mean(axis=0) + levels.std(axis=0) * noise).astype(np.float32)


def crossfaded(samples: Float32, loop: Float32, weight: float) -> Float32:
    """So much of ``loop`` and the rest of ``samples``, played together."""
    return (1 - np.float32(weight)) * samples + np.float32(weight) * loop


def patched(samples: Float32, other: Float32, rate: int) -> Float32:
    """Pieces of 0.37 s of both in turn, as long as the shorter one."""
    count = min(len(samples), len(other))
    turn = np.arange(count) // round(_PATCH_SECONDS * rate) % 2 == 1
    return np.where(turn, other[:count], samples[:count])


def enveloped(samples: Float32, loop: Float32) -> Float32:
    """``loop``, as loud at any moment as ``samples``."""
    return loop / _envelope(loop) * _envelope(samples)


def reverberated(samples: Float32, rate: int) -> Float32:
    """``samples`` as heard from afar in a large room: noise that fades by 60 dB in 1.5 s."""
    time = np.arange(round(2 * _ROOM_SECONDS * rate)) / rate
    noise = np.random.default_rng(0).normal(size=len(time))
    room = noise * 10 ** (-3 * time / _ROOM_SECONDS)
    heard = scipy.signal.fftconvolve(samples, room / np.sqrt((room**2).sum()))
    return heard[: len(samples)].astype(np.float32)


def _envelope(samples: Float32) -> Float32:
    power = scipy.ndimage.uniform_filter1d(samples.astype(np.float64) ** 2, _ENVELOPE)
    return np.sqrt(np.maximum(power, 0) + _SILENCE).astype(np.float32)
