"""Folders: which files a whole folder run makes, and the run itself, on all cores."""

from __future__ import annotations

import os
import warnings
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path, PurePosixPath

from eidophone.base.errors import EidophoneError, PictureError, SoundError, notes_of, tell
from eidophone.base.temporary import sweep
from eidophone.files.kinds import files_under, may_be_picture, sounds_in, tell_left_out
from eidophone.film.film import is_film
from eidophone.jobs.films import decode_film_file, encode_film_file
from eidophone.jobs.names import NUMBERED, settled
from eidophone.jobs.pictures import decode_files, encode_file, load_picture
from eidophone.jobs.settings import Decoding, Encoding, FilmDecoding, FilmEncoding
from eidophone.jobs.together import Together
from eidophone.jobs.workers import DIED, results


@dataclass(frozen=True)
class Task:
    """Files that become one other (or, numbered, several)."""

    sources: tuple[Path, ...]
    target: Path


@dataclass(frozen=True)
class DecodingBoth:
    """How the pictures and the films of a folder are turned into sound.

    Attributes:
        pictures: how pictures are.
        films: how films are.
        together: which of the sounds wait for each other; None: none.
    """

    pictures: Decoding
    films: FilmDecoding
    together: Together | None = None

    def place(self, task: Task) -> Path | None:
        """Where the sound of ``task`` waits, if it does."""
        if self.together is None:
            return None
        chosen = [replace(one, overwrite=False) for one in (self.pictures, self.films)]
        return self.together.place(task.sources, task.target, chosen)


How = Encoding | FilmEncoding | DecodingBoth


@dataclass(frozen=True)
class TaskOutcome:
    """What became of a task.

    Attributes:
        task: what was to be done.
        error: why it failed, if it did.
        notes: what was to be said about it.
        waits: its turn is over, and another outcome comes when those of all others are.
    """

    task: Task
    error: str | None = None
    notes: list[str] = field(default_factory=list)
    waits: bool = False


def encode_tasks(
    sources: Sequence[Path], target: Path, suffix: str, *, paged: bool = True
) -> list[Task]:
    """A task for each sound, its picture under ``target`` as it lies in its folder.

    A sound that is named more than once is drawn once, and that is told.

    Args:
        sources: sounds, and folders of which all sounds are meant.
        target: the folder for what is made.
        suffix: of that.
        paged: a sound may become several, numbered pictures, which are nobody else's.

    Raises:
        SoundError: a source is not there, or a folder without sounds.
    """
    named: list[tuple[Path, str]] = []
    for source in sources:
        if source.is_dir():
            named += [(path, _in(source, path)) for path in sounds_in(source, target)]
        elif source.exists():
            named.append((source, source.name))
        else:
            raise SoundError(f"there is no sound {source}")
    found = _each_once(named)
    names = settled([name for _, name in found], paged=paged)
    return [
        Task((path,), target / (name + suffix))
        for (path, _), name in zip(found, names, strict=True)
    ]


def _each_once(named: Sequence[tuple[Path, str]]) -> list[tuple[Path, str]]:
    """The sounds of which tasks are made, without those that have been ``named`` before."""
    once: dict[str, tuple[Path, str]] = {}
    again: dict[str, Path] = {}
    for path, name in named:
        place = os.path.abspath(path)  # noqa: PTH100 (a link is a name of its own)
        if place in once:
            again[place] = path
        else:
            once[place] = path, name
    if again:
        first, *others = again.values()
        more = f" and {len(others)} more" if others else ""
        tell(f"named more than once, and drawn once: {first}{more}")
    return list(once.values())


