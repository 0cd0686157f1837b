"""Temporary files and folders: gone when they were used; those of a killed run, by the next one.

Each is locked by the process that made it, and says in its name which machine that is on. One that
nobody holds any more was left by a run that was killed.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import secrets
import shutil
import stat
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from eidophone.base.errors import OutputError
from eidophone.base.locks import is_at, try_lock

#: Where all hidden names of ours begin.
PREFIX = ".eidophone-"

#: Temporary ones, and the locks of `claimed`.
_OURS = re.compile(rf"{re.escape(PREFIX)}(?:(?P<machine>[0-9a-f]{{8}})-)?[0-9a-f]{{16}}(?:\..*)?")

#: Folders that were swept by this process; more are swept again, which takes only time.
_MOST_SWEPT = 4096

_ATTEMPTS = 10

#: Stands for the descriptor of a lock where nothing is locked.
_NO_LOCK = -1


class _Life:
    """What this process has made and not yet removed: descriptors of locks, by path."""

    def __init__(self) -> None:
        self.made: dict[Path, int] = {}
        self.is_over = False


_life = _Life()


def new_file(folder: Path, suffix: str) -> Path:
    """An empty file in ``folder``, hidden, with the permissions of any new file."""
    return _new(folder, suffix, _create)


def new_folder(folder: Path, *, private: bool = False) -> Path:
    """An empty folder in ``folder``, hidden; if it is ``private``, nobody else can read it."""
    return _new(folder, "", lambda path: path.mkdir(0o700 if private else 0o777))


def keep(path: Path, descriptor: int) -> None:
    """Know of ``path``, which this process has made and holds, until it is forgotten."""
    _life.made[path] = descriptor


def forget(path: Path) -> None:
    """Remove what was made at ``path``, if it was not given another name, and hold it no more."""
    _remove(path)
    descriptor = _life.made.pop(path, _NO_LOCK)
    if descriptor != _NO_LOCK:
        os.close(descriptor)


def abandon() -> None:
    """Remove all that this process has made: it is about to end, and makes no more."""
    _life.is_over = True
    for path in list(_life.made):
        _remove(path)


def is_temporary(path: Path) -> bool:
    """Whether ``path`` is, or lies in, something temporary that this process has made."""
    return any(one in _life.made for one in (path, *path.parents))


@lru_cache(maxsize=_MOST_SWEPT)
def sweep(folder: Path) -> None:
    """Remove what runs that were killed have left in ``folder``; once for each folder."""
    if os.name == "nt":
        return
    with suppress(OSError, ValueError), os.scandir(folder) as entries:
        for entry in entries:
            name = _OURS.fullmatch(entry.name)
            if name and name["machine"] in (None, _machine()):
                with suppress(OSError):  # it has just gone, or is not ours
                    _sweep_one(folder / entry.name)


def _sweep_one(path: Path) -> None:
    """Remove ``path``, if it is of this user, and nobody holds it."""
    status = path.lstat()
    is_usual = stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode)
    if not is_usual or status.st_uid != os.geteuid():
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        if try_lock(descriptor) and is_at(descriptor, path):
            _remove(path)
    finally:
        os.close(descriptor)


def _new(folder: Path, suffix: str, make: Callable[[Path], None]) -> Path:
    if _life.is_over:
        raise OutputError(f"nothing more is written into {folder}: this run was stopped")
    sweep(folder.absolute())
    for _ in range(_ATTEMPTS):
        path = folder / f"{PREFIX}{_machine()}-{secrets.token_hex(8)}{suffix}"
        _life.made[path] = _NO_LOCK  # a signal may come as soon as it is there
        descriptor = None
        try:
            make(path)
            descriptor = _held(path)
        finally:
            if descriptor is None:
                del _life.made[path]
        if descriptor is not None:
            _life.made[path] = descriptor
            return path
    raise OutputError(f"cannot work in {folder}: what is made there is removed at once")


def _held(path: Path) -> int | None:
    """A lock on ``path``, if there are any; None if another run was faster, and swept it."""
    if os.name == "nt":  # where what is open cannot get another name
        return _NO_LOCK
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return None
    if try_lock(descriptor) is not False and is_at(descriptor, path):
        return descriptor
    os.close(descriptor)
    return None


def _create(path: Path) -> None:
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink()


@lru_cache(maxsize=1)
def _machine() -> str:
    return hashlib.blake2b(platform.node().encode(), digest_size=4).hexdigest()
