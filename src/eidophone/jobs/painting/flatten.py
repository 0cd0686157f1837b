"""Flattening: layers of paint over what is drawn, in whole numbers, as flatten.js does it.

A pixel of paint is red, green and blue as in a picture, and how much of it covers what is below:
0 nothing, 255 all. Where nothing covers, what is below stays as it is, to the bit.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from eidophone.base.arrays import Pixels, UInt8

#: All of a pixel is covered; a layer is not seen through.
FULL = 255


def over(below: Pixels, paint: UInt8, opacity: int = FULL) -> Pixels:
    """``paint`` laid over what is ``below``.

    Args:
        below: uint8 ``[rows, columns, 3]``.
        paint: ``[rows, columns, 4]``.
        opacity: of the layer, 0 to 255.
    """
    cover = (paint[..., 3:].astype(np.uint32) * np.uint32(opacity) + FULL // 2) // FULL
    mixed = paint[..., :3] * cover + below * (FULL - cover)
    return ((mixed + FULL // 2) // FULL).astype(np.uint8)


def flattened(below: Pixels, layers: Iterable[tuple[UInt8, int]]) -> Pixels:
    """All ``layers``, the lowest first, over what is ``below``; each is paint and its opacity."""
    for paint, opacity in layers:
        below = over(below, paint, opacity)
    return below
