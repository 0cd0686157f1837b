"""New tunes of what was learnt of traditions."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from eidophone.base.errors import NotesError
from eidophone.base.options import Option
from eidophone.jobs.acts.model import Act, Task
from eidophone.jobs.tunes import compose_files
from eidophone.notes.traditions.settings import Composing


@dataclass(frozen=True, kw_only=True)
class Compose(Composing):
    """What new tunes are to be like.

    Attributes:
        after: notes that they go on from.
    """

    after: Annotated[
        Path | None, Option(help="notes that they go on from", usual="from the beginning")
    ] = None


def _make(task: Task) -> None:
    how: Compose = task.settings
    model = task.only("tradition", NotesError)
    target = task.folder / f"{task.stem}.mid"
    compose_files(model, target, how, after=how.after, progress=task.progress)


COMPOSE = Act(
    "compose",
    Compose,
    ("mix", "bars", "count", "seed", "scale", "voices", "after"),
    _make,
    "{} composed",
)
