"""Made: how the items of a workspace were made, a small file for each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from eidophone.base.atomic import atomic_path
from eidophone.base.options import is_text

#: A longer record is none of ours.
_MOST_BYTES = 1 << 20

#: The record of what was thrown away.
_THROWN = ".made.json"


@dataclass
class Made:
    """How an item was made.

    Attributes:
        act: what was done.
        of: the names of the items that it was done with.
        settings: what was chosen, as forms give it.
        notes: what was said meanwhile.
        when: in seconds since 1970.
    """

    act: str
    of: list[str]
    settings: dict[str, Any]
    notes: list[str]
    when: float


class Records:
    """The records of a workspace.

    Args:
        folder: where they are.
        trash: where those of items are that were thrown away, each in a folder of its own.
    """

    def __init__(self, folder: Path, trash: Path) -> None:
        self._folder, self._trash = folder, trash

    def of(self, name: str) -> Made | None:
        """How the item called ``name`` was made; None if that is not known."""
        return read(self.path_of(name))

    def note(self, name: str, made: Made) -> None:
        """Keep how ``name`` was made."""
        write(self.path_of(name), made)

    def move(self, name: str, target: Path) -> None:
        """Move the record of ``name``, if there is one, to ``target``."""
        with suppress(OSError):
            self.path_of(name).replace(target)

    def path_of(self, name: str) -> Path:
        """Where the record of ``name`` is."""
        return self._folder / f"{name}.json"

    def thrown(self, place: Path) -> Path:
        """Where the record of what was thrown away into the folder ``place`` is."""
        return place / _THROWN

    def speaking_of(self, name: str) -> Iterator[tuple[Path, Made]]:
        """The records that have ``name`` in them, and where they are; those in the trash, too."""
        written = json.dumps(name).encode()
        for path in [*self._folder.glob("*.json"), *self._trash.glob(f"*/{_THROWN}")]:
            with suppress(OSError):
                found = read(path) if written in path.read_bytes() else None
                if found is not None:
                    yield path, found


def read(path: Path) -> Made | None:
    """The record at ``path``; None if there is none that can be read."""
    with suppress(OSError, ValueError, TypeError, RecursionError):
        with path.open("rb") as file:
            values = json.loads(file.read(_MOST_BYTES))
        json.dumps(values, ensure_ascii=False, allow_nan=False).encode("utf-8")  # as it is shown
        made = Made(**values)
        return made if _is_one(made) else None
    return None


def _is_one(made: Made) -> bool:
    """Whether all of it is of the kinds that it should be."""
    texts = [made.of, made.notes]
    return (
        isinstance(made.act, str)
        and isinstance(made.settings, dict)
        and isinstance(made.when, (int, float))
        and all(isinstance(some, list) and all(map(is_text, some)) for some in texts)
    )


def write(path: Path, made: Made) -> None:
    """Write the record ``made`` to ``path``."""
    with atomic_path(path, overwrite=True) as temporary:
        temporary.write_text(json.dumps(asdict(made)), "utf-8")
