"""Movements: how levels rise and fall from column to column, and whether two do so together.

A picture has no phase, but where a sound lies right under it, their levels move at the same time.
Levels are seen as ink here (`ink.py`), in which the noise of pictures is the same everywhere.
"""

from __future__ import annotations

import numpy as np

from eidophone.base.arrays import Float32
from eidophone.picture.recipe import Recipe

#: Movements that correlate by less are not the same. Those of other sounds, or of the same 5 ms
#: beside its place, do by .05 at most; those of a picture after JPEG at quality 30 by .58 at least.
LEAST_FIT = 0.3

#: Ink that moves, or differs, by more is something new.
_MOST = 6.0

#: Ink that moves less does not tell where it is.
_LEAST_MOVE = 0.1

#: Cells that say the same, as windows overlap and lobes are wide.
_ALIKE_CELLS = 8.0


def movements(ink: Float32) -> Float32:
    """How ``ink`` ``[colours, columns, rows]`` moves from column to column, ``[columns, rows]``.

    The first column has none.
    """
    lightness = ink.mean(axis=0)
    return np.clip(np.diff(lightness, axis=0, prepend=lightness[:1]), -_MOST, _MOST)


def correlation(one: Float32, other: Float32) -> float:
    """Of movements: 1 where they are the same, 0 where they have nothing to do with each other."""
    product, norm = np.vdot(one, other), np.vdot(one, one) * np.vdot(other, other)
    return float(product) / max(float(norm), 1e-9) ** 0.5


def is_same(seen: Float32, drawn: Float32, recipe: Recipe) -> bool:
    """Whether most of what is heard is the same, though it may not move."""
    one, other = seen.mean(axis=0), drawn.mean(axis=0)
    heard = np.maximum(one, other) > 0
    same = np.abs(one - other) <= 1.01 * recipe.range_db / 255
    return bool(np.count_nonzero(same & heard) > 0.5 * np.count_nonzero(heard))


def late_by(seen: Float32, drawn: Float32, slope: Float32) -> tuple[float, float]:
    """By how many units of ``slope`` what is drawn comes too late, and how far off that may be."""
    change = seen.mean(axis=0) - drawn.mean(axis=0)
    moving = np.abs(slope) > _LEAST_MOVE * np.abs(slope).max(initial=0) / _MOST
    if not moving.any():
        return 0.0, np.inf
    change, slope = change[moving], slope[moving]
    change = change - np.median(change)
    known = np.abs(change) < _MOST
    change, slope = change[known], slope[known]
    power = max(float((slope**2).sum()), 1e-9)
    late = float((change * slope).sum()) / power
    noise = float(((change - late * slope) ** 2).mean()) if change.size else np.inf
    return late, (_ALIKE_CELLS * noise / power) ** 0.5


def same_sides(seen: Float32, drawn: Float32) -> float:
    """1 if what is left of one is left of the other, -1 if it is right, 0 if that is not told."""
    if min(len(seen), len(drawn)) < 3:
        return 0.0
    one, other = (np.clip(ink[0] - ink[2], -_MOST, _MOST) for ink in (seen, drawn))
    return correlation(one, other)
