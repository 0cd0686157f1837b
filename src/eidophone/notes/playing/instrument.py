"""Instrument: recorded notes spread over the keyboard, and which of them plays a note, how loud."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from eidophone.notes.playing.pitch import hertz_of
from eidophone.notes.playing.recorded import Recorded

#: Recorded notes are layers of one pitch where they are no further apart than this, and differ in
#: level by as many dB at least.
_SAME_PITCH, _OTHER_LEVEL = 0.5, 1.5

#: How much quieter a note is at half its velocity: 12 dB, as General MIDI recommends; and the
#: velocity at which a recording that is alone is played as it is.
_DB_A_DECADE, USUAL_VELOCITY = 40.0, 100

#: One recording plays softly also darker: what is above 1.5 kHz, or 3 times the pitch where that is
#: higher, is so much quieter at the lowest velocity.
_DARKER_DB, _DARK_HZ, _DARK_PARTIAL = 12.0, 1500.0, 3.0

#: How loud the loudest moment of an instrument is as it is played usually, in dB.
_LEVEL = -18.0


@dataclass(frozen=True)
class Stroke:
    """How one recorded note is to be played for a note.

    Attributes:
        note: which.
        pitch: MIDI's number.
        gain: a factor.
        dark: how much of what is high is left, 0 to 1.
        dark_hz: from where on.
    """

    note: Recorded
    pitch: float
    gain: float
    dark: float
    dark_hz: float


@dataclass(frozen=True, eq=False)
class Instrument:
    """Recorded notes.

    Attributes:
        notes: one or several; of one pitch at several levels, layers.
        fixed: they are never moved: of drums.
    """

    notes: Sequence[Recorded]
    fixed: bool = False
    _pitches: list[float] = field(init=False, default_factory=list)
    _layers: list[list[Recorded]] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        for note in sorted(self.notes, key=lambda one: one.pitch):
            near = self._pitches and note.pitch - self._pitches[-1] < _SAME_PITCH
            if near:
                layers = self._layers[-1]
                if all(abs(one.level - note.level) >= _OTHER_LEVEL for one in layers):
                    layers.append(note)
                    layers.sort(key=lambda one: one.level)
                continue
            self._pitches.append(note.pitch)
            self._layers.append([note])

    @property
    def channels(self) -> int:
        """1 or 2."""
        return max(one.samples.shape[0] for one in self.notes)

    @property
    def rate(self) -> int:
        """The highest of its notes, Hz."""
        return max(one.rate for one in self.notes)

    def stroke(self, pitch: float, velocity: float) -> Stroke:
        """Which of its notes plays ``pitch`` at ``velocity``, and how."""
        place = int(np.argmin(np.abs(np.array(self._pitches) - pitch)))
        layers = self._layers[place]
        at = (np.arange(len(layers)) + 0.5) / len(layers) * 127
        layer = int(np.clip(velocity * len(layers) / 128, 0, len(layers) - 1))
        if len(layers) == 1:
            level = layers[0].level + _decibels(velocity, USUAL_VELOCITY)
        else:  # between the layers as they were recorded, and beyond them as usual
            levels = [one.level for one in layers]
            level = float(np.interp(velocity, at, levels))
            level += _decibels(min(velocity, at[0]), at[0]) + _decibels(
                max(velocity, at[-1]), at[-1]
            )
        top = max(one.level for one in self.notes)
        gain = 10 ** ((level - layers[layer].level + _LEVEL - top) / 20)
        dark = 1.0
        if len(layers) == 1:
            dark = 10 ** (-_DARKER_DB / 20 * max(0.0, 1 - velocity / USUAL_VELOCITY))
        hz = hertz_of(pitch)
        note = layers[layer]
        sounds_at = note.pitch if self.fixed else pitch
        return Stroke(note, sounds_at, gain, dark, max(_DARK_HZ, _DARK_PARTIAL * hz))


def _decibels(velocity: float, usual: float) -> float:
    return float(_DB_A_DECADE * np.log10(velocity / usual))
