"""A sound as the squares of a dataset: where they are cut, at what pitch, and which are silent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from eidophone.base.arrays import Pixels
from eidophone.base.streams import Feed
from eidophone.picture.codec import encode_blocks
from eidophone.picture.ink import brightest, value_of
from eidophone.picture.recipe import Recipe
from eidophone.sound.sound import SoundSource


def squares(
    sound: SoundSource, recipe: Recipe, first_columns: Sequence[int], semitones: float = 0.0
) -> Iterator[tuple[int, Pixels]]:
    """The squares of ``sound`` that begin at ``first_columns``: these, and uint8 pixels.

    Args:
        sound: what is drawn.
        recipe: its rows are the size of the squares.
        first_columns: in ascending order.
        semitones: move the picture so much up, while time stays as it is.
    """
    if semitones:
        # Played faster, a sound is higher and shorter. Drawn with a hop and a window that are
        # shorter likewise, it takes as many columns as before.
        played = _Retuned(sound, semitones)
        ratio = played.rate / sound.rate
        hop, window = recipe.hop_seconds / ratio, recipe.window_seconds / ratio
        sound, recipe = played, replace(recipe, hop_seconds=hop, window_seconds=window)
    columns = Feed(encode_blocks(sound, recipe), np.zeros((recipe.rows, 0, 3), np.uint8))
    for first in first_columns:
        yield first, columns.take(first, first + recipe.rows)


def is_silent(pixels: Pixels, recipe: Recipe, level_db: float) -> bool:
    """Whether nothing in ``pixels`` is louder than ``level_db``."""
    level = np.full(1, (level_db - recipe.floor_db) / recipe.range_db, np.float32)
    return float(pixels.max()) <= float(value_of(level, recipe)[0]) * brightest(pixels.dtype)


class _Retuned:
    """The samples of ``sound`` at another rate, at which they are so many ``semitones`` higher."""

    def __init__(self, sound: SoundSource, semitones: float) -> None:
        self.rate = round(sound.rate * 2 ** (semitones / 12))
        self.channels = sound.channels
        self.sample_count = sound.sample_count
        self.blocks = sound.blocks
