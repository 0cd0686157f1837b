"""Pitch bends: those of MIDI's channels as the pitches and glides of notes, and back."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field

import numpy as np

from eidophone.base.arrays import Floats, Int64
from eidophone.notes.score import Score

#: MIDI's number of a full bend, and how many semitones it is where nothing says otherwise.
FULL, RANGE = 8192, 2

#: Semitones that a full bend can be, of what is written; nothing bends further than the last.
_RANGES = (2, 12, 24, 48)

#: Semitones that nobody hears: notes that differ by less share a channel.
_ALIKE = 0.005

#: Channels of notes that are no drums, and that of drums.
MELODIC, DRUMS = (*range(9), *range(10, 16)), 9


class Bends:
    """How one channel bends, as a file goes on."""

    def __init__(self) -> None:
        self._ticks: list[int] = []
        self._semitones: list[float] = []
        self._range = float(RANGE)
        self._chosen = [127, 127]

    def move(self, tick: int, share: float) -> None:
        """Bend by ``share``, of -1 to 1, of the range from ``tick`` on."""
        self._ticks.append(tick)
        self._semitones.append(share * self._range)

    def control(self, number: int, value: int) -> None:
        """Take a controller: parameter 0 is the range, in semitones and hundredths."""
        if number in (101, 100):
            self._chosen[101 - number] = value
        elif self._chosen == [0, 0] and number == 6:
            self._range = float(value)
        elif self._chosen == [0, 0] and number == 38:
            self._range = int(self._range) + value / 100

    def between(self, start: int, end: int) -> tuple[float, Floats | None]:
        """How a note from ``start`` to ``end`` bends, in semitones.

        Returns:
            The bend when it starts; and ``[n, 2]``, the ticks and semitones beside that of what
            follows, if anything does.
        """
        first, last = bisect_right(self._ticks, start), bisect_left(self._ticks, end)
        begun = self._semitones[first - 1] if first else 0.0
        if first >= last:
            return begun, None
        moves = np.array([self._ticks[first:last], self._semitones[first:last]]).T
        if np.abs(moves[:, 1] - begun).max() < _ALIKE:
            return begun, None
        moves[:, 1] -= begun
        return begun, moves


@dataclass
class Channels:
    """Which channels the notes of a score get.

    Attributes:
        of_note: the channel of each note.
        of_part: the channels of each part.
        ranges: semitones of a full bend of each part; 0 where nothing bends.
        shared: channels that several parts have.
        crowded: how many notes sound with the bend of another.
    """

    of_note: Int64
    of_part: list[list[int]]
    ranges: list[int]
    shared: set[int] = field(default_factory=set)
    crowded: int = 0


def channels_of(score: Score) -> Channels:
    """Channels for the notes of ``score``: one a part, and more where its notes bend apart."""
    melodic = [number for number, part in enumerate(score.parts) if not part.drums]
    place = {number: MELODIC[k % len(MELODIC)] for k, number in enumerate(melodic)}
    of_part = [[place.get(number, DRUMS)] for number in range(len(score.parts))]
    of_note = np.array([of_part[part][0] for part in score.notes["part"]], np.int64)
    found = Channels(of_note, of_part, [0] * len(score.parts))
    found.shared = set(MELODIC[: max(0, len(melodic) - len(MELODIC))])
    spare = list(MELODIC[len(melodic) :])
    for number in melodic:
        notes = np.flatnonzero(score.notes["part"] == number)
        furthest = max((furthest_of(score, int(note)) for note in notes), default=0.0)
        if furthest > _ALIKE:
            found.ranges[number] = next((one for one in _RANGES if one >= furthest), _RANGES[-1])
            _spread(score, notes, found, number, spare)
    return found


def residue(score: Score, note: int) -> float:
    """Semitones by which the pitch of a note is beside the nearest key."""
    pitch = float(score.notes["pitch"][note])
    return pitch - key_of(pitch)


def key_of(pitch: float) -> int:
    """The nearest key of MIDI."""
    return int(np.clip(round(pitch), 0, 127))


def furthest_of(score: Score, note: int) -> float:
    """Semitones that a note bends at most, from the nearest key."""
    rest, curve = residue(score, note), score.glides.get(note)
    return (
        max(abs(rest), float(np.abs(curve[:, 1] + rest).max())) if curve is not None else abs(rest)
    )


def _spread(score: Score, notes: Int64, found: Channels, number: int, spare: list[int]) -> None:
    """Give each note of a part a channel that no other bend needs while it sounds."""
    channels = found.of_part[number]
    until, bent = {channels[0]: -1.0}, {channels[0]: 0.0}
    for note in map(int, notes):
        start, end = score.notes["start"][note], score.notes["end"][note]
        own = residue(score, note) if note not in score.glides else np.nan
        fits = [one for one in channels if until[one] <= start or abs(bent[one] - own) < _ALIKE]
        if fits:
            channel = min(fits, key=lambda one: (abs(bent[one] - own) >= _ALIKE, until[one]))
        elif spare:
            channel = spare.pop(0)
            channels.append(channel)
        else:
            channel = min(channels, key=lambda one: until[one])
            found.crowded += 1
        found.of_note[note] = channel
        bent[channel], until[channel] = own, max(until.get(channel, -1.0), end)
