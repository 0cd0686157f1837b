"""The notes of a sound, as MIDI."""

from __future__ import annotations

from eidophone.base.errors import NotesError
from eidophone.jobs.acts.model import Act, Task
from eidophone.notes.midi import write_midi
from eidophone.notes.transcribing.settings import Transcribing
from eidophone.sound.sound import open_sound


def _make(task: Task) -> None:
    from eidophone.notes.transcribing.transcribe import transcribed  # noqa: PLC0415 (slow)

    source = task.only("sound", NotesError)
    with open_sound(source, downmix=True) as sound:
        score = transcribed(sound, task.settings, task.progress)
    write_midi(task.folder / f"{task.stem}.mid", score)


TRANSCRIBE = Act(
    "transcribe",
    Transcribing,
    ("instrument", "sensitivity", "timing", "tempo", "metre", "steady"),
    _make,
)
