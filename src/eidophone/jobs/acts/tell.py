"""A sound told by others."""

from __future__ import annotations

from dataclasses import dataclass

from eidophone.base.errors import MorphError
from eidophone.jobs.acts.model import Act, SoundFormat, Task
from eidophone.jobs.morphs import style_file
from eidophone.morphing.settings import Telling


@dataclass(frozen=True, kw_only=True)
class Tell(Telling):
    """How the first sound is told by all others, and which file that is.

    Attributes:
        format: of the sound.
    """

    format: SoundFormat = "wav"


def _make(task: Task) -> None:
    how: Tell = task.settings
    content, *substances = task.of
    if not substances:
        raise MorphError("one sound was chosen: choose others, too, that are to tell it")
    target = task.folder / f"{task.stem}.{how.format}"
    style_file(content, substances, target, how, progress=task.progress)


TELL = Act(
    "tell",
    Tell,
    ("articulation", "strength", "content", "gain", "as_drawn", "format"),
    _make,
    "{} told",
)
