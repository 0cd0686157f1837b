"""Journeys: a sound's pictures as they went out, beside what came back from a tool."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from eidophone.base.arrays import Pixels
from eidophone.base.errors import PictureError, ToolError
from eidophone.base.parallel import blocks
from eidophone.base.streams import regrouped
from eidophone.bridge.tools import Tool, picture_of
from eidophone.film.codec import encode_film
from eidophone.film.decoding import plan_decoding
from eidophone.film.film import Film
from eidophone.film.plan import DecodingPlan
from eidophone.film.settings import Kind
from eidophone.picture.codec import encode_blocks
from eidophone.picture.fit import resized
from eidophone.picture.picture import Picture
from eidophone.picture.recipe import Recipe
from eidophone.picture.sequence import Cut, Placed, join
from eidophone.picture.shape import columns_shown
from eidophone.sound.sound import SoundSource

#: Makes a film of the one at the first path, at the second path or beside it; gives where it is.
FilmTool = Callable[[Path, Path], Path]

#: Told how much is done, and of how much.
Count = Callable[[int, int], None]

#: Where a picture lies, and what it was: when it went out, came back, and came back from rest.
View = tuple[Placed, Sequence[Pixels]]

#: Long pictures, and films, are looked at so many columns at a time.
_BLOCK_COLUMNS = 512

#: Films go out hardly compressed: what the tool does to them is enough.
_CRF = 8


class Shelf:
    """Pictures in a folder: all of them can be gone through again, with one in memory at a time.

    Args:
        folder: which; it is made.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0
        folder.mkdir()

    def add(self, pixels: Pixels) -> None:
        """Put a picture behind the others."""
        np.save(self._folder / f"{self._count}.npy", pixels)
        self._count += 1

    def __iter__(self) -> Iterator[Pixels]:
        """The pictures, in the order in which they were added."""
        for number in range(self._count):
            yield np.load(self._folder / f"{number}.npy")


@dataclass(frozen=True)
class Journey:
    """The pictures of a sound, ``[height, width, 3]`` each, as often as they are asked for.

    Attributes:
        recipe: what the pixels mean.
        placed: where each picture lies on the grid of the recipe.
        sent: the pictures as they went out.
        back: as they came back; each is of the size of the one sent.
        at_rest: as they came back where the tool was told to change nothing.
    """

    recipe: Recipe
    placed: Sequence[Placed]
    sent: Iterable[Pixels]
    back: Iterable[Pixels]
    at_rest: Iterable[Pixels] | None = None

    def joined(self, pictures: Iterable[Pixels]) -> Iterator[Pixels]:
        """All columns of as many pictures as were sent, from left to right, as float32."""
        found = (Picture(one, self.recipe) for one in pictures)
        return join(found, list(self.placed), np.float32)


def send_pictures(
    sound: SoundSource,
    tool: Tool,
    *,
    recipe: Recipe,
    size: int,
    overlap: float,
    batch: int,
    folder: Path,
    calibrate: Tool | None = None,
    progress: Count = lambda *_: None,
) -> Journey:
    """Send ``sound`` through ``tool`` as squares that overlap, and fade into each other there.

    Args:
        sound: what goes out.
        tool: what it goes through.
        recipe: of the pictures, in any size.
        size: of the pictures in pixels.
        overlap: fraction of a picture that it shares with the next.
        batch: pictures that the tool is given at a time.
        folder: an empty one, to keep the pictures in.
        calibrate: the tool, told to change nothing.
        progress: told how many pictures are back, and of how many.

    Raises:
        ToolError: the tool gave something else than as many pictures as it took.
    """
    recipe, cut = recipe.with_rows(size).for_rate(sound.rate), Cut.squares(size, overlap)
    places = cut.places(recipe.columns(sound.sample_count, sound.rate))
    tools = [tool] if calibrate is None else [tool, calibrate]

    def views() -> Iterator[View]:
        drawn = _drawn(sound, recipe, cut, np.uint8)
        progress(0, len(places))
        for first, last in blocks(0, len(places), batch):
            given = list(islice(drawn, batch))
            back = (picture_results(to, given) for to in tools)
            sized = [(resized(one, size, size) for one in results) for results in back]
            yield from zip(places[first:last], zip(given, *sized, strict=True), strict=True)
            progress(last, len(places))

    return _journey(recipe, views(), folder)


def send_film(
    sound: SoundSource,
    tool: FilmTool,
    *,
    recipe: Recipe,
    kind: Kind,
    size: int,
    fps: float | None,
    folder: Path,
    calibrate: FilmTool | None = None,
) -> Journey:
    """Send ``sound`` through ``tool`` as a film.

    Args:
        sound: what goes out.
        tool: what it goes through.
        recipe: of the film.
        kind: of the film.
        size: of its frames in pixels.
        fps: frames per second; None for what is usual.
        folder: an empty one, to keep films and pictures in.
        calibrate: the tool, told to change nothing.
    """
    made = encode_film(sound, kind, recipe=recipe, size=size, fps=fps)
    made.save(folder / "sent.mp4", crf=_CRF, fps=made.fps)  # each page goes through the tool once

    def through(tool: FilmTool, name: str) -> DecodingPlan:
        film = Film.load(tool(folder / "sent.mp4", folder / f"{name}.mp4"))
        film.facts = made.facts  # whatever it has forgotten
        return plan_decoding(
            film, read=kind, seconds=None, recipe=None, reference=None, use_track=False
        )

    back = [through(tool, "back")]
    if calibrate is not None:
        back.append(through(calibrate, "at-rest"))
    recipe = back[0].recipe

    def views() -> Iterator[View]:
        streams = [encode_blocks(sound, recipe), *(one.columns() for one in back)]
        first = 0
        for pieces in zip(*(regrouped(one, _BLOCK_COLUMNS) for one in streams), strict=False):
            width = min(piece.shape[1] for piece in pieces)  # a film may have become shorter
            yield Placed(first, width), [piece[:, :width] for piece in pieces]
            first += width

    return _journey(recipe, views(), folder)


