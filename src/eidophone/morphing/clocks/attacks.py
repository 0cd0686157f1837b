"""Attacks: where in a sound something begins all at once."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import maximum_filter1d

from eidophone.base.arrays import Float32, Float64

#: Energy is looked at in steps of this.
_STEP_SECONDS = 0.003

#: An attack is louder by this than the loudest of so many steps before it (the pulses of a voice of
#: 67 Hz are no attacks), and the sharpest of so many to both sides.
_RISE_DB = 6.0
_STEPS_BEFORE = 5
_STEPS_AROUND = 10

#: What is quieter than the loudest by this is silence.
_RANGE_DB = 50.0


def attacks(samples: Float32, rate: int) -> Float64:
    """Where in ``samples`` ``[channels, n]`` attacks begin, in samples, rising.

    High frequencies count more, as attacks have more of them (Masri and Bateman, 1996).
    """
    step = max(1, round(_STEP_SECONDS * rate))
    energy = _energy(samples, step)
    loudest = energy.max(initial=0)
    if not loudest:
        return np.zeros(0)
    level = 10 * np.log10(energy / loudest + 10 ** (-_RANGE_DB / 10))
    level = np.concatenate([np.full(_STEPS_BEFORE, level.min()), level])
    before = maximum_filter1d(level, _STEPS_BEFORE, origin=(_STEPS_BEFORE - 1) // 2)
    rise = level[_STEPS_BEFORE:] - before[_STEPS_BEFORE - 1 : -1]
    sharpest = maximum_filter1d(rise, 2 * _STEPS_AROUND + 1)
    return np.flatnonzero((rise >= _RISE_DB) & (rise == sharpest)) * np.float64(step)


def _energy(samples: Float32, step: int) -> Float64:
    """``[steps]`` energy of the differences of neighbouring samples."""
    change = np.diff(samples, axis=1, prepend=samples[:, :1]).astype(np.float64)
    change **= 2
    starts = np.arange(0, samples.shape[1], step)
    return np.add.reduceat(change.sum(axis=0), starts)
