"""play: a MIDI file, by any sound."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from eidophone.base.errors import NotesError, SoundError
from eidophone.faces.cli.options import given
from eidophone.faces.cli.places import folder_for, need_file, target_in
from eidophone.faces.cli.talk import OK, Talk
from eidophone.jobs.playing import play_file
from eidophone.notes.playing.settings import Playing


def run(options: Namespace, talk: Talk) -> int:
    """Play what was named."""
    how = given(options, Playing)
    song = Path(options.source)
    need_file(song, NotesError("there is no MIDI file"))
    target = target_in(song, options.target, ".wav")
    with folder_for(target, options), talk.bar(f"playing {song.name}") as bar:
        play_file(
            song,
            target,
            _players(options.players),
            how,
            overwrite="overwrite" in options,
            progress=bar,
        )
    talk.say(str(target))
    return OK


def _players(words: list[str]) -> Path | dict[int | str, Path] | None:
    """What plays: a path for all parts, or paths by the names or numbers of parts."""
    if len(words) == 1 and (Path(words[0]).exists() or "=" not in words[0]):
        return _there(words[0])
    players = dict[int | str, Path]()
    for word in words:
        part, found, path = word.partition("=")
        if not found or not part or not path:
            raise NotesError(f"{word} is not PART=SOUND: of several, say which part each plays")
        players[part] = _there(path)
    return players or None


def _there(name: str) -> Path:
    path = Path(name)
    need_file(path, SoundError("there is no sound, folder or SoundFont"))
    return path
