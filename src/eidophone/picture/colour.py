"""Colour: whether pictures have that of stereo sound, or only a tint and the noise of a trip."""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from eidophone.base.arrays import Float32, Pixels
from eidophone.base.errors import tell
from eidophone.base.parallel import blocks
from eidophone.picture.ink import brightest

#: Columns that are looked at together: long pictures are large.
_COLUMNS = 1024

#: In 255ths: what recompression and resizing do to grey, and the least level that sounds.
_ROUNDED, _SOUNDING = 2, 8

#: Float pixels may be as bright as they like; of colour, more than this tells no more.
_BRIGHTEST = 4

#: Pixels on each side of a cell.
_CELL = 3

#: A tint hardly depends on the level: it is found for each of so many.
_LEVELS = 16


class Colour(IntEnum):
    """How much colour pictures have; the most of several is that of all."""

    NONE = 0
    SLIGHT = 1  #: a tint, a slight hue curve, noise
    CLEAR = 2  #: stereo, unless the sound is known to be mono
    STRONG = 3  #: stereo in any case


#: In 255ths the largest tint that may be taken off, and how much must be left then in which share
#: of the sounding cells; the second is a dab of paint. Of 10 mono sounds, a tint of 20 and JPEG 50
#: leave up to 11 (in .5 %) and 15 (in .05 %) of the first two, a tint of 4 up to 2 of the last. A
#: quarter of the width of 5 stereo sounds leaves 5 to 18 after JPEG 50, a style network over 100.
_NEEDS = (
    (Colour.STRONG, 24, 16, 0.005),
    (Colour.STRONG, 24, 64, 0.0002),
    (Colour.CLEAR, 4, 3, 0.005),
)


def colour_of(pixels: Pixels) -> Colour:
    """How much colour ``pixels`` ``[height, width, 3]`` have."""
    most = Colour.NONE
    for first, last in blocks(0, pixels.shape[1], _COLUMNS):
        most = max(most, _colour(pixels[:, first:last]))
        if most == Colour.STRONG:
            break
    return most


def channels_of(colour: Colour, known: int | None) -> int:
    """Channels of the sound of pictures that have so much colour.

    Args:
        colour: of them all.
        known: channels of the sound that they were made of; None if nothing tells.
    """
    least = Colour.CLEAR if known is None else Colour.STRONG
    return 2 if known == 2 or colour >= least else 1


def tell_channels(colour: Colour, known: int | None, channels: int) -> None:
    """Say it where colour made a sound other than it was, or may have been taken for less.

    Args:
        colour: of its pictures.
        known: as in `channels_of`.
        channels: of the sound that is made of them.
    """
    if known == 1 and channels == 2:
        tell("these pictures of a mono sound came back in colours: it becomes stereo")
    elif known is None and channels == 1 and colour == Colour.SLIGHT:
        tell("these pictures have no more than a tint: taken as mono; a `reference` settles it")


def _colour(pixels: Pixels) -> Colour:
    if all(np.array_equal(pixels[..., 1], pixels[..., other]) for other in (0, 2)):
        return Colour.NONE
    top = np.float32(brightest(pixels.dtype))
    values = np.clip(pixels.astype(np.float32), -top, _BRIGHTEST * top) * (np.float32(255) / top)
    if np.abs(values[..., ::2] - values[..., 1:2]).max(initial=0) <= _ROUNDED:
        return Colour.NONE
    cells = _cells(values)
    cells = cells[cells.max(axis=1) > _SOUNDING]
    sides = cells[:, ::2] - cells[:, 1:2]
    level = np.clip(cells.mean(axis=1) * (_LEVELS / 256), 0, _LEVELS - 1).astype(np.int8)
    tints = np.zeros_like(sides)
    for one in np.unique(level):
        tints[level == one] = np.median(sides[level == one], axis=0)
    for colour, tint, least, share in _NEEDS:
        left = np.abs(sides - np.clip(tints, -tint, tint)).max(axis=1, initial=0)
        if np.count_nonzero(left > least) > share * len(left):
            return colour
    return Colour.SLIGHT


def _cells(values: Float32) -> Float32:
    """The mean of each few pixels and of each colour, ``[cells, 3]``: colour noise is fine."""
    for axis in range(2):
        size = values.shape[axis]
        first = np.arange(0, size, _CELL)
        count = np.diff(first, append=size).astype(np.float32)
        values = np.add.reduceat(values, first, axis=axis)
        values /= count[:, None, None] if axis == 0 else count[:, None]
    return values.reshape(-1, 3)
