"""A sound as the squares of a dataset: cut, moved along the axis, silent ones left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from eidophone.axis import hz_of_row, row_of_hz
from eidophone.codec import encode_blocks
from eidophone.ink import Pixels, brightest
from eidophone.picture import to_depth
from eidophone.recipe import Recipe
from eidophone.sequence import Cut
from eidophone.sound import SoundSource


def starts(columns: int, cut: Cut) -> list[int]:
    """First column of each square of a sound of so many ``columns``.

    The last one ends with the sound, and reaches back into the one before it, rather than being
    filled with silence. Only a sound that is shorter than a square is.
    """
    last = max(0, columns - cut.width)
    return [*range(0, last, cut.step), last]


def squares(
    sound: SoundSource, recipe: Recipe, first_columns: Sequence[int], semitones: float = 0.0
) -> Iterator[tuple[int, Pixels]]:
    """The squares of ``sound`` that begin at ``first_columns``: these, and uint8 pixels.

    Args:
        sound: what is drawn.
        recipe: its rows are the size of the squares.
        first_columns: in ascending order.
        semitones: move the picture so much up; on the octaves axis by whole rows.
    """
    if not semitones:
        yield from _cut(encode_blocks(sound, recipe), recipe.rows, first_columns)
        return
    blocks = encode_blocks(sound, recipe, dtype=np.float32)
    moved = (to_depth(_moved(block, recipe, semitones), np.uint8) for block in blocks)
    yield from _cut(moved, recipe.rows, first_columns)


def nearest_semitones(semitones: float, recipe: Recipe) -> float:
    """The shift nearest to ``semitones`` that pictures of ``recipe`` can be moved by exactly."""
    rows = _semitone_rows(recipe)
    return round(semitones * rows) / rows if rows else semitones


def is_silent(pixels: Pixels, recipe: Recipe, level_db: float) -> bool:
    """Whether nothing in ``pixels`` is louder than ``level_db``."""
    threshold = (level_db - recipe.floor_db) / recipe.range_db * brightest(pixels.dtype)
    return not pixels.size or float(pixels.max()) <= max(threshold, 0)


def _cut(
    blocks: Iterable[Pixels], size: int, first_columns: Sequence[int]
) -> Iterator[tuple[int, Pixels]]:
    """Squares of ``size`` from blocks of columns; silence follows the last block."""
    waiting = iter(first_columns)
    wanted = next(waiting, None)
    held, begin = np.zeros((size, 0, 3), np.uint8), 0
    for block in blocks:
        held = np.concatenate([held, block], axis=1)
        while wanted is not None and wanted + size <= begin + held.shape[1]:
            yield wanted, held[:, wanted - begin : wanted - begin + size]
            wanted = next(waiting, None)
        done = held.shape[1] if wanted is None else wanted - begin
        held, begin = held[:, done:], begin + done
    if wanted is not None:
        rest = held[:, wanted - begin :]
        yield wanted, np.pad(rest, ((0, 0), (0, size - rest.shape[1]), (0, 0)))


def _moved(pixels: Pixels, recipe: Recipe, semitones: float) -> Pixels:
    """Float ``pixels`` moved up so that every frequency is higher by ``semitones``.

    Time stays as it is, as it does not when a sound is played faster. Levels are interpolated
    between rows; what would come from outside the axis is black.
    """
    rows = np.arange(recipe.rows, dtype=np.float64)
    steps = _semitone_rows(recipe)
    if steps:
        place = rows - float(round(semitones * steps))
    else:
        place = row_of_hz(hz_of_row(rows, recipe) * 2 ** (-semitones / 12), recipe)
    below = np.floor(place).astype(np.int64)
    part = (place - below).astype(np.float32)[:, None, None]
    upwards = np.pad(pixels[::-1], ((1, 1), (0, 0), (0, 0)))  # a black row on either side
    low, high = (upwards[np.clip(row + 1, 0, recipe.rows + 1)] for row in (below, below + 1))
    return (low + part * (high - low))[::-1]


def _semitone_rows(recipe: Recipe) -> float:
    """Rows of a semitone where it is the same everywhere; 0 on other axes."""
    if recipe.axis != "octaves":
        return 0.0
    return float(row_of_hz(recipe.min_hz * 2 ** (1 / 12), recipe)) - float(
        row_of_hz(recipe.min_hz, recipe)
    )
