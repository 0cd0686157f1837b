"""Ink: levels to pixel values and back, and colours to channels.

A pixel value, from 0 to 1, is ``level ** gamma``, where a level is 0 at the bottom of the recipe's
range of decibels and 1 at its top: black is silence. The colours of a pixel are the levels of real
signals: red is left, green is the middle (the complex mean of both channels), blue is right. Mono
is grey.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import numpy as np

from eidophone.base.arrays import Float32, Pixels
from eidophone.picture.pool import TINY
from eidophone.picture.recipe import Recipe

_NEPER_DB = np.float32(10 / math.log(10))

#: Float pixels may be as bright as any image's; more than this is not let through (float32 ends
#: at a power of 385 dB, and signals are summed and multiplied on the way).
_LOUDEST_DB = 150.0


def brightest(dtype: Any) -> float:
    """Pixel value of the recipe's top level: 255, 65535 or 1.0."""
    return float(np.iinfo(dtype).max) if np.issubdtype(dtype, np.integer) else 1.0


def step_db(dtype: Any, recipe: Recipe) -> float:
    """Decibels from one pixel value to the next halfway up; 0 where values are continuous."""
    if not np.issubdtype(dtype, np.integer):
        return 0.0
    slope = recipe.gamma * 0.5 ** (1 - 1 / recipe.gamma)
    return recipe.range_db / (slope * brightest(dtype))


def pixels_of_power(power: Float32, recipe: Recipe, dtype: Any) -> Pixels:
    """Draw ``power`` ``[colours, columns, rows]`` as pixels ``[height, width, 3]``.

    Levels over the recipe's top are cut in integer pixels, and kept in float ones.
    """
    value = _value_of_power(power, recipe)
    if np.issubdtype(dtype, np.integer):
        scale = brightest(dtype)
        value *= np.float32(scale)
        value += np.float32(0.5)
        np.minimum(value, scale, out=value)
    inked = value.astype(dtype)
    colours, columns, rows = inked.shape
    pixels = np.empty((rows, columns, 3), dtype)
    for colour in range(3):
        pixels[:, :, colour] = inked[colour % colours].T[::-1]
    return pixels


def power_of_pixels(pixels: Pixels, recipe: Recipe, colours: int) -> Float32:
    """Power ``[colours, columns, rows]`` that ``pixels`` ``[height, width, 3]`` stand for.

    One colour is the green one: the middle, and in a grey picture as good as any.
    """
    values = _by_columns(pixels, colours)
    if np.issubdtype(values.dtype, np.integer):
        return _table(values.dtype.str, recipe)[values]
    return _power_of_values(values, recipe)


def level_change(before: Float32, after: Float32, recipe: Recipe) -> Float32:
    """How much louder the ink ``after`` is than that ``before``, in dB, of the same shape."""
    most = np.float32(recipe.range_db)
    return (level_of(after / most, recipe) - level_of(before / most, recipe)) * most


def level_of(value: Float32, recipe: Recipe) -> Float32:
    """Level of a pixel ``value``: both 0 where it is black, and 1 at the recipe's top."""
    level: Float32 = np.power(np.maximum(value, 0), np.float32(1 / recipe.gamma))
    return level


def value_of(level: Float32, recipe: Recipe) -> Float32:
    """Pixel value of a ``level``; the inverse of `level_of`."""
    level = np.maximum(level, 0)
    if recipe.gamma == 1.5:  # that of all presets, and a root is quicker by far
        return level * np.sqrt(level)
    value: Float32 = np.power(level, np.float32(recipe.gamma))
    return value


def ink_of_power(power: Float32, recipe: Recipe) -> Float32:
    """What is drawn for ``power``, unrounded; full brightness is ``range_db``.

    Pictures are compared in ink, in which their noise is the same everywhere. With a ``gamma`` of
    1, ink is decibels above black.
    """
    return _value_of_power(power, recipe) * np.float32(recipe.range_db)


def ink_of_pixels(pixels: Pixels, recipe: Recipe, colours: int) -> Float32:
    """Ink ``[colours, columns, rows]`` of ``pixels`` ``[height, width, 3]``; see `ink_of_power`."""
    scale = np.float32(recipe.range_db / brightest(pixels.dtype))
    return _by_columns(pixels, colours) * scale


def sounding_columns(pixels: Pixels) -> int:
    """Columns up to the last that is not black, but for the noise of recompression."""
    tolerance = 8 / 255 * brightest(pixels.dtype)
    lit = np.flatnonzero(pixels.max(axis=(0, 2)) > tolerance)
    return int(lit[-1]) + 1 if lit.size else 0


def sounding_rows(pixels: Pixels) -> int:
    """Rows from the bottom up to the last that is not black, but for the noise of recompression."""
    return sounding_columns(pixels[::-1].swapaxes(0, 1))


def _by_columns(pixels: Pixels, colours: int) -> Pixels:
    """``pixels`` ``[height, width, 3]`` as ``[colours, columns, rows]``."""
    wanted = pixels[::-1, :, 1:2] if colours == 1 else pixels[::-1]
    return np.ascontiguousarray(wanted.transpose(2, 1, 0))


def _value_of_power(power: Float32, recipe: Recipe) -> Float32:
    level = np.log(np.maximum(power, TINY))
    level *= _NEPER_DB * np.float32(1 / recipe.range_db)
    level -= np.float32(recipe.floor_db / recipe.range_db)
    return value_of(level, recipe)


def _power_of_values(values: Float32, recipe: Recipe) -> Float32:
    most = np.float32((_LOUDEST_DB - recipe.floor_db) / recipe.range_db)
    level = np.minimum(level_of(values, recipe), most)
    power = np.exp((level * np.float32(recipe.range_db) + np.float32(recipe.floor_db)) / _NEPER_DB)
    power[values <= 0] = 0
    return power


@lru_cache(maxsize=4)
def _table(dtype: str, recipe: Recipe) -> Float32:
    scale = brightest(np.dtype(dtype))
    return _power_of_values(np.arange(scale + 1, dtype=np.float32) / np.float32(scale), recipe)
