"""Make the sounds of the page on playing: ``python docs/make_notes_playing.py``."""

from __future__ import annotations

import warnings

from make_pictures import cut
from make_sounds import save

from eidophone import EidophoneWarning, play
from eidophone.notes.score import Part, Score, scored

#: Frère Jacques: beats and MIDI's number of each note.
TUNE = [
    *[(1, 60), (1, 62), (1, 64), (1, 60)] * 2,
    *[(1, 64), (1, 65), (2, 67)] * 2,
    *[(0.5, 67), (0.5, 69), (0.5, 67), (0.5, 65), (1, 64), (1, 60)] * 2,
    *[(1, 60), (1, 55), (2, 60)] * 2,
]

BEAT_SECONDS = 0.38


def main() -> None:
    """Make them all."""
    warnings.simplefilter("ignore", EidophoneWarning)
    song = round_of(2)
    save("notes-played-own", play(song))
    save("notes-played-bell", play(song, cut("perc_bell", 0, 6)))
    save("notes-played-glass", play(song, cut("ambi_glass_rub", 0, 3)))
    crow, bell = cut("misc_crow", 0, 0.48), cut("perc_bell", 0, 6)
    save("notes-played-crow", play(song, {"first": crow, "second": bell}))


def round_of(voices: int) -> Score:
    """The tune as a round, with drums under its end."""
    notes = []
    for voice in range(voices):
        beat = 8.0 * voice
        for beats, pitch in TUNE:
            end = beat + 0.95 * beats
            notes.append((beat * BEAT_SECONDS, end * BEAT_SECONDS, pitch + 12 * voice, 90, voice))
            beat += beats
    drums = [(beat, 42 if beat % 1 else 36 if beat % 2 == 0 else 38) for beat in halves(16, 40)]
    notes += [
        (beat * BEAT_SECONDS, (beat + 0.4) * BEAT_SECONDS, key, 80, voices) for beat, key in drums
    ]
    names = ("first", "second", "third", "fourth")
    return scored(notes, [*(Part(name) for name in names[:voices]), Part("drums", drums=True)])


def halves(first: int, last: int) -> list[float]:
    """Every half beat."""
    return [beat / 2 for beat in range(2 * first, 2 * last)]


if __name__ == "__main__":
    main()
