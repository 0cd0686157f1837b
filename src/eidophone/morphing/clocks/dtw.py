"""DTW: which moment of one sound is which of another, event by event.

Dynamic time warping (Sakoe and Chiba, 1978) with steps (1, 1), (1, 2) and (2, 1), so that time is
never told at less than half or more than twice the pace. Long sounds: from coarse to fine, each
time only near what was found before (Salvador and Chan, "FastDTW", 2007).
"""

from __future__ import annotations

import numpy as np
from numba import njit

from eidophone.base.arrays import Float32, Float64, Int32, UInt8
from eidophone.picture.analysis import Analysis
from eidophone.picture.mapping import Mapping
from eidophone.picture.recipe import Recipe

_HOP_SECONDS = 256 / 44_100
_WINDOW_SECONDS = 1024 / 44_100
_ROWS = 40
_TOP_HZ = 14_000.0

#: What is quieter than the loudest row by this (-50 dB) does not count.
_FLOOR = 1e-5

#: What varies less, in nepers, does not sound.
_SILENT = 1e-4

#: Weights of the level of each row, of how it rises, and of how that of the whole sound rises.
_LEVEL, _RISE, _ONSET = 1.0, 0.7, 10**0.5

#: What a step costs more that is not (1, 1); and it counts as more cells, as it goes further: so no
#: way is cheaper where nothing is alike.
_PENALTY = np.float32(0.02)
_CELLS = np.float32(1.5)

#: Longer sounds are first looked at more coarsely; then so many columns to both sides.
_COARSEST = 512
_RADIUS = 96

#: Shorter sounds have no events.
_LEAST = 8

#: A sound is told by DTW at most so many times as fast as another, on average.
_MOST_PACE = 1.5


def path_of(first: Float32, other: Float32, rate: int) -> Float64:
    """``[points, 2]`` samples of ``first`` and of ``other`` that are the same moment, rising.

    Args:
        first: ``[channels, n]``.
        other: of the same channels.
        rate: of both, in Hz.
    """
    lengths = np.array([first.shape[1], other.shape[1]], np.float64)
    ends = np.stack([np.zeros(2), lengths])
    # Of very different lengths, the longer is looked at in longer steps.
    pace = np.maximum(lengths / lengths.min() / _MOST_PACE, 1)
    a = _features(first, rate, float(pace[0]))
    b = _features(other, rate, float(pace[1]))
    if min(len(a), len(b)) < _LEAST:
        return ends
    steps = _path(a, b) + 0.5
    inner = steps * _HOP_SECONDS * rate * pace
    inside = (inner < lengths).all(axis=1)
    return np.concatenate([ends[:1], inner[inside], ends[1:]])


def _features(samples: Float32, rate: int, pace: float) -> Float32:
    """``[columns, features]`` of length 1: levels of mel bands, and how they rise."""
    recipe = Recipe(
        rows=_ROWS,
        max_hz=min(_TOP_HZ, rate / 2),
        hop_seconds=min(_HOP_SECONDS * pace, 0.25),
        window_seconds=max(_WINDOW_SECONDS, min(_HOP_SECONDS * pace * 2, 0.5)),
    )
    mapping = Mapping.of(recipe, rate)
    analysis = Analysis([samples], len(samples), mapping)
    power = np.concatenate([block[::2].mean(axis=0) for block in analysis])
    floor = _FLOOR * power.max() + 1e-20
    level = np.log(power + floor)
    level = _standard(level - level.mean())
    loudness = np.log(power.sum(axis=1, keepdims=True) + floor * _ROWS)
    rises = _ONSET * _standard(_risen(loudness)), _RISE * _standard(_risen(level))
    return _unit(np.concatenate([_LEVEL * level, *rises], axis=1))


def _risen(level: Float32) -> Float32:
    """By how much ``level`` ``[columns, rows]`` is higher than a column before."""
    return np.maximum(np.diff(level, axis=0, prepend=level[:1]), 0)


def _standard(values: Float32) -> Float32:
    return values / max(float(values.std()), _SILENT)


def _unit(features: Float32) -> Float32:
    size = np.linalg.norm(features, axis=1, keepdims=True)
    return np.ascontiguousarray(features / np.maximum(size, 1e-9), np.float32)


def _path(a: Float32, b: Float32) -> Float64:
    """``[points, 2]`` columns of ``a`` and ``b`` that belong together."""
    if max(len(a), len(b)) <= _COARSEST:
        start = np.zeros(len(a), np.int32)
        return _cheapest(a, b, start, len(b))
    coarse = _path(_halved(a), _halved(b)) * 2 + 0.5
    place = np.interp(np.arange(len(a)), coarse[:, 0], coarse[:, 1])
    place += (len(b) - 1 - place[-1]) * np.linspace(0, 1, len(a)) ** 8  # an odd one at the end
    width = min(2 * _RADIUS + 1, len(b))
    start = np.clip(np.rint(place) - _RADIUS, 0, len(b) - width).astype(np.int32)
    return _cheapest(a, b, start, width)


def _halved(features: Float32) -> Float32:
    even = len(features) // 2 * 2
    return _unit(features[0:even:2] + features[1:even:2])


def _cheapest(a: Float32, b: Float32, start: Int32, width: int) -> Float64:
    steps = np.zeros((len(a), width), np.uint8)
    _fill(a, b, start, steps)
    return _walked(start, steps, len(b))


@njit(cache=True, nogil=True, fastmath=True)
def _fill(a: Float32, b: Float32, start: Int32, steps: UInt8) -> None:
    """By which step each cell of the band is reached most cheaply, in ``steps``: 0 for by none."""
    width = steps.shape[1]
    far = np.float32(1e30)
    total = np.full((3, width), far, np.float32)  # of this line of the band and the two before
    for i in range(len(a)):
        line = total[i % 3]
        for n in range(width):
            j = start[i] + n
            cost = np.float32(1)
            for k in range(a.shape[1]):
                cost -= a[i, k] * b[j, k]
            line[n] = far
            if i == 0 and j == 0:
                line[n] = cost
            for step in range(1, 4):
                back, left = (2 if step == 3 else 1), (2 if step == 2 else 1)
                if i < back:
                    continue
                m = j - left - start[i - back]
                if 0 <= m < width:
                    spent = total[(i - back) % 3, m]
                    spent += cost if step == 1 else _CELLS * cost + _PENALTY
                    if spent < line[n]:
                        line[n] = spent
                        steps[i, n] = step


@njit(cache=True, nogil=True)
def _walked(start: Int32, steps: UInt8, columns: int) -> Float64:
    """The way back from the last cell to the first, turned round."""
    i, j = len(steps) - 1, columns - 1
    way = np.empty((len(steps) + columns, 2), np.float64)
    count = 0
    while True:
        way[count, 0], way[count, 1] = i, j
        count += 1
        step = steps[i, j - start[i]]
        if step == 0:
            break
        i, j = i - (2 if step == 3 else 1), j - (2 if step == 2 else 1)
    return way[:count][::-1].copy()
