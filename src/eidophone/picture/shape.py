"""Shape: how much of what was drawn pixels of another shape are: scaled or cut, as they show."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import scipy.fft
from PIL import Image

from eidophone.base.arrays import Float32, Floats, Pixels
from eidophone.picture.content import bands
from eidophone.picture.facts import Source
from eidophone.picture.recipe import Recipe

#: Tools round sizes, some to multiples of these; a picture off by more was cut, not scaled.
_MULTIPLES = (1, 2, 4, 8, 16, 32, 64)

#: And none makes a picture so much wider or narrower that it should be cut.
_MOST_ROUNDED = 0.03

#: What is less like the drawing does not tell. Of nine sounds, blurred by 6 pixels, solarised or
#: under strong noise, pictures that show it are like it by .43 at least.
_LEAST_LIKE = 0.3

#: Two readings that are so nearly as like are the same.
_AS_LIKE = 0.005

#: A picture that lasts longer or shorter by less than this fraction is not worth a word.
_HARDLY = 0.01


def by_shape(height: int, width: int, recipe: Recipe) -> int:
    """Columns of so many pixels if the axis fills their height: their shape is their duration."""
    return max(1, round(width * recipe.rows / height))


def columns_of(height: int, width: int, recipe: Recipe, whole: int | None) -> int:
    """Columns of so many pixels on the grid of ``recipe``.

    Args:
        height: of the pixels.
        width: of the pixels.
        recipe: what they mean.
        whole: columns of all that was drawn, if this may be all of it; it may also have been cut.
    """
    if whole is None or height == recipe.rows:
        return by_shape(height, width, recipe)
    exact = whole * height / recipe.rows
    near = _MOST_ROUNDED * exact
    rounded = 1.5 + whole / (2 * recipe.rows)  # of the width itself, and by that of the height
    for multiple in _MULTIPLES:
        if width % multiple == height % multiple == 0:
            rounded = max(rounded, multiple)
    is_whole = abs(width - exact) <= max(min(rounded, near), 1)
    return whole if is_whole else by_shape(height, width, recipe)


def whole_columns(recipe: Recipe, source: Source | None) -> int | None:
    """Columns of all that was drawn, for a picture that may be all of it; else None."""
    if source is None or source.first_column > 0:
        return None
    return recipe.columns(source.sample_count, source.rate)


def columns_shown(
    pixels: Pixels,
    recipe: Recipe,
    whole: int | None,
    drawn: Callable[[], Iterable[Pixels]],
    *,
    by_tools: bool = False,
) -> int:
    """`columns_of` ``pixels``, by what was drawn where their shape has two meanings.

    Who makes a picture wider, and leaves its height, wants to hear it slower; tools want squares.

    Args:
        pixels: ``[height, width, 3]``.
        recipe: what they mean.
        whole: columns of all that was drawn, if this may be all of it.
        drawn: gives that, ``[rows, any number, 3]`` blocks from left to right.
        by_tools: whatever was done to their shape was done for the sake of tools.
    """
    height, width = pixels.shape[:2]
    cut, known = by_shape(height, width, recipe), columns_of(height, width, recipe, whole)
    if whole is None or cut == whole or not (by_tools or _suits_tools(height, width, recipe)):
        return known
    seen, origin = bands(pixels), np.concatenate([bands(one) for one in drawn()], axis=1)
    scaled, shorter = (
        _likeness(_resized(seen, len(origin), columns), origin) for columns in (whole, cut)
    )
    if max(scaled, shorter) < _LEAST_LIKE or abs(scaled - shorter) < _AS_LIKE:
        return known
    return whole if scaled > shorter else cut


def note_of(height: int, width: int, recipe: Recipe, source: Source | None, lasts: float) -> str:
    """What is said where pixels that say what they are were taken for a part; mostly nothing.

    Args:
        height: of the pixels.
        width: of the pixels.
        recipe: what they mean.
        source: what they say that they were drawn of.
        lasts: seconds that they are taken for.
    """
    if whole_columns(recipe, source) is None or not _suits_tools(height, width, recipe):
        return ""
    whole = source.sample_count / source.rate if source else 0.0
    if abs(lasts - whole) < _HARDLY * whole:
        return ""
    return (
        f"{width} x {height} pixels are taken for a part, {lasts:.2f} s of {whole:.2f} s: if they "
        f"show all, squeezed, `seconds` {whole:.6g} says so, and `reference` tells"
    )


def _suits_tools(height: int, width: int, recipe: Recipe) -> bool:
    """Whether such a size may be for the sake of tools, and not to be faster or slower."""
    return height != recipe.rows or height == width


def _resized(seen: Float32, count: int, columns: int) -> Float32:
    """``seen`` in ``count`` bands, of which a low picture has fewer, and in so many ``columns``."""
    how = Image.Resampling.BOX if columns < seen.shape[1] else Image.Resampling.BILINEAR
    return np.asarray(Image.fromarray(seen).resize((columns, count), how))


def _likeness(seen: Float32, drawn: Float32) -> float:
    """How far ``seen`` correlates with as much of ``drawn``, where it does best; both `bands`.

    What lasts all the time does not count, and neither does it if one is the negative.
    """
    count = seen.shape[1]
    seen = seen - seen.mean(axis=1, keepdims=True)
    drawn = drawn - drawn.mean(axis=1, keepdims=True)
    drawn = np.pad(drawn, ((0, 0), (0, max(0, count - drawn.shape[1]))))
    length = scipy.fft.next_fast_len(drawn.shape[1] + count, real=True)
    spectra = [scipy.fft.rfft(one, length, axis=1) for one in (drawn, seen)]
    products = scipy.fft.irfft((spectra[0] * spectra[1].conj()).sum(axis=0), length)
    sums, powers = (_sums(one, count) for one in (drawn, drawn**2))
    power = powers.sum(axis=0) - (sums**2).sum(axis=0) / count
    products = products[: len(power)]
    return float(np.abs(products / np.sqrt(np.maximum(power * (seen**2).sum(), 1e-6))).max())


def _sums(values: Float32, count: int) -> Floats:
    """Of ``count`` columns from each one on, ``[bands, places]``."""
    until = np.cumsum(values, axis=1, dtype=np.float64)
    until = np.pad(until, ((0, 0), (1, 0)))
    return until[:, count:] - until[:, : until.shape[1] - count]
