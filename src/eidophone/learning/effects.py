"""Effects: passages as if equalised, squeezed, and through simple effects, each at random.

What such effects do is not what anybody is to tell collections apart by: whoever learns to tell
them hears passages that have been through some.
"""

from __future__ import annotations

import numpy as np

from eidophone.base.arrays import Float32

#: dB of equalising, the lowest noise floor, and by how much that is raised at most.
_EQUALISED_DB, _LOWEST_DB, _RAISED_DB = 9.0, -85.0, 25.0

#: Points between which an equaliser, and a change of depth over the bands, are smooth.
_EQUALISED_POINTS, _DEPTH_POINTS = 9, 5

#: How much of a change of depth differs from band to band.
_UNEVEN = 0.6

#: How often there is each of the effects that follow.
_OFTEN = np.float32(0.3)

#: How far what is louder than usual is expanded to compressed.
_COMPRESSED = (-0.3, 0.6)

#: dB and Hz of tremolo.
_TREMOLO_DB, _TREMOLO_HZ = (1.0, 6.0), (1.0, 10.0)

#: dB a second by which a room fades, and dB by which it is below what sounds in it.
_FADING, _ROOM_DB = (43.0, 430.0), (0.0, 20.0)

#: dB below the loudest band that distortion fills all bands up to.
_DISTORTED_DB = (15.0, 45.0)

_NEPERS = np.float32(np.log(10) / 10)


def altered(
    bands: Float32, frames_per_second: float, depth: float, rng: np.random.Generator
) -> Float32:
    """``bands`` ``[passages, frames, bands]`` in dB, each passage through effects of its own.

    Args:
        bands: of passages.
        frames_per_second: of these.
        depth: nepers by which movement is squeezed or stretched, as a standard deviation.
        rng: what chance there is in it.
    """
    count, frames, width = bands.shape

    def smooth(points: int) -> Float32:
        drawn = rng.standard_normal((count, points), np.float32)
        at = np.linspace(0, points - 1, width)
        low = np.minimum(at.astype(int), points - 2)
        step = (at - low).astype(np.float32) * (drawn[:, low + 1] - drawn[:, low])
        return (drawn[:, low] + step)[:, None]

    def uniform(low: float, high: float) -> Float32:
        return np.float32(low) + np.float32(high - low) * rng.random((count, 1, 1), np.float32)

    def some(changed: Float32) -> Float32:
        return np.where(uniform(0, 1) < _OFTEN, changed, bands)

    middle = bands.mean(axis=1, keepdims=True)
    whole = rng.standard_normal((count, 1, 1), np.float32)
    stretched = np.exp(np.float32(depth) * (np.float32(_UNEVEN) * smooth(_DEPTH_POINTS) + whole))
    bands = middle + stretched * (bands - middle)
    bands = bands + np.float32(_EQUALISED_DB) * smooth(_EQUALISED_POINTS)
    loud = bands.max(axis=2, keepdims=True)
    bands = some(bands - uniform(*_COMPRESSED) * (loud - loud.mean(axis=1, keepdims=True)))
    seconds = np.arange(frames, dtype=np.float32)[:, None] / np.float32(frames_per_second)
    turns = np.float32(2 * np.pi) * (uniform(*_TREMOLO_HZ) * seconds + uniform(0, 1))
    bands = some(bands + uniform(*_TREMOLO_DB) * np.sin(turns))
    fallen = uniform(*_FADING) * seconds
    room = np.maximum.accumulate(bands + fallen, axis=1) - fallen
    bands = some(_together(bands, room - uniform(*_ROOM_DB)))
    loud = bands.max(axis=2, keepdims=True)
    bands = some(_together(bands, loud - uniform(*_DISTORTED_DB)))
    return np.maximum(bands, uniform(_LOWEST_DB, _LOWEST_DB + _RAISED_DB))


def _together(one: Float32, other: Float32) -> Float32:
    """Levels of the power of both."""
    return np.logaddexp(one * _NEPERS, other * _NEPERS) / _NEPERS
