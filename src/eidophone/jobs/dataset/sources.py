"""Which sounds a dataset is made of: their labels, their names in it, and their splits."""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from eidophone.base.errors import SoundError
from eidophone.files.kinds import sounds_in
from eidophone.jobs.dataset.plan import SPLITS, DatasetPlan

#: Characters, of which each may have four bytes.
_LONGEST_NAME = 50


@dataclass(frozen=True)
class SoundFile:
    """A sound of a dataset.

    Attributes:
        path: the file.
        identity: where it lies, seen from the folder that was given, which is the first part.
        label: name of its label, fit to be the name of a folder.
        name: what its pictures are called, fit to be part of a file's name; no other sound of its
            label has it.
        split: ``"train"``, ``"validation"`` or ``"test"``.
        key: the same only for the same sound in the same state.
    """

    path: Path
    identity: str
    label: str
    name: str
    split: str
    key: str


def gather(sources: Sequence[Path], target: Path, plan: DatasetPlan) -> list[SoundFile]:
    """The sounds in ``sources``, files or folders, in an order that is always the same.

    A sound's label is the folder right below the one that was given, in which it lies, however
    deep; or else the folder that was given, or that the given file is in.

    Args:
        sources: files and folders.
        target: the dataset's folder; what lies in it is no source.
        plan: decides the splits.

    Raises:
        SoundError: there are none.
    """
    found: dict[Path, PurePosixPath] = {}
    for source in sources:
        for path, identity in _sounds(source, target):
            found.setdefault(path, identity)
    names = _Names()
    sounds = []
    for path, identity in sorted(found.items(), key=lambda item: (str(item[1]), str(item[0]))):
        label = names.label(identity.parts[0] if len(identity.parts) < 3 else identity.parts[1])
        name = names.sound(label, identity.stem)
        key = _key(path, identity, label, name)
        sounds.append(SoundFile(path, str(identity), label, name, _split(identity, plan), key))
    return sounds


def safe_name(text: str) -> str:
    """``text`` as part of a file's name on any system: letters, digits, ``-`` and ``_`` only.

    Dots go as well: WebDataset takes the first for the end of a name.
    """
    plain = re.sub(r"[^\w-]+", "_", unicodedata.normalize("NFKC", text))
    return plain.strip("_-")[:_LONGEST_NAME] or "unnamed"


def fraction_of(*parts: object) -> float:
    """A number from 0 to 1 (exclusive) that looks random, and depends on ``parts`` only."""
    digest = hashlib.blake2b("/".join(map(str, parts)).encode(), digest_size=6).digest()
    return int.from_bytes(digest, "big") / 2**48


class _Names:
    """Names that are safe and, even where capitals mean nothing, each given only once."""

    def __init__(self) -> None:
        self._labels: dict[str, str] = {}
        self._taken: set[str] = set()

    def label(self, text: str) -> str:
        """The name of the label ``text``."""
        if text not in self._labels:
            self._labels[text] = self._unique("", safe_name(text))
        return self._labels[text]

    def sound(self, label: str, text: str) -> str:
        """A name for a sound of ``label`` that is called ``text``."""
        return self._unique(f"{label}/", safe_name(text))

    def _unique(self, place: str, name: str) -> str:
        tried, number = name, 1
        while (place + tried).casefold() in self._taken:
            number += 1
            tried = f"{name}_{number}"
        self._taken.add((place + tried).casefold())
        return tried


def _sounds(source: Path, target: Path) -> list[tuple[Path, PurePosixPath]]:
    """The resolved paths of the sounds, and where each lies."""
    root = source.resolve()
    if not root.is_dir():
        if not root.exists():
            raise SoundError(f"there is no sound {source}")
        return [(root, _identity(root.parent, root))]
    found = sounds_in(root, target.resolve())
    return [(path.resolve(), _identity(root, path)) for path in found]


def _identity(root: Path, path: Path) -> PurePosixPath:
    """The name of ``root``, and the way from there to ``path``; text that is valid Unicode."""
    text = f"{root.name or 'sounds'}/{path.relative_to(root).as_posix()}"
    return PurePosixPath(os.fsencode(text).decode("utf-8", "replace"))


def _split(identity: PurePosixPath, plan: DatasetPlan) -> str:
    """By the path without its ending: voice.wav and voice.mp3 are likely the same sound."""
    place = fraction_of("split", plan.seed, identity.with_suffix("")) * sum(plan.splits)
    for name, weight in zip(SPLITS, plan.splits, strict=False):
        place -= weight
        if place < 0:
            return name
    return SPLITS[0]


def _key(path: Path, identity: PurePosixPath, label: str, name: str) -> str:
    state = path.stat()
    text = f"{path}\n{identity}\n{label}\n{name}\n{state.st_size}\n{state.st_mtime_ns}"
    return hashlib.blake2b(text.encode("utf-8", "surrogateescape"), digest_size=12).hexdigest()
