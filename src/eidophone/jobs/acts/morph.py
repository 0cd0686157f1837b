"""One sound of several."""

from __future__ import annotations

from dataclasses import dataclass

from eidophone.jobs.acts.model import Act, SoundFormat, Task
from eidophone.jobs.morphs import morph_files
from eidophone.morph.settings import Morphing


@dataclass(frozen=True, kw_only=True)
class Morph(Morphing):
    """How sounds become one, and which file that is.

    Attributes:
        format: of the sound.
    """

    format: SoundFormat = "wav"


def _make(task: Task) -> None:
    how: Morph = task.settings
    target = task.folder / f"{task.stem}.{how.format}"
    morph_files(task.of, target, how, progress=task.progress)


MORPH = Act(
    "morph",
    Morph,
    (
        *("method", "mix", "align", "articulation", "curve", "seconds", "quality", "gain"),
        *("as_drawn", "format"),
    ),
    _make,
    "{all} morphed",
)
