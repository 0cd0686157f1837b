"""compose: new tunes of a model of traditions."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from eidophone.base.errors import NotesError
from eidophone.faces.cli.options import given
from eidophone.faces.cli.places import folder_for, need_file, refuse_folder, target_in
from eidophone.faces.cli.talk import OK, Talk
from eidophone.jobs.tunes import compose_files
from eidophone.notes.traditions.settings import Composing


def run(options: Namespace, talk: Talk) -> int:
    """Make new tunes."""
    how = given(options, Composing)
    after = None if options.continues is None else Path(options.continues)
    if after is not None:
        need_file(after, NotesError("there are no notes"))
        refuse_folder(after, "name one MIDI file")
    model = Path(options.model)
    target = target_in(model, options.target, ".mid")
    with folder_for(target, options), talk.bar(f"composing {target.name}") as bar:
        made = compose_files(
            model, target, how, after=after, overwrite="overwrite" in options, progress=bar
        )
    talk.say("\n".join(map(str, made)))
    return OK
