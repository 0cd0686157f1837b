"""Models: folders to model files; and these, with sound files, to new ones, maps and reports."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from eidophone.base.atomic import atomic_path, folder_made, need_target
from eidophone.base.errors import LearnError, tell
from eidophone.jobs.names import model_path
from eidophone.learning.generate import generated
from eidophone.learning.grains.exploring import Map
from eidophone.learning.learn import learn
from eidophone.learning.model import Model
from eidophone.learning.parts import grains_in
from eidophone.learning.settings import Generating, Learning, Translating
from eidophone.learning.slide import with_slider
from eidophone.learning.storing import SUFFIX
from eidophone.learning.train import (
    Stage,
    can_resume,
    can_train,
    finished,
    trained,
    training_folder,
)
from eidophone.learning.translate import translated
from eidophone.sound.files import need_sound_target
from eidophone.sound.making import Progress
from eidophone.sound.sound import Sound


def learn_file(
    target: Path,
    sources: Mapping[str, Path],
    how: Learning,
    *,
    progress: Progress = lambda _: None,
    ready: Callable[[], None] = lambda: None,
    told: Callable[[Stage], None] = lambda _: None,
) -> None:
    """Learn the collections in ``sources``, or go on with what was begun, at ``target``.

    Args:
        target: the model.
        sources: the folder of each collection by its name; none of a training that is resumed.
        how: for how long.
        progress: told how much is done of what comes before the training.
        ready: told when the model is there and works, while its training goes on.
        told: how the training goes.

    Raises:
        LearnError: nothing can be learnt of these, or there is nothing to go on with.
        OutputError: the model cannot be written.
    """
    folder = training_folder(target)
    if how.resume and not can_resume(target):
        raise LearnError(f"there is no training to resume in {folder}")
    if not how.resume:
        need_target(target, overwrite=how.overwrite)
        learn(sources, how.content, progress).save(target, overwrite=how.overwrite)
        finished(folder)
        ready()
    if how.minutes and not how.resume and not can_train():
        tell("training needs PyTorch (pip install 'eidophone[learn]'): the model works without it")
    elif how.minutes:
        trained(Model.load(target), folder, how, told).save(target, overwrite=True)
        finished(folder)


def slide_file(model: Path, name: str, places: Sequence[Path]) -> None:
    """Give a model a slider of one's own; see `with_slider`."""
    with_slider(Model.load(model), name, *places).save(model, overwrite=True)


def explore_files(
    model: Path, folder: Path, *, overwrite: bool = False, progress: Progress = lambda _: None
) -> list[Path]:
    """Place every second that a model has learnt of by likeness, in ``folder``.

    Returns:
        The files: data, then a picture.
    """
    data, picture = folder / "map.csv", folder / "map.png"
    with folder_made(folder):
        for path in (data, picture):
            need_target(path, overwrite=overwrite)
        opened = _opened(model)
        progress(0.3)
        placed = Map.of(grains_in(opened).index)
        with (
            atomic_path(data, overwrite=overwrite) as written,
            atomic_path(picture, overwrite=overwrite) as drawn,
        ):  # neither has its name before both are whole
            written.write_text(placed.text, encoding="utf-8")
            placed.picture().save(drawn, "PNG")
    return [data, picture]


def report_file(
    model: Path,
    page: Path,
    *,
    elsewhere: Sequence[tuple[str, Path]] = (),
    overwrite: bool = False,
    progress: Progress = lambda _: None,
) -> None:
    """Write what a model has learnt, beside controls, to the page at ``page``.

    Args:
        model: what was learnt.
        page: the file to make.
        elsewhere: folders of sounds that are judged as new ones of the collections named.
        overwrite: a page that is there.
        progress: told how much is done.
    """
    from eidophone.learning.report.page import write_report  # noqa: PLC0415 (slow)

    need_target(page, overwrite=overwrite)
    opened = _opened(model)
    write_report(opened, page, elsewhere=elsewhere, overwrite=overwrite, progress=progress)


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
    opened = _opened(model)
    made = translated(opened, Sound.load(source, downmix=True), how)
    made.write(target, how, overwrite=overwrite, progress=progress)


def generate_files(
    model: Path,
    target: Path,
    how: Generating,
    *,
    like: Path | None = None,
    after: Path | None = None,
    overwrite: bool = False,
    progress: Progress = lambda _: None,
) -> list[Path]:
    """Make new sounds; of several, they are called as ``target`` with numbers.

    Args:
        model: what was learnt.
        target: the file to make.
        how: what they are to be like.
        like: a sound that they are variations of.
        after: a sound that they continue.
        overwrite: files that are there.
        progress: told how much is done.
    """
    targets = [target] if how.count == 1 else _numbered(target, how.count)
    for one in targets:
        need_sound_target(one, overwrite=overwrite)
    opened = _opened(model)
    sounds = [None if one is None else Sound.load(one, downmix=True) for one in (like, after)]
    made = generated(opened, how, like=sounds[0], after=sounds[1])
    for number, (one, sound) in enumerate(zip(targets, made, strict=True)):

        def done(part: float, number: int = number) -> None:
            progress((number + part) / len(targets))

        sound.write(one, how, overwrite=overwrite, progress=done)
    return targets


def _opened(named: Path) -> Model:
    """The model that is called so; the latest is kept, for whoever asks again."""
    path = model_path(named, SUFFIX)
    if not path.is_file():
        return Model.load(path)  # says what is wrong
    facts = path.stat()
    return _kept(path, facts.st_mtime_ns, facts.st_size)


@lru_cache(maxsize=1)
def _kept(path: Path, _changed: int, _size: int) -> Model:
    return Model.load(path)


def _numbered(target: Path, count: int) -> list[Path]:
    width = max(3, len(str(count)))
    return [
        target.with_name(f"{target.stem}-{number:0{width}}{target.suffix}")
        for number in range(1, count + 1)
    ]
