"""Readings of any film: every frame is a whole sound picture, and the film turns one into another.

A reading is a path through the film: which column of the picture, at which time of the film, is
heard when. Between frames and columns, levels are interpolated.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator

import numpy as np

from eidophone.base.arrays import Float32, Float64, Pixels
from eidophone.base.errors import FilmError
from eidophone.files.video import VideoFrame
from eidophone.film.clock import Numbered
from eidophone.film.merging import Merger, View, voted
from eidophone.picture.fit import resized
from eidophone.picture.ink import brightest
from eidophone.picture.recipe import Recipe
from eidophone.picture.settings import MOST_SECONDS
from eidophone.picture.shape import by_shape

#: The places in the picture that are heard, for columns of the sound; the picture's width; and how
#: many columns the sound has.
Path = Callable[[Float64, int, int], Float64]

_BLOCK_COLUMNS = 256


def cycle(
    frames: Iterable[VideoFrame], recipe: Recipe, lasts: float, seconds: float
) -> Iterator[Float32]:
    """Round and round through the picture, while the film turns: an evolving loop.

    Args:
        frames: of the film.
        recipe: of its pictures: their height is the axis, and a square lasts a fixed time.
        lasts: seconds of the film.
        seconds: of the sound.

    Yields:
        float32 ``[recipe.rows, any number of columns, 3]``, 1.0 is full scale.
    """

    def path(column: Float64, width: int, _: int) -> Float64:
        return column % width

    yield from _walk(frames, recipe, lasts, seconds, path)


def sweep(
    frames: Iterable[VideoFrame], recipe: Recipe, lasts: float, seconds: float
) -> Iterator[Float32]:
    """Once across the picture while the whole film plays: a diagonal cut through space and time.

    Args and yields are those of `cycle`.
    """

    def path(column: Float64, width: int, columns: int) -> Float64:
        return np.clip((column + 0.5) * (width / columns) - 0.5, 0, width - 1)

    yield from _walk(frames, recipe, lasts, seconds, path)


def pages(
    frames: Iterable[Numbered], recipe: Recipe, width: int, step: float, columns: int
) -> Iterator[Float32]:
    """Picture after picture, each fading into the next where they overlap.

    Args:
        frames: the number of the page that each shows, and ``[height, width, 3]``.
        recipe: of the pages.
        width: columns of a page.
        step: columns from the beginning of a page to that of the next.
        columns: of the whole sound.

    Yields:
        As `cycle`.
    """
    merger = Merger(width)
    for number, pixels in voted(frames):
        yield from merger.add(View(round(number * step), resized(pixels, recipe.rows, width)))
    yield from merger.finish(columns)


def stretched(blocks: Iterable[Pixels], columns: int, wanted: int) -> Iterator[Float32]:
    """``columns`` columns of pixels as ``wanted`` ones, levels interpolated between them.

    Args:
        blocks: ``[rows, any number, 3]``, floats.
        columns: how many they have in all.
        wanted: how many there are to be.
    """
    done = start = 0
    held: Float32 | None = None
    for block in blocks:
        start += 0 if held is None else held.shape[1] - 1
        held = block if held is None else np.concatenate([held[:, -1:], block], axis=1)
        place = (np.arange(done, wanted) + 0.5) * (columns / wanted) - 0.5 - start
        place = np.clip(place[place <= held.shape[1] - 1], 0, None)
        if len(place):
            yield _at(held, place)
            done += len(place)
    if held is not None and done < wanted:
        yield np.repeat(held[:, -1:], wanted - done, axis=1)


def check_seconds(seconds: float) -> None:
    """Refuse what would never end.

    Raises:
        FilmError: ``seconds`` is not a bearable length.
    """
    if not 0 < seconds <= MOST_SECONDS:
        raise FilmError(
            f"this would be a sound of {seconds:,.0f} seconds: choose with `seconds` how long it "
            f"is to be, up to {MOST_SECONDS:,}"
        )


def _walk(
    frames: Iterable[VideoFrame],
    recipe: Recipe,
    lasts: float,
    seconds: float,
    path: Path,
) -> Iterator[Float32]:
    check_seconds(seconds)
    columns = columns_in(seconds, recipe)
    per_second = columns / max(lasts, 1e-6)  # columns of the sound while a second of film plays
    heard = 0
    for frame, after, until in _turns(frames, recipe):
        begin, end = frame.seconds * per_second, until * per_second
        last = columns if math.isinf(end) else min(columns, math.ceil(end))
        while heard < last:
            column = np.arange(heard, min(last, heard + _BLOCK_COLUMNS), dtype=np.float64)
            turned = np.clip((column - begin) / max(end - begin, 1), 0, 1).astype(np.float32)
            place = path(column, frame.pixels.shape[1], columns)
            now = _at(frame.pixels, place)
            yield now + turned[:, None] * (_at(after.pixels, place) - now)
            heard += len(column)


def _turns(
    frames: Iterable[VideoFrame], recipe: Recipe
) -> Iterator[tuple[VideoFrame, VideoFrame, float]]:
    """Each frame, on the grid of the recipe, with the next one and the time at which that comes."""
    width = 0
    before: VideoFrame | None = None
    for frame in frames:
        width = width or by_shape(frame.pixels.shape[0], frame.pixels.shape[1], recipe)
        pixels = resized(frame.pixels, recipe.rows, width)
        unit = np.float32(1 / brightest(pixels.dtype))
        fitted = VideoFrame(pixels * unit, frame.seconds, frame.duration_seconds)
        if before is not None:
            yield before, fitted, fitted.seconds
        before = fitted
    if before is not None:
        yield before, before, math.inf


def _at(pixels: Float32, place: Float64) -> Float32:
    """Columns at fractional places, round the edge."""
    width = pixels.shape[1]
    below = np.floor(place).astype(np.int64)
    part = (place - below).astype(np.float32)[:, None]
    before, after = pixels[:, below % width], pixels[:, (below + 1) % width]
    return before + part * (after - before)


def columns_in(seconds: float, recipe: Recipe) -> int:
    """Columns of the recipe that it takes to last ``seconds``."""
    return max(1, math.ceil(seconds / recipe.hop_seconds - 1e-6))
