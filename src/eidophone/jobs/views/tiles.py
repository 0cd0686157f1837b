"""Tiles: the levels of one picture on disk, written from left to right, and read anywhere."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

import numpy as np

from eidophone.base.arrays import Pixels
from eidophone.base.atomic import atomic_path

#: Columns of a tile.
TILE_COLUMNS = 1024

#: Says that all levels in a folder are whole.
_WHOLE = "whole"


class TileStore:
    """Levels of a picture, uint8 ``[columns, rows, 3]`` each, in files.

    Args:
        folder: where they are; it is made.
        rows: of the picture.
        columns: of each level that is kept, by the level.

    Attributes:
        is_whole: all has been written.
        note: what was kept with it then.
    """

    def __init__(self, folder: Path, rows: int, columns: dict[int, int]) -> None:
        self._folder, self._rows, self._columns = folder, rows, columns
        self.note = ""
        with suppress(OSError, ValueError):
            self.note = (folder / _WHOLE).read_text("utf-8")
        self.is_whole = bool(self.note)
        self._ready = {level: count if self.is_whole else 0 for level, count in columns.items()}
        if not self.is_whole:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)

    @property
    def levels(self) -> set[int]:
        """The levels that are kept."""
        return set(self._columns)

    def add(self, level: int, pixels: Pixels) -> None:
        """Write the next columns of ``level``, ``[rows, n, 3]``."""
        with self._path(level).open("ab") as file:
            file.write(np.ascontiguousarray(pixels.transpose(1, 0, 2)).tobytes())
        self._ready[level] += pixels.shape[1]

    def finish(self, note: str) -> None:
        """All has been written; ``note``, which is not empty, is kept with it."""
        with atomic_path(self._folder / _WHOLE, overwrite=True) as temporary:
            temporary.write_text(note, "utf-8")
        self.note, self.is_whole = note, True

    def read(self, level: int, first: int, last: int) -> tuple[Pixels, bool]:
        """Columns ``first`` to ``last`` of ``level``, black where they are not yet there.

        Returns:
            ``[rows, last - first, 3]``, and whether all of them are there.
        """
        ready = min(max(self._ready[level] - first, 0), last - first)
        found = np.zeros((last - first, self._rows, 3), np.uint8)
        if ready:
            each = self._rows * 3
            there = np.fromfile(self._path(level), np.uint8, ready * each, offset=first * each)
            found[:ready] = there.reshape(ready, self._rows, 3)
        return np.ascontiguousarray(found.transpose(1, 0, 2)), ready == last - first

    def _path(self, level: int) -> Path:
        return self._folder / f"{level}.u8"
