"""The spiral: frequency folded into the plane, an octave a turn, for films of instants.

The angle is the pitch class: C is at twelve o'clock and a semitone is 30 degrees, clockwise. The
radius is the octave: a ribbon winds outwards (Archimedes), each turn as far from the next. Time
crosses the ribbon from its inner to its outer edge: a frame holds ``subs`` instants side by side.
Rows and instants are interpolated linearly, and the ribbon's edges are soft, so that there is
nothing in a frame that a video coder, a scaler or an eye would trip over.

Light is the square of the level: what is faint is dark, and what is loud glows.

A frame is a linear function of the columns it shows, so reading it is linear least squares: exact
for what was drawn, and an average over tens to hundreds of pixels for what came back from outside.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.linalg import cho_solve_banded, cholesky_banded

from eidophone.base.arrays import Float32, Float64, Pixels
from eidophone.base.errors import PictureError, RecipeError
from eidophone.base.parallel import blocks
from eidophone.picture.ink import brightest
from eidophone.picture.recipe import Recipe

#: The lowest C: at twelve o'clock, as are all its octaves.
_C0_HZ = 440 * 2 ** (-57 / 12)

#: Where the ribbon begins and ends, in half frames from the centre.
_HOLE, _RIM = 0.10, 0.99

#: The shape of the spiral, for whoever draws it elsewhere.
SHAPE = {"c0_hz": _C0_HZ, "hole": _HOLE, "rim": _RIM}

#: Width of each soft edge of the ribbon, in turns: the turns stay apart for the eye.
_EDGE = 0.15

#: Pixels to a frame's side.
SMALLEST, LARGEST = 64, 4096

#: Columns of a frame, and cells: no film needs more, and hostile ones would fill the memory.
_MOST_SUBS, _MOST_CELLS = 64, 1 << 17

#: Rows of pixels that are looked at together.
_STRIP = 64

#: Less light than this, one step of 8 bits, is the noise of what a frame went through.
_DARK = np.float32(1 / 255)

#: Pulls cells that hardly any pixel shows towards black instead of dividing by nothing.
_LEAST_PIXELS = 1e-3


@dataclass(frozen=True)
class Spiral:
    """Columns of a recipe drawn as a square frame, and read again.

    Columns are ``[recipe.rows, subs, 3]``, as in a picture: the highest row first.

    Attributes:
        size: pixels to a side of the frame.
        recipe: of the columns, on the octaves axis.
        subs: columns in a frame.

    Raises:
        PictureError: a size that cannot be.
        RecipeError: another axis, or no column.
    """

    size: int
    recipe: Recipe
    subs: int

    def __post_init__(self) -> None:
        _check_side(self.size)
        if self.recipe.axis != "octaves":
            raise RecipeError(
                f"a spiral has the octaves axis, not {self.recipe.axis!r}: use instants_recipe"
            )
        if not 1 <= self.subs <= _MOST_SUBS or self.subs * self.recipe.rows > _MOST_CELLS:
            raise RecipeError(
                f"a frame of {self.subs} columns with {self.recipe.rows} rows cannot be: it holds "
                f"1 to {_MOST_SUBS} columns, and {_MOST_CELLS} cells"
            )

    def draw(self, columns: Pixels) -> NDArray[np.uint8]:
        """The frame ``[size, size, 3]`` that shows ``columns`` (uint8, uint16 or float)."""
        wanted = (self.recipe.rows, self.subs, 3)
        if columns.shape != wanted:
            raise PictureError(f"columns are {columns.shape}: this spiral takes {wanted}")
        value = np.clip(columns[::-1].astype(np.float32) / brightest(columns.dtype), 0, 1)
        light = value**2 * np.float32(255)
        frame = np.zeros((self.size * self.size, 3), np.uint8)
        _draw(_patches(self.recipe, self.subs, self.size, self.size), light, frame)
        return frame.reshape(self.size, self.size, 3)

    def read(self, frame: Pixels) -> Float32:
        """The columns that ``frame`` shows, float32 ``[rows, subs, colours]``; 1.0 is full scale.

        Args:
            frame: ``[height, width, 1 or 3]`` of any size: the spiral is taken to fill it.

        Raises:
            PictureError: not a frame, or of a size that cannot be.
        """
        if frame.ndim != 3 or frame.shape[2] not in (1, 3):
            raise PictureError(f"a frame is [height, width, 1 or 3], not {frame.shape}")
        height, width, colours = frame.shape
        patches = _patches(self.recipe, self.subs, height, width)
        shown = np.zeros((self.recipe.rows, self.subs, colours), np.float32)
        _gather(patches, np.ascontiguousarray(frame).reshape(-1, colours), shown)
        factor = _factor(self.recipe, self.subs, height, width)
        cells = cho_solve_banded((factor, True), shown.reshape(-1, colours), check_finite=False)
        light = cells.reshape(shown.shape)[::-1] / np.float32(brightest(frame.dtype))
        return np.sqrt(np.where(light < _DARK, 0, light))


def ribbon_width(min_hz: float, max_hz: float) -> float:
    """How wide the ribbon of such an axis is without its soft edges, in frames."""
    return _turn_width(math.log2(max_hz / min_hz)) / 2 * (1 - 2 * _EDGE)


class _Patches(NamedTuple):
    """The pixels between each pair of neighbouring rows and instants, and their shares.

    Patch ``(row, sub)`` lies between the cells ``row - 1`` and ``row``, and ``sub - 1`` and
    ``sub``, as far as they exist. Its pixels are those of ``first[patch]`` to
    ``first[patch + 1]``: so what is constant in a patch stays in registers.

    Attributes:
        first: ``[(rows + 1) * (subs + 1) + 1]``.
        pixel: index into the frame.
        across: ``[pixels]`` share of the upper row, 0 to 1.
        inner, outer: ``[pixels]`` shares of the two instants; their sum is the ribbon's opacity.
    """

    first: NDArray[np.int64]
    pixel: NDArray[np.uint32]
    across: Float32
    inner: Float32
    outer: Float32


def _turns(recipe: Recipe) -> float:
    return math.log2(recipe.max_hz / recipe.min_hz)


def _turn_width(turns: float) -> float:
    """Distance of two turns of so many, in half frames."""
    return (_RIM - _HOLE) / (turns + 1)


def _first_turn(recipe: Recipe) -> float:
    """Where the axis begins, in turns from C."""
    return math.log2(recipe.min_hz / _C0_HZ) % 1


def _check_side(side: int) -> None:
    if not SMALLEST <= side <= LARGEST:
        raise PictureError(
            f"a frame of {side} pixels to a side cannot be: use {SMALLEST} to {LARGEST}"
        )


@lru_cache(maxsize=2)
def _patches(recipe: Recipe, subs: int, height: int, width: int) -> _Patches:
    _check_side(height)
    _check_side(width)
    pixel, row, depth = ribbon(recipe, height, width)
    sub = (depth - _EDGE) / (1 - 2 * _EDGE) * subs - np.float32(0.5)
    below = np.clip(np.floor(row), -1, recipe.rows - 1)
    before = np.clip(np.floor(sub), -1, subs - 1)
    patch = ((below + 1) * (subs + 1) + before + 1).astype(np.int32)
    order = np.argsort(patch, kind="stable")
    outer = np.clip(sub - before, 0, 1)
    opacity = _smooth(np.minimum(depth, 1 - depth) / np.float32(_EDGE))
    return _Patches(
        first=np.searchsorted(patch, np.arange((recipe.rows + 1) * (subs + 1) + 1), sorter=order),
        pixel=pixel[order],
        across=(row - below)[order],
        inner=((1 - outer) * opacity)[order],
        outer=(outer * opacity)[order],
    )


@lru_cache(maxsize=2)
def _factor(recipe: Recipe, subs: int, height: int, width: int) -> Float32:
    """Cholesky factor of the normal equations of reading, banded."""
    normal = np.zeros((subs + 2, recipe.rows * subs))
    _add_normal(_patches(recipe, subs, height, width), recipe.rows, subs, normal)
    normal[0] += _LEAST_PIXELS
    factor: Float32 = cholesky_banded(normal, lower=True).astype(np.float32)
    return factor


def ribbon(
    recipe: Recipe, height: int, width: int, *, is_round: bool = False, folds: int = 1
) -> tuple[NDArray[np.uint32], Float32, Float32]:
    """The pixels on the ribbon, the rows they show, and how deep in it they lie, 0 to 1.

    Args:
        recipe: of the columns.
        height: of the frame, in pixels.
        width: of the frame, in pixels.
        is_round: the spiral is round in the middle of the frame, instead of filling it.
        folds: how often a turn of pitches is seen around it, every second time mirrored.
    """
    turns = _turns(recipe)
    tall, wide = (height, width) if is_round else (1, 1)
    side = min(tall, wide)
    x = ((np.arange(width) + 0.5) * (2 / width) - 1)[None, :] * (wide / side)
    pixels, rows, depths = [], [], []
    for first, last in blocks(0, height, _STRIP):  # all at once would take gigabytes
        y = ((np.arange(first, last) + 0.5) * (2 / height) - 1)[:, None] * (tall / side)
        around = np.arctan2(x, -y) / (2 * np.pi)
        if folds > 1:
            around = np.abs((around * folds + 0.5) % 1 - 0.5) * 2
        angle = (around - (_first_turn(recipe) if folds == 1 else 0)) % 1
        out = (np.hypot(x, y) - _HOLE) / _turn_width(turns)
        octave = np.floor(out - angle) + angle
        inside = (octave >= 0) & (octave <= turns)
        pixels.append((np.flatnonzero(inside) + first * width).astype(np.uint32))
        rows.append((octave[inside] * (recipe.rows / turns) - 0.5).astype(np.float32))
        depths.append((out - octave)[inside].astype(np.float32))
    return np.concatenate(pixels), np.concatenate(rows), np.concatenate(depths)


def _smooth(x: NDArray[Any]) -> Float32:
    """0 to 1 without corners, as ``x`` goes from 0 to 1."""
    x = np.clip(x, 0, 1)
    smooth: Float32 = x * x * (3 - 2 * x)
    return smooth


@njit(cache=True, nogil=True)
def _draw(patches: _Patches, light: Float32, frame: NDArray[np.uint8]) -> None:
    """Draw ``light`` ``[rows, subs, 3]``, 0 to 255, onto the black ``frame`` ``[pixels, 3]``.

    Patches that stay black are passed over, and grey ones are reckoned once for all colours.
    """
    rows, subs = light.shape[:2]
    corners = np.empty((4, 3), np.float32)
    for patch in range(patches.first.size - 1):
        row, sub = divmod(patch, subs + 1)
        low, high = max(row - 1, 0), min(row, rows - 1)
        early, late = max(sub - 1, 0), min(sub, subs - 1)
        corners[0], corners[1] = light[low, early], light[high, early]
        corners[2], corners[3] = light[low, late], light[high, late]
        if corners.max() < np.float32(0.5):
            continue
        first, last = patches.first[patch], patches.first[patch + 1]
        _draw_colour(patches, first, last, corners[:, 0], frame[:, 0])
        if _is_grey(corners):
            for n in range(first, last):
                at = patches.pixel[n]
                frame[at, 1] = frame[at, 2] = frame[at, 0]
        else:
            _draw_colour(patches, first, last, corners[:, 1], frame[:, 1])
            _draw_colour(patches, first, last, corners[:, 2], frame[:, 2])


@njit(cache=True, nogil=True, inline="always")
def _draw_colour(
    patches: _Patches, first: int, last: int, corners: Float32, frame: NDArray[np.uint8]
) -> None:
    """Draw the pixels ``first`` to ``last`` of a patch between its four ``corners``."""
    a, b, c, d = corners[0], corners[1], corners[2], corners[3]
    for n in range(first, last):
        up, inner, outer = patches.across[n], patches.inner[n], patches.outer[n]
        value = inner * (a + up * (b - a)) + outer * (c + up * (d - c))
        frame[patches.pixel[n]] = np.uint8(value + np.float32(0.5))


@njit(cache=True, nogil=True, inline="always")
def _is_grey(corners: Float32) -> bool:
    grey = True
    for n in range(4):
        grey &= corners[n, 0] == corners[n, 1] and corners[n, 0] == corners[n, 2]
    return grey


@njit(cache=True, nogil=True, fastmath=True)
def _gather(patches: _Patches, frame: Pixels, light: Float32) -> None:
    """Add up what each cell ``[rows, subs, 3]`` shows in ``frame``; the adjoint of `_draw`."""
    rows, subs = light.shape[:2]
    for patch in range(patches.first.size - 1):
        row, sub = divmod(patch, subs + 1)
        low, high = max(row - 1, 0), min(row, rows - 1)
        early, late = max(sub - 1, 0), min(sub, subs - 1)
        for colour in range(light.shape[2]):
            a, b, c, d = np.float32(0), np.float32(0), np.float32(0), np.float32(0)
            for n in range(patches.first[patch], patches.first[patch + 1]):
                value = np.float32(frame[patches.pixel[n], colour])
                inner, outer = patches.inner[n] * value, patches.outer[n] * value
                a += inner
                c += outer
                b += inner * patches.across[n]
                d += outer * patches.across[n]
            light[low, early, colour] += a - b
            light[high, early, colour] += b
            light[low, late, colour] += c - d
            light[high, late, colour] += d


@njit(cache=True, nogil=True)
def _add_normal(patches: _Patches, rows: int, subs: int, normal: Float64) -> None:
    """Add up the products of the shares of all pixels: the lower band of the normal equations."""
    cell = np.empty(4, np.int64)
    share = np.empty(4, np.float64)
    for patch in range(patches.first.size - 1):
        row, sub = divmod(patch, subs + 1)
        low, high = max(row - 1, 0), min(row, rows - 1)
        early, late = max(sub - 1, 0), min(sub, subs - 1)
        cell[0], cell[1] = low * subs + early, low * subs + late
        cell[2], cell[3] = high * subs + early, high * subs + late
        for n in range(patches.first[patch], patches.first[patch + 1]):
            up, inner, outer = patches.across[n], patches.inner[n], patches.outer[n]
            share[0], share[1] = (1 - up) * inner, (1 - up) * outer
            share[2], share[3] = up * inner, up * outer
            for i in range(4):
                for j in range(4):
                    if cell[i] >= cell[j]:
                        normal[cell[i] - cell[j], cell[j]] += share[i] * share[j]
