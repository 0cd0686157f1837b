"""Remembered: what a tool made of which pictures, so that it need not make it again.

What to keep of it, and how strongly, can then be chosen as often as one likes.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np

from eidophone.base.arrays import Pixels
from eidophone.base.atomic import atomic_path, make_folder
from eidophone.bridge.journeys import picture_results
from eidophone.bridge.tools import Tool
from eidophone.picture.picture import to_depth

#: What all tools together may take on the disk.
_MOST_BYTES = 1 << 30


class Remembered:
    """A tool that is asked only for what it has not made yet.

    What it gives as floats is kept in 16 bits, and given so each time.

    Args:
        opened: gives the tool, when it is needed for the first time.
        place: the folder of all that is remembered; what was used longest ago is forgotten.
        sign: what tells this tool, with all that was chosen for it, from others.
    """

    def __init__(self, opened: Callable[[], Tool], place: Path, sign: str) -> None:
        self._opened = opened
        self._tool: Tool | None = None
        make_folder(place)
        self._folder = place / hashlib.blake2b(sign.encode(), digest_size=12).hexdigest()
        _forget_old(place, self._folder)
        make_folder(self._folder)
        self._folder.touch()

    def __call__(self, pictures: Sequence[Pixels], /) -> list[Pixels]:
        """What the tool makes of ``pictures``, or made of them."""
        paths = [self._folder / f"{_digest(one)}.npy" for one in pictures]
        known = [_read(path) for path in paths]
        lacking = [at for at, one in enumerate(known) if one is None]
        if lacking:
            self._tool = self._tool or self._opened()
            made = picture_results(self._tool, [pictures[at] for at in lacking])
            for at, one in zip(lacking, made, strict=True):
                kept = to_depth(one, np.uint16) if one.dtype.kind == "f" else one
                with atomic_path(paths[at], overwrite=True) as temporary:
                    np.save(temporary, kept)
                known[at] = kept
        return [one for one in known if one is not None]


def _read(path: Path) -> Pixels | None:
    try:
        found: Pixels = np.load(path)
    except (OSError, ValueError, EOFError):
        return None
    return found


def _digest(picture: Pixels) -> str:
    said = f"{picture.shape} {picture.dtype}".encode()
    return hashlib.blake2b(said + picture.tobytes(), digest_size=12).hexdigest()


def _forget_old(place: Path, ours: Path) -> None:
    """Remove what was used longest ago, until there is room."""
    folders = sorted((one for one in place.iterdir() if one != ours), key=_used, reverse=True)
    room = _MOST_BYTES
    for folder in [ours, *folders]:
        with suppress(OSError):
            room -= sum(one.stat().st_size for one in folder.iterdir())
        if room < 0 and folder != ours:
            shutil.rmtree(folder, ignore_errors=True)


def _used(folder: Path) -> float:
    with suppress(OSError):
        return folder.stat().st_mtime
    return 0.0
