"""Phase: found from levels by gradient-heap integration, then made consistent in rounds.

`integrate` follows Prusa, Balazs and Sondergaard, "A noniterative method for reconstruction of
phase from STFT magnitude" (2017): with a Gaussian window the phase's derivative in time is the
log-magnitude's derivative in frequency, and the other way round; the loudest cells are joined
first. `refine` follows Perraudin, Balazs and Sondergaard, "A fast Griffin-Lim algorithm" (2013).
Both are stated for the *rows* of a picture and for its three colours jointly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from eidophone.axis import Pooling
from eidophone.gabor import Complex64, Float32, Frames
from eidophone.parallel import map_ranges
from eidophone.pool import TINY, apply_band

Mask = NDArray[np.bool_]

#: Width of the steps in which cells queue by magnitude, in nepers (0.25 dB): joining the loudest
#: first need not be more exact than that, and a bucket costs nothing where a heap costs a log.
_BUCKET = np.float32(0.029)

#: Powers below this fraction of the loudest (-120 dB) get a random phase.
_REACH = 1e-12

#: Momentum of the rounds. Near 1 the last ones overshoot: 0.9 ends 0.3 dB nearer than 0.99.
_MOMENTUM = np.float32(0.9)


def integrate(
    power: Float32,
    frames: Frames,
    phase: Float32,
    known: Mask,
    *,
    step_db: float = 0.0,
    seed: int = 0,
) -> None:
    """Fill in the phase of all cells, from those of a ``known`` phase onwards.

    Stereo: the channels' phases are continued side by side, each by its own derivatives, and at
    every cell brought to the angle between them that the three powers prescribe (law of cosines);
    of its two signs the nearer one is taken, and the louder channel yields less.

    Args:
        power: ``[colours, columns, bins]``.
        frames: where the columns lie.
        phase: ``[channels, columns, bins]`` radians; read where ``known``, written elsewhere.
        known: ``[columns, bins]``.
        step_db: how coarsely the levels are known: colours nearer than this count as equal.
        seed: of the random phase of islands and of cells that are too quiet to be joined.
    """
    loudest = power.max(axis=0)
    floor = max(float(loudest.max(initial=0.0)) * _REACH, 1e-18)
    gabor = frames.gabor
    _integrate(
        np.float32(0.5) * np.log(np.maximum(loudest, np.float32(floor))),
        np.float32(0.5) * np.log(np.maximum(power[::2], np.float32(floor))),
        _angle_between(power, step_db),
        frames.centres,
        gabor.n_fft,
        np.float32(gabor.gamma),
        phase,
        known,
        seed,
    )


def _angle_between(power: Float32, step_db: float) -> Float32:
    """Angle in 0..pi between left and right ``[columns, bins]``; for mono there is none."""
    if len(power) == 1:
        return np.zeros((0, 0), np.float32)
    left, middle, right = power
    product = 2 * np.sqrt(left * right)
    cosine = (4 * middle - left - right) / np.maximum(product, TINY)
    # Near 1 the cosine is blind to the angle: half a step of level would open it by 20 degrees.
    cosine[cosine > 0] *= np.float32(10 ** (step_db / 20))
    return np.arccos(np.clip(cosine, -1, 1))


@dataclass(frozen=True)
class Anchor:
    """Cells whose spectrum is already known.

    Attributes:
        spectrum: ``[channels, columns, bins]``.
        weight: ``[columns, bins]``: 1 keeps the cell as it is, 0 leaves it to be found.
    """

    spectrum: Complex64
    weight: Float32

    def hold(self, spectrum: Complex64, first: int, last: int) -> Complex64:
        """``spectrum`` of the columns ``first`` to ``last``, brought to what is known, in place."""
        spectrum += self.weight[first:last] * (self.spectrum[:, first:last] - spectrum)
        return spectrum


def agree_with_rows(spectrum: Complex64, power: Float32, pooling: Pooling) -> None:
    """Scale ``spectrum`` in place so that it pools onto the ``power`` of the rows.

    Stereo: left, right and their mean are each brought to their own power, and the two channels
    nearest to all three (least squares, closed form) are taken.

    Args:
        spectrum: ``[channels, columns, bins]``.
        power: ``[colours, columns, rows]``.
        pooling: of the bins onto the rows.
    """
    pool, spread = pooling.pool, pooling.spread
    _agree_with_rows(
        spectrum,
        power,
        *(pool.start, pool.first, pool.weight),
        *(spread.start, spread.first, spread.weight),
    )


def refine(
    signal: Float32,
    frames: Frames,
    power: Float32,
    pooling: Pooling,
    rounds: int,
    *,
    past: Float32,
    end: int,
    anchor: Anchor | None = None,
) -> Float32:
    """The signal after some fast Griffin-Lim rounds against the rows of the picture.

    The momentum of the original is on coefficients; as they are the transform of a signal, it is
    the same, and far cheaper, on the signal.

    Args:
        signal: ``[channels, samples]`` to begin with.
        frames: the columns over these samples.
        power: ``[colours, columns, rows]`` that the signal should have.
        pooling: of the bins onto the rows.
        rounds: how many.
        past: ``[channels, n]`` true first ``n`` samples, which every round is held to.
        end: sample from which on there is silence; every round is held to that, too.
        anchor: cells to be held to their spectrum.
    """

    def change(first: int, last: int, spectrum: Complex64) -> None:
        agree_with_rows(spectrum, power[:, first:last], pooling)
        if anchor is not None:
            anchor.hold(spectrum, first, last)

    def hold(signal: Float32) -> Float32:
        signal[:, : past.shape[1]] = past
        signal[:, end:] = 0
        return signal

    ahead = signal = hold(signal)
    for _ in range(rounds):
        nearer = hold(frames.project(ahead, change))
        ahead = nearer + _MOMENTUM * (nearer - signal)
        signal = nearer
    return signal


@njit(cache=True, nogil=True, fastmath=True)
def _agree_with_rows(  # type: ignore[no-untyped-def]
    spectrum, power,
    pool_start, pool_first, pool_weight,
    spread_start, spread_first, spread_weight,
):  # fmt: skip
    channels, columns, bins = spectrum.shape
    n_colours, _, rows = power.shape
    bin_power = np.empty(bins, np.float32)
    ratio = np.empty(rows, np.float32)
    gain = np.empty((n_colours, bins), np.float32)
    half, quarter = np.float32(0.5), np.float32(0.25)
    for column in range(columns):
        for colour in range(n_colours):
            if colour == 1:
                for n in range(bins):
                    z = spectrum[0, column, n] + spectrum[1, column, n]
                    bin_power[n] = quarter * (z.real * z.real + z.imag * z.imag)
            else:
                for n in range(bins):
                    z = spectrum[colour // 2, column, n]
                    bin_power[n] = z.real * z.real + z.imag * z.imag
            apply_band(pool_start, pool_first, pool_weight, bin_power, ratio)
            for row in range(rows):
                ratio[row] = power[colour, column, row] / max(ratio[row], TINY)
            apply_band(spread_start, spread_first, spread_weight, ratio, gain[colour])
            for n in range(bins):
                gain[colour, n] = np.sqrt(gain[colour, n])
        if channels == 1:
            for n in range(bins):
                spectrum[0, column, n] *= gain[0, n]
        else:
            for n in range(bins):
                left, right = spectrum[0, column, n], spectrum[1, column, n]
                middle = half * (left + right) * gain[1, n]
                left *= gain[0, n]
                right *= gain[2, n]
                # Minimise |L-l|^2 + |R-r|^2 + |L+R-2m|^2: the difference stays, the sum moves.
                shift = half * (middle - half * (left + right))
                spectrum[0, column, n] = left + shift
                spectrum[1, column, n] = right + shift


@njit(cache=True, nogil=True, fastmath=True, inline="always")
def _wrap(angle):  # type: ignore[no-untyped-def]
    """``angle`` in -pi..pi."""
    turn = np.float32(2 * np.pi)
    return angle - turn * np.floor(angle / turn + np.float32(0.5))


@njit(cache=True, nogil=True, fastmath=True)
def _integrate(  # type: ignore[no-untyped-def]
    loudness, s, between, centres, n_fft, gamma, phase, known, seed
):
    channels, columns, bins = s.shape
    cells = columns * bins
    bottom = loudness.min()
    buckets = int((loudness.max() - bottom) / _BUCKET) + 1
    flat = loudness.reshape(cells)
    # Cells in order of falling magnitude (counting sort): where a new island may begin.
    edge = np.zeros(buckets + 1, np.int32)
    for cell in range(cells):
        edge[buckets - int((flat[cell] - bottom) / _BUCKET)] += 1
    for bucket in range(1, buckets + 1):
        edge[bucket] += edge[bucket - 1]
    order = np.empty(cells, np.int32)
    for cell in range(cells - 1, -1, -1):
        bucket = buckets - int((flat[cell] - bottom) / _BUCKET)
        edge[bucket] -= 1
        order[edge[bucket]] = cell

    # The queue: a stack for each bucket, linked through ``below``.
    head = np.full(buckets + 1, -1, np.int32)
    below = np.empty(cells, np.int32)
    front = -1
    done = np.zeros((columns, bins), np.bool_)
    for column in range(columns):
        for n in range(bins):
            if known[column, n]:
                done[column, n] = True
                bucket = int((loudness[column, n] - bottom) / _BUCKET)
                below[column * bins + n] = head[bucket]
                head[bucket] = column * bins + n
                front = max(front, bucket)

    two_pi = np.float32(2 * np.pi)
    bin_step = two_pi / np.float32(n_fft)
    time_factor = np.float32(n_fft) / gamma
    frequency_factor = gamma / np.float32(n_fft)
    state = np.uint32(seed * 2654435761 + 12345)
    island = 0
    while island < cells:
        if front < 0:
            cell = order[island]
            island += 1
            column, n = cell // bins, cell % bins
            if done[column, n]:
                continue
            done[column, n] = True
            state = state * np.uint32(1664525) + np.uint32(1013904223)
            start = two_pi * np.float32(state >> np.uint32(8)) / np.float32(1 << 24)
            phase[0, column, n] = start
            if channels == 2:
                phase[1, column, n] = start + between[column, n]
            if flat[cell] <= bottom:
                continue
            front = int((flat[cell] - bottom) / _BUCKET)
            below[cell] = head[front]
            head[front] = cell
        cell = head[front]
        if cell < 0:
            front -= 1
            continue
        head[front] = below[cell]
        column, n = cell // bins, cell % bins
        for way in range(4):
            c, b = column, n
            if way == 0:
                c += 1
            elif way == 1:
                c -= 1
            elif way == 2:
                b += 1
            else:
                b -= 1
            if c < 0 or c >= columns or b < 0 or b >= bins or done[c, b]:
                continue
            if loudness[c, b] <= bottom:
                continue
            for channel in range(channels):
                level = s[channel]
                if way < 2:
                    low, high = max(n - 1, 0), min(n + 1, bins - 1)
                    slope = (level[column, high] - level[column, low]) + (
                        level[c, high] - level[c, low]
                    )
                    rate = time_factor * slope / np.float32(2 * (high - low))
                    step = centres[c] - centres[column]
                    # Whole turns of the carrier are dropped in integers: float32 is short.
                    move = rate * np.float32(step) + bin_step * np.float32((n * step) % n_fft)
                else:
                    low, high = max(column - 1, 0), min(column + 1, columns - 1)
                    slope = (level[high, n] - level[low, n]) + (level[high, b] - level[low, b])
                    span = np.float32(2 * max(1, centres[high] - centres[low]))
                    move = frequency_factor * slope / span * np.float32(n - b)
                phase[channel, c, b] = _wrap(phase[channel, column, n] + move)
            if channels == 2:
                apart = _wrap(phase[1, c, b] - phase[0, c, b])
                wanted = between[c, b] if apart >= 0 else -between[c, b]
                share = np.exp(np.float32(2) * (s[1, c, b] - s[0, c, b]))
                share = share / (np.float32(1) + share)
                phase[0, c, b] -= share * (wanted - apart)
                phase[1, c, b] += (np.float32(1) - share) * (wanted - apart)
            done[c, b] = True
            bucket = int((loudness[c, b] - bottom) / _BUCKET)
            neighbour = c * bins + b
            below[neighbour] = head[bucket]
            head[bucket] = neighbour
            front = max(front, bucket)
