"""WSOLA: a sound told at another pace, at its own pitch.

Verhelst and Roelands, "An overlap-add technique based on waveform similarity (WSOLA) for high
quality time-scale modification of speech" (1993). Grains of the sound are laid over each other at
equal distances; each is taken from near where the clock wants it, from where it goes on most like
the one before would have gone on by itself.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from eidophone.base.arrays import Float32, Float64, Int64
from eidophone.morphing.clocks.attacks import attacks
from eidophone.morphing.clocks.clock import Clock

#: Over this one grain fades into the next: half of its length.
_FADE_SECONDS = 0.012

#: How far a grain may be from where the clock wants it, to both sides: a period of 50 Hz in all.
_REACH_SECONDS = 0.010

#: At twice this rate every second place is tried first, and so on.
_COARSE_HZ = 44_100

#: What it costs to be that far away, as correlation.
_BIAS = np.float32(0.003)

#: A place that is less alike by no more than this is as good.
_HARDLY = 0.02

#: Of silence: its square is a number yet.
_NO_ENERGY = np.float32(1e-16)

#: Time goes on at its own pace so long before and after an attack, or for this part of the way to
#: the next one; and it has caught up again after so many times as long.
_BEFORE_SECONDS, _AFTER_SECONDS = 0.015, 0.025
_PART_OF_THE_WAY = 0.35
_CATCHES_UP = 4


def paced(samples: Float32, clock: Clock, count: int, rate: int) -> Float32:
    """``samples`` ``[channels, n]`` at the pace of ``clock``, as ``count`` samples.

    A clock that changes nothing gives the samples themselves. All channels go together. Attacks are
    where the clock has them, exactly, and as sharp as they were.
    """
    if clock.is_identity:
        missing = max(0, count - samples.shape[1])
        return np.pad(samples[:, :count], ((0, 0), (0, missing)))
    fade, reach = max(2, round(_FADE_SECONDS * rate)), max(1, round(_REACH_SECONDS * rate))
    grains = np.arange(count // fade + 2) * np.float64(fade)
    own = attacks(samples, rate)
    sparing = _sparing(clock, own, rate)
    wanted = np.clip(sparing.at(grains), 0.0, float(samples.shape[1] + fade))
    margin = 2 * fade + reach
    places = _places(wanted, grains, clock.of(own), own, fade, reach) + (margin - fade)
    padded = np.pad(samples, ((0, 0), (margin, 2 * margin)))
    out = np.empty((len(samples), len(grains) * fade), np.float32)
    _tell(padded, places, fade, max(1, rate // _COARSE_HZ), out)
    return np.ascontiguousarray(out[:, fade : fade + count])


def _sparing(clock: Clock, own: Float64, rate: int) -> Clock:
    """``clock``, but time around the attacks ``own`` goes on at its own pace."""
    common = clock.of(own)
    gap = np.minimum(np.diff(own, prepend=0), np.diff(common, prepend=0)) * _PART_OF_THE_WAY
    before = np.minimum(_BEFORE_SECONDS * rate, gap)
    after = np.minimum(_AFTER_SECONDS * rate, np.append(gap[1:], np.inf))
    last = np.minimum(clock.own[-1] - own, clock.common[-1] - common)
    after = np.clip(after, 0, np.maximum(last * _PART_OF_THE_WAY, 0))
    edges = _CATCHES_UP * np.stack([-before, after]) + common
    place = np.searchsorted(edges[0], clock.common, side="right") - 1  # the edge before a point
    kept = (place < 0) | (clock.common > edges[1][np.maximum(place, 0)]) if own.size else place < 0
    kept[[0, -1]] = True
    points = np.concatenate([clock.common[kept], common - before, common + after])
    times = np.concatenate([clock.own[kept], own - before, own + after])
    order = np.argsort(points, kind="stable")
    return Clock(points[order], np.maximum.accumulate(times[order]))


def _places(
    wanted: Float64, grains: Float64, common: Float64, own: Float64, fade: int, reach: int
) -> Int64:
    """``[grains, 3]``: where each is wanted, and from where to where it may be taken.

    Those around attacks are taken from where the attack was, and no others have it in them.
    """
    edges = np.concatenate([[-np.inf], own, [np.inf]])
    after = np.searchsorted(common, grains) + 1
    low = np.maximum(wanted - reach, edges[after - 1] + fade)
    high = np.minimum(wanted + reach, edges[after] - fade)
    places = np.stack([wanted, low, high], axis=1)
    places[low > high] = wanted[low > high, None]  # between attacks that are too near
    places[:, 0] = np.clip(wanted, *places[:, 1:].T)
    for here, there in zip(common, own, strict=True):
        first, last = np.searchsorted(grains, [here - fade, here + fade])
        places[first:last] = (grains[first:last] + (there - here))[:, None]
    return np.rint(places).astype(np.int64)


@njit(cache=True, nogil=True, fastmath=True)
def _tell(samples: Float32, places: Int64, fade: int, coarse: int, out: Float32) -> None:
    """Lay grains over each other; block ``k`` of ``out`` is where grain ``k - 1`` becomes ``k``.

    Places are rounded to samples; by how much is made good by the next, lest tones be out of tune.
    """
    rise = np.empty(fade, np.float32)
    for n in range(fade):
        rise[n] = 0.5 - 0.5 * np.cos(np.pi * (n + 0.5) / fade)
    old, owed = places[0, 0], 0.0
    for grain in range(len(places)):
        new, alike = places[grain, 0], 1.0
        if new != old:
            new, owed, alike = _most_alike(samples, old, places[grain], fade, coarse, owed)
        first = grain * fade
        for channel in range(len(samples)):
            line = out[channel, first : first + fade]
            going = samples[channel, old : old + fade]
            coming = samples[channel, new : new + fade]
            if new == old:
                line[:] = going
                continue
            for n in range(fade):  # as loud as both are, however alike they are
                up, down = rise[n], 1 - rise[n]
                power = up * up + down * down + 2 * alike * up * down
                line[n] = (down * going[n] + up * coming[n]) / np.sqrt(power)
        old = new + fade


@njit(cache=True, nogil=True, fastmath=True)
def _most_alike(
    samples: Float32, old: int, places: Int64, fade: int, coarse: int, owed: float
) -> tuple[int, float, float]:
    """Where, of the ``places`` that it may be taken from, a grain goes on most as from ``old``.

    Returns:
        The place, how much of a sample is ``owed`` then, and how alike it is, 0 to 1.
    """
    wanted, low, high = places
    low, high = max(low, 0), min(high, samples.shape[1] - fade)
    size = np.float32(max(high - low, 1))
    best, found = np.float32(-2), wanted
    step, first, last = coarse, low, high
    while True:
        for place in range(first, last + 1, step):
            away = (place - wanted) / size
            value = _alike(samples, old, place, fade) - _BIAS * away * away
            if value > best:
                best, found = value, place
        if step == 1:
            break
        first, last, step = max(low, found - step + 1), min(high, found + step - 1), 1
    alike = _alike(samples, old, found, fade)
    if low < found < high:
        before = _alike(samples, old, found - 1, fade)
        after = _alike(samples, old, found + 1, fade)
        bend = 2 * alike - before - after
        if bend > 1e-9:
            owed += (after - before) / (2 * bend)
        step = 1 if owed > 0.5 else -1 if owed < -0.5 else 0
        other = after if step > 0 else before
        if step and other > alike - _HARDLY:
            found, owed, alike = found + step, owed - step, other
        owed = min(max(owed, -1.0), 1.0)
    return found, owed, min(max(alike, 0.0), 1.0)


@njit(cache=True, nogil=True, fastmath=True)
def _alike(samples: Float32, old: int, new: int, fade: int) -> float:
    """Normalised correlation of what follows ``old`` and ``new``, of all channels together."""
    product, before, after = np.float32(0), _NO_ENERGY, _NO_ENERGY
    for channel in range(len(samples)):
        going = samples[channel, old : old + fade]
        coming = samples[channel, new : new + fade]
        for n in range(fade):
            product += going[n] * coming[n]
            before += going[n] * going[n]
            after += coming[n] * coming[n]
    return product / np.sqrt(before * after)
