"""Read modules off a picture: mean values over boxes with fractional edges."""

from __future__ import annotations

import numpy as np

from eidophone.base.arrays import Floats

#: The share of a module, around its middle, that is looked at.
_CORE = 0.6


def box_means(values: Floats, low: Floats, high: Floats) -> Floats:
    """Means of ``values`` (``[..., n]``) over the intervals ``low`` to ``high`` of its last axis.

    Value ``i`` fills the interval ``i`` to ``i + 1``; intervals are cut at the ends.
    """
    sums = np.zeros((*values.shape[:-1], values.shape[-1] + 1))
    np.cumsum(values, axis=-1, out=sums[..., 1:])
    low, high = (np.clip(edge, 0, values.shape[-1]) for edge in (low, high))
    return (_at(sums, high) - _at(sums, low)) / np.maximum(high - low, 1e-9)


def _at(sums: Floats, place: Floats) -> Floats:
    whole = np.minimum(place.astype(np.intp), sums.shape[-1] - 2)
    part = place - whole
    return np.asarray(sums[..., whole] * (1 - part) + sums[..., whole + 1] * part)


def modules(lines: Floats, start: float, pitch: float, count: int) -> Floats:
    """``[..., count]`` values of the modules of ``lines`` from ``start`` on, ``pitch`` wide."""
    middle = start + (np.arange(count) + 0.5) * pitch
    return box_means(lines, middle - _CORE / 2 * pitch, middle + _CORE / 2 * pitch)


def tracks(lines: Floats, middle: Floats, unit: float) -> Floats:
    """``[tracks, width]`` values of ``lines`` (``[rows, width]``) along tracks, ``unit`` high."""
    core = _CORE / 2 * unit
    return box_means(lines.T, middle - core, middle + core).T
