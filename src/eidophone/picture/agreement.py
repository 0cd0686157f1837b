"""Agreement: where an original agrees with its altered picture, and which of the two is noisy.

What was recompressed or resized differs a little from its original everywhere, and so does what is
compared with a lossy copy of its original. Only in the one case are the original's levels the right
ones. Which it is shows in how the difference goes on from column to column: levels of a sound,
and so of a copy, move as slowly as the windows overlap, while the noise of a picture jumps.

All of this is seen in ink (`ink.py`), in which the noise of pictures is the same everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import uniform_filter

from eidophone.base.arrays import Float32, Mask
from eidophone.picture.movements import LEAST_FIT, movements

#: Columns and rows around a cell in which it must fit: .37 s of `standard`, and an eighth of it.
_AROUND = (64, 64)

#: So much of what is heard around a cell, and in all, must do what is asked of it.
_HALF = 0.5

#: Ink that differs by more is something new.
_NEW = 6.0

#: Cells agree if they differ by no more than so many times what is usual around them.
_USUAL = 2.0

#: A copy may differ by so much besides the picture's noise: a poorer one is worse than
#: none. Those of MP3 at 192 kbit/s do by .3 to 1.3, at 32 kbit/s by 2 to 4.
_MOST = 1.4

#: Second differences, squared, over differences, squared, where these are less than so much:
#: 1.7 to 2.7 with copies, as MP3 at 32 to 192 kbit/s; 3.6 to 8 with pictures after JPEG at quality
#: 30 to 85, WebP, or scaling; 6 would be white noise.
_SMALL = 3.0
_OF_COPIES, _OF_PICTURES = 2.4, 4.0


#: The noise of a picture is much the same everywhere, that of a copy is not: what differs more than
#: in so much of all is the copy's.
_CLEAN = 0.35


@dataclass(frozen=True)
class Agreement:
    """Where an original can be leaned on.

    Attributes:
        cells: ``[columns, rows]``: where it agrees.
        copied: ``[columns, rows]`` 0..1: how much of a difference is the copy's fault, not the
            picture's.
    """

    cells: Mask
    copied: Float32


def agreement(seen: Float32, drawn: Float32, least: float) -> Agreement:
    """How a picture and its original agree.

    Args:
        seen: ink of the picture, ``[3, columns, rows]``.
        drawn: of the original, drawn as the picture was.
        least: cells that differ by no more are the same.
    """
    change = seen - drawn
    differs = np.abs(change).max(axis=0)
    same = differs <= least
    heard = np.maximum(seen.max(axis=0), drawn.max(axis=0)) > least
    fits = _fits(seen, drawn, same)
    near = heard & (differs <= _NEW)
    there, close = _around(heard), _around(near)
    power = _around(np.where(near, (change**2).mean(axis=0), 0))
    usual = (power / np.maximum(close, 1e-6)).astype(np.float32)
    noise = _noise(change, usual, near & fits)
    poor = np.maximum(usual - noise, 0)
    good = fits & (close >= _HALF * there) & (poor <= _MOST**2)
    if np.count_nonzero(good & heard) < _HALF * np.count_nonzero(fits & heard):
        good = fits & (_around(same & heard) > _HALF * there)
    cells = good & (same | (differs <= _USUAL * np.sqrt(np.maximum(usual, 0))))
    copied = (poor / np.maximum(poor + noise, 1e-6)).astype(np.float32)
    return Agreement(cells, copied)


def _fits(seen: Float32, drawn: Float32, same: Mask) -> Mask:
    """Around which cells levels move together, or not at all but are the same."""
    one, other = movements(seen), movements(drawn)
    norm = _around(one**2) * _around(other**2)
    together = _around(one * other) > LEAST_FIT * np.sqrt(np.maximum(norm, 1e-6))
    return together | (_around(same) > _HALF)


def _noise(change: Float32, usual: Float32, known: Mask) -> float:
    """Of the difference of the ``known`` cells, so much is the picture's noise, squared."""
    lightness = change.mean(axis=0)  # of colour, JPEG keeps a coarser picture
    small = known & (np.abs(lightness) <= _SMALL)
    middle = small[1:-1] & small[2:] & small[:-2]
    if not middle.any():
        return 0.0
    jumps = np.diff(lightness, n=2, axis=0)[middle]
    rough = (jumps**2).mean() / max(float((lightness[1:-1][middle] ** 2).mean()), 1e-6)
    share = np.clip((rough - _OF_COPIES) / (_OF_PICTURES - _OF_COPIES), 0, 1)
    return float(share * np.quantile(usual[known], _CLEAN))


def _around(cells: Float32 | Mask) -> Float32:
    """The mean around each of the cells ``[columns, rows]``."""
    size = [min(*pair) for pair in zip(_AROUND, cells.shape, strict=True)]
    found: Float32 = uniform_filter(cells.astype(np.float32), size)
    return found
