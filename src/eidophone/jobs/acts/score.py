"""Notes as a picture, and the notes that a picture shows."""

from __future__ import annotations

from eidophone.base.errors import NotesError
from eidophone.jobs.acts.model import Act, Task
from eidophone.jobs.notes import decode_notes_files, encode_notes_file
from eidophone.notes.pictures.settings import DrawingNotes, ReadingNotes


def _draw(task: Task) -> None:
    song = task.only("piece of notes", NotesError)
    encode_notes_file(song, task.folder / f"{task.stem}.png", task.settings, task.progress)


def _read(task: Task) -> None:
    target = task.folder / f"{task.stem}.mid"
    decode_notes_files(list(task.of), target, task.settings, task.progress)


DRAW = Act("draw", DrawingNotes, ("notes", "size", "strip"), _draw, "{} notes")
READ = Act("read", ReadingNotes, ("notes",), _read)
