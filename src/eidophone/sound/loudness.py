"""Loudness of a sound in LUFS, as broadcasters measure it: ITU-R BS.1770-5, for any rate."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from eidophone.sound.sound import SoundSource

_STEP_SECONDS = 0.1  # blocks of 0.4 s begin every 0.1 s
_STEPS_A_BLOCK = 4
_QUIETEST_LUFS = -70.0
_BELOW_MEAN_LU = 10.0
_OFFSET_LUFS = -0.691

#: The filters of the standard, which lists them at 48 kHz only, as what they are at any rate:
#: a high shelf and a high pass (De Man, "Evaluation of implementations of the EBU R128 loudness
#: measurement", AES 2018): corner in Hz, quality, gain in dB.
_SHELF = (1681.974450955533, 0.7071752369554196, 3.999843853973347)
_HIGH_PASS = (38.13547087602444, 0.5003270373238773)


def loudness_of(sound: SoundSource) -> float:
    """Integrated loudness of ``sound`` in LUFS; ``-inf`` if nothing is above -70 LUFS.

    A sound shorter than 0.4 s is taken as one block.
    """
    steps = _power_of_steps(sound)
    width = min(_STEPS_A_BLOCK, len(steps))
    power = np.convolve(steps, np.full(width, 1 / width), "valid")
    power = power[power > _power(_QUIETEST_LUFS)]
    if not power.size:
        return -math.inf
    power = power[power > power.mean() * 10 ** (-_BELOW_MEAN_LU / 10)]
    return 10 * math.log10(power.mean()) + _OFFSET_LUFS


def _power_of_steps(sound: SoundSource) -> NDArray[np.float64]:
    """Power of the weighted sound in each whole step of 0.1 s, its channels summed."""
    from scipy.signal import sosfilt  # noqa: PLC0415 (takes a second)

    sections = _weighting(sound.rate)
    state = np.zeros((len(sections), sound.channels, 2))
    step = round(_STEP_SECONDS * sound.rate)
    powers: list[float] = []
    for block in sound.blocks(step):
        heard, state = sosfilt(sections, block, axis=1, zi=state)
        if heard.shape[1] == step or not powers:
            powers.append(float(np.square(heard).mean(axis=1).sum()))
    return np.array(powers)


def _weighting(rate: int) -> NDArray[np.float64]:
    """The K-weighting at ``rate`` Hz, as second-order sections."""
    hz, quality, gain_db = _SHELF
    k = math.tan(math.pi * hz / rate)
    high = 10 ** (gain_db / 20)
    band = high**0.4996667741545416
    shelf = [
        high + band * k / quality + k * k,
        2 * (k * k - high),
        high - band * k / quality + k * k,
        *_poles(k, quality),
    ]
    hz, quality = _HIGH_PASS
    poles = _poles(math.tan(math.pi * hz / rate), quality)
    # as in the standard's table, the high pass is not scaled to 0 dB at its top
    return np.array([_normal(shelf), [1.0, -2.0, 1.0, *(pole / poles[0] for pole in poles)]])


def _poles(k: float, quality: float) -> tuple[float, float, float]:
    return 1 + k / quality + k * k, 2 * (k * k - 1), 1 - k / quality + k * k


def _normal(section: list[float]) -> list[float]:
    return [value / section[3] for value in section]


def _power(lufs: float) -> float:
    return 10 ** ((lufs - _OFFSET_LUFS) / 10)