def decode_tasks(sources: Sequence[Path], target: Path, suffix: str, how: Decoding) -> list[Task]:
    """A task for each film or picture, or each run of numbered ones of a sound.

    A film may be a folder of frames. What would have the same name keeps its own suffix in it.

    Args:
        sources: pictures, films, and folders of which all of these are meant.
        target: the folder for what is made.
        suffix: of that.
        how: pictures are read.

    Raises:
        PictureError: a source is not there, or a folder without pictures or films.
    """
    names: dict[Path, str] = {}
    for source in sources:
        if source.is_dir():
            names |= {path: _in(source, path) for path in _shown_in(source, target)}
        elif source.exists():
            names[source] = source.name
        else:
            raise PictureError(f"there is no picture {source}")
    groups: dict[tuple[Path, bool], list[Path]] = defaultdict(list)
    for path in names:
        match = NUMBERED.fullmatch(path.stem)
        key = path.with_name(match[1] + path.suffix) if match else path
        groups[key, match is not None].append(path)
    named: list[tuple[str, list[Path]]] = []
    for (key, _), paths in groups.items():
        if len(paths) > 1 and _is_sequence(paths, how):
            whole = PurePosixPath(names[paths[0]]).with_name(key.name)
            named.append((whole.as_posix(), paths))
        else:
            named += [(names[path], [path]) for path in paths]
    results = settled([name for name, _ in named])
    return [
        Task(tuple(members), target / (name + suffix))
        for (_, members), name in zip(named, results, strict=True)
    ]


def _shown_in(folder: Path, target: Path) -> list[Path]:
    """The pictures and films in ``folder``, those that are folders of frames included."""
    files = list(files_under(folder, target))
    found = [path for path in files if may_be_picture(path) or is_film(path)]
    tell_left_out(folder, files)
    if not found:
        raise PictureError(f"there are no pictures or films in {folder}")
    places = dict.fromkeys(path.parent for path in found)
    films = [place for place in places if place != folder and is_film(place)]
    return [*films, *(path for path in found if path.parent not in films)]


def _in(folder: Path, path: Path) -> str:
    return path.relative_to(folder).as_posix()


def run_tasks(tasks: list[Task], how: How, jobs: int) -> Iterator[TaskOutcome]:
    """Do ``tasks`` in ``jobs`` processes; each outcome as it comes.

    Sounds of which nothing says how loud they were wait for each other; see `Together`.
    """
    for folder in {task.target.parent for task in tasks}:
        folder.mkdir(parents=True, exist_ok=True)
        sweep(folder.absolute())
    left = tasks
    if isinstance(how, DecodingBoth) and how.together and how.together.is_settled:
        settled = list(_settle(tasks, how))  # of a run that was interrupted
        yield from settled
        left = [task for task in tasks if task not in {outcome.task for outcome in settled}]
    for task, result in results(partial(run_task, how=how), left, jobs):
        yield result or TaskOutcome(task, DIED)
    if isinstance(how, DecodingBoth):
        yield from _settle(left, how)


def _settle(tasks: list[Task], how: DecodingBoth) -> Iterator[TaskOutcome]:
    """Write the sounds of ``tasks`` that wait, and say by what they were brought down."""
    if how.together is None:
        return
    places = {task: how.place(task) for task in tasks}
    waiting = {task.target: place for task, place in places.items() if place is not None}
    by_target = {task.target: task for task in tasks}
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        written = list(how.together.settle(waiting, overwrite=how.pictures.overwrite))
    for number, (target, error) in enumerate(written):
        yield TaskOutcome(by_target[target], error, [] if number else notes_of(caught))


def run_task(task: Task, how: How) -> TaskOutcome:
    """Do one task; errors of ours become its outcome."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            waits, error = _run(task, how), None
        except (EidophoneError, OSError, MemoryError) as failure:
            waits, error = False, str(failure) or type(failure).__name__
    name = str(task.sources[0])
    notes = [note if name in note else f"{name}: {note}" for note in notes_of(caught)]
    return TaskOutcome(task, error, notes, waits)


def _run(task: Task, how: How) -> bool:
    """Do ``task``; whether its sound waits."""
    first = task.sources[0]
    if isinstance(how, Encoding):
        encode_file(first, task.target, how)
    elif isinstance(how, FilmEncoding):
        encode_film_file(first, task.target, how)
    else:
        place = how.place(task)
        if place is not None and place.exists():  # since a run that was interrupted
            return True
        if len(task.sources) == 1 and is_film(first):
            return decode_film_file(first, task.target, how.films, place=place)
        return decode_files(list(task.sources), task.target, how.pictures, place=place)
    return False


def _is_sequence(paths: list[Path], how: Decoding) -> bool:
    """Whether the first two know that the one follows the other."""
    try:
        first, second = (load_picture(path, how).source for path in paths[:2])
    except EidophoneError:
        return False
    return first is not None and second is not None and second.first_column > first.first_column
