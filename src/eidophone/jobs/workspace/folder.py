"""Workspace: a folder whose files are items; their names, and what comes in and goes out.

An item is looked up in the listing of the folder, and never by joining paths: no name leads
elsewhere. What people would not understand lies in the hidden folder ``.studio``.
"""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from threading import RLock
from typing import NamedTuple

from eidophone.base.atomic import make_folder, move
from eidophone.base.claims import claimed
from eidophone.base.errors import NotThereError, OutputError
from eidophone.base.options import shown
from eidophone.base.temporary import forget, new_file, sweep
from eidophone.jobs.workspace.collections import Collections
from eidophone.jobs.workspace.facts import Facts, facts_of
from eidophone.jobs.workspace.made import Made, Records
from eidophone.jobs.workspace.names import free, safe, same

#: The hidden folder, and the folders in it.
HIDDEN = ".studio"
_FOLDERS = ("made", "trash", "cache", "jobs", "beside", "work", "arriving", "paintings")

#: What was thrown away is kept so long.
_TRASH_SECONDS = 30 * 86_400


@dataclass(frozen=True)
class Item:
    """A file of the workspace.

    Attributes:
        name: of the file.
        path: where it is.
        bytes: how many it has.
        modified: when it was last changed, in seconds since 1970.
        facts: what it is.
        made: how it was made; None if that is not known.
    """

    name: str
    path: Path
    bytes: int
    modified: float
    facts: Facts
    made: Made | None


class Restored(NamedTuple):
    """An item that was brought back: its name now and before, and when it was thrown away."""

    name: str
    before: str
    thrown: float


