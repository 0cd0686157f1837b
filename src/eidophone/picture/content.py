"""Content: what pixels tell by themselves: bars around them, and what two pictures share."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import scipy.fft

from eidophone.base.arrays import Float32, Floats, Mask, Pixels
from eidophone.picture.ink import brightest

#: Bars are of one colour to within so much of full scale: recompression keeps what is flat.
_FLAT = 10 / 255

#: Next to a bar, so many pixels may belong to neither: recompression rings there.
_RINGING = 16

#: Tools that resize round sizes: what differs by less than this share of the height has no bars.
_RESIZED = 0.01

#: What two pictures share is looked for in so many bands, in so many columns at least, and in so
#: much of the narrower one at most.
_BANDS, _LEAST_SHARED, _MOST_SHARED = 64, 8, 0.95

#: Columns are shared if they differ by less than this share of their power, and four columns
#: further on by more than so many times that. Of six sounds in squares of 256 and 512 pixels,
#: shared columns differ by up to .039 after JPEG 50 or three quarters of the size, and by 4.9
#: times that elsewhere; columns that only follow each other by .067 or more, and 2.8 times that.
_SAME, _ELSEWHERE, _NEAR = 0.05, 4.0, 4

#: What changes less than this along time, in parts of full scale, tells nothing.
_CONTRAST = 2 / 255


@dataclass(frozen=True)
class Bars:
    """Edges of a picture that are of one colour.

    Attributes:
        top, bottom: how many rows; 0 where there are none.
        left, right: how many columns.
    """

    top: int
    bottom: int
    left: int
    right: int


def find_bars(pixels: Pixels) -> Bars:
    """How much of ``pixels`` ``[height, width, 3]`` is of one colour at each edge.

    In the picture of a sound that may also be silence, or what lies above the limit of its band:
    `inside` knows of which shape that is which is not. What is of one colour everywhere is all top.
    """
    rows = _flat(pixels, 1)
    if rows.all() and _flat(pixels[:, :1], 0).all():
        return Bars(len(pixels), 0, 0, 0)
    columns = _flat(pixels, 0)
    return Bars(_run(rows), _run(rows[::-1]), _run(columns), _run(columns[::-1]))


def inside(pixels: Pixels, aspect: float) -> Pixels | None:
    """What lies between bars at two opposite edges of ``pixels``, or beside one at an edge.

    Args:
        pixels: ``[height, width, 3]``.
        aspect: width over height of what was drawn.

    Returns:
        The part of ``pixels`` that has this shape; None if what is around it is not of one colour.
    """
    height, width = pixels.shape[:2]
    bars = find_bars(pixels)
    if bars.top == height or aspect <= 0:
        return None
    if width > aspect * height:  # sounds begin at once, and end slowly
        wanted = max(1, round(aspect * height))
        span = _between(width, wanted, bars.left, bars.right)
        return None if span is None else pixels[:, width - span.stop : width - span.start]
    span = _between(height, max(1, round(width / aspect)), bars.bottom, bars.top)
    return None if span is None else pixels[span]


def unpadded(pixels: Pixels, rows: int, columns: int) -> Pixels | None:
    """What is `inside` ``pixels`` if their shape tells that they are a whole picture with bars.

    A picture that was cut has another shape too, and is black above if its sound has a narrow
    band: one as high as it was drawn has no bars above and below; and one of another size, and of
    other width, has as many rows below as above, or is a square with just so many at one edge.

    Args:
        pixels: ``[height, width, 3]``.
        rows: of the whole picture, as it was drawn.
        columns: the same.

    Returns:
        The part of ``pixels`` that is sound; None if they are not such a picture.
    """
    height, width = pixels.shape[:2]
    higher, wider = height - width * rows / columns, width - height * columns / rows
    if max(higher, wider / columns * rows) <= _RESIZED * height:  # of the right shape, to rounding
        return None
    if higher > 0 and width != columns:
        bars, near = find_bars(pixels), min(_RINGING, higher / 4)
        is_between = abs(bars.bottom - higher / 2) <= near and bars.top >= higher / 2 - near
        is_beside = height == width and abs(bars.top + bars.bottom - higher) <= near
        if height == rows or not (is_between or is_beside):
            return None
    return inside(pixels, columns / rows)


def bands(pixels: Pixels) -> Float32:
    """What is needed of ``pixels`` for `shared`: lightness ``[bands, columns]``, 1 as white."""
    light = pixels.mean(axis=2, dtype=np.float32) / np.float32(brightest(pixels.dtype))
    edges = np.unique(np.linspace(0, len(light), _BANDS, endpoint=False).astype(int))
    sums = np.add.reduceat(light, edges, axis=0)
    return np.asarray(sums / np.diff([*edges, len(light)])[:, None], np.float32)


def shared_columns(one: Pixels, other: Pixels) -> int:
    """How many columns at the end of ``one`` are those at the beginning of ``other``; 0 if none.

    Both are ``[rows, columns, 3]``, with as many rows; recompression and resizing do no harm. Where
    nothing happens, there is nothing to tell them by.
    """
    return shared(bands(one), bands(other))


def shared(a: Float32, b: Float32) -> int:
    """`shared_columns` of pictures of which these are the `bands`."""
    most = int(_MOST_SHARED * min(a.shape[1], b.shape[1]))
    if most < 2 * _LEAST_SHARED or len(a) != len(b):
        return 0
    error, contrast = _differences(a[:, -most:], b[:, :most])
    error[:_LEAST_SHARED] = np.inf
    best = int(np.argmin(error))
    elsewhere = error[np.abs(np.arange(most + 1) - best) >= _NEAR].min()
    is_same = error[best] < _SAME and elsewhere > _ELSEWHERE * error[best] + _SAME / 10
    return best if is_same and contrast[best] > _CONTRAST else 0


def shows_again(a: Float32, b: Float32) -> bool:
    """Whether ``b`` shows nearly all of ``a``, further to the left if at all, as in a film.

    They are the `bands` of two pictures.
    """
    if a.shape != b.shape:
        return False
    error, contrast = _differences(a, b)
    least = math.ceil(_MOST_SHARED * a.shape[1])
    best = least + int(np.argmin(error[least:]))
    return bool(error[best] < _SAME and contrast[best] > _CONTRAST)


def _flat(pixels: Pixels, axis: int) -> Mask:
    """Which lines of ``pixels`` along ``axis`` are of one colour."""
    low, high = (edge.astype(np.float32) for edge in (pixels.min(axis), pixels.max(axis)))
    return np.asarray((high - low).max(axis=1) <= _FLAT * brightest(pixels.dtype))


def _run(flat: Mask) -> int:
    """How many come before the first that is not."""
    return len(flat) if flat.all() else int(np.argmin(flat))


def _between(length: int, wanted: int, sure: int, other: int) -> slice | None:
    """Which ``wanted`` of ``length`` pixels are inside, if what is around them is of one colour.

    Args:
        length: of the side.
        wanted: how many are inside.
        sure: how many are of one colour at the end where a sound is seldom silent: bars at least.
        other: the same at the other end, from which places are counted.
    """
    bars = length - wanted

    def unlikely(first: int) -> tuple[int, bool, int]:
        off = abs(sure - (bars - first))
        return off if off > _RINGING else 0, first in (0, bars), off + abs(other - first)

    for first in sorted({bars // 2, bars - bars // 2, 0, bars}, key=unlikely):
        if other >= first - _RINGING and sure >= bars - first - _RINGING:
            return slice(first, first + wanted)
    return None


def _differences(a: Float32, b: Float32) -> tuple[Floats, Floats]:
    """How the last n columns of ``a`` differ from the first n of ``b``, for n from 0 to all.

    Returns:
        Power of the difference over that of both, without what lasts all the time; and the root
        mean square of that.
    """
    count = a.shape[1]
    lasting = (a.mean(axis=1) + b.mean(axis=1))[:, None] * np.float32(0.5)
    a, b = a - lasting, b - lasting
    length = scipy.fft.next_fast_len(2 * count, real=True)
    spectra = [scipy.fft.rfft(part, length, axis=1) for part in (a, b)]
    products = scipy.fft.irfft((spectra[0] * spectra[1].conj()).sum(axis=0), length)
    product = products[count - np.arange(count + 1)]
    ends = np.cumsum((a**2).sum(axis=0)[::-1]), np.cumsum((b**2).sum(axis=0))
    power = np.concatenate([[0], ends[0] + ends[1]])
    contrast = np.sqrt(power / 2 / len(a) / np.maximum(np.arange(count + 1), 1))
    return np.maximum(0, 1 - 2 * product / np.maximum(power, 1e-9)), contrast
