"""Patches: a picture painted with the patches of another, found and laid over each other.

Each pixel of what is painted has a place in the style picture, whose patch it takes. Places are
found by PatchMatch (Barnes et al., 2009): those of the neighbours are tried, one step on, then some
at random nearby. What has been used often costs more, so that all of the style gets its turn
(Kaspar et al., 2015). Then each pixel becomes the mean of what all patches over it say.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from eidophone.base.arrays import Float32, Int64

#: Patches are squares of ``2 * REACH + 1`` pixels.
REACH = 3

_SIDE = 2 * REACH + 1

#: Red, green, blue, and how light it is to be.
_PLANES = 4

#: A place is tried at so many random distances, each half as far as the one before.
_TRIES = 4

_SEED = np.uint64(1885)


@njit(cache=True, nogil=True, fastmath=True, inline="always")
def _unlike(
    target: Float32, style: Float32, y: int, x: int, at_y: int, at_x: int, most: np.float32
) -> np.float32:
    """Sum of squares between the patch that begins at ``y, x`` and the one at ``at_y, at_x``."""
    total = np.float32(0)
    for row in range(_SIDE):
        for n in range(_SIDE * _PLANES):  # one loop, which compilers make fast
            off = target[y + row, _PLANES * x + n] - style[at_y + row, _PLANES * at_x + n]
            total += off * off
        if total > most:
            break
    return total


@njit(cache=True, nogil=True, inline="always")
def _between(random: np.uint64) -> float:
    """-1 to 1, by the last 16 bits of ``random``."""
    return np.float64(random & np.uint64(0xFFFF)) / 32768.0 - 1.0


@njit(cache=True, nogil=True, fastmath=True)
def search(
    target: Float32, style: Float32, places: Int64, often: Int64, dear: float, turn: int
) -> None:
    """Find better ``places`` for all patches, in one sweep.

    Args:
        target: ``[height + 2 REACH, (width + 2 REACH) * 4]``, what is there by now: red, green,
            blue, and how light it is to be.
        style: ``[rows, columns * 4]``, the same of the style.
        places: ``[height, width]``, where each patch begins in the style: ``row * columns +
            column``.
        often: ``[rows, columns]``, how often each place is used.
        dear: what using a place once more than the others costs.
        turn: number of the sweep: every second one goes backwards.
    """
    height, width = places.shape
    rows, columns = often.shape
    most_y, most_x = rows - 2 * REACH, columns - 2 * REACH
    cost = np.float32(dear * most_y * most_x / (height * width))
    random = _SEED + np.uint64(turn) * np.uint64(7919)
    step = 1 if turn % 2 == 0 else -1
    for n in range(height):
        y = n if step > 0 else height - 1 - n
        for m in range(width):
            x = m if step > 0 else width - 1 - m
            at_y, at_x = places[y, x] // columns, places[y, x] % columns
            often[at_y, at_x] -= 1
            best_y, best_x = at_y, at_x
            best = _unlike(target, style, y, x, at_y, at_x, np.float32(1e30))
            best += cost * np.float32(often[at_y, at_x])
            reach = max(most_y, most_x) / 2.0
            for attempt in range(2 + _TRIES):
                if attempt == 0:
                    if not 0 <= y - step < height:
                        continue
                    beside = places[y - step, x]
                    try_y, try_x = beside // columns + step, beside % columns
                elif attempt == 1:
                    if not 0 <= x - step < width:
                        continue
                    beside = places[y, x - step]
                    try_y, try_x = beside // columns, beside % columns + step
                else:
                    random ^= random << np.uint64(13)
                    random ^= random >> np.uint64(7)
                    random ^= random << np.uint64(17)
                    up = _between(random)
                    aside = _between(random >> np.uint64(16))
                    try_y, try_x = best_y + int(up * reach), best_x + int(aside * reach)
                    reach *= 0.3
                if not (0 <= try_y < most_y and 0 <= try_x < most_x):
                    continue
                used = cost * np.float32(often[try_y, try_x])
                if used >= best:
                    continue
                found = used + _unlike(target, style, y, x, try_y, try_x, best - used)
                if found < best:
                    best, best_y, best_x = found, try_y, try_x
            places[y, x] = best_y * columns + best_x
            often[best_y, best_x] += 1


@njit(cache=True, nogil=True, fastmath=True)
def laid(style: Float32, places: Int64, weights: Float32) -> Float32:
    """What the patches at ``places`` say together, ``[height, width, 3]``.

    Args:
        style: as of `search`; the first three planes are colours.
        places: as of `search`.
        weights: ``[2 REACH + 1, 2 REACH + 1]``, how much each pixel of a patch counts.
    """
    height, width = places.shape
    columns = style.shape[1]
    out = np.empty((height, width, 3), np.float32)
    for y in range(height):
        for x in range(width):
            red = green = blue = total = np.float32(0)
            for row in range(2 * REACH + 1):
                from_y = y + REACH - row
                if not 0 <= from_y < height:
                    continue
                for column in range(2 * REACH + 1):
                    from_x = x + REACH - column
                    if not 0 <= from_x < width:
                        continue
                    place = places[from_y, from_x]
                    at_y, at_x = place // columns + row, place % columns + column
                    weight = weights[row, column]
                    red += weight * style[at_y, at_x, 0]
                    green += weight * style[at_y, at_x, 1]
                    blue += weight * style[at_y, at_x, 2]
                    total += weight
            out[y, x, 0], out[y, x, 1], out[y, x, 2] = red / total, green / total, blue / total
    return out
