"""Pitch: which note a sound is, if any.

Where moments of a sound are like themselves a period later, by the normalised difference of de
Cheveigné and Kawahara, "YIN, a fundamental frequency estimator for speech and music" (2002).
"""

from __future__ import annotations

import numpy as np
import scipy.fft

from eidophone.base.arrays import Float32, Float64

#: Pitches that are looked for, in Hz: the range of a piano, and half an octave around it.
_LOW_HZ, _HIGH_HZ = 22.0, 5000.0

#: How long a moment is, in seconds, and how many are looked at.
_MOMENT_SECONDS, _MOMENTS = 0.08, 64

#: A period is one whose difference is below the first of these; a moment has none above the second.
_CLEAR, _LEAST_CLEAR = 0.12, 0.35

#: A sound has a pitch if so much of its power is in moments that have one within half a semitone.
_AGREED, _NEAR = 0.3, 0.5

#: Moments count that are within 30 dB of the loudest.
_HEARD = 1e-3

#: MIDI's number of A4, and what it is in Hz.
A4, A4_HZ = 69, 440.0


def semitones_of(hz: Float64 | float) -> Float64:
    """MIDI's numbers, with fractions, of frequencies in Hz."""
    return np.asarray(A4 + 12 * np.log2(np.asarray(hz) / A4_HZ))


def hertz_of(semitones: float) -> float:
    """Hz of MIDI's number, with fractions."""
    return float(A4_HZ * 2 ** ((semitones - A4) / 12))


def pitch_of(samples: Float32, rate: int) -> float | None:
    """The pitch of a sound ``[channels, n]`` as MIDI's number, with fractions; None: it has none.

    Of a sound that glides it is where most of its power is; of a chord, what all of it repeats
    after.
    """
    longest = int(rate / _LOW_HZ)
    size = round(_MOMENT_SECONDS * rate)
    mono = samples[np.argmax((samples**2).sum(axis=1))].astype(np.float64)
    if len(mono) < size + longest:
        mono = np.pad(mono, (0, size + longest - len(mono)))
    starts = np.linspace(0, len(mono) - size - longest, _MOMENTS).astype(np.int64)
    starts = np.unique(starts)
    moments = mono[starts[:, None] + np.arange(size + longest)]
    power = (moments[:, :size] ** 2).sum(axis=1)
    if power.max() <= 0:
        return None
    kept = power > _HEARD * power.max()
    power = power[kept]
    differences = _differences(moments[kept], size, longest)
    found = np.array([_pitch_in(one, rate) for one in differences])
    has = np.isfinite(found)
    if not has.any():
        return None
    near = np.abs(found[has][:, None] - found[has][None, :]) < _NEAR
    votes = near @ power[has]
    best = int(np.argmax(votes))
    if votes[best] < _AGREED * power.sum():
        return None
    together = near[best]
    return float(np.average(found[has][together], weights=power[has][together]))


def _differences(moments: Float64, size: int, longest: int) -> Float64:
    """``[moments, lags]``: how unlike each is to itself later, beside its mean up to there."""
    length = scipy.fft.next_fast_len(2 * size + longest, real=True)
    whole = scipy.fft.rfft(moments, length)
    begin = scipy.fft.rfft(moments[:, :size], length)
    together = scipy.fft.irfft(whole * begin.conj(), length)[:, : longest + 1]
    squares = np.pad(np.cumsum(moments**2, axis=1), ((0, 0), (1, 0)))
    lags = np.arange(longest + 1)
    later = squares[:, lags + size] - squares[:, lags]
    unlike = np.maximum(later[:, :1] + later - 2 * together, 0)
    mean = np.cumsum(unlike[:, 1:], axis=1) / lags[1:]
    return np.concatenate(
        [np.ones((len(moments), 1)), unlike[:, 1:] / np.maximum(mean, 1e-30)], axis=1
    )


def _pitch_in(unlike: Float64, rate: int) -> float:
    """The pitch of a moment; NaN if it has none."""
    first = max(2, int(rate / _HIGH_HZ))
    dips = 1 + np.flatnonzero((unlike[1:-1] <= unlike[:-2]) & (unlike[1:-1] < unlike[2:]))
    dips = dips[dips >= first]
    if not len(dips):
        return float("nan")
    depth = unlike[dips]
    least = float(depth.min())
    if least > _LEAST_CLEAR:
        return float("nan")
    lag = int(dips[np.flatnonzero(depth <= max(_CLEAR, least + 0.03))[0]])
    period = _bottom(unlike, lag)
    times = 1
    while 2 * times * period < len(unlike) - 2:  # more periods at once tell it more exactly
        at = round(2 * times * period)
        reach = max(1, round(0.1 * period))
        low, high = max(1, at - reach), min(len(unlike) - 1, at + reach + 1)
        at = low + int(np.argmin(unlike[low:high]))
        if unlike[at] > _LEAST_CLEAR or at in (low, high - 1):
            break
        times *= 2
        period = _bottom(unlike, at) / times
    return float(semitones_of(rate / period))


def _bottom(unlike: Float64, lag: int) -> float:
    """Where the dip at ``lag`` is lowest, to a part of a sample."""
    if not 0 < lag < len(unlike) - 1:
        return float(lag)
    before, here, after = unlike[lag - 1 : lag + 2]
    bend = before - 2 * here + after
    return lag + (float((before - after) / (2 * bend)) if bend > 0 else 0.0)
