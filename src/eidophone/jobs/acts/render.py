"""A painting as a sound, or as a picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from eidophone.base.errors import NotThereError, PictureError
from eidophone.base.options import Option
from eidophone.jobs.acts.model import Act, SoundFormat, Task
from eidophone.jobs.acts.picture import draw
from eidophone.jobs.painting.rendering import paint_of, render_sound
from eidophone.jobs.painting.store import Store
from eidophone.jobs.settings import Encoding
from eidophone.jobs.workspace.copies import Copies
from eidophone.jobs.workspace.folder import HIDDEN
from eidophone.picture.settings import ChosenQuality


@dataclass(frozen=True, kw_only=True)
class Rendering:
    """What a painting becomes.

    Attributes:
        result: a sound, or a picture.
        quality: of the sound.
        format: of the sound.
    """

    result: Annotated[Literal["sound", "picture"], Option(help="what the painting becomes")] = (
        "sound"
    )
    quality: ChosenQuality = "standard"
    format: SoundFormat = "wav"


def _make(task: Task) -> None:
    how: Rendering = task.settings
    sound_path = task.only("sound", PictureError)
    hidden = sound_path.parent / HIDDEN
    store = Store(hidden / "paintings")
    latest = store.of(sound_path.name)
    if latest is None:
        raise NotThereError(f"nothing is painted on {sound_path.name}")
    sound = Copies(hidden / "cache" / "sounds").of(sound_path)
    painting = next(iter(store.on(sound_path.name, sound)), latest)
    if how.result == "picture":
        drawn = Encoding(recipe=painting.recipe, format="png", downmix=True)
        draw(task, drawn, paint_of(store, painting))
        return
    sound.wait_for(sound.sample_count)
    target = task.folder / f"{task.stem}.{how.format}"
    render_sound(store, painting, sound, target, quality=how.quality, progress=task.progress)


RENDER = Act("render", Rendering, ("result", "quality", "format"), _make, "{} painted")
