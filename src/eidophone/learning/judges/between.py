"""Between: whether a mix is more than its two ends played together, or their mean.

All are of levels ``[columns, rows]`` in dB; the ends are what the same method makes of the same
sound at either end.
"""

from __future__ import annotations

import numpy as np

from eidophone.base.arrays import Float32

#: Columns that are explained at a time.
_BLOCK = 8

#: Rows that are compared, and what is as good as silent there.
_ROWS, _SILENT_DB = slice(10, 370), np.float32(-70)


def unexplained(mix: Float32, one: Float32, other: Float32) -> float:
    """Share of the energy of ``mix`` that no sum of the ends is, whatever their loudness.

    Magnitudes of each 46 ms are fitted by nonnegative amounts of both ends' own.
    """
    m, a, b = (_magnitudes(levels) for levels in (mix, one, other))
    aa, bb, ab = (a * a).sum(1), (b * b).sum(1), (a * b).sum(1)
    ma, mb = (m * a).sum(1), (m * b).sum(1)
    whole = aa * bb - ab**2 + 1e-12
    x, y = (ma * bb - mb * ab) / whole, (mb * aa - ma * ab) / whole
    alone = np.maximum(ma**2 / (aa + 1e-12), mb**2 / (bb + 1e-12))
    fitted = np.where((x > 0) & (y > 0), x * ma + y * mb, alone)
    return float(1 - fitted.sum() / (m * m).sum())


def from_log_mean(mix: Float32, one: Float32, other: Float32, weight: float) -> float:
    """How far ``mix`` is from the mean of both in dB, as a share of how far they differ."""
    m, a, b = (np.maximum(levels[:, _ROWS], _SILENT_DB) for levels in (mix, one, other))
    away = np.abs(m - (1 - weight) * a - weight * b).mean()
    return float(away / (np.abs(a - b).mean() + 1e-9))


def _magnitudes(levels: Float32) -> Float32:
    count = len(levels) // _BLOCK * _BLOCK
    magnitudes = np.exp(levels[:count] * (np.log(10) / 20)).astype(np.float64)
    return magnitudes.reshape(count // _BLOCK, -1)
