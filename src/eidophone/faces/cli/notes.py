"""notes: a sound as MIDI."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from eidophone.base.errors import NotesError, SoundError
from eidophone.faces.cli.options import given
from eidophone.faces.cli.places import need_file, refuse_folder, target_in
from eidophone.faces.cli.talk import OK, Talk
from eidophone.jobs.transcriptions import transcribe_file
from eidophone.notes.transcribing.settings import Transcribing


def run(options: Namespace, talk: Talk) -> int:
    """Transcribe one sound."""
    how = given(options, Transcribing)
    source = Path(options.source)
    need_file(source, SoundError("there is no sound"))
    refuse_folder(source, "name one sound")
    target = target_in(source, options.target, ".mid")
    if target.suffix.lower() not in _SUFFIXES:
        raise NotesError(f"{target} is no MIDI file by its name: let it end in .mid")
    with talk.bar(f"transcribing {source.name}") as bar:
        score = transcribe_file(source, target, how, progress=bar)
    count = len(score.notes)
    talk.say(f"{target}: {count:,} note{'' if count == 1 else 's'}")
    return OK


_SUFFIXES = frozenset((".mid", ".midi"))
