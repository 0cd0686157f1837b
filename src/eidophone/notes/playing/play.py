"""Playing: a score becomes sound, by any sounds or by a SoundFont. Read this first.

sound --recorded--> a note --shifted--> every pitch --mixing--> sound
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from eidophone.base.arrays import Float32
from eidophone.base.errors import NotesError
from eidophone.morphing.limiting import limited
from eidophone.notes.midi import read_midi
from eidophone.notes.playing.band import Band, Player
from eidophone.notes.playing.mixing import Mix
from eidophone.notes.playing.settings import Playing
from eidophone.notes.playing.soundfont import CHANNELS, RATE, TAIL_SECONDS, fonted, is_soundfont
from eidophone.notes.score import Score
from eidophone.picture.facts import Source
from eidophone.sound.level import TOP
from eidophone.sound.making import Made
from eidophone.sound.sound import Sound

__all__ = ["play", "played"]


def play(
    score: Score | str | Path,
    sounds: Player | Mapping[int | str, Player] | None = None,
    **choices: Any,
) -> Sound:
    """A score as a sound: ``play("song.mid", "elephant.wav")``.

    Args:
        score: the notes, or the path of a MIDI file.
        sounds: what plays: a sound; or the path of a sound, of a picture of one, of a folder of
            notes or drums, or of a SoundFont; or what plays which part, by their names or their
            numbers from 1. None: instruments of our own.
        choices: of `Playing`.

    Raises:
        NotesError: there are no notes, no such part, or a sound that is silent.
        SoundError: a file that cannot be read.
        MissingExtraError: mido or FluidSynth is needed, and not installed.
    """
    how = Playing(**{name: _text(name, value) for name, value in choices.items()})
    return played(score if isinstance(score, Score) else read_midi(score), sounds, how).sound(how)


def played(score: Score, sounds: Player | Mapping[int | str, Player] | None, how: Playing) -> Made:
    """A score on its way to a sound; as `play`. What is too loud by chance is turned down."""
    if not len(score.notes):
        raise NotesError("there are no notes to play")
    if isinstance(sounds, (str, Path)) and is_soundfont(sounds):
        blocks: Iterator[Float32] = fonted(score, Path(sounds))
        count = round((score.seconds + TAIL_SECONDS) * RATE) + RATE
        return Made(Source(rate=RATE, channels=CHANNELS, sample_count=count), _safe(blocks, RATE))
    if isinstance(sounds, Mapping):
        for one in sounds.values():
            if not isinstance(one, Sound) and is_soundfont(one):
                raise NotesError(f"{one} plays all parts or none: name it alone")
    band = Band(score, sounds, how.note)
    mix = Mix(score, band.instrument, band.rate, how.release)
    target = Source(rate=mix.rate, channels=mix.channels, sample_count=mix.sample_count)
    return Made(target, _safe(mix.blocks(), mix.rate))


def _safe(blocks: Iterator[Float32], rate: int) -> Iterator[Float32]:
    return limited(blocks, TOP, rate)


def _text(name: str, value: Any) -> Any:
    return str(value) if name == "pitch" and value is not None else value
