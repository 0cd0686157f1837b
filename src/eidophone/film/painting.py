"""Painting: levels for eyes become frames with a look."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

import numpy as np
from numba import njit
from numpy.typing import NDArray

from eidophone.base.arrays import Float32, Int64, Pixels
from eidophone.base.streams import Feed
from eidophone.film import windows
from eidophone.film.facts import FilmFacts
from eidophone.film.looks import SHADES, STEPS, Look, colours_of, look_of
from eidophone.film.spiral import ribbon
from eidophone.picture.axis import hz_of_row

#: What the edges of the ribbon are darker by: loud notes are beads, and faint ones thin.
_EDGE = 1.0

#: Frames a second for which looks say how light lives on.
_FPS = 60

#: Light that lives on is kept at half of the size, and the halo at a sixteenth.
_HALF, _FAR = 2, 16

#: Light that rises over a picture fades so much sooner: it lies on other light.
_SOONER = 4

#: How often the halo is blurred.
_BLURS = 3


def draw(levels: Iterable[Float32], facts: FilmFacts) -> Iterator[Pixels]:
    """The frames of a film with a look.

    Args:
        levels: from `levels_for_eyes`.
        facts: of the film.

    Yields:
        uint8 ``[height, width, 3]``.
    """
    look = look_of(facts.look)
    nothing = np.zeros((facts.recipe.rows, 0, 1), np.float32)
    if facts.kind != "instants":
        painter = _Painter(look, facts, _shade_of_picture(look, facts))
        for window in windows.draw(levels, facts, nothing):
            yield painter.paint(np.ascontiguousarray(window[:, :, 0]))
        return
    beads = _Beads(look, facts)
    painter = _Painter(look, facts, beads.shade)
    sound = Feed(levels, nothing)
    for frame in range(facts.frame_count):
        yield painter.paint(beads.light(sound.take(frame, frame + 1)[::-1, 0, 0]))


class _Beads:
    """The light of one moment on the spiral.

    Attributes:
        shade: of each pixel, ``[height, width]``, 0 to 1.
    """

    def __init__(self, look: Look, facts: FilmFacts) -> None:
        self._size = facts.height, facts.width
        pixel, row, depth = ribbon(facts.recipe, *self._size, is_round=True, folds=look.folds)
        self._pixel = pixel.astype(np.int64)
        row = np.clip(row, 0, facts.recipe.rows - 1)
        self._low = np.minimum(row.astype(np.int64), facts.recipe.rows - 2)
        self._up = (row - self._low).astype(np.float32)
        self._down = (_EDGE * (2 * depth - 1) ** 2).astype(np.float32)
        self._curve = np.float32(look.curve)
        self.shade = _shade_of_spiral(look, facts)

    def light(self, level: Float32) -> Float32:
        """``[height, width]`` of the ``level`` ``[rows]``, the lowest first."""
        frame = np.zeros(self._size[0] * self._size[1], np.float32)
        curved = np.ascontiguousarray(level) ** self._curve
        _light(self._pixel, self._low, self._up, self._down, curved, frame)
        return frame.reshape(self._size)


class _Painter:
    """Paints light, frame after frame, and what is left of that of the frames before."""

    def __init__(self, look: Look, facts: FilmFacts, shade: Float32) -> None:
        height, width = facts.height, facts.width
        self._moves = facts.kind != "instants"
        self._look = look
        self._colours = colours_of(look)
        self._shade = np.rint(shade * (SHADES - 1)).astype(np.uint8)
        frames = float(_FPS / facts.fps)
        self._fading = np.float32(look.fading**frames)
        self._half = np.zeros((-(-height // _HALF), -(-width // _HALF)), np.float32)
        self._from_y, self._from_x = _drift(look, self._half.shape, frames)
        step = max(look.rise * height / _HALF, 1e-9)
        self._fading_up = (
            np.float32(look.fading ** (_SOONER / step)) if look.rise else np.float32(0)
        )

    def paint(self, light: Float32) -> Pixels:
        """The frame ``[height, width, 3]`` of ``light`` ``[height, width]``, 0 to 1."""
        now = np.empty_like(self._half)
        _shrink(light, now)
        if self._moves:
            _rise(now, self._fading_up)
            self._half = _blurred(now)
        else:
            _live_on(self._half, self._from_y, self._from_x, self._fading, now)
            self._half = now
        halo = self._half[:: _FAR // _HALF, :: _FAR // _HALF].copy()
        for _ in range(_BLURS):
            halo = _blurred(halo)
        dark = np.empty_like(self._half)
        glow, spread = np.float32(self._look.glow), np.float32(self._look.halo)
        _darken(self._half, halo, glow, spread, dark)
        frame = np.empty((*light.shape, 3), np.uint8)
        _colour(light, dark, self._shade, self._colours, frame)
        return frame


def _shade_of_picture(look: Look, facts: FilmFacts) -> Float32:
    """As `_Beads.shade`, of pages and scrolls."""
    up = np.linspace(1, 0, facts.height, dtype=np.float32)
    if look.shade == "class":
        recipe = facts.recipe
        hz = np.maximum(hz_of_row(np.arange(recipe.rows, dtype=np.float64)[::-1], recipe), 1)
        up = (np.log2(hz / 261.6256) % 1).astype(np.float32)
    return np.repeat(up[:, None], facts.width, axis=1)


def _shade_of_spiral(look: Look, facts: FilmFacts) -> Float32:
    """As `_Beads.shade`, of instants: pitch rises outwards, and its class turns."""
    height, width = facts.height, facts.width
    y, x = np.mgrid[:height, :width].astype(np.float32)
    if look.shade == "up":
        return 1 - y / np.float32(height - 1)
    x, y = x - (width - 1) / 2, y - (height - 1) / 2
    if look.shade == "class":
        shade: Float32 = (np.arctan2(x, -y) / np.float32(2 * np.pi)) % 1
        return shade.astype(np.float32)
    return np.clip(np.hypot(x, y) / (min(height, width) / 2), 0, 1).astype(np.float32)


def _drift(look: Look, size: tuple[int, int], frames: float) -> tuple[Float32, Float32]:
    """From where the light of the frame before comes, ``[height, width]`` each."""
    height, width = size
    y, x = np.mgrid[:height, :width].astype(np.float64)
    middle_y, middle_x = (height - 1) / 2, (width - 1) / 2
    sway = look.sway * frames * height * np.sin(y / height * 23 + np.sin(x / height * 9) * 2)
    angle = -2 * np.pi * look.turn * frames
    near = 1 - look.spread * frames
    dy, dx = y - middle_y, x - middle_x
    from_y = middle_y + near * (math.cos(angle) * dy + math.sin(angle) * dx)
    from_x = middle_x + near * (math.cos(angle) * dx - math.sin(angle) * dy)
    from_y += look.rise * frames * height
    from_x += sway
    return from_y.astype(np.float32), from_x.astype(np.float32)


@njit(cache=True, nogil=True, fastmath=True)
def _light(
    pixel: Int64, low: Int64, up: Float32, down: Float32, level: Float32, frame: Float32
) -> None:
    """Draw ``level`` between its rows, less by how far pixels are ``down`` from the middle."""
    for n in range(pixel.size):
        a = level[low[n]]
        value = a + up[n] * (level[low[n] + 1] - a) - down[n]
        if value > 0:
            frame[pixel[n]] = value


@njit(cache=True, nogil=True, fastmath=True)
def _shrink(light: Float32, half: Float32) -> None:
    """The mean of each four pixels."""
    height, width = light.shape
    for y in range(half.shape[0]):
        above, below = light[2 * y], light[min(2 * y + 1, height - 1)]
        for x in range(half.shape[1]):
            left, right = 2 * x, min(2 * x + 1, width - 1)
            four = above[left] + above[right] + below[left] + below[right]
            half[y, x] = np.float32(0.25) * four


@njit(cache=True, nogil=True, fastmath=True)
def _live_on(
    before: Float32, from_y: Float32, from_x: Float32, fading: np.float32, now: Float32
) -> None:
    """Let the light of ``before`` move and fade into ``now``, which is in the foreground."""
    height, width = before.shape
    for y in range(height):
        for x in range(width):
            at_y = min(max(from_y[y, x], np.float32(0)), np.float32(height - 1.001))
            at_x = min(max(from_x[y, x], np.float32(0)), np.float32(width - 1.001))
            top, left = int(at_y), int(at_x)
            v, u = at_y - top, at_x - left
            above = before[top, left] + u * (before[top, left + 1] - before[top, left])
            below = before[top + 1, left] + u * (before[top + 1, left + 1] - before[top + 1, left])
            now[y, x] = max(now[y, x], fading * (above + v * (below - above)))


@njit(cache=True, nogil=True, fastmath=True)
def _rise(light: Float32, fading: np.float32) -> None:
    """Let light rise, as far as it does before it has faded."""
    for y in range(light.shape[0] - 2, -1, -1):
        for x in range(light.shape[1]):
            light[y, x] = max(light[y, x], fading * light[y + 1, x])


@njit(cache=True, nogil=True, fastmath=True)
def _blurred(light: Float32) -> Float32:
    """``light``, each pixel with those around it, by 1 2 1 both ways."""
    height, width = light.shape
    across = np.empty_like(light)
    for y in range(height):
        for x in range(width):
            beside = light[y, max(x - 1, 0)] + light[y, min(x + 1, width - 1)]
            across[y, x] = np.float32(0.25) * (beside + 2 * light[y, x])
    out = np.empty_like(light)
    for y in range(height):
        above, below = across[max(y - 1, 0)], across[min(y + 1, height - 1)]
        for x in range(width):
            out[y, x] = np.float32(0.25) * (above[x] + below[x] + 2 * across[y, x])
    return out


@njit(cache=True, nogil=True, fastmath=True)
def _smoothly(light: Float32, y: np.float32, x: np.float32) -> np.float32:
    """``light`` at a place between its pixels."""
    height, width = light.shape
    y = min(max(y, np.float32(0)), np.float32(height - 1))
    x = min(max(x, np.float32(0)), np.float32(width - 1))
    top, left = int(y), int(x)
    bottom, right = min(top + 1, height - 1), min(left + 1, width - 1)
    v, u = y - top, x - left
    above = light[top, left] + u * (light[top, right] - light[top, left])
    below = light[bottom, left] + u * (light[bottom, right] - light[bottom, left])
    return np.float32(above + v * (below - above))


@njit(cache=True, nogil=True, fastmath=True)
def _darken(
    half: Float32, halo: Float32, glow: np.float32, spread: np.float32, dark: Float32
) -> None:
    """What what has been, and the halo of it, leave dark."""
    one = np.float32(1)
    for y in range(half.shape[0]):
        for x in range(half.shape[1]):
            far = _smoothly(halo, y * one * _HALF / _FAR, x * one * _HALF / _FAR)
            dark[y, x] = (one - glow * half[y, x]) * (one - spread * far)


@njit(cache=True, nogil=True, fastmath=True)
def _colour(
    light: Float32,
    dark: Float32,
    shade: NDArray[np.uint8],
    colours: NDArray[np.uint8],
    frame: NDArray[np.uint8],
) -> None:
    """Colour what is, before what has been."""
    one = np.float32(1)
    for y in range(light.shape[0]):
        half_y = (y - np.float32(0.5)) / np.float32(_HALF)
        for x in range(light.shape[1]):
            left = _smoothly(dark, half_y, (x - np.float32(0.5)) / np.float32(_HALF))
            left *= one - light[y, x]
            step = int((one - max(left, np.float32(0))) * (STEPS - 1) + np.float32(0.5))
            for colour in range(3):
                frame[y, x, colour] = colours[shade[y, x], step, colour]
