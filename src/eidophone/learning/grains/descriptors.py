"""Descriptors: level, brightness, tonality, noisiness and onsets of a sound, as numbers."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter1d, uniform_filter1d

from eidophone.base.arrays import Float32
from eidophone.learning.grid import ROWS

#: What can be described, in order.
NAMES = ("level", "brightness", "tonality", "noisiness", "onsets")

#: Columns of a passage: 3 s.
PASSAGE = 517

#: Columns that are averaged before partials are looked for: 93 ms.
_LASTING = 16

#: Rows that are looked at for all but level and brightness.
_LOW, _HIGH = 30, 300

#: How many rows around a partial are its bed, as the deviation of a Gaussian.
BED = 9.0

#: What is so far below the mean level is not heard.
_REACH_DB = 60.0

#: Rows and columns between which rises are looked for.
_RISE_ROWS, _RISE = 9, 4


def described(levels: Float32) -> Float32:
    """``[5]`` by `NAMES`, of ``levels`` ``[columns, rows]`` in dB, the middle of a sound.

    Level is in dB. Brightness is the mean row, weighted by magnitude. Tonality is how far what
    lasts for 93 ms stands out of the rows around it, noisiness the spectral flatness, and onsets
    how much bands rise in 23 ms; these in dB.
    """
    power = np.exp(levels * np.float32(np.log(10) / 10))
    level = 10 * np.log10(power.sum(axis=1).mean() + 1e-10)
    size = np.sqrt(power)
    brightness = (size @ np.arange(ROWS, dtype=np.float32)).sum() / (size.sum() + 1e-9)
    heard = np.maximum(levels[:, _LOW:_HIGH], np.float32(level - 27 - _REACH_DB))
    count = max(1, len(heard) // _LASTING)
    lasting = heard[: count * _LASTING].reshape(count, -1, heard.shape[1]).mean(axis=1)
    high = lasting - gaussian_filter1d(lasting, BED, axis=1)
    tonality = np.sqrt((np.maximum(high, 0) ** 2).mean())
    loud = 10 * np.log10((10 ** (lasting / 10)).mean(axis=1))
    noisiness = (lasting.mean(axis=1) - loud).mean()
    bands = uniform_filter1d(heard, _RISE_ROWS, axis=1)[:, _RISE_ROWS // 2 :: _RISE_ROWS]
    onsets = np.maximum(bands[_RISE:] - bands[:-_RISE], 0).mean() if len(bands) > _RISE else 0.0
    return np.array([level, brightness, tonality, noisiness, onsets], np.float32)
