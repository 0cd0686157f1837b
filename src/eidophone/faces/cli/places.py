"""Places: which files and folders a command means."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from eidophone.base.atomic import folder_made
from eidophone.base.errors import EidophoneError, LearnError, OutputError, PictureError, SoundError
from eidophone.faces.cli.talk import Talk
from eidophone.faces.cli.words import PIPE, as_typed
from eidophone.files.kinds import may_be_picture, may_be_sound, pictures_in
from eidophone.jobs.names import beside, folder_beside
from eidophone.jobs.pictures import pictures_named


def sources_of(options: Namespace) -> list[Path]:
    """What is to be worked on."""
    return [Path(name) for name in options.sources]


def is_folder(name: str) -> bool:
    """Whether ``name`` means a folder, be it there already or not."""
    return name.endswith(("/", os.sep)) or Path(name).is_dir()


def may_be_folder(name: str) -> bool:
    """Whether ``name`` means a folder where one is needed."""
    return is_folder(name) or not Path(name).suffix


def target_in(source: Path, target: str, suffix: str, *, several: bool = False) -> Path:
    """The file that ``target`` means: it, with a suffix, or in that folder, after ``source``.

    Args:
        source: of which it is made.
        target: as it was named.
        suffix: of the file where the target has none.
        several: it becomes several, for which a folder is needed.
    """
    if is_folder(target) or (several and may_be_folder(target)):
        return Path(target) / (source.stem + suffix)
    return Path(target) if Path(target).suffix else Path(target + suffix)


def collections_of(words: Sequence[str]) -> dict[str, Path]:
    """The folder of each collection, by its name: of ``NAME=FOLDER``, or of ``FOLDER`` alone.

    Raises:
        LearnError: two would have the same name.
    """
    found: dict[str, Path] = {}
    for word in words:
        name, equals, folder = word.partition("=")
        path = Path(folder if equals else word)
        name = name.strip() if equals else _name_of(path)
        if name in found:
            raise LearnError(f"two collections are called {name!r}: write NAME=FOLDER for each")
        found[name] = path
    return found


def _name_of(path: Path) -> str:
    """What the collection at ``path`` is called: as its folder, or its file without the ending."""
    whole = Path(os.path.abspath(path))  # noqa: PTH100 (a link keeps its own name)
    return whole.stem if whole.is_file() else whole.name


def settle_target(options: Namespace, talk: Talk, suffix: str, what: str, *, many: bool) -> None:
    """Choose a target where none was named, and say how to ask for the likeliest oneself.

    Args:
        options: what was asked for; ``target`` is filled in.
        talk: told what was chosen.
        suffix: of the file that is made.
        what: pictures, films, or sounds.
        many: that many go to a folder.
    """
    sources = sources_of(options)
    if options.target is None and many:
        options.target = f"{folder_beside(sources, what)}{os.sep}"
    elif options.target is None:
        options.target = str(beside(sources[0], suffix, taken="overwrite" in options))
    if options.likeliest:
        places = (*options.sources, options.target)
        typed = (PIPE if one in talk.called else one for one in places)
        talk.note(f"this is {as_typed(options.command, *typed)}")


def folder_for(target: Path, options: Namespace) -> AbstractContextManager[None]:
    """In the block, the folder of ``target`` is there, if it is one that was asked for."""
    asked_for = Path(options.target) == target.parent
    return folder_made(target.parent) if asked_for else nullcontext()


def need_folder(sources: list[Path], target: str) -> None:
    """Refuse a target that is no folder, for what becomes many files."""
    if not may_be_folder(target):
        what = f"{sources[0]} is a folder" if len(sources) == 1 else f"{len(sources)} are many"
        raise OutputError(f"{what}, so {target} must be a folder: add a /")


def refuse_picture(options: Namespace, *sources: Path) -> None:
    """Refuse a picture where a sound is to be drawn: arguments in the wrong order."""
    for source in sources:
        if source.is_file() and may_be_picture(source) and not may_be_sound(source):
            way = _other_way("decode", source, options)
            raise PictureError(f"{source} is a picture: to hear it, {way}")


def refuse_sound(options: Namespace, *sources: Path) -> None:
    """Refuse a sound where a picture is to be heard: arguments in the wrong order."""
    for source in sources:
        if source.is_file() and may_be_sound(source) and not may_be_picture(source):
            way = _other_way("encode", source, options)
            raise SoundError(f"{source} is a sound: to draw it, {way}")


def need_file(path: Path, error: EidophoneError) -> None:
    """Refuse a file that is not there."""
    if not path.exists():
        raise type(error)(f"{error} {path}")


def refuse_folder(path: Path, instead: str) -> None:
    """Refuse a folder where a sound is needed, and say what to do ``instead``."""
    if path.is_dir():
        raise SoundError(f"{path} is a folder, and no sound: {instead}")


def pictures_at(name: str | Path) -> list[Path]:
    """The pictures in a folder, or of a name."""
    path = Path(name)
    return pictures_in(path) if path.is_dir() else pictures_named(path)


def _other_way(command: str, source: Path, options: Namespace) -> str:
    """The same with the ``command`` that was meant instead."""
    if "sources" not in options:
        return as_typed(command, source)
    return as_typed(command, *options.sources, *([options.target] if options.target else []))
