"""From the row of a clock to the message: sample the tracks, fold the repetitions, check."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import uniform_filter1d

from eidophone.base.arrays import Floats, Pixels
from eidophone.picture.strip import code, sampling
from eidophone.picture.strip.finding import Clock, luma, refine
from eidophone.picture.strip.layout import MAX_MESSAGE_BYTES

_PERIODS = sorted({code.period(length) for length in range(1, MAX_MESSAGE_BYTES + 1)})
#: The height of a track is known roughly, from the clock: these are tried.
_UNIT_GUESSES = (1.0, 0.88, 1.12, 0.78, 1.25)
#: The clock and the data lie in this share of the height around the row that was found.
_REACH = 0.07
#: A sync that fits as well as this is no accident.
_SURE, _PLAUSIBLE = 0.88, 0.6
#: The clock is smoothed over so many modules; where it is less clear than this, it has ended.
_SMOOTH, _CLEAR = 8, 0.65


@dataclass(frozen=True)
class Cipher:
    """A message that was read, and where: lengths in pixels of the view it was read from.

    Attributes:
        body: what the frames say.
        pitch: width of a module.
        left: where the first module of the canvas begins, perhaps outside the view.
        clock: middle of the clock.
        unit: height of a track, roughly.
    """

    body: code.Body
    pitch: float
    left: float
    clock: float
    unit: float


@dataclass(frozen=True)
class _Ruler:
    """Where the clock is, as far as it tells by itself."""

    start: float
    pitch: float
    count: int
    middle: float
    unit: float


def decipher(view: Pixels, clock: Clock) -> tuple[Cipher | None, float]:
    """What the strip with this ``clock`` says, if anything, and how sure it is a strip, 0..1."""
    reach = 16 + round(_REACH * view.shape[0])
    first = max(0, clock.row - reach)
    lines = luma(view[first : clock.row + reach])
    ruler = _measure(lines, clock.row - first, clock.frequency)
    if ruler is None:
        return None, 0.0
    sure = 0.0
    for guess in _UNIT_GUESSES:
        unit = ruler.unit * guess
        soft = _soft(lines, ruler, unit)
        for score, length, start in _syncs(soft):
            body = code.unpack(np.roll(_fold(soft, length), -start, axis=1))
            if body is not None:
                ahead = code.place_of(soft, start, length) * length - start
                left = ruler.start - ahead * ruler.pitch
                return Cipher(body, ruler.pitch, left, first + ruler.middle, unit), score
            sure = max(sure, score)
    return None, sure


def is_sure(score: float) -> bool:
    """Whether a score of ``decipher`` leaves no doubt that there is a strip."""
    return score > _SURE


def _measure(lines: Floats, row: int, frequency: float) -> _Ruler | None:
    """Place and size of the clock whose purest row is ``row`` of ``lines``; None if too short."""
    draft = _ruler(lines, slice(row, row + 1), row, frequency)
    if draft is None:
        return None
    first = round(draft.middle - draft.unit / 2 + 0.3)  # now from all rows that are mostly clock
    first = min(max(first, 0), len(lines) - 1)
    last = max(first + 1, round(draft.middle + draft.unit / 2 - 0.3))
    return _ruler(lines, slice(first, last), row, 0.5 / draft.pitch)


def _ruler(lines: Floats, rows: slice, row: int, frequency: float) -> _Ruler | None:
    """What the ``rows`` of the clock around ``row`` tell; None if they are none."""
    refined = refine(lines[rows].mean(axis=0), frequency)
    if refined is None:
        return None
    frequency, start = refined
    pitch = 0.5 / frequency
    count = int((lines.shape[1] - start) / pitch)
    if count < _PERIODS[0]:
        return None
    beat = sampling.modules(lines, start, pitch, count) @ _alternate(count)
    peak = _summit(beat, row)
    if not beat[peak] > 0:
        return None
    upper, lower = _half_width(beat, peak)
    return _Ruler(start, pitch, count, (upper + lower) / 2, lower - upper)


def _alternate(count: int) -> Floats:
    return 1.0 - 2.0 * (np.arange(count) % 2)


def _summit(profile: Floats, place: int) -> int:
    """The highest place of ``profile`` that all steps from ``place`` rise to."""
    while (steps := profile[max(place - 1, 0) : place + 2]).max() > profile[place]:
        place = max(place - 1, 0) + int(steps.argmax())
    return place


def _half_width(profile: Floats, peak: int) -> tuple[float, float]:
    """Where ``profile`` falls to half of what it is at ``peak``, before and after; pixel edges."""
    half = profile[peak] / 2
    low = high = peak
    while low > 0 and profile[low - 1] > half:
        low -= 1
    while high < profile.size - 1 and profile[high + 1] > half:
        high += 1
    upper, lower = low + 0.0, high + 1.0
    if low > 0:
        upper = low + 0.5 - (profile[low] - half) / (profile[low] - profile[low - 1])
    if high < profile.size - 1:
        lower = high + 0.5 + (profile[high] - half) / (profile[high] - profile[high + 1])
    return upper, lower


def _soft(lines: Floats, ruler: _Ruler, unit: float) -> Floats:
    """``[TRACKS, modules]`` data, -1 black to 1 white, 0 where there is no clock above it."""
    middle = ruler.middle + unit * np.arange(1 + code.TRACKS)
    tracks = sampling.tracks(lines, middle, unit)
    values = sampling.modules(tracks, ruler.start, ruler.pitch, ruler.count)
    level = uniform_filter1d(values[0], _SMOOTH)
    swing = uniform_filter1d((values[0] - level) * _alternate(ruler.count), _SMOOTH)
    clear = np.clip(swing / max(float(np.percentile(swing, 80)), 1e-9), 0, 1)
    soft = (values[1:] - level) / np.maximum(swing, 1e-9)
    # Next to the ends of the clock, what is beyond must not outweigh another repetition.
    return np.asarray(np.clip(soft, -1, 1) * np.where(clear > _CLEAR, clear**4, 0))


def _syncs(soft: Floats) -> list[tuple[float, int, int]]:
    """Plausible ``(score, period, start)``, the best first."""
    scores = []
    for length in _PERIODS:
        if length <= soft.shape[1]:
            score, start = code.sync_score(_fold(soft, length))
            if score > _PLAUSIBLE:
                scores.append((score, length, start))
    return sorted(scores, reverse=True)


def _fold(soft: Floats, length: int) -> Floats:
    """``[TRACKS, length]`` mean of the repetitions, weighted by how clear they are."""
    padded = np.pad(soft, ((0, 0), (0, -soft.shape[1] % length)))
    parts = padded.reshape(code.TRACKS, -1, length)
    return np.asarray(parts.sum(axis=1) / np.maximum(np.abs(parts).sum(axis=1), 1e-9))
