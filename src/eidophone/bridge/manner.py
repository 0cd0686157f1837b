"""Manner: the strokes and the texture of any picture, lent to the pictures of a sound; no network.

The sound's picture says where it is light and dark, the style picture how that is painted. Both
are seen from afar first, then closer and closer. At each distance the sound's picture is painted
with patches of the style picture (`patches`): such as go with what is painted already, and are as
light as the sound wants. As light means as light among all of the picture: the lightness of both is
spread alike (optimal transport of one dimension), so a pale painting does for a dark sound.

After Image Analogies (Hertzmann et al., 2001) and style transfer by texture synthesis (Elad and
Milanfar, 2017).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial
from pathlib import Path

import numpy as np
from scipy.ndimage import gaussian_filter

from eidophone.base.arrays import Float32, Int64, Pixels
from eidophone.base.errors import ToolError
from eidophone.base.parallel import thread_count
from eidophone.bridge.keep import lightness, unit
from eidophone.bridge.patches import REACH, laid, search
from eidophone.bridge.settings import Manner
from eidophone.files.image import read_image, to_rgb
from eidophone.picture.fit import resized

#: The shortest side of the picture that is seen from afar.
_AFAR = 32

#: How often patches are sought and laid at each distance, but for the last, which takes longest
#: and is all but done by then; and how many sweeps it takes to seek.
_ROUNDS, _SWEEPS = 3, 2

#: What lightness counts beside the colours, and over how much of a square it is looked at, if the
#: sound is not followed.
_GUIDE, _BLUR = 5.0, 1 / 24

#: What using a place in the style once more than others costs, beside a patch that is all wrong.
_DEAR = 0.3

#: Style pictures have at most so many pixels when they are used, and at least so many to a side.
_MOST_PIXELS, _LEAST_SIDE = 1 << 20, 16

_STEPS = 256

#: How much each pixel of a patch counts: while painting, and at last.
_BELL = np.exp(-0.5 * (np.arange(-REACH, REACH + 1) / 1.5) ** 2)
_WEIGHTS = np.outer(_BELL, _BELL).astype(np.float32)
_SHARP = (_WEIGHTS**3).astype(np.float32)


class StylePicture:
    """A style picture as a tool.

    Args:
        picture: pixels ``[height, width, 3]``, uint8, uint16 or float in 0..1, or the path of a
            picture: a painting, a photograph, another sound's picture.
        how: see `Manner`.

    Raises:
        PictureError: it cannot be read.
        ToolError: it is too small, or too long and narrow.
    """

    def __init__(self, picture: Pixels | str | Path, how: Manner | None = None) -> None:
        given = read_image(picture).pixels if isinstance(picture, str | Path) else picture
        self._pixels = to_rgb(given)
        self._how = how or Manner()
        self._style = lru_cache(maxsize=2)(self._scaled)
        if min(self._pixels.shape[:2]) < _LEAST_SIDE:
            raise ToolError(
                f"a style picture of {self._pixels.shape[1]} x {self._pixels.shape[0]} pixels "
                f"is too small: at least {_LEAST_SIDE} each way"
            )

    def __call__(self, pictures: Sequence[Pixels], /) -> list[Pixels]:
        """``pictures`` in the manner of the style picture, float32 in 0..1."""
        if not len(pictures):
            return []
        style = self._style(pictures[0].shape[0])
        paint = partial(_painted, style=style, follow=self._how.follow)
        with ThreadPoolExecutor(min(thread_count(), len(pictures))) as pool:
            return list(pool.map(paint, map(unit, pictures)))

    def _scaled(self, rows: int) -> Float32:
        """The style picture for squares of so many ``rows``: its own fill one, if strokes are 1."""
        height, width = self._pixels.shape[:2]
        scale = self._how.strokes * rows / min(height, width)
        scale = min(scale, math.sqrt(_MOST_PIXELS / (height * width)))
        sides = [max(_LEAST_SIDE, round(scale * side)) for side in (height, width)]
        if max(sides) > _MOST_PIXELS // _LEAST_SIDE:
            raise ToolError("the style picture is too long and narrow")
        return np.asarray(resized(unit(self._pixels), *sides), np.float32)


def _painted(content: Float32, *, style: Float32, follow: float) -> Float32:
    """``content`` ``[height, width, 3]`` in the manner of ``style``, both in 0..1."""
    blur = _BLUR * (1 - follow) ** 2 * content.shape[0]
    mood = gaussian_filter(lightness(style), blur)
    wanted = _spread_like(gaussian_filter(lightness(content), blur), mood)
    colours = math.sqrt(float(style.var(axis=(0, 1)).sum()))
    weight = np.float32(_GUIDE * follow**2 * colours / max(float(mood.std()), 1e-3))
    places, before, turn = None, (0, 0), 0
    for halvings in range(_halvings(content.shape[:2], style.shape[:2]), -1, -1):
        stack = np.dstack([_smaller(style, halvings), weight * _smaller(mood, halvings)])
        guide = weight * _smaller(wanted, halvings)
        places = _begun(guide, stack) if places is None else _closer(places, before, guide, stack)
        before = stack.shape[:2]
        often = np.bincount(places.ravel(), minlength=before[0] * before[1]).reshape(before)
        dear = _DEAR * (2 * REACH + 1) ** 2 * float(stack[:, :, :3].var(axis=(0, 1)).sum())
        for _ in range(_ROUNDS if halvings else _ROUNDS - 1):
            there = np.dstack([laid(stack, places, _WEIGHTS), guide])
            target = np.pad(there, ((REACH, REACH), (REACH, REACH), (0, 0)), "reflect")
            for _ in range(_SWEEPS):
                search(_flat(target), _flat(stack), places, often, dear, turn)
                turn += 1
    return laid(stack, places, _SHARP)


def _flat(planes: Float32) -> Float32:
    return np.ascontiguousarray(planes, np.float32).reshape(len(planes), -1)


def _halvings(content: tuple[int, ...], style: tuple[int, ...]) -> int:
    """How often both can be halved and still be pictures."""
    least = [min(content) / _AFAR, min(style) / _LEAST_SIDE]
    return max(0, int(math.log2(max(1.0, min(least)))))


def _smaller(pixels: Float32, halvings: int) -> Float32:
    """``pixels``, ``[height, width]`` or with colours, seen from afar."""
    rows, columns = (max(1, round(side / 2**halvings)) for side in pixels.shape[:2])
    planes = pixels[:, :, None].repeat(3, axis=2) if pixels.ndim == 2 else pixels
    small = np.asarray(resized(planes, rows, columns), np.float32)
    return small[:, :, 0] if pixels.ndim == 2 else small


def _spread_like(light: Float32, other: Float32) -> Float32:
    """``light`` with as much of each lightness as there is in ``other``."""
    steps = np.linspace(0, 1, _STEPS + 1)
    often = np.histogram(light, steps)[0]
    share = (np.cumsum(often) - often / 2) / light.size
    curve = np.quantile(other, share)
    return np.interp(light, (steps[1:] + steps[:-1]) / 2, curve).astype(np.float32)


def _begun(guide: Float32, style: Float32) -> Int64:
    """Places at first: the darkest of the style where it is to be darkest, and so on."""
    rows, columns = (side - 2 * REACH for side in style.shape[:2])
    light = style[REACH : REACH + rows, REACH : REACH + columns, 3]
    order = np.argsort(light, axis=None, kind="stable")
    rank = np.argsort(np.argsort(guide, axis=None, kind="stable"), kind="stable")
    y, x = np.divmod(order[rank * order.size // rank.size], columns)
    return (y * style.shape[1] + x).reshape(guide.shape).astype(np.int64)


def _closer(places: Int64, before: tuple[int, int], guide: Float32, style: Float32) -> Int64:
    """``places`` of a picture that is now seen at twice the size."""
    height, width = guide.shape
    y, x = np.mgrid[:height, :width]
    half = places[np.minimum(y // 2, places.shape[0] - 1), np.minimum(x // 2, places.shape[1] - 1)]
    at_y, at_x = np.divmod(half, before[1])
    at_y = np.minimum(2 * at_y + y % 2, style.shape[0] - 2 * REACH - 1)
    at_x = np.minimum(2 * at_x + x % 2, style.shape[1] - 2 * REACH - 1)
    return (at_y * style.shape[1] + at_x).astype(np.int64)
