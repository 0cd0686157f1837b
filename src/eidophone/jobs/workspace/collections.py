"""Collections: sounds or tunes that belong together, to be learnt from; no items: they are many."""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from threading import RLock
from typing import Literal

from eidophone.base.atomic import atomic_path, make_folder, move
from eidophone.base.errors import LearnError, NotThereError, OutputError
from eidophone.base.temporary import forget, new_file
from eidophone.jobs.workspace.facts import Facts, facts_of
from eidophone.jobs.workspace.names import divided, free, safe
from eidophone.notes.traditions.converters import SUFFIXES

#: What is in one.
CollectionKind = Literal["sounds", "tunes"]

#: Sounds of a collection, and bytes of all of them, at most: far more than is learnt from.
MOST_SOUNDS, MOST_BYTES = 4000, 8 << 30

#: Characters of the name of one, at most.
_MOST_NAME = 40

#: Stand between the names and shares of a mix.
_IN_MIXES = str.maketrans(dict.fromkeys("=,:", " "))

#: Files that were left out, of which so many are remembered by their names.
_MOST_LEFT_OUT = 20

_ABOUT, _SOUNDS = "about.json", "sounds"


@dataclass
class Collection:
    """Sounds, or files of tunes, that belong together.

    Attributes:
        id: of the collection.
        name: what people call it.
        kind: what is in it.
        seconds: of each of its sounds, by its name; of written tunes it is not known, and 0.
        bytes: of all of them.
        left_out: the first files that are none, and why.
        left_out_count: how many these are.
    """

    id: str
    name: str
    kind: CollectionKind = "sounds"
    seconds: dict[str, float] = field(default_factory=dict)
    bytes: int = 0
    left_out: list[list[str]] = field(default_factory=list)
    left_out_count: int = 0


class Collections:
    """The collections of a workspace.

    Args:
        folder: where they are, on the disk of the workspace.
    """

    def __init__(self, folder: Path) -> None:
        make_folder(folder)
        self._folder, self._lock = folder, RLock()

    def all(self) -> list[Collection]:
        """All of them, the oldest first."""
        with self._lock:
            there = sorted(self._folder.glob(f"*/{_ABOUT}"), key=lambda one: one.parent.name)
            return [one for one in map(_read, there) if one is not None]

    def of(self, id_: str) -> Collection:
        """One of them.

        Raises:
            NotThereError: there is none.
        """
        for one in self.all():  # never a path that somebody made up
            if one.id == id_:
                return one
        raise NotThereError("this collection is not there any more: drop its folder again")

    def sounds_of(self, id_: str) -> Path:
        """The folder of its sounds.

        Raises:
            NotThereError: there is none.
        """
        return self._folder / self.of(id_).id / _SOUNDS

    def find(self, id_: str) -> Path | None:
        """The folder of the sounds of one of them; None if there is none."""
        return self.sounds_of(id_) if any(one.id == id_ for one in self.all()) else None

    def begin(self, name: str, kind: CollectionKind = "sounds") -> Collection:
        """A new one, in which nothing is yet."""
        with self._lock:
            number = 1 + max((int(one.id.split("-")[0]) for one in self.all()), default=0)
            made = Collection(f"{number:06d}-{secrets.token_hex(3)}", self._free(name), kind)
            make_folder(self._folder / made.id / _SOUNDS)
            self._note(made)
        return made

    def rename(self, id_: str, name: str) -> Collection:
        """Call it like ``name``."""
        with self._lock:
            one = self.of(id_)
            one.name = self._free(name, besides=id_)
            self._note(one)
        return one

    def forget(self, id_: str) -> None:
        """Throw it away, with the copies of its sounds."""
        with self._lock:
            shutil.rmtree(self._folder / self.of(id_).id, ignore_errors=True)

    def take_in(self, id_: str, file: Path, name: str) -> Collection:
        """Let the ``file``, which is on the same disk, be one of its own, called like ``name``.

        What is no sound, or no tune, is left out, and remembered.

        Raises:
            LearnError: there are too many.
        """
        is_tunes = self.of(id_).kind == "tunes"
        facts = None if is_tunes and _may_have_tunes(name) else facts_of(file)
        with self._lock:
            one = self.of(id_)
            size = file.stat().st_size
            if len(one.seconds) >= MOST_SOUNDS or one.bytes + size > MOST_BYTES:
                raise LearnError(
                    f"{one.name} is full: it has {len(one.seconds)} {one.kind}, which are more "
                    f"than are learnt from"
                )
            why = "" if facts is None else _why_not(facts, file, name, is_tunes)
            if why:
                one.left_out_count += 1
                one.left_out = [*one.left_out, [safe(name), why]][:_MOST_LEFT_OUT]
            else:
                called = free(safe(name), one.seconds)
                move(file, self._folder / one.id / _SOUNDS / called)
                one.seconds[called] = (facts and facts.seconds) or 0.0
                one.bytes += size
            self._note(one)
        return one

    def copy_in(self, id_: str, files: Sequence[Path]) -> Collection:
        """Let copies of these ``files`` be sounds of it; they take no room where that can be."""
        for file in files:
            copy = new_file(self._folder, divided(file.name)[1])
            try:
                linked_or_copied(file, copy)
                self.take_in(id_, copy, file.name)
            finally:
                forget(copy)
        return self.of(id_)

    def _note(self, one: Collection) -> None:
        path = self._folder / one.id / _ABOUT
        with atomic_path(path, overwrite=True) as temporary:
            temporary.write_text(json.dumps(asdict(one)), "utf-8")

    def _free(self, name: str, besides: str = "") -> str:
        wanted = " ".join(safe(name).translate(_IN_MIXES).split())[:_MOST_NAME].strip()
        return free(wanted or "sounds", [one.name for one in self.all() if one.id != besides])


def linked_or_copied(file: Path, target: Path) -> None:
    """Let ``target``, which is there, be the ``file`` as it is now, or a copy of it.

    Raises:
        OutputError: there is no room.
    """
    try:
        target.unlink()
        os.link(file, target)
    except OSError:  # another disk, or one that cannot do that
        try:
            shutil.copyfile(file, target)
        except OSError as error:
            raise OutputError(f"cannot copy {file}: {error.strerror or error}") from error


def _may_have_tunes(name: str) -> bool:
    """Whether a file of this ``name`` has tunes written down: who learns from it looks into it."""
    return divided(name)[1].lower() in SUFFIXES


def _why_not(facts: Facts, file: Path, name: str, is_tunes: bool) -> str:
    """Why nothing can be learnt from this; empty if it can. Of sounds, tunes are transcribed."""
    if facts.kind == "sound" or (facts.kind == "film" and facts.channels):
        return ""
    if facts.problem:
        return facts.problem.replace(str(file), safe(name))
    if is_tunes:
        return "it is no MIDI, ABC, MusicXML or kern, and no sound"
    return "it is no sound" if facts.kind == "other" else f"it is a {facts.kind}, and no sound"


def _read(path: Path) -> Collection | None:
    """The collection that is described at ``path``; None if it cannot be read."""
    with suppress(OSError, ValueError, TypeError, RecursionError):
        found = Collection(**json.loads(path.read_text("utf-8")))
        return found if found.id == path.parent.name else None
    return None
