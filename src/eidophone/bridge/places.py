"""Places: folders to work in."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from eidophone.errors import OutputError


@contextmanager
def scratch(place: Path) -> Iterator[Path]:
    """A new folder in ``place``, which is gone when the block ends."""
    make_folder(place)
    try:
        folder = tempfile.mkdtemp(prefix=".eidophone-", dir=place)
    except OSError as error:
        raise OutputError(f"cannot work in {place}: {error.strerror or error}") from error
    try:
        yield Path(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def make_folder(folder: Path) -> None:
    """Make ``folder`` if it is not there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"cannot make {folder}: {error.strerror or error}") from error


def move(source: Path, target: Path) -> None:
    """Give ``source`` the name ``target``."""
    try:
        source.replace(target)
    except OSError as error:
        raise OutputError(f"cannot write {target}: {error.strerror or error}") from error
