"""Models: folders to model files; and these, with sound files, to new ones, maps and reports."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from eidophone.base.atomic import need_target
from eidophone.learning.learn import learn
from eidophone.learning.model import Model
from eidophone.learning.settings import Learning, Translating
from eidophone.learning.storing import SUFFIX
from eidophone.learning.translate import translated
from eidophone.sound.files import need_sound_target
from eidophone.sound.making import Progress
from eidophone.sound.sound import Sound


def model_path(path: Path) -> Path:
    """Where a model is that is called ``path``, with or without its ending."""
    return path if path.suffix else path.with_name(path.name + SUFFIX)


def learn_file(
    target: Path,
    sources: Mapping[str, Path],
    how: Learning,
    *,
    progress: Progress = lambda _: None,
    ready: Callable[[], None] = lambda: None,
) -> None:
    """Learn the collections in ``sources``, or go on with what was begun, at ``target``.

    Args:
        target: the model.
        sources: the folder of each collection by its name; none of a training that is resumed.
        how: for how long.
        progress: told how much is done.
        ready: told when the model is there and works, while its training goes on.
    """
    need_target(target, overwrite=how.overwrite)
    learn(sources, progress).save(target, overwrite=how.overwrite)
    ready()


def translate_file(
    model: Path,
    source: Path,
    target: Path,
    how: Translating,
    *,
    overwrite: bool = False,
    progress: Progress = lambda _: None,
) -> None:
    """Tell the sound at ``source`` with the character that a model has learnt, at ``target``."""
    need_sound_target(target, overwrite=overwrite)
    opened = Model.load(model_path(model))
    made = translated(opened, Sound.load(source, downmix=True), how)
    made.write(target, how, overwrite=overwrite, progress=progress)
