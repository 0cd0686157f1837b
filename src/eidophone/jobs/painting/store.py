"""Store: the paintings of a workspace, a folder each: its description, and the tiles of its layers.

All is written at once and whole, so that a studio that is killed has lost no more than what was
just on its way.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import RLock

import numpy as np

from eidophone.base.arrays import Pixels, UInt8
from eidophone.base.atomic import atomic_path, make_folder
from eidophone.base.errors import EidophoneError, NotThereError, PictureError
from eidophone.base.parallel import blocks
from eidophone.jobs.painting.flatten import flattened
from eidophone.jobs.painting.painting import Layer, Painting
from eidophone.jobs.painting.tiles import TILE_COLUMNS, Tiles
from eidophone.picture.recipe import Recipe
from eidophone.sound.sound import SoundSource

_DESCRIPTION = "painting.json"
_MOST_BYTES = 1 << 20


class Store:
    """The paintings in a folder.

    Args:
        folder: where they are; made if it is not there.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = RLock()

    def all(self) -> list[Painting]:
        """Those that can be read, the latest first."""
        return [painting for _, painting in sorted(self._read_all(), key=lambda one: -one[0])]

    def painting(self, id_: str) -> Painting:
        """The painting called ``id_``.

        Raises:
            NotThereError: there is none.
            PictureError: it is broken.
        """
        return self._read(self._path(id_))

    def on(self, item: str, sound: SoundSource) -> list[Painting]:
        """Those on the ``sound`` that is called ``item`` now, the latest first."""
        return [one for one in self.all() if one.item == item and one.is_on(sound)]

    def of(self, item: str) -> Painting | None:
        """The latest painting on whatever was called ``item``."""
        return next((one for one in self.all() if one.item == item), None)

    def begin(
        self, item: str, recipe: Recipe, rate: int, channels: int, sample_count: int
    ) -> Painting:
        """A new painting, without paint, on the sound called ``item``."""
        id_ = secrets.token_hex(8)
        painting = Painting(id_, item, recipe, rate, channels, sample_count)
        with self._lock:
            make_folder(self._folder / id_)
            self._write(painting)
        return painting

    def arrange(self, id_: str, layers: tuple[Layer, ...]) -> Painting:
        """Give the painting these layers; the paint of others stays, should they come back."""
        with self._lock:
            return self._write(self.painting(id_).changed(layers=layers))

    def rename(self, item: str, name: str, sound: SoundSource | None = None) -> None:
        """The sound called ``item``, or only this ``sound``, is called ``name`` from now on."""
        with self._lock:
            for painting in self.all():
                if painting.item == item and (sound is None or painting.is_on(sound)):
                    self._write(painting.changed(item=name))

    def remove(self, id_: str) -> None:
        """Throw the painting away."""
        with self._lock:
            shutil.rmtree(self._path(id_), ignore_errors=True)

    def paint(self, id_: str, layer: int, first: int, top: int, paint: UInt8) -> Painting:
        """Put ``paint`` ``[rows, columns, 4]`` where it belongs; see `Tiles.write`."""
        with self._lock:
            painting = self.painting(id_)
            self.tiles(painting, layer).write(first, top, paint)
            return self._write(painting.changed())

    def tiles(self, painting: Painting, layer: int) -> Tiles:
        """The paint of a layer of the ``painting``.

        Raises:
            NotThereError: it has no such layer.
        """
        if all(one.id != layer for one in painting.layers):
            raise NotThereError(f"this painting has no layer {layer}")
        folder = self._path(painting.id) / str(layer)
        return Tiles(folder, painting.recipe.rows, painting.columns)

    def painted(self, painting: Painting) -> list[tuple[int, int]]:
        """First and last column (exclusive) of the runs with paint on them that is seen."""
        marks = np.zeros(painting.columns + 1, np.int64)
        for layer in painting.seen:
            for first, last in self.tiles(painting, layer.id).painted():
                marks[first] += 1
                marks[last] -= 1
        some = marks.cumsum() > 0
        edges = np.flatnonzero(np.diff(some, prepend=False, append=False))
        return [(int(first), int(last)) for first, last in edges.reshape(-1, 2)]

    def is_stereo(self, painting: Painting) -> bool:
        """Whether the sound is, or paint that is seen has a place between left and right."""
        if painting.channels == 2:
            return True
        return any(self.tiles(painting, one.id).has_places for one in painting.seen)

    def flattened(self, painting: Painting, first: int, drawn: Pixels) -> Pixels:
        """The columns from ``first`` on as they are seen, from how they are ``drawn``."""
        parts = []
        for low, high in blocks(0, drawn.shape[1], TILE_COLUMNS):
            layers = [
                (self.tiles(painting, one.id).take(first + low, high - low), one.opacity)
                for one in painting.seen
            ]
            parts.append(flattened(drawn[:, low:high], layers))
        return np.concatenate(parts, axis=1)

    def _read_all(self) -> Iterator[tuple[float, Painting]]:
        with suppress(FileNotFoundError):
            for path in self._folder.iterdir():
                with suppress(EidophoneError, OSError):
                    yield (path / _DESCRIPTION).stat().st_mtime, self._read(path)

    def _read(self, path: Path) -> Painting:
        try:
            with (path / _DESCRIPTION).open("rb") as file:
                painting = Painting.from_json(file.read(_MOST_BYTES).decode("utf-8", "replace"))
        except OSError:
            raise PictureError("the description of this painting is not there") from None
        if painting.id != path.name:
            raise PictureError("the description is that of another painting")
        return painting

    def _write(self, painting: Painting) -> Painting:
        path = self._path(painting.id) / _DESCRIPTION
        with atomic_path(path, overwrite=True) as temporary:
            temporary.write_text(painting.to_json(), "utf-8")
        return painting

    def _path(self, id_: str) -> Path:
        """The folder of the painting called ``id_``, looked up and never joined."""
        with suppress(FileNotFoundError):
            for path in self._folder.iterdir():
                if path.name == id_ and path.is_dir():
                    return path
        raise NotThereError("this painting is not there any more")
