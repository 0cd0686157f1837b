"""Shifting: a recorded note at another pitch, as long as is asked for.

Its time goes on as it did, and so does its timbre: the envelope of its spectrum stays where it is,
as the body of an instrument does, while its partials move. The attack is the recording itself. What
is longer than the recording goes to and fro in its end, at points drawn by lot, as loud as that is
or falling as that falls.

A phase vocoder with phases locked around peaks (Laroche and Dolson, "Improved phase vocoder
time-scale modification of audio", 1999), whose steps of phase are those of the recording around
each moment, so that where time goes on as it did, it is that recording to the sample.
"""

from __future__ import annotations

from functools import lru_cache
from weakref import WeakKeyDictionary

import numpy as np
import scipy.fft
import soxr
from numba import njit
from scipy.ndimage import gaussian_filter1d, maximum_filter1d

from eidophone.base.arrays import Complex64, Float32, Float64
from eidophone.notes.playing.pitch import hertz_of
from eidophone.notes.playing.recorded import Recorded, window_size

#: Steps of a window.
_STEPS = 4

#: How far the envelope stays where it is, 0 to 1, of what dies away and of what is held: a piano
#: has one body for all its notes, and pipes are shorter for higher ones. And by how many dB
#: partials change at most.
_STAYS, _STAYS_HELD, _MOST_DB = 0.75, 0.4, 24.0

#: Below the loudest by so many dB, the envelope ends.
_FLOOR_DB = 70.0

#: Frames that are worked on at once.
_FRAMES = 256

#: A sound goes to and fro in its end at this pace, where that is short: in all of it in no less.
_SWEEP_SECONDS = 0.35


def shifted(note: Recorded, pitch: float, seconds: float, rate: int) -> Float32:
    """``note`` at ``pitch``, ``[channels, n]`` at ``rate`` Hz; never let go.

    Args:
        note: what is heard.
        pitch: MIDI's number.
        seconds: how long.
        rate: Hz.
    """
    ratio = 2 ** ((pitch - note.pitch) / 12)
    size = window_size(note.pitch if note.pitched else None, note.rate)
    hop = size // _STEPS
    stretched = int(np.ceil(seconds * ratio * note.rate)) + size
    places, beyond = _places(note, ratio, size, hop, stretched)
    gain = _gain(note, ratio, size)
    made = _resynthesised(note, places, beyond, gain, size, hop)[:, :stretched]
    if ratio * note.rate != rate:
        made = soxr.resample(made.T, ratio * note.rate, rate, quality="HQ").T
    return np.ascontiguousarray(made[:, : round(seconds * rate)], np.float32)


