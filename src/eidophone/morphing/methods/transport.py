"""Transport: the power of each moment moved along the axis of pitch by the least way.

Optimal transport of spectra after Henderson and Solomon ("Audio transport: a generalized portamento
via optimal transport", 2019): lobes of the parents are cut into pieces of equal mass, the lowest of
one to the lowest of the other, and each piece glides between them with a phase of its own, which it
carries along. So every note of a chord slides to one of the next. For steady tones and pads: what
is noise is torn apart.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numba import njit

from eidophone.base.arrays import Complex64, Float32, Float64, Int64
from eidophone.morphing.grid import Grid, Stretch
from eidophone.morphing.loudness import factors, loudness_of
from eidophone.morphing.methods.method import Method
from eidophone.morphing.mix import Mix
from eidophone.morphing.parents import Parents
from eidophone.morphing.partials.lobes import Lobes, empty_lobes, find
from eidophone.morphing.settings import Morphing
from eidophone.picture.columns import Anchor, Columns
from eidophone.picture.pool import TINY

#: Bins around the centre of a piece that go on with its phase.
_AROUND = 3

#: Parents that are less loud than this, beside the loudest (-50 dB), fade out of a column.
_HEARD = np.float32(0.03)

#: Of all mass, less than this is nothing.
_NOTHING = 1e-12

#: The quietest that has mass, beside the loudest of a column: so nothing is without any.
_FLOOR = np.float32(1e-12)


def _make(parents: Parents, mix: Mix, how: Morphing) -> Iterator[Float32]:
    grid = Grid(parents)
    phase = np.zeros(grid.mapping.gabor.bins)
    pictures = (_carried(stretch, mix, grid, phase) for stretch in grid.stretches())
    return grid.sound(pictures, how.quality)


def _carried(stretch: Stretch, mix: Mix, grid: Grid, phase: Float64) -> Columns:
    """The columns of ``stretch`` as ``mix`` wants them; ``phase`` ``[bins]`` goes on."""
    pitch, timbre, loudness = (
        mix.at(aspect, stretch.moments) for aspect in ("pitch", "timbre", "loudness")
    )
    heard = np.stack([loudness_of(one) for one in stretch.power])
    heard = np.minimum(heard / (_HEARD * heard.max(axis=0) + TINY), 1)
    pitch, timbre = (_adding_up(one * heard, one) for one in (pitch, timbre))
    power = np.stack(stretch.heard)
    power += _FLOOR * power.max(axis=-1, keepdims=True) + TINY
    spectrum = np.stack(stretch.spectrum)
    count = len(stretch.moments)
    centres = grid.mapping.gabor.centres(max(stretch.first - 1, 0), stretch.first + count)
    steps = np.diff(centres, prepend=centres[:1])[-count:]
    out = np.zeros(spectrum.shape[1:], np.complex64)
    turn = 2 * np.pi / grid.mapping.gabor.n_fft
    _carry(power, np.log(power), spectrum, pitch, timbre, steps, turn, phase, out)
    made = np.abs(out) ** 2
    out *= np.sqrt(factors(made.sum(axis=(0, 2)), stretch.power, loudness))[:, None]
    known = np.ones(out.shape[1:], np.float32)
    return Columns(np.zeros_like(stretch.power[0]), Anchor(out, known))


def _adding_up(weights: Float32, usual: Float32) -> Float32:
    """``weights`` ``[parents, columns]`` brought to add up to 1; ``usual`` where all are 0."""
    total = weights.sum(axis=0)
    return np.where(total > 0, weights / np.maximum(total, TINY), usual)


@njit(cache=True, nogil=True, fastmath=True)
def _carry(
    power: Float32,
    level: Float32,
    spectrum: Complex64,
    pitch: Float32,
    timbre: Float32,
    steps: Int64,
    turn: float,
    phase: Float64,
    out: Complex64,
) -> None:
    """Carry the lobes of all parents to where they are to be; compiled.

    Args:
        power: ``[parents, columns, bins]``.
        level: the same as natural logarithms.
        spectrum: ``[parents, channels, columns, bins]``.
        pitch: ``[parents, columns]`` weights of where pieces are.
        timbre: ``[parents, columns]`` weights of what they are like.
        steps: ``[columns]`` samples since the column before.
        turn: radians a sample and bin.
        phase: ``[bins]`` of what is at each bin in the last column; goes on.
        out: ``[channels, columns, bins]``, all 0.
    """
    parents, columns, bins = power.shape
    lobes = empty_lobes(parents, bins)
    at = np.empty(parents, np.int64)
    mass = np.empty(parents)  # what is left of the lobe
    whole = np.empty(parents)  # all of it
    following = np.empty(bins)
    loudest = np.empty(bins)
    for column in range(columns):
        step = steps[column]
        for parent in range(parents):
            find(level[parent, column], level[parent, column], lobes, parent)
        at[:] = -1
        mass[:] = 0
        loudest[:] = -np.inf
        for n in range(bins):
            following[n] = phase[n] + turn * n * step
        while _next_pieces(power[:, column], lobes, at, mass, whole):
            piece = mass.min()
            place, size = np.float64(0), np.float64(0)
            for parent in range(parents):
                n = at[parent]
                place += pitch[parent, column] * np.log(max(lobes.peak[parent, n], 0.5))
                share = np.log(piece / whole[parent])  # so that all pieces add up to the lobe
                size += timbre[parent, column] * (lobes.height[parent, n] / 2 + share)
            place = np.exp(place)
            centre = min(max(int(np.round(place)), 0), bins - 1)
            here = phase[centre] + turn * place * step
            for parent in range(parents):
                if timbre[parent, column] > 0:
                    gain = timbre[parent, column] * np.exp(size)
                    one = spectrum[parent, :, column]
                    _place(one, lobes, parent, at[parent], centre, gain, here, out[:, column])
            for k in range(max(centre - _AROUND, 0), min(centre + _AROUND + 1, bins)):
                if size > loudest[k]:
                    loudest[k] = size
                    following[k] = here
            mass -= piece
        phase[:] = following % (2 * np.pi)


@njit(cache=True, nogil=True, fastmath=True)
def _next_pieces(power: Float32, lobes: Lobes, at: Int64, mass: Float64, whole: Float64) -> bool:
    """Go on to the next lobe of each parent whose lobe is used up; False after the last."""
    for parent in range(at.size):
        while mass[parent] <= _NOTHING:
            at[parent] += 1
            if at[parent] == lobes.number[parent]:
                return False
            first, last = _range(lobes, parent, at[parent])
            mass[parent] = power[parent, first:last].sum() / power[parent].sum()
            whole[parent] = mass[parent]
    return True


@njit(cache=True, nogil=True, fastmath=True)
def _place(
    spectrum: Complex64,
    lobes: Lobes,
    parent: int,
    n: int,
    centre: int,
    gain: float,
    phase: float,
    out: Complex64,
) -> None:
    """Add lobe ``n`` of a parent's ``spectrum`` ``[channels, bins]``, its peak at ``centre``."""
    bins = out.shape[1]
    first, last = _range(lobes, parent, n)
    peak = min(max(int(np.round(lobes.peak[parent, n])), 0), bins - 1)
    middle = spectrum[:, peak].sum()
    turned = gain * np.exp(1j * (phase - np.angle(middle)) - lobes.height[parent, n] / 2)
    for channel in range(len(out)):
        for k in range(max(first + centre - peak, 0), min(last + centre - peak, bins)):
            out[channel, k] += spectrum[channel, k - centre + peak] * turned


@njit(cache=True, nogil=True, inline="always")
def _range(lobes: Lobes, parent: int, n: int) -> tuple[int, int]:
    """The bins of a lobe, each of which belongs to one."""
    last = lobes.edge[parent, n + 1]
    return lobes.edge[parent, n], last + 1 if n == lobes.number[parent] - 1 else last


TRANSPORT = Method("transport", "Every partial slides to one of the next: for pads.", _make)
