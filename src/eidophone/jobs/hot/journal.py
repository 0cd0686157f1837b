"""Journal: what a hot folder has made of what, so that it goes on where it was."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from eidophone.base.atomic import atomic_path

#: A larger file is not one of ours: this is a million lines.
_MAX_BYTES = 256 * 1024 * 1024


#: Bytes of the name of a file: no system knows longer ones.
_LONGEST_NAME = 255


@dataclass(frozen=True)
class Entry:
    """What was made of a source.

    Attributes:
        asked: what was asked for, in short: when this changes, it is made again.
        name: what the source is called in the folder that holds what is made of it: its path
            there, without a suffix.
        made: the files, as paths in that folder.
    """

    asked: str
    name: str
    made: tuple[str, ...]


class Journal:
    """The entries of all sources, by their path in the hot folder.

    Args:
        path: the file that keeps them; if it is missing or broken, nothing has been made yet.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._entries = _load(path)

    def get(self, source: str) -> Entry | None:
        """What was made of ``source``, if anything was."""
        return self._entries.get(source)

    def __getitem__(self, source: str) -> Entry:
        """What was made of ``source``."""
        return self._entries[source]

    def items(self) -> list[tuple[str, Entry]]:
        """All sources, and what was made of them."""
        return list(self._entries.items())

    def note(self, source: str, entry: Entry) -> None:
        """Keep what was made of ``source``.

        Raises:
            OutputError: the file cannot be written.
        """
        self._entries[source] = entry
        values = {
            source: [entry.asked, entry.name, *entry.made]
            for source, entry in self._entries.items()
        }
        with atomic_path(self._path, overwrite=True) as temporary:
            temporary.write_text(json.dumps(values, indent=0), encoding="utf-8")


def _load(path: Path) -> dict[str, Entry]:
    try:
        if path.stat().st_size > _MAX_BYTES:
            return {}
        values = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(values, dict):
        return {}
    entries = {source: _entry(value) for source, value in values.items() if _is_inside(source)}
    return {source: entry for source, entry in entries.items() if entry is not None}


def _entry(value: Any) -> Entry | None:
    """What a line of the file says; None if it makes no sense, or leads out of the folder."""
    if not isinstance(value, list) or len(value) < 2:
        return None
    if not all(isinstance(part, str) for part in value):
        return None
    asked, *names = value
    if not all(map(_is_inside, names)):
        return None
    return Entry(asked, names[0], tuple(names[1:]))


def _is_inside(name: str) -> bool:
    """Whether ``name`` is the path of a file in a folder, whatever system it is on."""
    try:
        encoded = os.fsencode(name)
    except UnicodeEncodeError:
        return False
    kinds = PurePosixPath(name), PureWindowsPath(name)
    if any(len(part) > _LONGEST_NAME for part in encoded.split(b"/")):
        return False
    inside = all(path.name and not path.anchor and ".." not in path.parts for path in kinds)
    return inside and b"\0" not in encoded
