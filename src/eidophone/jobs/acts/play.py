"""Notes as a sound, played by sounds of the shelf, or by a SoundFont."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from eidophone.base.errors import NotesError
from eidophone.base.options import Option
from eidophone.jobs.acts.model import Act, SoundFormat, Task
from eidophone.jobs.playing import play_file
from eidophone.notes.midi import read_midi
from eidophone.notes.playing.settings import Playing

#: Parts that have sounds of their own, at most.
_MOST_PARTS = 64


@dataclass(frozen=True, kw_only=True)
class Play(Playing):
    """What plays, how, and which file that is.

    Attributes:
        sound: what plays.
        parts: numbers of parts, from 1, that something else plays.
        players: what plays each of them.
        format: of the sound.
    """

    sound: Annotated[
        Path | None, Option(help="what plays: one note of it is enough", usual="plain instruments")
    ] = None
    parts: Annotated[
        tuple[int, ...], Option(help="parts that something else plays", low=1, most=_MOST_PARTS)
    ] = ()
    players: Annotated[
        tuple[Path, ...], Option(help="what plays each of them", most=_MOST_PARTS)
    ] = ()
    format: SoundFormat = "wav"


def _make(task: Task) -> None:
    how: Play = task.settings
    song = task.only("piece of notes", NotesError)
    if len(how.parts) != len(how.players):
        raise NotesError(f"{len(how.players)} sounds were given for {len(how.parts)} parts")
    target = task.folder / f"{task.stem}.{how.format}"
    play_file(song, target, _players(song, how), how, progress=task.progress)


def _players(song: Path, how: Play) -> Path | dict[int | str, Path] | None:
    """Who plays which part."""
    if not how.parts:
        return how.sound
    players = dict[int | str, Path]()
    if how.sound is not None:
        players |= {number: how.sound for number, _ in enumerate(read_midi(song).parts, 1)}
    return players | dict(zip(how.parts, how.players, strict=True))


PLAY = Act(
    "play",
    Play,
    ("sound", "parts", "players", "pitch", "release", "gain", "format"),
    _make,
    "{} played",
)
