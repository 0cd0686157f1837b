"""Phase: found from levels by gradient-heap integration, then made consistent in rounds.

`integrate` follows Prusa, Balazs and Sondergaard, "A noniterative method for reconstruction of
phase from STFT magnitude" (2017): with a Gaussian window the phase's derivative in time is the
log-magnitude's derivative in frequency, and the other way round; the loudest cells are joined
first. `refine` follows Perraudin, Balazs and Sondergaard, "A fast Griffin-Lim algorithm" (2013).
Both are stated for the *rows* of a picture and for its three colours jointly.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numba import njit

from eidophone.base.arrays import Complex64, Float32, Int16, Int32, Int64, Mask
from eidophone.base.parallel import blocks, map_ranges
from eidophone.picture.axis import Pooling
from eidophone.picture.gabor import Span, Visit
from eidophone.picture.pool import TINY, apply_transposed, pool_bins, power_of_colour

#: Width of the buckets in which cells queue by magnitude, in nepers (0.25 dB): joining the loudest
#: first need not be more exact than that, and a bucket costs nothing where a heap costs a log.
_BUCKET = np.float32(0.029)

#: Powers below this fraction of the loudest (-120 dB) get a random phase.
_REACH = 1e-12

#: Momentum of the rounds. Near 1 the last ones overshoot: 0.9 ends 0.3 dB nearer than 0.99.
_MOMENTUM = np.float32(0.9)

_TURN = np.float32(2 * np.pi)

#: Columns that are prepared at a time.
_CACHED_COLUMNS = 32


def integrate(
    power: Float32,
    span: Span,
    phase: Float32,
    known: Mask,
    *,
    step_db: float = 0.0,
    first_bin: int = 0,
) -> Float32:
    """The phase of all cells, from those of a ``known`` phase onwards.

    Stereo: the channels' phases are continued side by side, each by its own derivatives, and at
    every cell brought to the angle between them that the three powers prescribe (law of cosines);
    of its two signs the nearer one is taken, and the louder channel yields less.

    Args:
        power: ``[colours, columns, bins]``.
        span: where the columns lie.
        phase: ``[channels, columns, bins]`` radians, where ``known``.
        known: ``[columns, bins]``.
        step_db: how coarsely the levels are known: colours nearer than this count as equal.
        first_bin: the first of the bins, where some at the ends are left out: those that are there
            at the ends must be known.

    Returns:
        ``[channels, columns, bins]`` radians.
    """
    channels, columns, bins = phase.shape
    floor = max(float(power.max(initial=0.0)) * _REACH, 1e-18)
    values = np.empty((columns, bins, _PER_CHANNEL * channels + 2 * (channels - 1)), np.float32)
    cells = _Cells(values, np.empty((columns, bins), np.int16))
    lattice = _Lattice(span.centres, span.gabor.n_fft, np.float32(span.gabor.gamma), first_bin)

    def lay(low: int, high: int) -> None:
        for first, last in blocks(low, high, _CACHED_COLUMNS):
            _lay(power, np.float32(floor), step_db, lattice, cells, first, last)

    map_ranges(lay, columns)
    found = values[:, :, _PHASE : _PER_CHANNEL * channels : _PER_CHANNEL].transpose(2, 0, 1)
    found[:, known] = phase[:, known]
    cells.bucket[known] = -np.maximum(cells.bucket[known], 1)
    loudest = int(np.abs(cells.bucket).max())
    queue = _Queue(np.full(loudest + 1, -1, np.int32), np.empty(columns * bins, np.int32))
    _integrate(cells, lattice, queue, _peaks(cells.bucket))
    return found


def _lay(
    power: Float32,
    floor: np.float32,
    step_db: float,
    lattice: _Lattice,
    cells: _Cells,
    first: int,
    last: int,
) -> None:
    """Write down all but the phase of the cells in the columns ``first`` to ``last``."""
    before, after = max(first - 1, 0), min(last + 1, power.shape[1])
    level = np.float32(0.5) * np.log(np.maximum(power[::2, before:after], floor))
    _find_gradients(level, lattice, first, last, before, cells.values)
    part = power[:, first:last]
    loudness = np.log(np.maximum(part.max(axis=0) / floor, 1))
    cells.bucket[first:last] = loudness * (np.float32(0.5) / _BUCKET)
    if len(part) > 1:
        cells.values[first:last, :, _BETWEEN] = _angle_between(part, step_db)
        cells.values[first:last, :, _SHARE] = part[2] / np.maximum(part[0] + part[2], TINY)


def _peaks(bucket: Int16) -> Int64:
    """Cells no quieter than their neighbours, the loudest first: where islands may begin."""
    peak = bucket > 0
    peak[1:] &= bucket[1:] >= bucket[:-1]
    peak[:-1] &= bucket[:-1] >= bucket[1:]
    peak[:, 1:] &= bucket[:, 1:] >= bucket[:, :-1]
    peak[:, :-1] &= bucket[:, :-1] >= bucket[:, 1:]
    cells = np.flatnonzero(peak)
    return cells[np.argsort(-bucket.ravel()[cells], kind="stable")]


def _angle_between(power: Float32, step_db: float) -> Float32:
    """Angle in 0..pi between left and right ``[columns, bins]``."""
    left, middle, right = power
    product = 2 * np.sqrt(left * right)
    cosine = (4 * middle - left - right) / np.maximum(product, TINY)
    # Near 1 the cosine is blind to the angle: half a step of level would open it by 20 degrees.
    cosine[cosine > 0] *= np.float32(10 ** (step_db / 20))
    angle: Float32 = np.arccos(np.clip(cosine, -1, 1))
    return angle


def refine(
    signal: Float32,
    span: Span,
    agree: Visit,
    rounds: int,
    *,
    past: Float32,
    end: int,
) -> Float32:
    """The signal after some fast Griffin-Lim rounds against the rows of the picture.

    The momentum of the original is on coefficients; as they are the transform of a signal, it is
    the same, and far cheaper, on the signal.

    Args:
        signal: ``[channels, samples]`` to begin with.
        span: the columns over these samples.
        agree: ``agree(first, last, spectrum)`` brings the spectrum of these columns to what it
            should be, in place; see `agree_with_rows`.
        rounds: how many.
        past: ``[channels, n]`` true first ``n`` samples, which every round is held to.
        end: sample from which on there is silence; every round is held to that, too.
    """

    def hold(signal: Float32) -> Float32:
        signal[:, : past.shape[1]] = past
        signal[:, end:] = 0
        return signal

    return hurried(hold(signal), lambda ahead: hold(span.project(ahead, agree)), rounds)


def hurried(signal: Float32, project: Callable[[Float32], Float32], rounds: int) -> Float32:
    """``signal`` after some rounds of ``project``, each begun a little ahead of the last result."""
    ahead = signal
    for _ in range(rounds):
        nearer = project(ahead)
        ahead = nearer + _MOMENTUM * (nearer - signal)
        signal = nearer
    return signal


@njit(cache=True, nogil=True, fastmath=True)
def agree_with_rows(spectrum: Complex64, power: Float32, pooling: Pooling) -> None:
    """Scale ``spectrum`` in place so that it pools onto the ``power`` of the rows.

    Stereo: left, right and their mean are each brought to their own power, and the two channels
    nearest to all three (least squares, closed form) are taken.

    Args:
        spectrum: ``[channels, columns, bins]``.
        power: ``[colours, columns, rows]``.
        pooling: of the bins onto the rows.
    """
    _, columns, bins = spectrum.shape
    colours, _, rows = power.shape
    bin_power = np.empty(bins, np.float32)
    ratio = np.empty(rows, np.float32)
    gain = np.empty((colours, bins), np.float32)
    for column in range(columns):
        for colour in range(colours):
            power_of_colour(spectrum, column, colour, bin_power)
            pool_bins(pooling, bin_power, gain[colour], ratio)
            for row in range(rows):
                ratio[row] = power[colour, column, row] / max(ratio[row], TINY)
            apply_transposed(pooling.spread, ratio, gain[colour])
            for n in range(bins):
                gain[colour, n] = np.sqrt(gain[colour, n])
        _amplify(spectrum, column, gain)


@njit(cache=True, nogil=True, fastmath=True)
def agree_with_bins(spectrum: Complex64, power: Float32) -> None:
    """As `agree_with_rows`, where each bin is a row of its own.

    Args:
        spectrum: ``[channels, columns, bins]``.
        power: ``[colours, columns, bins]``.
    """
    colours, columns, bins = power.shape
    gain = np.empty((colours, bins), np.float32)
    for column in range(columns):
        for colour in range(colours):
            power_of_colour(spectrum, column, colour, gain[colour])
            for n in range(bins):
                gain[colour, n] = np.sqrt(power[colour, column, n] / max(gain[colour, n], TINY))
        _amplify(spectrum, column, gain)


@njit(cache=True, nogil=True, fastmath=True)
def _amplify(spectrum: Complex64, column: int, gain: Float32) -> None:
    """Bring a column of ``spectrum`` nearest to its colours times ``gain`` ``[colours, bins]``."""
    half = np.float32(0.5)
    bins = gain.shape[1]
    if len(spectrum) == 1:
        for n in range(bins):
            spectrum[0, column, n] *= gain[0, n]
        return
    for n in range(bins):
        left, right = spectrum[0, column, n], spectrum[1, column, n]
        middle = half * (left + right) * gain[1, n]
        left *= gain[0, n]
        right *= gain[2, n]
        # Minimise |L-l|^2 + |R-r|^2 + 3/2 |L+R-2m|^2: the difference stays, the sum moves.
        shift = np.float32(0.75) * (middle - half * (left + right))
        spectrum[0, column, n] = left + shift
        spectrum[1, column, n] = right + shift


class _Cells(NamedTuple):
    """The cells of the transform, for compiled functions.

    Joining hops from the loudest cell to the next, so that what belongs to a cell lies together
    in memory: this alone makes it three times as fast.

    Attributes:
        values: ``[columns, bins, values]``: ``_TGRAD``, ``_FGRAD`` and ``_PHASE`` of each channel,
            then for stereo ``_BETWEEN`` and ``_SHARE``.
        bucket: ``[columns, bins]`` where a cell queues, louder ones higher; 0 if it is too quiet
            to be joined, and negative when its phase is found.
    """

    values: Float32
    bucket: Int16


#: Values of each channel of a cell; tgrad and fgrad are PGHI's: the phase's derivative in time,
#: in radians a sample besides the carrier; that in frequency, in radians a bin; and the phase.
_TGRAD, _FGRAD, _PHASE = 0, 1, 2
_PER_CHANNEL = 3

#: Values of both channels: the angle between them, and how much of a correction the left one takes.
_BETWEEN, _SHARE = 6, 7


class _Lattice(NamedTuple):
    """Where the cells lie: what `Span` knows, for compiled functions."""

    centres: Int64
    n_fft: int
    gamma: np.float32
    first_bin: int


class _Queue(NamedTuple):
    """Cells that wait by bucket: a stack for each, linked through ``below``; -1 is the end."""

    head: Int32
    below: Int32


@njit(cache=True, nogil=True, fastmath=True)
def _find_gradients(
    level: Float32, lattice: _Lattice, first: int, last: int, offset: int, values: Float32
) -> None:
    """The phase's derivatives in the columns ``first`` to ``last``, from those of the level.

    ``level`` is ``[channels, columns, bins]`` in nepers, from the column ``offset`` on.
    """
    channels, columns, bins = level.shape
    per_bin = np.float32(lattice.n_fft) / lattice.gamma
    per_sample = -lattice.gamma / np.float32(lattice.n_fft)
    for channel in range(channels):
        at = channel * _PER_CHANNEL
        for column in range(first, last):
            here = level[channel, column - offset]
            before, after = max(column - 1, offset), min(column + 1, offset + columns - 1)
            span = np.float32(max(lattice.centres[after] - lattice.centres[before], 1))
            past, next_ = level[channel, before - offset], level[channel, after - offset]
            for n in range(bins):
                # A real signal's spectrum is mirrored at 0 Hz and at Nyquist.
                low, high = abs(n - 1), n + 1 if n < bins - 1 else n - 1
                upwards = np.float32(0.5) * (here[high] - here[low])
                values[column, n, at + _TGRAD] = per_bin * upwards
                values[column, n, at + _FGRAD] = per_sample * (next_[n] - past[n]) / span


@njit(cache=True, nogil=True, fastmath=True)
def _integrate(cells: _Cells, lattice: _Lattice, queue: _Queue, islands: Int64) -> None:
    """Spread phase from all cells that have one, then from one cell of each island."""
    values, bucket = cells
    columns, bins = bucket.shape
    state = np.uint32(12345)  # any start: the same picture is the same sound
    for column in range(columns):
        for n in range(bins):
            if bucket[column, n] < 0:
                _push(queue, -bucket[column, n], column * bins + n)
            elif bucket[column, n] == 0:
                state = _begin(values[column, n], state)
    _spread(cells, lattice, queue, queue.head.size - 1)
    for island in range(islands.size):
        cell = islands[island]
        column, n = cell // bins, cell % bins
        if bucket[column, n] > 0:
            state = _begin(values[column, n], state)
            if n + lattice.first_bin == 0:
                values[column, n, _PHASE] = 0  # 0 Hz has no phase but a sign
            _push(queue, bucket[column, n], cell)
            bucket[column, n] = -bucket[column, n]
            _spread(cells, lattice, queue, -bucket[column, n])


@njit(cache=True, nogil=True, fastmath=True)
def _begin(values: Float32, state: np.uint32) -> np.uint32:
    """Give a cell a random phase; the next state of the generator (of Numerical Recipes)."""
    state = state * np.uint32(1664525) + np.uint32(1013904223)
    values[_PHASE] = _TURN * np.float32(state >> np.uint32(8)) / np.float32(1 << 24)
    if values.size > _PER_CHANNEL:
        values[_PER_CHANNEL + _PHASE] = values[_PHASE] + values[_BETWEEN]
    return state


@njit(cache=True, nogil=True, fastmath=True)
def _spread(cells: _Cells, lattice: _Lattice, queue: _Queue, front: int) -> None:
    """Join cells to those in the queue until it is empty; ``front`` is its loudest bucket."""
    values, bucket = cells
    columns, bins = bucket.shape
    radians_per_bin = _TURN / np.float32(lattice.n_fft)
    while front >= 0:
        cell = queue.head[front]
        if cell < 0:
            front -= 1
            continue
        queue.head[front] = queue.below[cell]
        column, n = cell // bins, cell % bins
        here = values[column, n]
        for c, b in ((column + 1, n), (column - 1, n), (column, n + 1), (column, n - 1)):
            if c < 0 or c >= columns or b < 0 or b >= bins or bucket[c, b] <= 0:
                continue
            there = values[c, b]
            step, carrier = 0, np.float32(0)
            if b == n:
                step = lattice.centres[c] - lattice.centres[column]
                # Whole turns of the carrier are dropped in integers: float32 is short.
                carrier = radians_per_bin * np.float32(
                    ((n + lattice.first_bin) * step) % lattice.n_fft
                )
            for at in range(
                0,
                2 * _PER_CHANNEL if values.shape[2] > _PER_CHANNEL else _PER_CHANNEL,
                _PER_CHANNEL,
            ):
                if b == n:
                    tgrad = np.float32(0.5) * (here[at + _TGRAD] + there[at + _TGRAD])
                    move = tgrad * np.float32(step) + carrier
                else:
                    fgrad = np.float32(0.5) * (here[at + _FGRAD] + there[at + _FGRAD])
                    move = fgrad * np.float32(b - n)
                there[at + _PHASE] = _wrap(here[at + _PHASE] + move)
            if values.shape[2] > _PER_CHANNEL:
                _open_angle(there)
            _push(queue, bucket[c, b], c * bins + b)
            front = max(front, bucket[c, b])
            bucket[c, b] = -bucket[c, b]


@njit(cache=True, nogil=True, fastmath=True)
def _push(queue: _Queue, bucket: int, cell: int) -> None:
    queue.below[cell] = queue.head[bucket]
    queue.head[bucket] = cell


@njit(cache=True, nogil=True, fastmath=True)
def _open_angle(values: Float32) -> None:
    """Bring the channels of a cell to the angle between them; the louder one yields less."""
    apart = _wrap(values[_PER_CHANNEL + _PHASE] - values[_PHASE])
    excess = (values[_BETWEEN] if apart >= 0 else -values[_BETWEEN]) - apart
    values[_PHASE] -= values[_SHARE] * excess
    values[_PER_CHANNEL + _PHASE] += (np.float32(1) - values[_SHARE]) * excess


@njit(cache=True, nogil=True, fastmath=True, inline="always")
def _wrap(angle: np.float32) -> np.float32:
    """``angle`` in -pi..pi."""
    return angle - _TURN * np.floor(angle / _TURN + np.float32(0.5))
