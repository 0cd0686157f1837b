"""Names of results, settled before any work begins, so that none overwrites another."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from eidophone.picture.picture import numbered_files

#: A name that a picture of several has, and the name of all of them.
NUMBERED = re.compile(r"(.+)-\d{3,18}")


def beside(source: Path, suffix: str, *, taken: bool = False) -> Path:
    """What is made of the file or folder ``source``, where nobody says: beside it, of its name.

    Args:
        source: of which it is made.
        suffix: of what is made.
        taken: the name may be that of something else already.
    """
    stem = source.absolute().name if source.is_dir() else source.stem
    found, number = source.parent / f"{stem}{suffix}", 1
    while not taken and (found.exists() or numbered_files(found)):
        number += 1
        found = source.parent / f"{stem}_{number}{suffix}"
    return found


def folder_beside(sources: Sequence[Path], what: str) -> Path:
    """The folder for ``what`` is made of ``sources``, where nobody says: beside the first."""
    first = sources[0]
    if len(sources) == 1:
        return first.parent / f"{first.absolute().name}-{what}"
    return first.parent / f"eidophone-{what}"


def model_path(path: Path, suffix: str) -> Path:
    """Where a model is that is called ``path``, with or without the ``suffix`` of its kind."""
    return path if path.suffix else path.with_name(path.name + suffix)


def settled(
    sources: Sequence[str], *, paged: bool = False, kept: Sequence[str] | None = None
) -> list[str]:
    """What the result of each of ``sources`` is called, without a suffix.

    It is called as its source; with its source's suffix where several would be called the same,
    even where capitals mean nothing or accents are written otherwise; and where that is no help,
    a number is added.

    Args:
        sources: paths in a folder.
        paged: a result may become several, ``name-001`` and so on.
        kept: for each of them, the name that it has already and keeps, or "".
    """
    short = [str(PurePosixPath(source).with_suffix("")) for source in sources]
    same = Counter(map(_folded, short))
    wholes = set(map(_whole, short)) if paged else set()
    taken = _Taken(paged=paged)
    names = [
        taken.take(name) if name and name not in taken else ""
        for name in kept or [""] * len(sources)
    ]
    for place, source in enumerate(sources):
        folded = _folded(short[place])
        alone = same[folded] == 1 and folded not in wholes
        names[place] = names[place] or taken.free([*([short[place]] if alone else []), source])
    return names


class _Taken:
    """Names that are given away, with all those that their pages have."""

    def __init__(self, *, paged: bool) -> None:
        self._paged = paged
        self._names: set[str] = set()
        self._wholes: set[str] = set()

    def __contains__(self, name: str) -> bool:
        folded = _folded(name)
        pages = folded in self._wholes or _whole(name) in self._names
        return folded in self._names or (self._paged and pages)

    def take(self, name: str) -> str:
        self._names.add(_folded(name))
        self._wholes.add(_whole(name))
        return name

    def free(self, wanted: Sequence[str]) -> str:
        """The first of ``wanted`` that is free, or the last with a number."""
        for name in wanted:
            if name not in self:
                return self.take(name)
        number = 2
        while f"{wanted[-1]}_{number}" in self:
            number += 1
        return self.take(f"{wanted[-1]}_{number}")


def _folded(name: str) -> str:
    """The same for names that some file system takes for the same."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def _whole(name: str) -> str:
    """Whose page ``name`` may be, folded; empty: nobody's."""
    found = NUMBERED.fullmatch(_folded(name))
    return found[1] if found else ""
