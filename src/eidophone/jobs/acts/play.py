"""Notes as a sound, played by any sound of the shelf."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from eidophone.base.errors import NotesError
from eidophone.base.options import Option
from eidophone.jobs.acts.model import Act, SoundFormat, Task
from eidophone.jobs.playing import play_file
from eidophone.notes.playing.settings import Playing


@dataclass(frozen=True, kw_only=True)
class Play(Playing):
    """What plays, how, and which file that is.

    Attributes:
        sound: what plays.
        format: of the sound.
    """

    sound: Annotated[
        Path | None, Option(help="what plays: one note of it is enough", usual="plain instruments")
    ] = None
    format: SoundFormat = "wav"


def _make(task: Task) -> None:
    how: Play = task.settings
    song = task.only("piece of notes", NotesError)
    target = task.folder / f"{task.stem}.{how.format}"
    play_file(song, target, how.sound, how, progress=task.progress)


PLAY = Act("play", Play, ("sound", "pitch", "release", "gain", "format"), _make, "{} played")
