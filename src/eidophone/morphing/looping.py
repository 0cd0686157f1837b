"""Looping: a sound as long as is asked for, going round without a seam."""

from __future__ import annotations

import numpy as np

from eidophone.base.arrays import Float32

#: How long the end and the beginning are heard at once, at most.
_SEAM_SECONDS = 0.05

#: What is shorter does not go round.
_CLICK_SECONDS = 1e-3


def looped(samples: Float32, count: int, rate: int) -> Float32:
    """``samples`` ``[channels, n]`` as ``count`` samples: cut, or going round.

    Where it goes round, its last 50 ms, or a quarter of it, fade into its first, of equal power.
    After a click of less than 1 ms is silence: a single sample that goes round is no sound, but a
    constant.
    """
    length = samples.shape[1]
    if length >= count:
        return samples[:, :count]
    if length < _CLICK_SECONDS * rate:
        return np.pad(samples, ((0, 0), (0, count - length)))
    seam = length - period(length, rate)
    fade = np.sin(np.linspace(0, np.pi / 2, seam, dtype=np.float32))
    turn = samples[:, seam:].copy()
    turn[:, turn.shape[1] - seam :] *= fade[::-1]
    turn[:, turn.shape[1] - seam :] += samples[:, :seam] * fade
    turns = -(-(count - seam) // turn.shape[1])
    return np.concatenate([samples[:, :seam], np.tile(turn, (1, turns))], axis=1)[:, :count]


def period(length: int, rate: int) -> int:
    """After how many samples a sound of ``length`` comes back."""
    return length - min(round(_SEAM_SECONDS * rate), length // 4)