def are_whole(
    sound: SoundSource,
    pictures: Iterable[Pixels],
    *,
    recipe: Recipe,
    cut: Cut,
    by_tools: bool = False,
) -> bool:
    """Whether ``pictures`` show all that was drawn of ``sound``, at whatever size, and no less.

    Args:
        sound: what they were drawn of.
        pictures: what came back, as many as were drawn, ``[height, width, 3]`` of any size.
        recipe: of the pictures as they were drawn.
        cut: how the columns of the sound were cut into pictures.
        by_tools: whatever was done to their shape was done for the sake of tools.
    """
    drawn = enumerate(_drawn(sound, recipe, cut, np.float32))

    def drawn_as(number: int) -> list[Pixels]:
        return [next(pixels for nth, pixels in drawn if nth == number)]

    places = cut.places(recipe.columns(sound.sample_count, sound.rate))
    return all(
        where.columns
        == columns_shown(one, recipe, where.columns, partial(drawn_as, number), by_tools=by_tools)
        for number, (one, where) in enumerate(zip(pictures, places, strict=True))
    )


def come_back(
    sound: SoundSource,
    pictures: Iterable[Pixels],
    *,
    recipe: Recipe,
    cut: Cut,
    dtype: Any,
    folder: Path,
    at_rest: Iterable[Pixels] | None = None,
) -> Journey:
    """The journey of pictures that were drawn of ``sound`` before, and have been altered since.

    Args:
        sound: what went out.
        pictures: what came back, uint8, uint16 or float ``[height, width, 3]`` of any size.
        recipe: of the pictures as they were drawn.
        cut: how the columns of the sound were cut into pictures.
        dtype: of the pixels as they were drawn.
        folder: an empty one, to keep the pictures in.
        at_rest: what came back from the tool while it was told to change nothing.

    Raises:
        PictureError: these are not as many pictures as were drawn.
    """
    places = cut.places(recipe.columns(sound.sample_count, sound.rate))
    most = cut.width if cut.even else _BLOCK_COLUMNS  # whole pictures may be of any length
    batches = [pictures] if at_rest is None else [pictures, at_rest]

    def views() -> Iterator[View]:
        drawn = _drawn(sound, recipe, cut, dtype)
        back = (_as_many(one, len(places)) for one in batches)
        for where, sent, *others in zip(places, drawn, *back, strict=True):
            sized = [_bounded(resized(one, recipe.rows, where.columns)) for one in others]
            for first, last in blocks(0, where.columns, most):
                piece = [one[:, first:last] for one in (sent, *sized)]
                yield Placed(where.first + first, last - first), piece

    return _journey(recipe, views(), folder)


def _journey(recipe: Recipe, views: Iterable[View], folder: Path) -> Journey:
    """The journey of pictures that were all seen once, and are kept in ``folder``."""
    shelves = [Shelf(folder / name) for name in ("sent", "back", "at-rest")]
    placed, count = [], 0
    for where, pictures in views:
        placed.append(where)
        for count, one in enumerate(pictures, 1):
            shelves[count - 1].add(one)
    return Journey(recipe, placed, *shelves[:count])


def _drawn(sound: SoundSource, recipe: Recipe, cut: Cut, dtype: Any) -> Iterator[Pixels]:
    """The pictures of ``sound``."""
    columns = recipe.columns(sound.sample_count, sound.rate)
    for _, pixels in cut.apply(encode_blocks(sound, recipe, dtype=dtype), columns):
        yield _bounded(pixels)


def picture_results(tool: Tool, pictures: Sequence[Pixels]) -> list[Pixels]:
    """What ``tool`` makes of ``pictures``, as pictures.

    Raises:
        ToolError: it gave something else than as many pictures as it took.
    """
    results = tool([one.copy() for one in pictures])  # a tool may draw into what it is given
    if len(results) != len(pictures):
        raise ToolError(f"the tool took {len(pictures)} pictures and gave {len(results)}")
    return [picture_of(one) for one in results]


def _as_many(pictures: Iterable[Pixels], count: int) -> Iterator[Pixels]:
    found = 0
    for found, one in enumerate(pictures, 1):
        if found <= count:
            yield one
    if found != count:
        raise PictureError(f"{count} pictures were drawn, and {found} came back: send all of them")


def _bounded(pixels: Pixels) -> Pixels:
    """``pixels`` in 0..1 where they are floats: most tools know nothing brighter than white."""
    return np.clip(pixels, 0, 1) if pixels.dtype.kind == "f" else pixels
