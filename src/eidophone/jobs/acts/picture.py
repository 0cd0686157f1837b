"""Pictures of a sound: one of all, or numbered squares in a zip."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated

from eidophone.base.atomic import scratch
from eidophone.base.errors import SoundError
from eidophone.jobs.acts.model import Act, Task
from eidophone.jobs.drawing import picture_format
from eidophone.jobs.pictures import encode_file
from eidophone.jobs.settings import Encoding, PictureFormat
from eidophone.jobs.workspace.zips import one_or_packed, packed
from eidophone.picture.part import Paint
from eidophone.picture.settings import SIZE


@dataclass(frozen=True, kw_only=True)
class Whole(Encoding):
    """How a sound is drawn as a picture."""

    format: PictureFormat = "png"


@dataclass(frozen=True, kw_only=True)
class Squares(Whole):
    """How a sound is drawn as squares."""

    size: Annotated[int, replace(SIZE, help="width and height of the squares")] = 512


def draw(task: Task, how: Encoding, paint: Paint | None = None) -> None:
    """One picture; where that would be too wide, as many as are needed, in a zip.

    Args:
        task: of one sound.
        how: it is drawn, into a zip in any case if that is squares.
        paint: lays paint over it.

    Raises:
        EidophoneError: of all kinds.
    """
    sound_path = task.only("sound", SoundError)
    with scratch(task.folder) as folder:
        suffix = picture_format(how.format, task.folder / task.stem).suffix
        target = folder / f"{task.stem}{suffix}"
        pictures = encode_file(sound_path, target, how, task.progress, paint)
        give = one_or_packed if how.size is None else packed
        give(pictures, task.folder / f"{task.stem}.zip")


def _make(task: Task) -> None:
    draw(task, replace(task.settings, downmix=True))


PICTURE = Act(
    "picture",
    Whole,
    ("recipe", "exposure", "format", "strip", "carry_original", "drawn_for", "channels", "track"),
    _make,
)

SQUARES = Act(
    "squares",
    Squares,
    ("size", "overlap", "recipe", "exposure", "format", "strip", "drawn_for", "channels", "track"),
    _make,
    "{} squares",
)