def _places(
    note: Recorded, ratio: float, size: int, hop: int, count: int
) -> tuple[Float64, Float32]:
    """Where in the recording each window begins; and by how many seconds it is late.

    Args:
        note: the recording.
        ratio: of the pitches.
        size: of windows, in samples.
        hop: between them.
        count: samples that are wanted.
    """
    frames = -(-(count + size) // hop)
    at = np.arange(frames) * float(hop) - (size - hop)
    settled = note.attack * note.rate
    moved = np.where(at > settled, settled + (at - settled) / ratio, at)
    last = note.round[1] * note.rate - size
    first = min(note.round[0] * note.rate, max(0.0, last - 4 * hop))
    last = max(last, first + 1)
    over = moved > last
    late = np.zeros(frames, np.float32)
    if over.any():
        beyond = moved[over] - last
        pace = min(1.0, (last - first) / (_SWEEP_SECONDS * note.rate))
        back = _to_and_fro(beyond * pace, last - first)
        late[over] = (beyond + back) / note.rate
        moved[over] = last - back
    return moved, late


def _to_and_fro(gone: Float64, width: float) -> Float64:
    """How far back from the end one is who turned there and has ``gone`` so far.

    One turns in the first and the last third of the ``width``, where lot has it.
    """
    rng = np.random.default_rng(7)
    turns, total, place = [(0.0, 0.0)], 0.0, 0.0
    while total < gone[-1]:
        forth = rng.uniform(2 / 3, 1) if len(turns) % 2 else rng.uniform(0, 1 / 3)
        aim = width * float(forth)
        total += max(abs(aim - place), 1.0)
        place = aim
        turns.append((total, place))
    times, places = np.array(turns).T
    return np.asarray(np.interp(gone, times, places))


def _gain(note: Recorded, ratio: float, size: int) -> Float32:
    """``[bins]``: what keeps the envelope of the spectrum where it is, once pitches have moved."""
    if abs(np.log2(ratio)) < 1 / 1200:
        return np.ones(size // 2 + 1, np.float32)
    power, envelope = _spectrum(note, size)
    bins = np.arange(len(envelope))
    there = np.interp(bins * ratio, bins, envelope)
    stays = _STAYS if note.slope < 0 else _STAYS_HELD
    gain = np.clip(stays * (there - envelope), -_MOST_DB, _MOST_DB)
    factor = 10 ** (gain / 20)
    heard = bins * ratio < len(bins)
    kept = np.sqrt(power.sum() / max((power * factor**2)[heard].sum(), 1e-30))
    return np.asarray(factor * min(kept, 8.0), np.float32)


#: What `_spectrum` has found of notes that are still there.
_SPECTRA = WeakKeyDictionary[Recorded, tuple[Float64, Float64]]()


def _spectrum(note: Recorded, size: int) -> tuple[Float64, Float64]:
    """Power of each bin, and the envelope through the partials, in dB."""
    found = _SPECTRA.get(note)
    if found is None:
        found = _SPECTRA[note] = _seen(note, size)
    return found


def _seen(note: Recorded, size: int) -> tuple[Float64, Float64]:
    hop, samples = size // 2, note.samples
    starts = np.arange(0, max(1, min(samples.shape[1], 3 * note.rate) - size), hop)
    frames = _frames(samples, starts.astype(np.float64), size)
    power = (np.abs(frames) ** 2).sum(axis=(0, 1)).astype(np.float64) + 1e-20
    bin_hz = note.rate / size
    pitch_hz = hertz_of(note.pitch) if note.pitched else 200.0
    width = max(3.0, 1.1 * pitch_hz / bin_hz)
    level = 10 * np.log10(power)
    level = np.maximum(level, level.max() - _FLOOR_DB)
    top = maximum_filter1d(level, int(width) | 1, mode="nearest")
    return power, np.asarray(gaussian_filter1d(top, width / 2, mode="nearest"))


@lru_cache(maxsize=8)
def _window(size: int) -> Float32:
    return np.asarray(np.sin(np.pi * (np.arange(size) + 0.5) / size) ** 2, np.float32)


def _frames(samples: Float32, starts: Float64, size: int) -> Complex64:
    """Spectra ``[channels, frames, bins]`` of windows that begin at ``starts``, to a sample."""
    count = samples.shape[1]
    at = np.round(starts).astype(np.int64)[:, None] + np.arange(size)
    inside = (at >= 0) & (at < count)
    seen = np.where(inside, samples[:, np.clip(at, 0, count - 1)], np.float32(0))
    found: Complex64 = scipy.fft.rfft(seen * _window(size), axis=2)
    return found


def _resynthesised(
    note: Recorded, places: Float64, late: Float32, gain: Float32, size: int, hop: int
) -> Float32:
    """The recording with its windows at ``places`` a ``hop`` apart; ``[channels, n]``."""
    channels = note.samples.shape[0]
    places = np.round(places)
    made = np.zeros((channels, (len(places) - 1) * hop + size), np.float32)
    window = _window(size) * np.float32(1 / (1.5 * _STEPS / 4))
    turned = np.ones((channels, size // 2 + 1), np.complex64)
    begun = False
    for first in range(0, len(places), _FRAMES):
        some = places[first : first + _FRAMES]
        here = _frames(note.samples, some, size)
        before = _frames(note.samples, some - hop, size)
        turned = _locked(here, before, turned, begun)
        begun = True
        fall = 10 ** (note.slope * late[first : first + _FRAMES] / 20)
        here *= (gain * fall[:, None]).astype(np.float32)
        heard = scipy.fft.irfft(here, size, axis=2)
        for one in range(len(some)):
            start = (first + one) * hop
            made[:, start : start + size] += heard[:, one] * window
    return made[:, size - hop :]


@njit(cache=True, nogil=True)
def _locked(here: Complex64, before: Complex64, turned: Complex64, begun: bool) -> Complex64:
    """Turn each spectrum in ``here`` so that it goes on from the one before; in place.

    Args:
        here: ``[channels, frames, bins]``.
        before: the same a hop earlier in the recording.
        turned: ``[channels, bins]`` what came out last.
        begun: whether anything has.

    Returns:
        What came out last.
    """
    channels, frames, bins = here.shape
    level = np.empty(bins, np.float32)
    for frame in range(frames):
        for n in range(bins):
            total = np.float32(0)
            for c in range(channels):
                v = here[c, frame, n]
                total += v.real * v.real + v.imag * v.imag
            level[n] = total
        start = 0
        while begun and start < bins:
            # The next peak, and where its region ends: in the valley after it.
            peak = start
            while peak + 1 < bins and level[peak + 1] >= level[peak]:
                peak += 1
            stop = peak
            while stop + 1 < bins and level[stop + 1] < level[stop]:
                stop += 1
            stop += 1
            turn = np.complex64(0)
            for c in range(channels):
                turn += turned[c, peak] * np.conj(before[c, frame, peak])
            size = abs(turn)
            if size > 1e-20:
                turn = np.complex64(turn / size)
                for c in range(channels):
                    for n in range(start, stop):
                        here[c, frame, n] *= turn
            start = stop
        begun = True
        for c in range(channels):
            for n in range(bins):
                turned[c, n] = here[c, frame, n]
    return turned
