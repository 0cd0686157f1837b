"""Transcriptions: sound files to MIDI files."""

from __future__ import annotations

from pathlib import Path

from eidophone.base.atomic import need_target
from eidophone.base.errors import naming
from eidophone.notes.midi import write_midi
from eidophone.notes.score import Score
from eidophone.notes.transcribing.settings import Transcribing
from eidophone.notes.transcribing.transcribe import transcribed
from eidophone.sound.files import open_sound
from eidophone.sound.making import Progress


def transcribe_file(
    source: Path, target: Path, how: Transcribing, *, progress: Progress = lambda _: None
) -> Score:
    """Write the notes of the sound at ``source`` as MIDI to ``target``; and give them.

    Raises:
        SoundError: a file that cannot be read.
        NotesError: a sound too long to be heard at once.
        OutputError: there is a file already, or it cannot be written.
        MissingExtraError: mido is not installed.
    """
    need_target(target, overwrite=how.overwrite)
    with naming(source), open_sound(source, downmix=True) as sound:
        score = transcribed(sound, how, progress)
    write_midi(target, score, overwrite=how.overwrite)
    return score
