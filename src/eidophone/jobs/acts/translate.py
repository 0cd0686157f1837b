"""A sound told with the character that a model has learnt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from eidophone.base.atomic import scratch
from eidophone.base.errors import LearnError
from eidophone.base.options import Option
from eidophone.jobs.acts.model import Act, SoundFormat, Task
from eidophone.jobs.models import translate_file
from eidophone.learning.settings import MOST_SECONDS, Translating
from eidophone.sound.sound import Sound


@dataclass(frozen=True, kw_only=True)
class Translate(Translating):
    """How a sound is told, and which file that is.

    Attributes:
        seconds: no more of it than its beginning.
        format: of the sound.
    """

    seconds: Annotated[
        float | None,
        Option(
            help="only its beginning",
            usual="all of it",
            unit="seconds",
            low=1,
            high=MOST_SECONDS,
        ),
    ] = None
    format: SoundFormat = "wav"


def _make(task: Task) -> None:
    how: Translate = task.settings
    if len(task.of) != 2:
        raise LearnError(f"{len(task.of)} items were chosen: choose a sound, then a model")
    source, model = task.of
    with scratch(task.folder) as place:
        if how.seconds is not None:
            sound = Sound.load(source, downmix=True)
            source = place / "beginning.wav"
            last = round(how.seconds * sound.rate)
            Sound(sound.samples[:, :last], sound.rate).save(source)
        target = task.folder / f"{task.stem}.{how.format}"
        translate_file(model, source, target, how, progress=task.progress)


TRANSLATE = Act(
    "translate",
    Translate,
    ("to", "keep", "strength", "set", "seconds", "quality", "gain", "as_drawn", "format"),
    _make,
    "{} translated",
)
