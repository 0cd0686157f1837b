"""Tempo and metre, from when notes begin: beats by dynamic programming (Ellis 2007)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d, median_filter

from eidophone.base.arrays import Float32, Float64
from eidophone.notes.score import METRE, TEMPO, Notes

#: Strokes a second of the curve in which beats are looked for.
_STROKES = 100

#: Tempi that are tried, in beats a minute; the one that is likeliest, and how wide that is, in
#: octaves.
_SLOWEST, _FASTEST, _LIKELY, _WIDE = 45.0, 220.0, 105.0, 0.9

#: How dear it is for a beat not to come when expected.
_STIFF = 200.0

#: Beats of a bar that are tried; a beat of 6/8 is a dotted quarter.
_BARS = (2, 3, 4)

#: Beats from which a line through them tells more than they do.
_SMOOTH = 4

#: Seconds in which a tempo is looked for again, and by how many octaves it is likely to differ.
_WINDOW, _DRIFT = 8.0, 0.25

#: Seconds by which beats are beside a steady tempo at most.
_STEADY = 0.06

#: Beats before the first that are none; and by what share tempos differ that are one.
_NEAR, _SAME = 0.6, 1e-6

#: Notes from which a tempo can be told.
_LEAST = 8


@dataclass(frozen=True, eq=False)
class Pulse:
    """The beats of a sound.

    Attributes:
        beats: seconds of each, in a line where they are ``steady``; the first is at 0.
        tempo: beats a minute, in the middle.
        bar: beats of a bar.
        down: the first of the beats that begins a bar.
        thirds: whether beats fall into three, as in 6/8.
        steady: whether a single tempo holds throughout.
        sure: how much of what begins is on a beat, or on its halves, 0 to 1.
    """

    beats: Float64
    tempo: float
    bar: int
    down: int
    thirds: bool
    steady: bool
    sure: float

    @property
    def metre(self) -> tuple[int, int]:
        """What is written at the beginning of a bar: 3 and 4, or 6 and 8."""
        return (3 * self.bar, 8) if self.thirds else (self.bar, 4)

    @property
    def quarters(self) -> float:
        """Quarter notes a minute: in 6/8, a beat is one and a half."""
        return self.tempo * (1.5 if self.thirds else 1.0)

    def tempos(self) -> Notes:
        """`TEMPO`: one, after what comes before the first beat that was heard; or one a beat."""
        worth = 1.5 if self.thirds else 1.0
        each = 60 * worth / np.diff(self.beats)
        changes = np.append(True, np.abs(np.diff(each)) > _SAME * each[:-1])
        return np.array(list(zip(self.beats[:-1][changes], each[changes], strict=True)), TEMPO)

    def metres(self) -> Notes:
        """`METRE`: that of its bars, after that of an upbeat."""
        over, under = self.metre
        if not self.down:
            return np.array([(0, over, under)], METRE)
        upbeat = self.down * over // self.bar
        return np.array([(0, upbeat, under), (self.beats[self.down], over, under)], METRE)


def quantised(notes: Notes, pulse: Pulse) -> Notes:
    """``notes`` on quarters of the beats of ``pulse``, or on sixths, where they fall into three."""
    grid = 6 if pulse.thirds else 4
    steps = np.median(np.diff(pulse.beats))
    more = max(int((notes["end"].max() - pulse.beats[-1]) / steps) + 2, 1)
    beats = np.concatenate([pulse.beats, pulse.beats[-1] + steps * np.arange(1, more + 1)])
    places = np.arange(len(beats)) * grid
    starts = np.rint(np.interp(notes["start"], beats, places))
    ends = np.maximum(np.rint(np.interp(notes["end"], beats, places)), starts + 1)
    moved = notes.copy()
    moved["start"] = np.interp(starts, places, beats).clip(0)
    moved["end"] = np.maximum(np.interp(ends, places, beats), moved["start"])
    return moved


def pulse_of(
    starts: Float64,
    ends: Float64,
    pitches: Float32,
    velocities: Float32,
    tempo: float | None = None,
) -> Pulse | None:
    """The beats of notes; None where there are too few to tell.

    Args:
        starts: seconds, rising.
        ends: seconds.
        pitches: in semitones.
        velocities: 1 to 127.
        tempo: beats a minute, where it is known.
    """
    if len(starts) < _LEAST or starts[-1] - starts[0] < 2:
        return None
    weights = _weights(starts, ends, pitches, velocities)
    curve = _curve(starts, weights)
    period = 60 / tempo if tempo else _period(curve)
    beats = _beats(curve, _local(curve, period) if tempo is None else np.full(len(curve), period))
    beats = _refined(beats, starts, weights, period)
    return _pulse(beats, starts, weights, pitches)


def _weights(starts: Float64, ends: Float64, pitches: Float32, velocities: Float32) -> Float64:
    """How much each note is an accent: long, loud, low, and with others."""
    after = np.searchsorted(starts, starts + 0.04)
    following = np.append(starts, ends.max())[after]
    gap = np.clip(following - starts, 0.05, 1.5)
    long = np.sqrt(gap / np.median(gap))
    loud = velocities / max(float(np.median(velocities)), 1.0)
    low = 1 + np.clip((np.median(pitches) - pitches) / 24, -0.3, 0.5)
    return np.asarray(long * loud * low, np.float64)


def _curve(starts: Float64, weights: Float64) -> Float64:
    """Strokes at the notes, a little smeared."""
    curve = np.zeros(int(starts[-1] * _STROKES) + 2 * _STROKES)
    np.add.at(curve, np.rint(starts * _STROKES).astype(int), weights)
    return gaussian_filter1d(np.minimum(curve, 4 * np.median(weights)), 2.0)


def _period(curve: Float64) -> float:
    """Seconds from one beat to the next, by the autocorrelation of accents."""
    size = 1 << (2 * len(curve) - 1).bit_length()
    power = np.abs(np.fft.rfft(curve - curve.mean(), size)) ** 2
    lags = np.fft.irfft(power)[: len(curve)]
    lags /= max(float(lags[0]), 1e-9)

    def at(seconds: Float64) -> Float64:
        return np.interp(seconds * _STROKES, np.arange(len(lags)), lags, right=0.0)

    tempi = np.exp(np.linspace(np.log(_SLOWEST), np.log(_FASTEST), 600))
    periods = 60 / tempi
    likely = np.exp(-0.5 * (np.log2(tempi / _LIKELY) / _WIDE) ** 2)
    score = at(periods) + 0.5 * at(2 * periods) + 0.25 * at(4 * periods) + 0.25 * at(3 * periods)
    score += 0.5 * np.maximum(at(periods / 2), at(periods / 3))
    return float(periods[int(np.argmax(score * likely))])


def _local(curve: Float64, period: float) -> Float64:
    """Seconds from one beat to the next around each stroke: ``period`` gets shorter and longer."""
    half = round(_WINDOW * _STROKES / 2)
    centres = np.arange(0, len(curve) + half, half)
    window = np.hanning(2 * half)
    padded = np.pad(curve - curve.mean(), half)
    tried = period * np.exp2(np.linspace(-0.5, 0.5, 81))
    likely = np.exp(-0.5 * (np.log2(tried / period) / _DRIFT) ** 2)
    found = []
    for centre in centres:
        part = padded[centre : centre + 2 * half]
        part = part * window[: len(part)]
        lags = np.fft.irfft(np.abs(np.fft.rfft(part, 4 * half)) ** 2)[: 2 * half]
        score = sum(
            np.interp(many * tried * _STROKES, np.arange(2 * half), lags) for many in (1, 2, 4)
        )
        found.append(tried[int(np.argmax(score * likely))] if lags[0] > 0 else period)
    smooth = median_filter(np.array(found), 3, mode="nearest")
    return np.asarray(np.interp(np.arange(len(curve)), centres, smooth), np.float64)


def _beats(curve: Float64, periods: Float64) -> Float64:
    """Seconds of beats about ``periods`` apart, on as many accents as can be (Ellis 2007)."""
    scaled = curve / max(float(curve.std()), 1e-9)
    steps = periods * _STROKES
    step = float(steps.max())
    total, before = scaled.copy(), np.full(len(scaled), -1)
    for place in range(len(scaled)):
        here = steps[place]
        there = np.arange(round(here / 2), min(round(2 * here), place) + 1)
        if not len(there):
            continue
        found = total[place - there] - _STIFF * np.log(there / here) ** 2
        best = int(np.argmax(found))
        if found[best] > 0:
            total[place] += found[best]
            before[place] = place - int(there[best])
    place = len(total) - 1 - int(np.argmax(total[::-1][: round(2 * step)]))
    beats = []
    while place >= 0:
        beats.append(place / _STROKES)
        place = int(before[place])
    return np.array(beats[::-1])


def _refined(beats: Float64, starts: Float64, weights: Float64, period: float) -> Float64:
    """The beats moved onto the notes near them, and smoothed; with one before all notes."""
    near = 0.12 * period
    moved = beats.copy()
    for place, beat in enumerate(beats):
        first, last = np.searchsorted(starts, (beat - near, beat + near))
        if last > first:
            moved[place] = np.average(starts[first:last], weights=weights[first:last])
    if len(moved) >= 2 * _SMOOTH:
        line = _line(moved)
        off = moved - line
        if np.abs(off).max() < near:
            moved = line  # nothing but jitter: a single tempo
    while moved[0] > starts[0] + near:
        moved = np.insert(moved, 0, moved[0] - period)
    return np.asarray(np.maximum.accumulate(moved), np.float64)


def _line(beats: Float64) -> Float64:
    """The beats of a single tempo nearest to ``beats``."""
    places = np.arange(len(beats))
    return np.asarray(np.polyval(np.polyfit(places, beats, 1), places), np.float64)


def _pulse(beats: Float64, starts: Float64, weights: Float64, pitches: Float32) -> Pulse | None:
    beats = beats[np.append(True, np.diff(beats) > 1e-3)]
    if len(beats) < 4:
        return None
    period = float(np.median(np.diff(beats)))
    phase = np.interp(starts, beats, np.arange(len(beats)), left=np.nan, right=np.nan)
    inside = np.isfinite(phase)
    phase, heard = phase[inside], weights[inside]
    part = phase % 1

    def share(*places: float) -> float:
        off = np.min([np.abs((part - one + 0.5) % 1 - 0.5) for one in places], axis=0)
        return float((off < 0.08).mean()) if len(off) else 0.0

    thirds = share(1 / 3, 2 / 3) > 2 * share(1 / 4, 1 / 2, 3 / 4)
    on_beat = np.zeros(len(beats))
    nearest = np.rint(phase).astype(int)
    close = np.abs(phase - nearest) < 0.15
    np.add.at(on_beat, nearest[close], heard[close])
    bass = np.zeros(len(beats))
    low = (np.median(pitches) - pitches[inside]).clip(-12, 12)
    np.add.at(bass, nearest[close], (low * heard)[close] / 12)
    bar, down = _bar(on_beat + bass, thirds=thirds)
    line = _line(beats)
    steady = bool(np.abs(beats - line).max() < _STEADY)
    beats, before = _from_zero(line if steady else beats, steady=steady)
    return Pulse(
        beats=beats,
        tempo=60 / period,
        bar=bar,
        down=(down + before) % bar,
        thirds=thirds,
        steady=steady,
        sure=share(0.0, 1 / 3, 2 / 3) if thirds else share(0.0, 0.5),
    )


def _from_zero(beats: Float64, *, steady: bool) -> tuple[Float64, int]:
    """Beats of which the first is at 0, as MIDI has it; and how many more there are than before.

    What comes before the first that was heard is as many as are nearest to its tempo; less than
    `_NEAR` of a beat belongs to the first; as little as beats may be beside a steady tempo moves
    all of them.
    """
    step = float(np.median(np.diff(beats)))
    past = int(np.argmax(beats > -_NEAR * step))
    beats = beats[past:].copy()
    lead = max(int(np.ceil(beats[0] / step - _NEAR)), 0)
    if steady and abs(beats[0]) < _STEADY:
        beats -= beats[0]
    elif not lead:
        beats[0] = 0.0
    return np.concatenate([np.linspace(0, beats[0], lead, endpoint=False), beats]), lead - past


def _bar(accents: Float64, *, thirds: bool) -> tuple[int, int]:
    """Beats of a bar, and the first that begins one: by how much stronger these beats are."""
    best = (-np.inf, 4 if not thirds else 2, 0)
    spread = float(accents.std()) + 1e-9
    for bar in (2,) if thirds else _BARS:
        for down in range(min(bar, len(accents))):
            first = accents[down::bar]
            rest = np.delete(accents, np.arange(down, len(accents), bar))
            if not len(rest) or len(first) < 2:
                continue
            score = (first.mean() - rest.mean()) / spread * np.sqrt(len(first))
            score += {2: 0.0, 3: 0.3, 4: 0.6}[bar] * (down == 0) + 0.2 * (bar == 4)
            best = max(best, (float(score), bar, down))
    return best[1], best[2]
