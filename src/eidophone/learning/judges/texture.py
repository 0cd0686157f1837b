"""Texture: how fine, rough and tonal a sound is, beside which what was made can be held.

All are of levels ``[columns, rows]`` in dB.
"""

from __future__ import annotations

import numpy as np
import scipy.ndimage
import scipy.signal

from eidophone.base.arrays import Float32

#: Rows that are looked at: 190 Hz to 5 kHz.
_ROWS = slice(30, 300)

#: Rows over which the middle level is what partials stand on, and the share of quiet moments.
_AROUND, _QUIET = 9, 20

#: Columns of 93 ms, over which a partial lasts.
_LASTING = 16

#: Of partials that are counted: rows, every so many columns, dB by which they stand out, and how
#: far below the loudest they may be.
_COUNTED, _EVERY, _OUT_DB, _BELOW_DB = slice(10, 330), 8, 6.0, 40.0


def tonal_of(levels: Float32) -> float:
    """By how many dB rows stand out of their neighbours for 93 ms, as partials do; haze less."""
    rows = levels[:, _ROWS]
    count = max(1, len(rows) // _LASTING)
    lasting = rows[: count * _LASTING].reshape(count, -1, rows.shape[1]).mean(axis=1)
    return _out(lasting)


def roughness_of(levels: Float32) -> float:
    """By how many dB a cell differs from the one before."""
    return float(np.abs(np.diff(levels[:, _ROWS], axis=0)).mean())


def partials_of(levels: Float32) -> float:
    """How many peaks there are in a column."""
    columns = levels[::_EVERY, _COUNTED]
    peaks = [
        len(scipy.signal.find_peaks(one, prominence=_OUT_DB, height=one.max() - _BELOW_DB)[0])
        for one in columns
    ]
    return float(np.mean(peaks))


def _out(rows: Float32) -> float:
    """Root mean square of what stands out of its neighbours, where it is not quiet."""
    loudness = rows.mean(axis=1)
    out = np.maximum(rows - scipy.ndimage.median_filter(rows, (1, _AROUND)), 0)
    loud = loudness >= np.percentile(loudness, _QUIET)
    return float(np.sqrt((out[loud] ** 2).mean()))
