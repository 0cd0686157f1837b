"""Tunes in asymmetric metres: made, since no package has any; in the manner of Balkan dances."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from eidophone.notes.midi import write_midi
from eidophone.notes.score import METRE, NOTE, TEMPO, Part, Score, scored

#: Eighths of the beats of a bar, and cells that fill a beat.
_BARS = {(5, 8): (2, 3), (7, 8): (3, 2, 2), (9, 8): (2, 2, 2, 3), (11, 8): (2, 2, 3, 2, 2)}
_CELLS = {2: ((2,), (1, 1), (1, 1)), 3: ((3,), (2, 1), (2, 1), (1, 1, 1), (1, 1, 1))}

_SCALES = (0, 1, 4, 5, 7, 8, 10), (0, 2, 3, 5, 7, 9, 10)

#: Seconds of an eighth, and MIDI's clarinet.
_EIGHTH, _CLARINET = 0.18, 71


def write_tunes(folder: Path, count: int = 380) -> None:
    """So many, as MIDI files."""
    rng = np.random.default_rng(3)
    for number in range(count):
        metre = list(_BARS)[number % len(_BARS)]
        write_midi(folder / f"{number:03}.mid", _tune(rng, metre, _SCALES[int(rng.random() < 0.4)]))


def _tune(rng: np.random.Generator, metre: tuple[int, int], scale: tuple[int, ...]) -> Score:
    beats, tonic = _BARS[metre], int(rng.integers(57, 65))
    degree = int(rng.integers(0, 5))

    def phrase() -> list[tuple[int, int]]:
        """Eighths and degree of each note; the last bar rests on the tonic."""
        nonlocal degree
        notes = []
        for beat in beats * 3:
            for last in _CELLS[beat][int(rng.integers(len(_CELLS[beat])))]:
                notes.append((last, degree))
                degree = int(np.clip(degree + rng.choice([-2, -1, -1, 0, 1, 1, 2]), -2, 8))
        return [*notes, (2, 2), (sum(beats) - 2, 0)]

    first, second = phrase(), phrase()
    degree = 4
    at, notes = 0, []
    for last, one in [*first, *second, *phrase(), *first]:
        octave, place = divmod(one, len(scale))
        begin, end = at * _EIGHTH, (at + last) * _EIGHTH
        notes.append((begin, end, tonic + 12 * octave + scale[place], 80, 0))
        at += last
    return scored(
        np.array(notes, NOTE),
        [Part("clarinet", _CLARINET)],
        tempos=np.array([(0, 30 / _EIGHTH)], TEMPO),
        metres=np.array([(0, *metre)], METRE),
    )
