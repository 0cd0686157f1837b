"""Fit: bring the pixels of any picture onto the grid of its recipe."""

from __future__ import annotations

import numpy as np
from PIL import Image

from eidophone.base.arrays import Float32, Pixels
from eidophone.base.errors import PictureError
from eidophone.base.parallel import blocks
from eidophone.files.kinds import MAX_PICTURE_PIXELS
from eidophone.picture.ink import brightest
from eidophone.picture.picture import Picture, Source
from eidophone.picture.recipe import Recipe

#: A picture this much wider or narrower than its source says has been cut, not scaled.
_SCALED_NOT_CUT = 0.03

#: Pixels of a picture at another size, which are floats: as many bytes as the largest picture has.
_MOST_RESIZED = MAX_PICTURE_PIXELS // 4

#: Rows that are made as wide as they will be at a time.
_ROWS_AT_ONCE = 512

#: Float pixels above this would overflow when they are resized.
_ABSURD = 1e6


def fit(picture: Picture) -> Pixels:
    """The pixels of ``picture`` at the height and the columns of its recipe.

    The axis fills the height and the aspect ratio is duration, so a picture of another size is
    resampled to ``[recipe.rows, columns, 3]``; one of the right size is left as it is.

    Raises:
        PictureError: it is so long and flat that it would last for hours.
    """
    return resized(picture.pixels, picture.recipe.rows, fitted_columns(picture))


def fit_like(picture: Picture, pixels: Pixels) -> Pixels:
    """The pixels of ``picture`` at the size of ``pixels``."""
    return resized(picture.pixels, *pixels.shape[:2])


def resized(pixels: Pixels, rows: int, columns: int) -> Pixels:
    """``pixels`` at another size.

    Lanczos keeps fine lines sharpest; what overshoots black and the brightest value is cut.

    Returns:
        float32, 1.0 is full scale; or ``pixels`` themselves, if that is their size.

    Raises:
        PictureError: the other size is so long and flat that it would last for hours.
    """
    if pixels.shape[:2] == (rows, columns):
        return pixels
    if rows * columns > _MOST_RESIZED:
        raise PictureError(
            f"a picture of {pixels.shape[1]} x {pixels.shape[0]} pixels is {columns} columns of "
            f"sound: cut it into pictures of at most {_MOST_RESIZED // rows}"
        )
    scale = np.float32(1 / brightest(pixels.dtype))
    most = np.float32(min(pixels.max() * scale, _ABSURD))
    result = np.empty((rows, columns, 3), np.float32)
    for colour in range(3):
        across = np.empty((pixels.shape[0], columns), np.float32)
        for first, last in blocks(0, pixels.shape[0], _ROWS_AT_ONCE):  # large pictures are large
            band = np.clip(pixels[first:last, :, colour] * scale, 0, most)
            across[first:last] = _lanczos(band, last - first, columns)
        result[:, :, colour] = _lanczos(across, rows, columns)
    return np.clip(result, 0, most, out=result)


def _lanczos(plane: Float32, rows: int, columns: int) -> Float32:
    return np.asarray(Image.fromarray(plane).resize((columns, rows), Image.Resampling.LANCZOS))


def columns_by_shape(pixels: Pixels, recipe: Recipe) -> int:
    """Columns of an image of any size if the axis fills its height: its shape is its duration."""
    height, width = pixels.shape[:2]
    return _by_shape(height, width, recipe)


def fitted_columns(picture: Picture) -> int:
    """Columns of ``picture`` on the grid of its recipe."""
    return grid_columns(picture.height, picture.width, picture.recipe, picture.source)


def grid_columns(height: int, width: int, recipe: Recipe, source: Source | None) -> int:
    """Columns of so many pixels on the grid of ``recipe``; see `fitted_columns`."""
    if source is None or source.first_column > 0:
        return _by_shape(height, width, recipe)
    return _columns(height, width, recipe, recipe.columns(source.sample_count, source.rate))


def shows_all(pixels: Pixels, recipe: Recipe, columns: int) -> bool:
    """Whether ``pixels`` are all of ``columns`` columns, at some size, and not a part of them."""
    height, width = pixels.shape[:2]
    return _columns(height, width, recipe, columns) == columns


def _by_shape(height: int, width: int, recipe: Recipe) -> int:
    return max(1, round(width * recipe.rows / height))


def _columns(height: int, width: int, recipe: Recipe, whole: int) -> int:
    """Columns of what was drawn ``whole`` columns wide, and may have been cut, or scaled."""
    by_shape = _by_shape(height, width, recipe)
    if height == recipe.rows:
        return by_shape
    # Tools round sizes: a picture that nearly has the right shape is the whole one, scaled.
    return whole if abs(by_shape - whole) <= max(1, _SCALED_NOT_CUT * whole) else by_shape
