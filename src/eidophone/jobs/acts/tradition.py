"""Traditions learnt of collections of tunes."""

from __future__ import annotations

from dataclasses import dataclass

from eidophone.files.kinds import SOUND_SUFFIXES
from eidophone.jobs.acts.collections import Collections
from eidophone.jobs.acts.model import Act, Task
from eidophone.jobs.tunes import tradition_file
from eidophone.notes.traditions.model import SUFFIX
from eidophone.notes.traditions.settings import LearningTunes
from eidophone.notes.traditions.training import Stage

#: The share of the work that is reading the files: tunes, or sounds, which are transcribed.
_READING, _TRANSCRIBING = 0.1, 0.8


@dataclass(frozen=True, kw_only=True)
class Tradition(LearningTunes, Collections):
    """Which collections are learnt."""


def _make(task: Task) -> None:
    how: Tradition = task.settings
    folders = how.folders
    has_sounds = any(
        one.suffix.lower() in SOUND_SUFFIXES for path in folders.values() for one in path.iterdir()
    )
    reading = _TRANSCRIBING if has_sounds else _READING
    done: dict[str, float] = {}

    def told(name: str, stage: Stage) -> None:
        done[name] = stage.epoch / max(1, stage.epochs)
        task.progress(reading + (1 - reading) * sum(done.values()) / len(folders))

    tradition_file(
        task.folder / f"{task.stem}{SUFFIX}",
        folders,
        LearningTunes(overwrite=True),
        progress=lambda part: task.progress(reading * part),
        told=told,
    )


TRADITION = Act("tradition", Tradition, ("names", "collections"), _make, "tradition", beside=True)
