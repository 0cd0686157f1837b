"""Train: a model learns on, for as long as it is given; it works all the while."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from eidophone.base.arrays import Float32
from eidophone.base.atomic import make_folder
from eidophone.base.errors import OutputError, tell
from eidophone.learning.grid import RATE, sound_of
from eidophone.learning.judges.judges import Judges
from eidophone.learning.model import Model
from eidophone.learning.parts import FLOW, character_in, grains_in
from eidophone.learning.settings import Learning
from eidophone.sound.sound import Sound

#: Of one training, in its folder.
_CHECKPOINT = "training.safetensors"


@dataclass(frozen=True)
class Stage:
    """How a training goes.

    Attributes:
        share: of it that is done.
        seconds_left: at most.
        held: how badly it knows tracks that it has not heard: the held-out loss; less is better.
        best: the least of these; None: nothing is held out.
        heard: files with what the collections sound like by now.
    """

    share: float
    seconds_left: float
    held: float | None
    best: float | None
    heard: tuple[Path, ...] = ()


def can_train() -> bool:
    """Whether PyTorch is there."""
    return find_spec("torch") is not None


def training_folder(model: Path) -> Path:
    """Where the training of the ``model`` at that path keeps what it needs to go on."""
    return model.with_name(f"{model.stem}-training")


def can_resume(model: Path) -> bool:
    """Whether there is a model, and a training of it that was interrupted."""
    return model.exists() and (training_folder(model) / _CHECKPOINT).exists()


def trained(
    model: Model, folder: Path, how: Learning, told: Callable[[Stage], None] = lambda _: None
) -> Model:
    """``model`` with what training adds: a flow, and for what that is better than the closed form.

    Args:
        model: as it was loaded from its file: its sounds are those that are trained on.
        folder: what is needed to go on is kept there, and what it sounds like every two minutes.
        how: for how long, and whether to go on with what was begun.
        told: how it goes, now and then.

    Raises:
        LearnError: what was begun is another model's, or there is far too little memory.
        MissingExtraError: PyTorch is not installed.
    """
    from eidophone.learning.flow.courses import courses_of, levels_of_course  # noqa: PLC0415 (slow)
    from eidophone.learning.flow.settings import FlowSettings  # noqa: PLC0415
    from eidophone.learning.flow.training import Moment, train  # noqa: PLC0415
    from eidophone.learning.flow.worth import decided  # noqa: PLC0415

    checkpoint = folder / _CHECKPOINT
    make_folder(folder)
    character = character_in(model)
    components = character.components
    settings = FlowSettings(minutes=how.minutes)
    courses = courses_of(model.collections, model.conditions, components, settings.window)
    heard: dict[str, Path] = {}

    def progress(now: Moment) -> None:
        told(Stage(now.share, now.seconds_left, now.held, now.best, tuple(heard.values())))

    def listen(name: str, course: Float32) -> None:
        heard[name] = folder / f"{name}.wav"
        _hear(levels_of_course(components, course), heard[name])

    flow = train(
        courses,
        settings,
        checkpoint=checkpoint,
        resume=how.resume,
        progress=progress,
        listen=listen,
    )
    judges = Judges.fit(model.collections, model.conditions)
    worth = decided(flow, character, grains_in(model), judges)
    better = " and ".join(name for name, one in worth.items() if one.takes_over)
    tell(
        f"of sounds that were held out, {better} got better by training, and is done by it now"
        if better
        else "of sounds that were held out, training did nothing better than what is known at once:"
        " nothing is made with it"
    )
    said = {"recipe": flow.recipe.json(), "worth": {name: one.said for name, one in worth.items()}}
    return model.having(FLOW, dict(flow.arrays), **{FLOW: said})


def finished(folder: Path) -> None:
    """Remove what was only needed to go on."""
    (folder / _CHECKPOINT).unlink(missing_ok=True)
    with suppress(OSError):  # there are sounds in it
        folder.rmdir()


def _hear(levels: Float32, path: Path) -> None:
    samples = sound_of(levels[None])
    peak = float(np.abs(samples).max())
    try:
        Sound(samples * np.float32(min(1.0, 0.5 / max(peak, 1e-9))), RATE).save(
            path, overwrite=True
        )
    except OutputError as error:
        tell(f"{error}: training goes on")
