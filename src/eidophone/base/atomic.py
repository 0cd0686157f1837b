"""Atomic files: what is written appears whole under its name, or not at all; and folders."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from eidophone.base.errors import OutputError
from eidophone.base.temporary import PREFIX, forget, is_temporary, new_file, new_folder


class Finished:
    """The files that this process has written whole, hidden and temporary ones aside.

    Attributes:
        count: how many.
        last: the last of them.
        naming: the one that is just being given its name, and what it was called before.
    """

    count = 0
    last: Path | None = None
    naming: tuple[Path, Path] | None = None


@contextmanager
def atomic_path(path: str | Path, *, overwrite: bool = False) -> Iterator[Path]:
    """Give an empty temporary file beside ``path``, which gets that name when the block succeeds.

    The temporary file has the suffix of ``path``, since writers choose a format by it. When the
    block raises, the temporary file is removed and ``path`` is as it was.

    Args:
        path: the file to write; its folder must exist.
        overwrite: replace a file that is there already.

    Raises:
        OutputError: there is a file already, no such folder, no permission, no space.
    """
    target = Path(path)
    with _about(target):
        _check_target(target, overwrite)
        temporary = new_file(target.parent, target.suffix)
        try:
            yield temporary
            _check_target(target, overwrite)  # it may have appeared meanwhile
            Finished.naming = target, temporary
            temporary.replace(target)
            note_finished(target)
        finally:
            forget(temporary)


def need_target(path: str | Path, *, overwrite: bool = False) -> None:
    """Refuse now, before there is anything to write, what `atomic_path` would refuse.

    Raises:
        OutputError: as there.
    """
    target = Path(path)
    with _about(target):
        _check_target(target, overwrite)
        forget(new_file(target.parent, target.suffix))  # permissions only show when it is tried


@contextmanager
def scratch(place: Path | None = None) -> Iterator[Path]:
    """A new folder in ``place``, or where the system has such, which is gone when the block ends.

    Only the user can look into one that the system has.
    """
    within = Path(tempfile.gettempdir()) if place is None else place
    make_folder(within)
    try:
        folder = new_folder(within, private=place is None)
    except OSError as error:
        raise OutputError(f"cannot work in {within}: {error.strerror or error}") from error
    try:
        yield folder
    finally:
        forget(folder)


def note_finished(target: Path) -> None:
    """Count ``target``, which has just been given its name."""
    Finished.naming = None
    if not target.name.startswith(".") and not is_temporary(target.parent):
        Finished.count, Finished.last = Finished.count + 1, target


def note_interrupted() -> None:
    """Count what was just being given its name, if it has got it."""
    if Finished.naming is not None and not Finished.naming[1].exists():
        note_finished(Finished.naming[0])


def make_folder(folder: Path) -> None:
    """Make ``folder`` if it is not there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"cannot make {folder}: {error.strerror or error}") from error


@contextmanager
def folder_made(folder: Path) -> Iterator[None]:
    """In the block, ``folder`` is there; what was made of it is gone after it, if it stays empty.

    Raises:
        OutputError: it cannot be made.
    """
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    make_folder(folder)
    try:
        yield
    finally:
        for one in missing:
            with suppress(OSError):  # something is in it
                one.rmdir()


def move(source: Path, target: Path) -> None:
    """Give ``source`` the name ``target``."""
    try:
        source.replace(target)
    except OSError as error:
        raise OutputError(f"cannot write {target}: {error.strerror or error}") from error


def already_there(path: Path) -> OutputError:
    """The error for a file or folder that is there, and was not to be replaced."""
    return OutputError(f"{path} exists already: choose another name, or `overwrite` it")


def _check_target(target: Path, overwrite: bool) -> None:
    """Refuse a name that cannot be, or must not be, replaced."""
    if "\0" in str(target) or not target.name:
        raise OutputError(f"{str(target)!r} is not the name of a file")
    if not target.parent.is_dir():
        raise OutputError(f"cannot write {target}: there is no folder {target.parent}")
    if not target.exists():  # raises for names that are too long
        return
    if not target.is_file():
        raise OutputError(f"cannot write {target}: it exists and is not a file")
    if not overwrite:
        raise already_there(target)


@contextmanager
def _about(target: Path) -> Iterator[None]:
    """In the block, what the system says of writing ``target`` is an `OutputError`."""
    try:
        yield
    except OSError as error:
        if not _is_about(error, target):
            raise
        raise OutputError(f"cannot write {target}: {error.strerror or error}") from error


def _is_about(error: OSError, target: Path) -> bool:
    """Whether ``error`` is about writing ``target``, and not another file used in the block."""
    if error.filename is None:
        return True
    culprit = Path(str(error.filename))
    return culprit == target or culprit.name.startswith(PREFIX)