class Workspace:
    """A folder of items; it is made if it is not there.

    Args:
        folder: which.

    Raises:
        OutputError: it cannot be made.
    """

    def __init__(self, folder: Path) -> None:
        make_folder(folder)
        self.folder = folder.resolve()
        self.hidden = self.folder / HIDDEN
        for one in _FOLDERS:
            make_folder(self.hidden / one)
        self.records = Records(self.hidden / "made", self.hidden / "trash")
        self.collections = Collections(self.hidden / "collections")
        self._lock = RLock()
        self._facts: dict[tuple[str, int, int], Facts] = {}

    @property
    def name(self) -> str:
        """What people call it."""
        return self.folder.name

    @contextmanager
    def claimed(self) -> Iterator[None]:
        """Keep all other programs from working here, and remove what killed ones have left.

        Raises:
            OutputError: another has it.
        """
        try:
            claim = claimed(self.hidden)
            claim.__enter__()
        except OutputError:
            raise OutputError(
                f"the workspace {self.folder} is open in another studio: go on there, or close it"
            ) from None
        try:
            sweep(self.folder)
            for one in ("arriving", "work"):
                shutil.rmtree(self.folder_for(one), ignore_errors=True)
                make_folder(self.folder_for(one))
            self._empty_trash()
            yield
        finally:
            claim.__exit__(None, None, None)

    def folder_for(self, what: str) -> Path:
        """The folder in the hidden one for ``what``."""
        return self.hidden / what

    def said(self, text: str) -> str:
        """``text`` of the library, with the names of items where it names their files."""
        cut = r"[/\\]"
        hidden = rf"{re.escape(HIDDEN)}{cut}(?:[^/\\\s]+{cut})*"
        inside = rf"{re.escape(str(self.folder))}{cut}(?:{hidden})?"
        return re.sub(inside, "", text).replace(str(self.folder), self.name)

    def items(self) -> list[Item]:
        """All items, the newest first."""
        found = [self._item(entry) for entry in self._entries()]
        there = [one for one in found if one is not None]
        return sorted(there, key=lambda one: (-one.modified, one.name))

    def sign(self) -> int:
        """What changes whenever an item comes, goes or is changed, by whomever."""
        signs = []
        for entry in self._entries():
            with suppress(OSError):  # it has just gone
                status = entry.stat(follow_symlinks=False)
                signs.append((entry.name, status.st_size, status.st_mtime_ns))
        return hash(tuple(sorted(signs)))

    def item(self, name: str) -> Item:
        """The item called ``name``.

        Raises:
            NotThereError: there is none.
        """
        item = self._item(self._entry(name))
        if item is None:
            raise _not_there(name)
        return item

    def path_of(self, name: str) -> Path:
        """Where the item called ``name`` is.

        Raises:
            NotThereError: there is none.
        """
        return Path(self._entry(name).path)

    def paths_of(self, names: Sequence[str]) -> list[Path]:
        """Where the items with these ``names`` are; the folder is gone through only once.

        Raises:
            NotThereError: there is none of that name.
        """
        if len(names) == 1:
            return [self.path_of(names[0])]
        there = {entry.name: entry.path for entry in self._entries()}
        return [Path(there[one]) if one in there else self.path_of(one) for one in names]

    def still(self) -> AbstractContextManager[object]:
        """In the block, no item comes, goes or gets another name, but by whoever is in it."""
        return self._lock

    def take_in(self, file: Path, name: str, made: Made | None = None) -> str:
        """Make the ``file``, which is on the same disk, an item called like ``name``.

        Returns:
            Its name.
        """
        with self._lock:
            found = free(safe(name), self._names())
            record = self.records.path_of(found)
            record.unlink(missing_ok=True)  # of what had that name once
            if made is not None:
                with suppress(OutputError):  # no room: the item is worth more than its record
                    self.records.note(found, made)
            try:
                move(file, self.folder / found)
            except OutputError:
                record.unlink(missing_ok=True)
                raise
        return found

    @contextmanager
    def arriving(self, suffix: str) -> Iterator[Path]:
        """An empty file on the disk of the workspace, gone after the block unless it was taken."""
        file = new_file(self.folder_for("arriving"), suffix)
        try:
            yield file
        finally:
            forget(file)

    def replace(self, name: str, file: Path, made: Made | None = None) -> None:
        """Let the ``file``, which is on the same disk, be what the item ``name`` is from now on.

        Raises:
            NotThereError: there is none.
        """
        with self._lock:
            entry = self._entry(name)
            file.replace(entry.path)
            if made is not None:
                with suppress(OutputError):
                    self.records.note(entry.name, made)

    def copied(self, file: Path) -> str:
        """Make a copy of the ``file``, of anywhere, an item; its name."""
        with self.arriving(file.suffix) as arriving:
            shutil.copyfile(file, arriving)
            return self.take_in(arriving, file.name)

    def rename(self, name: str, wanted: str) -> str:
        """Call the item ``name`` like ``wanted``; its new name."""
        with self._lock:
            entry = self._entry(name)
            others = self._names() - {entry.name}
            found = free(safe(wanted), others)
            if found != entry.name:
                move(Path(entry.path), self.folder / found)
                self.records.move(entry.name, self.records.path_of(found))
        return found

    def throw_away(self, name: str) -> None:
        """Move the item ``name`` to where `restore` finds it for a month."""
        with self._lock:
            entry = self._entry(name)
            place = self.folder_for("trash") / str(time.time_ns())
            make_folder(place)
            move(Path(entry.path), place / entry.name)
            self.records.move(entry.name, self.records.thrown(place))

    def restore(self, name: str) -> Restored:
        """Bring back what was thrown away last of those called ``name``.

        Raises:
            NotThereError: there is none.
        """
        with self._lock:
            for place in sorted(self.folder_for("trash").iterdir(), reverse=True):
                for file in place.iterdir():
                    if _is_shown(file.name) and same(file.name) == same(name):
                        found = self.take_in(file, file.name)
                        with suppress(OSError):
                            self.records.thrown(place).replace(self.records.path_of(found))
                        shutil.rmtree(place, ignore_errors=True)
                        return Restored(found, file.name, _thrown(place))
        raise _not_there(name)

    def _entries(self, called: str | None = None) -> Iterator[os.DirEntry[str]]:
        """The files that are items, or that one: not hidden, no links, and named in letters."""
        with os.scandir(self.folder) as entries:
            for entry in entries:
                if called is not None and entry.name != called:
                    continue
                with suppress(OSError):  # it has just gone
                    if _is_shown(entry.name) and entry.is_file(follow_symlinks=False):
                        yield entry

    def _entry(self, name: str) -> os.DirEntry[str]:
        there = list(self._entries(name))
        there = there or [entry for entry in self._entries() if same(entry.name) == same(name)]
        if not there:
            raise _not_there(name)
        return there[-1]

    def _names(self) -> set[str]:
        return set(os.listdir(self.folder))  # noqa: PTH208 (names, and not paths)

    def _item(self, entry: os.DirEntry[str]) -> Item | None:
        try:
            status = entry.stat(follow_symlinks=False)
        except OSError:  # it has just gone
            return None
        path = Path(entry.path)
        sign = (entry.name, status.st_size, status.st_mtime_ns)
        if sign not in self._facts:
            facts = facts_of(path)
            notes = tuple(map(self.said, facts.notes))
            self._facts[sign] = replace(facts, problem=self.said(facts.problem), notes=notes)
        made = self.records.of(entry.name)
        return Item(entry.name, path, status.st_size, status.st_mtime, self._facts[sign], made)

    def _empty_trash(self) -> None:
        for place in self.folder_for("trash").iterdir():
            if 0 < _thrown(place) < time.time() - _TRASH_SECONDS:
                shutil.rmtree(place, ignore_errors=True)


def _thrown(place: Path) -> float:
    """When what is in the folder ``place`` was thrown away; 0 if that cannot be told."""
    with suppress(ValueError):
        return int(place.name) / 1e9
    return 0.0


def _is_shown(name: str) -> bool:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:  # bytes that are no letters
        return False
    return not name.startswith(".")


def _not_there(name: str) -> NotThereError:
    return NotThereError(f"there is no item called {shown(name)}: look again what there is")
