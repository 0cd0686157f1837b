"""Tones: two instruments of our own, for whoever brings none: one that is struck, one held."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from eidophone.base.arrays import Float32, Float64
from eidophone.notes.playing.instrument import Instrument
from eidophone.notes.playing.pitch import hertz_of
from eidophone.notes.playing.recorded import Recorded, recorded
from eidophone.sound.sound import Sound

_RATE = 44_100

#: Notes of which they are made, an octave apart.
_PITCHES = range(24, 110, 12)

#: How long they are, and how many partials they have at most.
_SECONDS, _PARTIALS = 2.5, 20

#: General MIDI's programs that are held: organs, bowed strings, choirs, winds, synthesisers.
_HELD = frozenset((*range(16, 24), *range(40, 45), *range(48, 55), *range(56, 96), 109, 110, 111))


def our_instrument(program: int) -> Instrument:
    """An instrument of ours for one of General MIDI's programs, 0 to 127."""
    return _held() if program in _HELD else _struck()


@lru_cache(maxsize=1)
def _struck() -> Instrument:
    return Instrument([_note(pitch, _struck_samples(pitch)) for pitch in _PITCHES])


@lru_cache(maxsize=1)
def _held() -> Instrument:
    return Instrument([_note(pitch, _held_samples(pitch)) for pitch in _PITCHES])


def _note(pitch: int, samples: Float32) -> Recorded:
    return recorded(Sound(samples, _RATE), float(pitch), at_once=False)


def _struck_samples(pitch: int) -> Float32:
    """Partials that are stiff and die away, the higher the sooner, after a soft hammer."""
    hz, times = hertz_of(pitch), np.arange(round(_SECONDS * _RATE)) / _RATE
    rng = np.random.default_rng(pitch)
    made = np.zeros((2, len(times)))
    for n in range(1, _PARTIALS + 1):
        partial = n * hz * np.sqrt(1 + 0.0003 * n * n)
        if partial > 0.42 * _RATE:
            break
        loud = np.exp(-((partial / 2600) ** 0.9)) / n**0.7 * abs(np.sin(np.pi * n / 7.3))
        seconds = 9.0 * (261.6 / (hz + 120)) ** 0.55 / (1 + 0.22 * (n - 1))
        course = loud * (_dying(times, seconds) + _dying(times, 0.45 * seconds))
        for side in range(2):
            at = partial * (1 + (side - 0.5) * 0.0004)
            made[side] += course * np.sin(2 * np.pi * at * times + rng.uniform(-0.4, 0.4))
    made *= np.minimum(1, times / 0.003)
    made *= np.clip((_SECONDS - times) / 0.3, 0, 1)
    return np.asarray(0.3 * made / np.abs(made).max(), np.float32)


def _held_samples(pitch: int) -> Float32:
    """A soft reed, with a slow beat."""
    hz, times = hertz_of(pitch), np.arange(round(_SECONDS * _RATE)) / _RATE
    rng = np.random.default_rng(pitch)
    made = np.zeros((2, len(times)))
    for n in range(1, _PARTIALS + 1):
        if n * hz > 0.42 * _RATE:
            break
        loud = np.exp(-n * hz / 2200) / n**0.8 * (1.0 if n % 2 else 0.6)
        for side in range(2):
            beats = 1 + 0.25 * np.sin(2 * np.pi * (0.7 + 0.1 * n) * times + rng.uniform(0, 6))
            at = n * hz * (1 + (side - 0.5) * 0.0006)
            made[side] += loud * beats * np.sin(2 * np.pi * at * times + rng.uniform(0, 6))
    made *= 1 - np.exp(-times / 0.025)
    made *= np.clip((_SECONDS - times) / 0.12, 0, 1)
    return np.asarray(0.2 * made / np.abs(made).max(), np.float32)


def _dying(times: Float64, seconds: float) -> Float64:
    """60 dB in so many seconds."""
    return np.asarray(10 ** (-3 * times / seconds))
