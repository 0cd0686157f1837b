"""Intonation: the pitch of each note, to a few cents, measured in the sound that it was heard in.

Transcribers know keys. Here each note is looked at again: where the peaks of its own spectrum lie
near its partials. Bars and gongs, whose partials are no multiples, are measured by their lowest.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import soxr

from eidophone.base.arrays import Float32, Float64
from eidophone.notes.score import Score
from eidophone.sound.sound import Sound

_RATE = 22_050

#: Seconds after its onset from which a note is looked at, and for how long.
_AFTER, _SHORTEST, _LONGEST = 0.05, 0.08, 1.2

#: Semitones around a note in which its own pitch is looked for.
_NEAR = 0.75

#: Partials that are looked at; those this much weaker than the strongest are not believed.
_PARTIALS, _WEAK = 5, 0.03

#: Semitones by which partials agree on one pitch.
_AGREED = 0.15

#: Samples of a note that its spectrum is taken of are padded to so many times as many.
_PADDED = 4


def intoned(score: Score, sound: Sound) -> Score:
    """``score`` with each pitch as it sounds in ``sound``, of which it was transcribed.

    Notes in which nothing clear is found near their pitch keep it.
    """
    mono = sound.samples.mean(0)
    samples = soxr.resample(mono, sound.rate, _RATE) if sound.rate != _RATE else mono
    notes = score.notes.copy()
    for place, note in enumerate(notes):
        drums = score.parts[int(note["part"])].drums
        if drums:
            continue
        part = _part(samples, float(note["start"]), float(note["end"]))
        found = float("nan") if part is None else pitch_in(part, float(note["pitch"]))
        if np.isfinite(found):
            notes["pitch"][place] = found
    return replace(score, notes=notes)


def pitch_in(samples: Float32, near: float) -> float:
    """The pitch of ``samples`` at 22,050 Hz in semitones, close to ``near``; NaN if none is."""
    count = len(samples)
    size = 1 << int(np.ceil(np.log2(_PADDED * count)))
    levels = np.abs(np.fft.rfft(samples * np.hanning(count), size))
    bin_hz = _RATE / size
    base = 440 * 2 ** ((near - 69) / 12)
    pitches, weights = [], []
    for partial in range(1, _PARTIALS + 1):
        low, high = (partial * base * 2 ** (side * _NEAR / 12) / bin_hz for side in (-1, 1))
        if high >= len(levels) - 1:
            break
        found = _peak(levels, int(low), int(np.ceil(high)))
        if found is not None:
            at, level = found
            pitches.append(69 + 12 * np.log2(at * bin_hz / partial / 440))
            weights.append(level)
    if not pitches:
        return float("nan")
    return _agreed(np.array(pitches), np.array(weights))


def _agreed(pitches: Float64, levels: Float64) -> float:
    """What most of the partials say, the stronger the more; the lowest, if they do not agree."""
    heard = levels >= _WEAK * levels.max()
    pitches, weights = pitches[heard], np.sqrt(levels[heard])
    votes = (np.abs(pitches[:, None] - pitches) <= _AGREED) @ weights
    best = pitches[int(votes.argmax())] if votes.max() > 1.5 * weights.max() else pitches[0]
    near = np.abs(pitches - best) <= _AGREED
    return float((pitches[near] * weights[near]).sum() / weights[near].sum())


def _peak(levels: Float64, first: int, last: int) -> tuple[float, float] | None:
    """The highest peak between two bins, to a part of a bin, and its level."""
    place = max(first, 1) + int(levels[max(first, 1) : last + 1].argmax())
    before, here, after = np.log(levels[place - 1 : place + 2] + 1e-12)
    if here < before or here < after or here <= np.log(1e-9):
        return None  # it climbs to a neighbour outside
    return place + 0.5 * (before - after) / (before - 2 * here + after - 1e-12), float(
        levels[place]
    )


def _part(samples: Float32, start: float, end: float) -> Float32 | None:
    """What of the samples is of a note alone, mostly."""
    length = end - start
    first = start + min(_AFTER, length / 4)
    last = min(end, first + _LONGEST)
    part = samples[int(first * _RATE) : int(last * _RATE)]
    return part if len(part) >= _SHORTEST * _RATE else None
