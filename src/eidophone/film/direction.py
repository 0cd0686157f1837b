"""Direction: whether the picture of a scroll moves to the right, as in a mirror."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from itertools import islice

from eidophone.base.arrays import Float32
from eidophone.film.aligning import difference_of, thinned
from eidophone.film.clock import Numbered
from eidophone.film.facts import FilmFacts

#: Frames in which motion is looked for, and how many of them that clearly move are enough.
_LOOKED_AT, _ENOUGH = 900, 9

#: Frames are compared that are so many columns apart, as less may not be seen, or so many frames.
_LEAST_MOVE, _MOST_APART = 16, 32

#: A picture moves one way if it differs there by less than this fraction of the other way's.
_CLEARLY = 0.5

#: And if they differ the other way by more than this, in parts of full scale.
_LEAST = 1.0 / 255

#: Rows that are compared.
_ROWS = 64


def moves_right(frames: Iterable[Numbered], facts: FilmFacts) -> bool:
    """Whether a scroll moves to the right: it was mirrored, or runs backwards.

    Args:
        frames: from the first on, as they were drawn, ``[rows, width, 1 or 3]`` each.
        facts: of the scroll.
    """
    step = float(facts.columns_per_frame)
    apart = max(1, round(min(_LEAST_MOVE / step, _MOST_APART)))
    least, most = max(1, round(apart * step / 2)), min(round(apart * step * 2), facts.width // 2)
    if least > most:  # there is too little in common to compare
        return False
    recent: deque[Float32] = deque(maxlen=apart)
    left = right = 0
    for _, pixels in islice(frames, _LOOKED_AT):
        picture = thinned(pixels)
        picture = picture[:: max(1, len(picture) // _ROWS)].copy()
        if len(recent) == apart:
            moved_left = _difference(recent[0], picture, least, most)
            moved_right = _difference(picture, recent[0], least, most)
            if max(moved_left, moved_right) > _LEAST:
                left += moved_left < _CLEARLY * moved_right
                right += moved_right < _CLEARLY * moved_left
        recent.append(picture)
        if left + right == _ENOUGH:
            break
    return right > left


def _difference(before: Float32, after: Float32, least: int, most: int) -> float:
    """How much ``after`` differs from ``before`` if it moved left by ``least`` to ``most``."""
    return min(float(difference_of(before, after, move)) for move in range(least, most + 1))
