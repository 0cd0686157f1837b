"""Pictured: articulation as something done to pictures, so that one can see what it is.

Both pictures are blurred until only their envelopes are left; how the content's moves about its
mean is painted over the substance, row by row, then each column is made as light as the content's.
Decoded with the substance as reference, and its picture as reference picture, that is heard.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.ndimage import gaussian_filter

from eidophone.base.arrays import Float32
from eidophone.base.errors import MorphError
from eidophone.picture.ink import level_of, power_of_pixels, value_of
from eidophone.picture.picture import Picture
from eidophone.picture.recipe import Recipe

#: How far envelopes are blurred: up to 10 of 512 rows, and over 1.5 columns of 5.8 ms.
_BLUR_ROWS, _BLUR_SECONDS = 10 / 512, 0.0087

#: How much of the content's own mean full articulation brings in.
_COLOUR = 0.25

#: Cells darker than this are silent, and stay so; none changes by more than 30 dB.
_SILENT, _MOST_DB = 0.02, 30.0

#: Rows are moved that are lighter than 60 dB below the lightest in a column of ten, and columns
#: sound that are within 40 dB of the loudest.
_ROWS_DB, _SOUNDING_DB = 60.0, 40.0


def articulated_picture(
    content: Picture, substance: Picture, articulation: float = 0.75
) -> Picture:
    """The picture of ``substance`` with the movement and the loudness of ``content``.

    Args:
        content: of whose envelope.
        substance: of as many columns, with the same recipe.
        articulation: from 0, only the loudness, to 1.

    Returns:
        float32 pixels; `decode` it with the sound of ``substance`` as reference and ``substance``
        as reference picture.

    Raises:
        MorphError: the pictures do not go together.
    """
    recipe = substance.recipe
    if content.pixels.shape != substance.pixels.shape or content.recipe != recipe:
        raise MorphError(
            f"the pictures are {content.width} x {content.height} and {substance.width} x "
            f"{substance.height} pixels: draw two sounds of one length with one recipe"
        )
    told, made = (_levels(one) for one in (content, substance))
    wanted, now = (_blurred(one.mean(axis=2), recipe) for one in (told, made))
    there = np.quantile(wanted, 0.9, axis=1) * recipe.range_db
    rows = (there >= max(there.max() - _ROWS_DB, 0.0))[:, None]
    means = [one[:, _sounding(one, recipe)].mean(axis=1, keepdims=True) for one in (wanted, now)]
    mean = 1 - _COLOUR * articulation
    change = articulation * (wanted + mean * (means[1] - means[0]) - now) * rows
    change -= rows * (change.sum(axis=0) / max(rows.sum(), 1))  # how loud it is comes last
    most = _MOST_DB / recipe.range_db
    change = np.where(made > _SILENT, np.clip(change, -most, most)[:, :, None], 0)
    moved = made + change
    louder = _loudness(told, recipe) - _loudness(moved, recipe)
    moved = np.where(made > _SILENT, np.maximum(moved + louder[None, :, None], 0), 0)
    pixels = value_of(moved.astype(np.float32), recipe)
    return replace(substance, pixels=pixels, original=None, untouched=False)


def _levels(picture: Picture) -> Float32:
    """``[height, width, 3]``, 0 where it is black and 1 at the recipe's top."""
    pixels = picture.pixels
    scale = np.iinfo(pixels.dtype).max if pixels.dtype.kind in "iu" else 1
    return level_of(np.asarray(pixels / np.float32(scale), np.float32), picture.recipe)


def _blurred(levels: Float32, recipe: Recipe) -> Float32:
    sizes = _BLUR_ROWS * recipe.rows, _BLUR_SECONDS / recipe.hop_seconds
    return np.asarray(gaussian_filter(levels, sizes), np.float32)


def _loudness(levels: Float32, recipe: Recipe) -> Float32:
    """``[width]`` level of all rows together, 1 for each ``range_db``."""
    power = power_of_pixels(value_of(levels, recipe), recipe, 3).mean(axis=0).sum(axis=1)
    return 10 / recipe.range_db * np.log10(np.maximum(power, 1e-20))


def _sounding(levels: Float32, recipe: Recipe) -> Float32:
    light = levels.max(axis=0)
    return light >= light.max() - _SOUNDING_DB / recipe.range_db
