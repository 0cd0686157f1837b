"""Traditions learnt of collections of tunes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from eidophone.base.errors import NotesError
from eidophone.base.options import Option
from eidophone.jobs.acts.model import Act, Task
from eidophone.jobs.tunes import tradition_file
from eidophone.notes.traditions.model import SUFFIX
from eidophone.notes.traditions.settings import LearningTunes
from eidophone.notes.traditions.training import Stage

#: The share of the work that is reading the files.
_READING = 0.1


@dataclass(frozen=True, kw_only=True)
class Tradition(LearningTunes):
    """Which collections are learnt.

    Attributes:
        names: of the collections.
        collections: the folder of each.
    """

    names: Annotated[tuple[str, ...], Option(help="names of the collections", most=8)] = ()
    collections: Annotated[tuple[Path, ...], Option(help="where each of them is", most=8)] = ()


def _make(task: Task) -> None:
    how: Tradition = task.settings
    if len(how.names) != len(how.collections):
        raise NotesError(
            f"{len(how.names)} names were given for {len(how.collections)} collections"
        )
    done: dict[str, float] = {}

    def told(name: str, stage: Stage) -> None:
        done[name] = stage.epoch / max(1, stage.epochs)
        task.progress(_READING + (1 - _READING) * sum(done.values()) / len(how.names))

    tradition_file(
        task.folder / f"{task.stem}{SUFFIX}",
        dict(zip(how.names, how.collections, strict=True)),
        LearningTunes(overwrite=True),
        progress=lambda part: task.progress(_READING * part),
        told=told,
    )


TRADITION = Act("tradition", Tradition, ("names", "collections"), _make, "tradition", beside=True)
