"""View: an item as a picture of many tiles, and what its pixels mean."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np

from eidophone.base.arrays import Pixels
from eidophone.base.errors import NotThereError
from eidophone.base.parallel import blocks
from eidophone.jobs.views.tiles import TILE_COLUMNS, TileStore
from eidophone.jobs.workspace.copies import Copy
from eidophone.picture.analysis import Analysis
from eidophone.picture.axis import hz_of_row
from eidophone.picture.facts import Source
from eidophone.picture.ink import pixels_of_power
from eidophone.picture.mapping import Mapping
from eidophone.picture.overview import levels_of, overviews, reduced
from eidophone.picture.part import encode_part
from eidophone.picture.recipe import Recipe

#: Levels of sounds that are drawn when they are asked for, and not kept.
_DRAWN_LEVELS = (1, 4)

_BLOCK_SAMPLES = 1 << 18


@dataclass(frozen=True)
class Shown:
    """What a view shows, as it is known before anything is drawn.

    Attributes:
        id: of the view, which stands for the file as it is now, and how it is drawn.
        item: the name of the item.
        recipe: what the pixels mean.
        exposure_db: by which it is drawn brighter; the recipe has it already.
        source: the sound: its rate, channels and samples.
        columns: of the whole.
    """

    id: str
    item: str
    recipe: Recipe
    exposure_db: float
    source: Source
    columns: int

    @property
    def levels(self) -> list[int]:
        """How many columns of the whole become one, level by level."""
        return levels_of(self.columns, TILE_COLUMNS)

    def columns_at(self, level: int) -> int:
        """Columns of the whole ``level``."""
        return -(-self.columns // level)

    def as_json(self) -> dict[str, Any]:
        """What a page needs to show it."""
        recipe, rows = self.recipe, np.arange(self.recipe.rows, dtype=np.float64)[::-1]
        return {
            "id": self.id,
            "item": self.item,
            "rate": self.source.rate,
            "channels": self.source.channels,
            "sample_count": self.source.sample_count,
            "columns": self.columns,
            "rows": recipe.rows,
            "hop_seconds": recipe.hop_seconds,
            "axis": recipe.axis,
            "min_hz": recipe.min_hz,
            "max_hz": recipe.max_hz,
            "row_hz": [round(float(hz), 3) for hz in hz_of_row(rows, recipe)],
            "top_db": recipe.top_db,
            "range_db": recipe.range_db,
            "gamma": recipe.gamma,
            "exposure_db": self.exposure_db,
            "levels": self.levels,
            "tile_columns": TILE_COLUMNS,
        }


class View:
    """A picture of many tiles, of which the reduced ones are made in steps.

    Attributes:
        shown: what it shows.
        done: the fraction of the reduced tiles that are made.
        loudest: the loudest power of what was gone through so far.
    """

    def __init__(self, shown: Shown, store: TileStore) -> None:
        self.shown, self._store = shown, store
        self.done = 1.0 if store.is_whole else 0.0
        self.loudest = float(store.note or 0)
        self._writing = Lock()
        self._is_over = False

    def tile(self, level: int, index: int) -> tuple[Pixels, bool]:
        """The tile ``[rows, columns, 3]`` uint8, and whether all of it is there already.

        Raises:
            NotThereError: there is no such tile.
        """
        first = index * TILE_COLUMNS
        if level not in self.shown.levels or not 0 <= first < self.shown.columns_at(level):
            raise NotThereError(f"there is no tile {index} of level {level}")
        last = min(first + TILE_COLUMNS, self.shown.columns_at(level))
        if level in self._store.levels:
            return self._store.read(level, first, last)
        return self._drawn(level, first, last), True

    def as_json(self) -> dict[str, Any]:
        """What a page needs to show it, and how much of it is made."""
        return {**self.shown.as_json(), "done": self.done}

    def steps(self) -> Iterator[None]:
        """Make the reduced tiles, step by step; `done` says how far that has come."""
        if self._store.is_whole:
            return
        columns = 0
        for level, pixels in overviews(self._blocks(), self.shown.levels):
            with self._writing:
                if self._is_over:
                    return
                if level in self._store.levels:
                    self._store.add(level, pixels)
            if level == 1:
                columns += pixels.shape[1]
                self.done = min(columns / self.shown.columns, 0.999)
                yield
        with self._writing:
            if not self._is_over:
                self._store.finish(repr(self.loudest))
                self.done = 1.0

    def end(self) -> None:
        """Write nothing more: its folder is another's from now on, or is removed."""
        with self._writing:
            self._is_over = True

    def _blocks(self) -> Iterator[Pixels]:
        """The whole, from left to right."""
        raise NotImplementedError

    def _drawn(self, level: int, first: int, last: int) -> Pixels:
        """Columns of a level that is not kept."""
        raise NotImplementedError


class SoundView(View):
    """A sound, drawn where one looks.

    Args:
        shown: what it shows.
        copy: the sound.
        folder: where its reduced tiles are kept.
    """

    def __init__(self, shown: Shown, copy: Copy, folder: Path) -> None:
        kept = {one: shown.columns_at(one) for one in shown.levels if one not in _DRAWN_LEVELS}
        super().__init__(shown, TileStore(folder, shown.recipe.rows, kept))
        self.copy = copy
        self._mapping = Mapping.of(shown.recipe, copy.rate)

    @property
    def plain(self) -> Recipe:
        """The recipe without its exposure."""
        recipe = self.shown.recipe
        return replace(recipe, top_db=recipe.top_db + self.shown.exposure_db)

    def _blocks(self) -> Iterator[Pixels]:
        for power in Analysis(self.copy.blocks(_BLOCK_SAMPLES), self.copy.channels, self._mapping):
            self.loudest = max(self.loudest, float(power.max()))
            yield pixels_of_power(power, self.shown.recipe, np.uint8)

    def _drawn(self, level: int, first: int, last: int) -> Pixels:
        parts = []
        for low, high in blocks(level * first, min(level * last, self.shown.columns), TILE_COLUMNS):
            self.copy.wait_for(self._mapping.span(low, high).stop)
            parts.append(encode_part(self.copy, self.shown.recipe, low, high - low))
        pixels = np.concatenate(parts, axis=1)
        return pixels if level == 1 else reduced(pixels, level)


class PictureView(View):
    """A picture, on the grid of its recipe.

    Args:
        shown: what it shows.
        pixels: uint8 ``[rows, columns, 3]`` on that grid; not kept, but written to the disk.
        folder: where its tiles are kept.
    """

    def __init__(self, shown: Shown, pixels: Pixels, folder: Path) -> None:
        kept = {one: shown.columns_at(one) for one in shown.levels}
        super().__init__(shown, TileStore(folder, shown.recipe.rows, kept))
        self._pixels = pixels
        for _ in self.steps():
            pass
        del self._pixels

    def _blocks(self) -> Iterator[Pixels]:
        for first, last in blocks(0, self.shown.columns, TILE_COLUMNS):
            yield self._pixels[:, first:last]
