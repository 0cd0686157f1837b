"""Lights: how bright each pitch of a sound is at each moment, as films with a look have it.

They are reckoned once for each sound, in the background, and kept in the cache as a byte each.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from threading import Lock

import numpy as np

from eidophone.base.arrays import UInt8
from eidophone.base.atomic import make_folder
from eidophone.film.eyes import levels_for_eyes
from eidophone.film.instants import instants_recipe
from eidophone.jobs.workspace.background import Background
from eidophone.jobs.workspace.copies import Copies, Copy
from eidophone.jobs.workspace.room import make_room
from eidophone.picture.recipe import PRESETS, Recipe

#: Moments a second, and pixels of the spiral that they are fine enough for.
FPS, _SIDE = 60, 512

#: Bytes of all lights together, some hours; and sounds that they are reckoned of at once.
_MOST_BYTES, _AT_ONCE = 1 << 29, 2


@dataclass
class Light:
    """The lights of one sound.

    Attributes:
        recipe: of its rows, on the octaves axis.
        columns: how many moments there are.
        ready: how many of them are reckoned.
        path: where they are, ``[columns, rows]``, the lowest row first.
        is_over: no more are reckoned.
    """

    recipe: Recipe
    columns: int
    ready: int
    path: Path
    is_over: bool = False

    def window(self, first: int, count: int) -> UInt8:
        """Of ``count`` moments from ``first`` on, those that are reckoned, ``[moments, rows]``."""
        last = min(first + count, self.ready)
        rows = self.recipe.rows
        if first >= last:
            return np.zeros((0, rows), np.uint8)
        with self.path.open("rb") as file:
            file.seek(first * rows)
            data = file.read((last - first) * rows)
        return np.frombuffer(data, np.uint8).reshape(-1, rows)


class Lights:
    """The lights of sounds.

    Args:
        folder: where they are kept.
        copies: the samples of these sounds.
    """

    def __init__(self, folder: Path, copies: Copies) -> None:
        make_folder(folder)
        self._folder, self._copies = folder, copies
        self._background = Background(_AT_ONCE, "eidophone-lights")
        self._known: dict[str, Light] = {}
        self._lock = Lock()

    def of(self, path: Path) -> Light:
        """The lights of the sound at ``path``; what is not reckoned yet is on its way.

        Raises:
            SoundError: it is no sound.
        """
        copy = self._copies.of(path)
        with self._lock:
            found = self._known.get(copy.sign)
            if found is None or found.is_over or not found.path.exists():
                found = self._known[copy.sign] = self._begun(copy)
            return found

    def close(self) -> None:
        """Reckon no more."""
        for light in self._known.values():
            light.is_over = True

    def _begun(self, copy: Copy) -> Light:
        recipe = recipe_for_eyes().for_rate(copy.rate)
        columns = recipe.columns(copy.sample_count, copy.rate)
        light = Light(recipe, columns, 0, self._folder / f"{copy.sign}.lights")
        with suppress(OSError):
            if light.path.stat().st_size == columns * recipe.rows:
                light.ready = columns
                light.path.touch()
                return light
        make_room(self._folder, "*.lights", _MOST_BYTES)
        light.path.write_bytes(b"")
        self._background.do(_reckon(copy, light))
        return light


def recipe_for_eyes() -> Recipe:
    """Of which rows are, and when."""
    recipe = instants_recipe(PRESETS["standard"], Fraction(FPS), _SIDE)
    return replace(recipe, hop_seconds=1 / FPS, window_seconds=0.5)


def _reckon(copy: Copy, light: Light) -> Iterator[None]:
    try:
        with light.path.open("r+b") as file:
            for block in levels_for_eyes(copy, light.recipe):
                if light.is_over:
                    return
                values = np.rint(block[::-1, :, 0].T * 255).astype(np.uint8)
                values = values[: light.columns - light.ready]
                file.write(np.ascontiguousarray(values).tobytes())
                file.flush()
                light.ready += len(values)
                yield
    except Exception as error:  # a broken sound: whoever asks again may find it mended
        logging.getLogger(__name__).warning("%s", error)
        light.is_over = True
