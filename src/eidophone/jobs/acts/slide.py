"""A model with a slider of one's own, beside the model without it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from eidophone.base.errors import LearnError
from eidophone.base.options import Option
from eidophone.jobs.acts.model import Act, Task
from eidophone.jobs.models import slide_file


@dataclass(frozen=True, kw_only=True)
class Slide:
    """What the slider is called, and what it is made of.

    Attributes:
        slider: its name.
        collections: a folder of sounds that have more of it, and one of sounds that have less.
    """

    slider: Annotated[str, Option(help="name of the slider")] = ""
    collections: Annotated[
        tuple[Path, ...], Option(help="sounds with more of it, and with less", most=2)
    ] = ()


def _make(task: Task) -> None:
    how: Slide = task.settings
    model = task.only("model", LearnError)
    if len(how.collections) != 2:
        raise LearnError("a slider is made of two folders: of sounds with more and with less of it")
    target = task.folder / f"{task.stem}{model.suffix}"
    shutil.copyfile(model, target)
    slide_file(target, how.slider, how.collections)


SLIDE = Act("slide", Slide, ("slider", "collections"), _make, "{} with a slider")
