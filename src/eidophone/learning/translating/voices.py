"""Voices: how high they are and how long their throats, told apart, and altered apart.

Pitch moves what stands out of the envelope, formants move the envelope: source and filter (Fant,
"Acoustic Theory of Speech Production", 1960).
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from scipy.ndimage import gaussian_filter1d

from eidophone.base.arrays import Float32, Float64, Mask
from eidophone.learning.grid import RATE, RECIPE, ROWS, sound_of
from eidophone.morphing.telling.tuning import is_music
from eidophone.picture.axis import hz_of_row, row_of_hz

#: Rows that an envelope is smoothed over: in a moment, and in the long run.
_ENVELOPE_ROWS, _LONG_ROWS = 9.0, 14.0

#: Columns this far below the loudest are no voice.
_SILENT_DB = 35.0

#: Between these, voices are as high; partials are looked for up to that, this finely.
_LOWEST_HZ, _HIGHEST_HZ, _PARTIALS_HZ, _STEP_HZ = 65.0, 400.0, 1500.0, 4.0

#: A moment has a pitch if its partials repeat this well.
_REPEATS = 0.3

#: So many moments of speech have a pitch: .54 to .95 of nine speakers, .31 to .47 of drums, birds
#: and animals.
_VOICED = 0.5

#: Formants are at most so many semitones away, and are compared between these rows.
_MOST_SEMITONES, _FIRST_ROW, _LAST_ROW = 6.0, 20, 330


def is_speech(courses: Iterable[Float32]) -> bool:
    """Whether ``courses`` ``[columns, rows]`` in dB have a pitch that, unlike notes, moves."""
    some = list(courses)
    if not some or np.isfinite(_pitches(some)).mean() < _VOICED:
        return False
    heard = np.concatenate([sound_of(one[None])[0] for one in some])
    return not is_music(heard[None], RATE)


def pitch_of(courses: Iterable[Float32]) -> float:
    """Hz that a voice usually is high, by ``courses`` ``[columns, rows]`` in dB; 0: it has none."""
    hz = _pitches(courses)
    hz = hz[np.isfinite(hz)]
    return float(np.median(hz)) if hz.size else 0.0


def envelope_of(courses: Iterable[Float32]) -> Float32:
    """``[rows]`` the long-term mean in dB of ``courses`` ``[columns, rows]`` where they sound."""
    total, count = np.zeros(ROWS), 0
    for one in courses:
        some = one[_sounding(one)]
        total += some.sum(axis=0)
        count += len(some)
    return (total / max(1, count)).astype(np.float32)


def semitones_between(ours: Float32, theirs: Float32) -> float:
    """Semitones by which formants go up from the long-term envelope ``ours`` to ``theirs``."""
    wanted = _straight(gaussian_filter1d(theirs, _LONG_ROWS)[_FIRST_ROW:_LAST_ROW])
    tried = np.arange(-_MOST_SEMITONES, _MOST_SEMITONES + 0.5, 0.5)
    alike = []
    for semitones in tried:
        moved = gaussian_filter1d(raised(ours[None], semitones)[0], _LONG_ROWS)
        alike.append(np.corrcoef(_straight(moved[_FIRST_ROW:_LAST_ROW]), wanted)[0, 1])
    return float(tried[int(np.argmax(alike))])


def spoken(levels: Float32, pitch: float, formants: float) -> Float32:
    """``levels`` ``[columns, rows]``, pitch and formants each so many semitones higher."""
    envelope: Float32 = gaussian_filter1d(levels, _ENVELOPE_ROWS, axis=1, mode="nearest")
    return raised(envelope, formants) + raised(levels - envelope, pitch)


def raised(levels: Float32, semitones: float) -> Float32:
    """``levels`` ``[columns, rows]`` so many semitones higher."""
    hz = hz_of_row(np.arange(ROWS, dtype=np.float64), RECIPE)
    place = np.clip(row_of_hz(hz / 2 ** (semitones / 12), RECIPE), 0, ROWS - 1)
    below = np.floor(place).astype(int)
    part = (place - below).astype(np.float32)
    return levels[:, below] * (1 - part) + levels[:, np.minimum(below + 1, ROWS - 1)] * part


def _pitches(courses: Iterable[Float32]) -> Float64:
    """Hz of moments of ``courses`` that sound; nan: it has no pitch."""
    found = [_pitch(one[::4]) for one in courses]
    return np.concatenate(found) if found else np.full(1, np.nan)


def _pitch(course: Float32) -> Float64:
    """Hz between the partials of columns that sound; nan: there are none."""
    hz = np.arange(0, _PARTIALS_HZ, _STEP_HZ)
    place = np.clip(row_of_hz(hz, RECIPE), 0, ROWS - 1)
    below = np.floor(place).astype(int)
    part = (place - below).astype(np.float32)
    fine = _fine(course[_sounding(course)])
    line = fine[:, below] * (1 - part) + fine[:, below + 1] * part
    line -= line.mean(axis=1, keepdims=True)
    power = np.abs(np.fft.rfft(line, 2 * len(hz), axis=1)) ** 2
    repeats = np.fft.irfft(power, axis=1)[:, : len(hz)]
    repeats /= repeats[:, :1] + 1e-9
    low, high = round(_LOWEST_HZ / _STEP_HZ), round(_HIGHEST_HZ / _STEP_HZ)
    lags = np.arange(low, high)
    inside = repeats[:, low:high] * len(hz) / (len(hz) - lags)
    peak = inside[:, 1:-1]
    peaks = (peak > inside[:, :-2]) & (peak >= inside[:, 2:])
    best = np.where(peaks, peak, 0).max(axis=1, keepdims=True)
    first = np.argmax(peaks & (peak > 0.85 * best), axis=1)  # not an octave, or more, above it
    clear = best[:, 0] > _REPEATS
    return np.where(clear, lags[1:-1][first] * _STEP_HZ, np.nan)


def _fine(levels: Float32) -> Float32:
    fine: Float32 = levels - gaussian_filter1d(levels, _ENVELOPE_ROWS, axis=1, mode="nearest")
    return fine


def _sounding(levels: Float32) -> Mask:
    loud = levels.max(axis=1)
    sounding: Mask = loud > loud.max() - _SILENT_DB
    return sounding


def _straight(envelope: Float32) -> Float64:
    """``envelope`` without its tilt."""
    rows = np.arange(len(envelope))
    return envelope - np.polyval(np.polyfit(rows, envelope, 1), rows)
