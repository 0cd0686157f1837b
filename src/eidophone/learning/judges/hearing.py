"""Hearing: what a window sounds like, as numbers, with and without how it is equalised.

Both are of levels ``[columns, rows]`` in dB, whatever their loudness.
"""

from __future__ import annotations

import numpy as np

from eidophone.base.arrays import Float32
from eidophone.learning.judges.bands import BANDS, Bands, db_of, power_of

#: Rows that judges of numbers hear at most (7.4 kHz).
HEARD = 370

#: Noise floor below the loudness of the window.
_FLOOR_DB = -45.0

#: Levels further below the mean than this are as good as silent.
_REACH_DB = 30.0

#: Columns further below the middle one than this are pauses.
_PAUSE_DB = 12.0


def matched_hearing(levels: Float32, bands: Bands) -> Float32:
    """Spectrum, movement and fineness, with level, noise floor and bandwidth made alike."""
    power = bands.mean(power_of(levels))
    heard = db_of(power / (power.mean() + np.float32(1e-12)), 10 ** (_FLOOR_DB / 10))
    tilted = heard - heard.mean(axis=1, keepdims=True)
    return np.concatenate(
        [
            heard.mean(axis=0),
            heard.std(axis=0),
            np.diff(heard[::2], axis=0).std(axis=0),
            np.diff(heard[::8], axis=0).std(axis=0),
            [heard.mean(axis=1).std()],
            np.sort(tilted.std(axis=0))[::8],
        ]
    ).astype(np.float32)


def blind_hearing(levels: Float32, bands: Bands) -> Float32:
    """Movement and fineness only: the mean spectrum of the window is taken away first."""
    loud = bands.heard(levels).mean(axis=1)
    sounding = loud > np.percentile(loud, 50) - _PAUSE_DB
    level = levels - levels[sounding].mean(axis=0)
    level = np.maximum(level, bands.heard(level).mean() - np.float32(_REACH_DB))
    heard = db_of(bands.mean(power_of(level)), 1e-3)
    tilted = heard - heard.mean(axis=1, keepdims=True)
    fine = np.abs(np.diff(level, axis=1, append=level[:, -1:])).mean(axis=0)
    together = np.corrcoef(heard.T + 1e-6 * np.random.default_rng(0).normal(size=heard.T.shape))
    loud = heard.mean(axis=1)
    return np.concatenate(
        [
            heard.std(axis=0),
            *(np.diff(heard[::step], axis=0).std(axis=0) for step in (2, 8, 32)),
            bands.mean(fine),
            tilted.std(axis=0),
            [_alike(loud[lag:], loud[:-lag]) for lag in (8, 16, 32, 64, 128)],
            [np.diagonal(together, lag).mean() for lag in (1, 2, 4, 8, 16)],
            [np.mean((heard[2:] - heard[:-2]) ** 3)],
        ]
    ).astype(np.float32)


def _alike(one: Float32, other: Float32) -> float:
    """Correlation of the two."""
    one, other = one - one.mean(), other - other.mean()
    return float(one @ other / np.sqrt(one @ one * (other @ other) + 1e-12))


__all__ = ["BANDS", "HEARD", "blind_hearing", "matched_hearing"]
