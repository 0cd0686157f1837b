"""New sounds out of what a model has learnt."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from eidophone.base.errors import LearnError
from eidophone.base.options import Option
from eidophone.jobs.acts.model import Act, SoundFormat, Task
from eidophone.jobs.models import generate_files
from eidophone.learning.settings import Generating


@dataclass(frozen=True, kw_only=True)
class Generate(Generating):
    """What new sounds are to be like, and which files they are.

    Attributes:
        like: a sound that they are variations of.
        after: a sound that they go on from.
        format: of the sounds.
    """

    like: Annotated[Path | None, Option(help="variations of this sound", usual="something new")] = (
        None
    )
    after: Annotated[
        Path | None, Option(help="what comes after this sound", usual="from the beginning")
    ] = None
    format: SoundFormat = "wav"


def _make(task: Task) -> None:
    how: Generate = task.settings
    model = task.only("model", LearnError)
    target = task.folder / f"{task.stem}.{how.format}"
    generate_files(model, target, how, like=how.like, after=how.after, progress=task.progress)


GENERATE = Act(
    "generate",
    Generate,
    (
        *("mix", "seconds", "count", "seed", "set", "loop", "like", "after"),
        *("quality", "gain", "as_drawn", "format"),
    ),
    _make,
    "{} generated",
)
