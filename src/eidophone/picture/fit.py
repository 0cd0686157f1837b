"""Fit: bring the pixels of any picture onto the grid of its recipe."""

from __future__ import annotations

import numpy as np
from PIL import Image

from eidophone.base.arrays import Float32, Pixels
from eidophone.base.errors import PictureError
from eidophone.base.parallel import blocks
from eidophone.files.kinds import MAX_PICTURE_PIXELS
from eidophone.picture.ink import brightest
from eidophone.picture.picture import Picture
from eidophone.picture.shape import columns_of, whole_columns

#: Pixels of a picture at another size, which are floats: as many bytes as the largest picture has.
_MOST_RESIZED = MAX_PICTURE_PIXELS // 4

#: Rows that are made as wide as they will be at a time.
_ROWS_AT_ONCE = 512

#: Float pixels above this would overflow when they are resized.
_ABSURD = 1e6


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


def fitted_columns(picture: Picture) -> int:
    """Columns of ``picture`` on the grid of its recipe."""
    whole = whole_columns(picture.recipe, picture.source)
    return columns_of(picture.height, picture.width, picture.recipe, whole)
