"""One sound of several, by one method or by each."""

from __future__ import annotations

from dataclasses import dataclass

from eidophone.base.atomic import scratch
from eidophone.jobs.acts.model import Act, SoundFormat, Task
from eidophone.jobs.morphs import morph_files, morph_files_every_way
from eidophone.morphing.settings import Morphing


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


def _make_all(task: Task) -> None:
    with scratch(task.folder) as folder:
        made = morph_files_every_way(task.of, folder / "all", task.settings, progress=task.progress)
        for path in made:
            way = "every method" if path.suffix == ".png" else path.stem
            path.rename(task.folder / f"{way} of {task.stem}{path.suffix}")  # long names are cut


_OFFERED = ("mix", "align", "articulation", "curve", "seconds", "quality", "gain", "as_drawn")

MORPH = Act("morph", Morph, ("method", *_OFFERED, "format"), _make, "{all} morphed")

MORPHS = Act("morphs", Morphing, _OFFERED, _make_all, "{all}")
