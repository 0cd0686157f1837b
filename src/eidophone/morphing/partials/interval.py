"""Interval: how far one sound lies above another in pitch, from column to column.

Fine structures on a logarithmic axis are shifted copies of each other where both sounds have a
pitch; the shift at which they agree best is followed through time (Viterbi, 1967).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import scipy.fft
from numba import njit
from scipy.ndimage import gaussian_filter1d

from eidophone.base.arrays import Float32, Float64, Int64
from eidophone.morphing.partials.envelope import Bands
from eidophone.picture.pool import TINY

#: The axis on which pitches are compared.
_LOW_HZ, _HIGH_HZ = 80.0, 5000.0
_STEPS_PER_SEMITONE = 4

#: Intervals that are looked for: two octaves, up and down.
_REACH = 24 * _STEPS_PER_SEMITONE

#: What is more than 48 dB below the loudest of its column does not count, in nepers; and how
#: gently it begins to.
_GATE, _GATE_WIDTH = 11.0, 4.0

#: Partials count by how far they stand out over the envelope, in nepers, up to this; and that is
#: smoother than the one that is transported.
_MOST_FINE = np.float32(4)
_SMOOTH = 12 / 48

#: How wide partials are drawn, in steps: half a semitone.
_WIDTH = np.float32(2)

#: Two sounds agree fully only if so much of the plainer one takes part.
_PART = np.float32(0.9)

#: What has less of fine structure has no partials: a pure tone has 50.
_PLAINEST = np.float32(20)

#: What a semitone costs, in correlation: of several that agree alike the smallest is taken.
_SIZE_COST = 0.004

#: What it costs to go to another one in the next column: for each step of the axis, as pitches
#: glide, up to 4; or to leap.
_CHANGE_COST = 0.05
_MOST_CHANGE = 4
_LEAP_COST = 2.0

#: To have no interval counts as much as this correlation: then one of the two has no pitch, or
#: both have several. And what it costs to begin to have one, or to cease.
_NONE = 0.52
_TURN_COST = 1.0

#: Columns over which correlations, then intervals, are smoothed.
_SMOOTHED_SCORE, _SMOOTHED_INTERVAL = 4.0, 2.0

#: Columns before and after that are looked at to choose the interval of one: 0.75 seconds.
_CONTEXT = 128


@dataclass(frozen=True, eq=False)
class Shape:
    """The partials of columns on a logarithmic axis.

    Attributes:
        fine: ``[columns, steps]`` how much they stand out.
        reach: ``[columns, steps]``: 1 up to the highest that is heard, 0 above.
    """

    fine: Float32
    reach: Float32

    @property
    def power(self) -> Float32:
        """``[columns]`` of all that is fine, about its mean."""
        count = np.maximum(self.reach.sum(axis=1), 1)
        found = (self.fine**2).sum(axis=1) - self.fine.sum(axis=1) ** 2 / count
        return np.maximum(found, 0)


class Axis:
    """The axis of pitch.

    Args:
        hz: of the bins.
    """

    def __init__(self, hz: Float64) -> None:
        high = min(_HIGH_HZ, float(hz[-2]))
        steps = int(12 * _STEPS_PER_SEMITONE * np.log2(high / _LOW_HZ))
        wanted = _LOW_HZ * 2 ** (np.arange(steps) / (12 * _STEPS_PER_SEMITONE))
        self._place = wanted / (hz[1] - hz[0])
        self._bands = Bands.of(hz, _SMOOTH)

    def shape(self, power: Float32) -> Shape:
        """The partials of ``power`` ``[columns, bins]``."""
        level = np.log(np.maximum(power, TINY))
        envelope = self._bands.on_bins(self._bands.envelopes(power))
        under_top = level - level.max(axis=1, keepdims=True)
        heard = np.clip((under_top + np.float32(_GATE)) / np.float32(_GATE_WIDTH), 0, 1)
        fine = np.zeros((len(level), len(self._place)), np.float32)
        _draw(level, envelope, heard, np.float32(self._place[0]), fine)
        below = np.floor(self._place).astype(np.int64)
        reach = np.maximum.accumulate(heard[:, below[-1] :: -1], axis=1)[:, ::-1]
        return Shape(fine, np.ascontiguousarray(reach[:, below]))


@njit(cache=True, nogil=True, fastmath=True)
def _draw(
    level: Float32, envelope: Float32, heard: Float32, first: np.float32, fine: Float32
) -> None:
    """Draw each partial equally wide, where it is to a part of a bin, and as high as it stands out.

    Args:
        level: ``[columns, bins]``.
        envelope: ``[columns, bins]``.
        heard: ``[columns, bins]``.
        first: bin at which the axis begins.
        fine: ``[columns, steps]``.
    """
    per_octave = 12 * _STEPS_PER_SEMITONE
    for column in range(len(level)):
        here = level[column]
        for n in range(1, here.size - 1):
            if not (here[n] > here[n - 1] and here[n] >= here[n + 1] and heard[column, n] > 0):
                continue
            bend = here[n - 1] - 2 * here[n] + here[n + 1]
            off = (here[n - 1] - here[n + 1]) / (2 * bend) if bend < 0 else np.float32(0)
            place = per_octave * np.log2((n + off) / first)
            height = min(max(here[n] - envelope[column, n], np.float32(0)), _MOST_FINE)
            height *= heard[column, n]
            begin = max(int(np.ceil(place - 3 * _WIDTH)), 0)
            for step in range(begin, min(int(place + 3 * _WIDTH) + 1, fine.shape[1])):
                off = (step - place) / _WIDTH
                fine[column, step] += height * np.exp(-off * off / 2)


def agreement(a: Shape, b: Shape) -> Float32:
    """Correlation ``[columns, intervals]`` of ``a`` with ``b``, if that lies so much higher.

    Only what is within the reach of both counts, so that a dull sound agrees with a bright one
    (Padfield, "Masked object registration in the Fourier domain", 2012).
    """
    steps = a.fine.shape[1]
    size = scipy.fft.next_fast_len(2 * steps, real=True)
    seen = [
        [scipy.fft.rfft(values, size) for values in (one.reach, one.fine, one.fine**2)]
        for one in (a, b)
    ]

    def together(of_a: int, of_b: int) -> Float32:
        found: Float32 = scipy.fft.irfft(seen[1][of_b] * seen[0][of_a].conj(), size)
        return np.concatenate([found[:, -_REACH:], found[:, : _REACH + 1]], axis=1)

    count = np.maximum(together(0, 0), 1)
    sum_a, sum_b = together(1, 0), together(0, 1)
    product = together(1, 1) - sum_a * sum_b / count
    power_a = together(2, 0) - sum_a**2 / count
    power_b = together(0, 2) - sum_b**2 / count
    # What explains but a part of the plainer of the two agrees by chance.
    plainer = np.maximum(np.minimum(a.power, b.power), _PLAINEST)[:, None]
    least = _PART * plainer
    power = np.maximum(power_a, least) * np.maximum(power_b, least)
    return product / np.sqrt(power)


def intervals(agreements: Iterable[Float32]) -> Float32:
    """Natural logarithms ``[columns]`` of the ratio by which the second sound is higher.

    0 where one of the two has no pitch.

    Args:
        agreements: ``[columns, intervals]`` stretch after stretch, 0 in columns in which one is
            silent. Not all are held at once: what is further than `_CONTEXT` decides nothing.
    """
    steps: list[Float64] = []
    before = np.empty((0, 2 * _REACH + 1), np.float32)
    here = before
    for following in agreements:
        if len(following) < _CONTEXT:  # the last ones
            here = np.concatenate([here, following])
            continue
        if len(here):
            steps.append(_steps(before, here, following[:_CONTEXT]))
        before, here = here[-_CONTEXT:], following
    steps.append(_steps(before, here, here[:0]))
    semitones = gaussian_filter1d(np.concatenate(steps), _SMOOTHED_INTERVAL) / _STEPS_PER_SEMITONE
    found: Float32 = (semitones * (np.log(2) / 12)).astype(np.float32)
    return found


def _steps(before: Float32, here: Float32, after: Float32) -> Float64:
    """Interval in steps of the axis of each of the columns ``here``, seen between others."""
    smooth = gaussian_filter1d(np.concatenate([before, here, after]), _SMOOTHED_SCORE, axis=0)
    cost = _SIZE_COST / _STEPS_PER_SEMITONE * np.abs(np.arange(-_REACH, _REACH + 1))
    path = _path((smooth - cost).astype(np.float32))
    columns = np.arange(len(path))
    best = np.clip(path, 1, 2 * _REACH - 1)
    below, at, above = (smooth[columns, best + n] for n in (-1, 0, 1))
    bend = np.minimum(below - 2 * at + above, -1e-6)
    exact = best - _REACH + np.clip(0.5 * (below - above) / bend, -0.5, 0.5)
    exact[path < 0] = 0
    found: Float64 = exact[len(before) : len(before) + len(here)]
    return found


@njit(cache=True, nogil=True)
def _path(score: Float32) -> Int64:
    """Which of the intervals each column has, so that their scores less all changes are most.

    -1 where none is better.
    """
    columns, count = score.shape
    origin = np.zeros((columns, count + 1), np.int16)
    best = np.empty(count + 1)
    best[:count] = score[0]
    best[count] = _NONE
    for column in range(1, columns):
        before = best.copy()
        leap = int(before[:count].argmax())
        for n in range(count):
            most = before[leap] - _LEAP_COST
            origin[column, n] = leap
            if before[count] - _TURN_COST > most:
                most = before[count] - _TURN_COST
                origin[column, n] = count
            for other in range(max(n - _MOST_CHANGE, 0), min(n + _MOST_CHANGE + 1, count)):
                total = before[other] - _CHANGE_COST * abs(n - other)
                if total > most:
                    most = total
                    origin[column, n] = other
            best[n] = most + score[column, n]
        leaves = before[leap] - _TURN_COST > before[count]
        origin[column, count] = leap if leaves else count
        best[count] = max(before[count], before[leap] - _TURN_COST) + _NONE
    path = np.empty(columns, np.int64)
    path[-1] = best.argmax()
    for column in range(columns - 1, 0, -1):
        path[column - 1] = origin[column, path[column]]
    path[path == count] = -1
    return path
