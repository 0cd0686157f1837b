"""Journeys: a sound as pictures or a film through a tool, and back on the grid it went out on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Protocol

import numpy as np

from eidophone.base.errors import ToolError
from eidophone.base.parallel import blocks
from eidophone.base.streams import regrouped
from eidophone.bridge.tools import Tool, picture_of
from eidophone.files.image import Pixels
from eidophone.film import Film, Kind, encode_film
from eidophone.film.decoding import Hearing, hear
from eidophone.picture.codec import encode_blocks
from eidophone.picture.facts import Source
from eidophone.picture.fit import resized
from eidophone.picture.picture import Picture
from eidophone.picture.recipe import Recipe
from eidophone.picture.sequence import Cut, Extent, join, place
from eidophone.sound.sound import SoundSource

#: Told the fraction of the work that is done, now and then.
Progress = Callable[[float], None]

#: Makes a film of the one at the first path, at the second path or beside it; gives where it is.
FilmTool = Callable[[Path, Path], Path]

_BLOCK_COLUMNS = 512

#: Films go out hardly compressed: what the tool does to them is enough.
_CRF = 8


class Journey(Protocol):
    """What came back of a sound, beside what went out."""

    @property
    def recipe(self) -> Recipe:
        """What the pixels mean."""

    def pairs(self) -> Iterator[tuple[Pixels, Pixels]]:
        """What went out and what came back, ``[rows, columns, 3]`` of the same size."""

    def joined(self, pictures: Iterator[Pixels]) -> Iterator[Pixels]:
        """All columns of as many pictures as there are pairs, from left to right."""


class PictureJourney:
    """A sound as square pictures that overlap, and fade into each other where they do.

    Args:
        sound: what went out.
        tool: what it goes through, now.
        recipe: of the pictures, in any size.
        size: of the pictures in pixels.
        overlap: fraction of a picture that it shares with the next.
        batch: pictures that the tool is given at a time.
        folder: where to put what came back, under a ``name``.
        progress: told how many of the pictures are back.

    Raises:
        ToolError: the tool gave something else than as many pictures as it took.
    """

    def __init__(
        self,
        sound: SoundSource,
        tool: Tool,
        *,
        recipe: Recipe,
        size: int,
        overlap: float,
        batch: int,
        folder: Path,
        name: str,
        progress: Progress = lambda _: None,
    ) -> None:
        self.recipe = recipe.with_rows(size).for_rate(sound.rate)
        self._sound = sound
        self._cut = Cut.squares(size, overlap)
        count = self._cut.count(self.recipe.columns(sound.frames, sound.rate))
        self._files = [folder / f"{name}-{number}.npy" for number in range(count)]
        pictures = self._pictures()
        for first, last in blocks(0, count, batch):
            sent = list(islice(pictures, last - first))
            for file, result in zip(self._files[first:last], _results(tool, sent), strict=True):
                np.save(file, resized(result, size, size))
            progress(last / count)

    def pairs(self) -> Iterator[tuple[Pixels, Pixels]]:
        """What went out and what came back, ``[size, size, 3]`` each."""
        return zip(self._pictures(), map(np.load, self._files), strict=True)

    def joined(self, pictures: Iterator[Pixels]) -> Iterator[Pixels]:
        """All columns of as many pictures as there are pairs, from left to right."""
        known = Source(
            rate=self._sound.rate, channels=self._sound.channels, frames=self._sound.frames
        )
        sources = [
            replace(known, first_column=self._cut.step * number)
            for number in range(len(self._files))
        ]
        placed = place(Extent(self._cut.width, self.recipe, source) for source in sources)
        named = zip(pictures, sources, strict=True)
        return join((Picture(one, self.recipe, source) for one, source in named), placed)

    def _pictures(self) -> Iterator[Pixels]:
        for _, pixels in self._cut.apply(encode_blocks(self._sound, self.recipe)):
            yield pixels


class FilmJourney:
    """A sound as a film.

    Args:
        sound: what went out.
        tool: what it goes through, now.
        recipe: of the film.
        kind: of the film.
        size: of its frames in pixels.
        fps: frames per second; None for what is usual.
        folder: where to put the films, under a ``name``.
    """

    def __init__(
        self,
        sound: SoundSource,
        tool: FilmTool,
        *,
        recipe: Recipe,
        kind: Kind,
        size: int,
        fps: float | None,
        folder: Path,
        name: str,
    ) -> None:
        made = encode_film(sound, kind, recipe=recipe, size=size, fps=fps)
        sent, back = folder / f"{name}-in.mp4", folder / f"{name}-out.mp4"
        made.save(sent, crf=_CRF, overwrite=True)
        film = Film.load(tool(sent, back))
        film.facts = made.facts  # whatever it has forgotten
        self._sound = sound
        self._hearing: Hearing = hear(
            film, read=kind, seconds=None, recipe=None, reference=None, use_track=False
        )
        self.recipe = self._hearing.recipe

    def pairs(self) -> Iterator[tuple[Pixels, Pixels]]:
        """What went out and what came back, ``[rows, columns, 3]`` of the same size."""
        sent = regrouped(encode_blocks(self._sound, self.recipe), _BLOCK_COLUMNS)
        back = regrouped(self._hearing.columns(), _BLOCK_COLUMNS)
        for before, after in zip(sent, back, strict=False):
            width = min(before.shape[1], after.shape[1])
            yield before[:, :width], after[:, :width]

    def joined(self, pictures: Iterator[Pixels]) -> Iterator[Pixels]:
        """All columns, from left to right."""
        return pictures


def _results(tool: Tool, pictures: list[Pixels]) -> list[Pixels]:
    results = tool(pictures)
    if len(results) != len(pictures):
        raise ToolError(f"the tool took {len(pictures)} pictures and gave {len(results)}")
    return [picture_of(one) for one in results]
