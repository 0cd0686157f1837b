"""Names of items: what people call them, made safe for any disk, and unlike all others."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from pathlib import PurePosixPath

#: Bytes of a name at most: most disks hold 255, and there are hidden files beside it.
_MOST_BYTES = 160

#: What some disk cannot hold; what cannot be printed is as bad.
_UNSAFE = re.compile(r'[/\\:*?"<>|]')

#: Names of devices, whatever follows them: Windows opens these instead.
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)", re.IGNORECASE)

#: Endings are short; what follows the last dot of "no. 3 slow" is none.
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,12}")


def safe(name: str) -> str:
    """``name`` as any disk holds it: one name in one folder, not hidden, of ordinary characters."""
    text = name.encode("utf-8", "replace").decode("utf-8")
    text = _UNSAFE.sub("_", unicodedata.normalize("NFC", text))
    text = "".join(one if one.isprintable() else "_" for one in text)
    text = text.strip().lstrip(".-~ ").rstrip(". ")
    stem, ending = divided(text or "unnamed")
    stem = _cut(stem, _MOST_BYTES - len(ending)).rstrip(". ") or "unnamed"
    return f"_{stem}{ending}" if _DEVICE.match(stem) else f"{stem}{ending}"


def free(name: str, taken: Collection[str]) -> str:
    """``name``, with a number if it, or what some disk takes for it, is among ``taken``."""
    folded = {same(one) for one in taken}
    stem, ending = divided(name)
    found, number = name, 1
    while same(found) in folded:
        number += 1
        found = f"{stem} {number}{ending}"
    return found


def same(name: str) -> str:
    """The same for names that some disk takes for the same."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def divided(name: str) -> tuple[str, str]:
    """``name`` without its ending, and that; empty if it has none."""
    ending = PurePosixPath(name).suffix
    if not _ENDING.fullmatch(ending):
        return name, ""
    return name[: -len(ending)], ending


def _cut(text: str, most: int) -> str:
    """The beginning of ``text``, of so many bytes at most, and no half letter."""
    return text.encode("utf-8")[:most].decode("utf-8", "ignore")
