"""Pieces: which of the pictures that were put into a hot folder become one sound."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from eidophone.jobs.hot.folder import SOUNDS_IN, HotFolder, Look, stem_of
from eidophone.jobs.hot.journal import Journal
from eidophone.jobs.names import settled


@dataclass(frozen=True)
class Piece:
    """Pictures that become one sound.

    Attributes:
        name: of the sound, without a suffix.
        files: the pictures, or the film, from left to right.
        put_in: those of them that were put in, as paths in their folder.
        missing: names of those that are nowhere.
        reference: the sound that they were made of, if it is there.
    """

    name: str
    files: list[Path]
    put_in: list[str]
    missing: list[str]
    reference: Path | None


def pieces(hot: HotFolder, journal: Journal, pictures: Look) -> list[Piece]:
    """Pictures of a sound that was drawn here belong together; others stand alone."""
    owners = _owners(journal)
    owned: dict[str, list[str]] = defaultdict(list)
    alone = []
    for path in sorted(pictures, key=lambda path: pictures[path].changed_ns):
        owner = owners.get(stem_of(path))
        if owner is None:
            alone.append(path)
        else:
            owned[owner].append(path)
    found = [_drawn_here(hot, journal, source, paths) for source, paths in owned.items()]
    taken = [piece.name for piece in found]
    names = settled([*owned, *alone], kept=[*taken, *([""] * len(alone))])
    for path, name in zip(alone, names[len(found) :], strict=True):
        found.append(Piece(name, [hot.pictures_in / path], [path], [], None))
    return found


def _owners(journal: Journal) -> dict[str, str]:
    """The sounds that pictures were made of, by the pictures' paths without suffix."""
    return {
        stem_of(made): source
        for source, entry in journal.items()
        if source.startswith(f"{SOUNDS_IN}/")
        for made in entry.made
    }


def _drawn_here(hot: HotFolder, journal: Journal, source: str, paths: list[str]) -> Piece:
    """The pictures of ``source``: of those that were put in, the last of each; and the others."""
    entry = journal[source]
    put_in = {stem_of(path): path for path in paths}
    files, missing = [], []
    for made in entry.made:
        if stem_of(made) in put_in:
            files.append(hot.pictures_in / put_in[stem_of(made)])
        elif (hot.pictures_out / made).is_file():
            files.append(hot.pictures_out / made)
        else:
            missing.append(made)
    sound = hot.root / source
    reference = sound if sound.is_file() else None
    return Piece(entry.name, files, list(put_in.values()), missing, reference)
