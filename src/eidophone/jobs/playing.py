"""Playing: a MIDI file to a sound file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from eidophone.notes.midi import read_midi
from eidophone.notes.playing.play import played
from eidophone.notes.playing.settings import Playing
from eidophone.sound.files import need_sound_target
from eidophone.sound.making import Progress


def play_file(
    song: Path,
    target: Path,
    sounds: Path | Mapping[int | str, Path] | None,
    how: Playing,
    *,
    overwrite: bool = False,
    progress: Progress = lambda _: None,
) -> None:
    """Play the MIDI file ``song``, as `played`, to the sound file ``target``."""
    need_sound_target(target, overwrite=overwrite)
    made = played(read_midi(song), dict(sounds) if isinstance(sounds, Mapping) else sounds, how)
    made.write(target, how, overwrite=overwrite, progress=progress)
