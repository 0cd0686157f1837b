"""Tiles: the paint of one layer, as PNG files of 1,024 columns each; where none is, none is."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import numpy as np
from PIL import Image

from eidophone.base.arrays import UInt8
from eidophone.base.atomic import atomic_path, make_folder
from eidophone.base.errors import PictureError
from eidophone.base.parallel import blocks
from eidophone.files.image.model import PARSING

#: Columns of a tile.
TILE_COLUMNS = 1024

#: Paint is written while somebody waits: zlib's least effort is a fifth of the time.
_EFFORT = 1


class Tiles:
    """The paint of a layer.

    Args:
        folder: of its files; made when there is something to write.
        rows: of the picture.
        columns: of the picture.
    """

    def __init__(self, folder: Path, rows: int, columns: int) -> None:
        self._folder, self._rows, self._columns = folder, rows, columns

    def indices(self) -> list[int]:
        """Which tiles there are, in order."""
        found = []
        with suppress(FileNotFoundError):
            for path in self._folder.iterdir():
                if path.suffix == ".png" and path.stem.isascii() and path.stem.isdecimal():
                    found.append(int(path.stem))
        most = -(-self._columns // TILE_COLUMNS)
        return sorted({index for index in found if index < most})

    def read(self, index: int) -> UInt8:
        """The tile ``[rows, 1024, 4]``; without paint if there is none.

        Raises:
            PictureError: its file is none of ours.
        """
        path, shape = self._path(index), (self._rows, TILE_COLUMNS)
        if not path.exists():
            return np.zeros((*shape, 4), np.uint8)
        try:
            with PARSING, Image.open(path, formats=["PNG"]) as image:
                if (image.height, image.width) != shape or image.mode != "RGBA":
                    raise PictureError(f"{path} is no paint: remove it")
                return np.array(image)
        except PictureError:
            raise
        except Exception:  # Pillow raises anything on broken files
            raise PictureError(f"{path} is broken: remove it") from None

    def write(self, first: int, top: int, paint: UInt8) -> None:
        """Replace what is there by ``paint`` ``[rows, columns, 4]``.

        Args:
            first: its first column, of the whole picture.
            top: its first row, from the top.
            paint: of any size.

        Raises:
            PictureError: it reaches beyond the picture.
            OutputError: it cannot be written.
        """
        rows, columns = paint.shape[:2]
        self._check(first, columns)
        if top < 0 or top + rows > self._rows:
            raise PictureError(f"the picture has no rows {top} to {top + rows}")
        for low, high in _by_tile(first, first + columns):
            index = low // TILE_COLUMNS
            tile = self.read(index)
            begin = low - index * TILE_COLUMNS
            place = slice(begin, begin + high - low)
            tile[top : top + rows, place] = paint[:, low - first : high - first]
            self._save(index, tile)

    def take(self, first: int, count: int) -> UInt8:
        """The paint ``[rows, count, 4]`` of the columns from ``first`` on."""
        paint = np.zeros((self._rows, count, 4), np.uint8)
        for low, high in _by_tile(first, first + count):
            index = low // TILE_COLUMNS
            if self._path(index).exists():
                begin = low - index * TILE_COLUMNS
                tile = self.read(index)
                paint[:, low - first : high - first] = tile[:, begin : begin + high - low]
        return paint

    def painted(self) -> list[tuple[int, int]]:
        """First and last column (exclusive) of the runs of columns with paint on them."""
        runs: list[tuple[int, int]] = []
        for index in self.indices():
            some = self.read(index)[..., 3].any(axis=0)
            edges = np.flatnonzero(np.diff(some, prepend=False, append=False))
            for low, high in edges.reshape(-1, 2) + index * TILE_COLUMNS:
                first = runs.pop()[0] if runs and runs[-1][1] == low else int(low)
                runs.append((first, min(int(high), self._columns)))
        return [(first, last) for first, last in runs if first < last]

    @property
    def has_places(self) -> bool:
        """Whether some paint lies elsewhere than in the middle between left and right."""
        tiles = (self.read(index) for index in self.indices())
        return any(((tile[..., 0] != tile[..., 2]) & (tile[..., 3] > 0)).any() for tile in tiles)

    def _check(self, first: int, count: int) -> None:
        if first < 0 or count < 1 or first + count > self._columns:
            raise PictureError(
                f"the picture has no columns {first} to {first + count}: it has {self._columns}"
            )

    def _save(self, index: int, tile: UInt8) -> None:
        if not tile[..., 3].any():
            self._path(index).unlink(missing_ok=True)
            return
        make_folder(self._folder)
        with atomic_path(self._path(index), overwrite=True) as temporary:
            Image.fromarray(tile).save(temporary, "PNG", compress_level=_EFFORT)

    def _path(self, index: int) -> Path:
        return self._folder / f"{index}.png"


def _by_tile(first: int, last: int) -> list[tuple[int, int]]:
    """The columns ``first`` to ``last`` (exclusive), cut at the edges of tiles."""
    to_edge = min(last, (first // TILE_COLUMNS + 1) * TILE_COLUMNS)
    return [(first, to_edge), *blocks(to_edge, last, TILE_COLUMNS)]
