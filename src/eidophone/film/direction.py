"""Direction: how the frames of a film lie, mirrored or turned, as they show."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np

from eidophone.base.arrays import Float32, Pixels
from eidophone.film.aligning import difference_of, thinned
from eidophone.film.clock import Numbered
from eidophone.film.facts import FilmFacts
from eidophone.film.instants import spiral_of, stray
from eidophone.film.spiral import Spiral
from eidophone.picture.strip.report import describe_turn

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

#: Pages that are compared with the next, at most.
_PAGES = 4

#: One pair that meets as it was drawn is enough if it differs by more the other way round.
_TELLS = 0.02

#: Thinned rows that they have at least, which frames of ours do.
_LEAST_ROWS = 16

#: Frames that are drawn again as spirals, and how much of their light may then be elsewhere: of
#: five sounds .02 at most, and .32 at least if they are mirrored or turned.
_REDRAWN, _STRAY = 8, 0.25


@dataclass(frozen=True)
class Lie:
    """How frames lie, and how they are set right: turned to the left, then mirrored.

    Attributes:
        turns: quarters.
        mirrored: left and right are exchanged.
    """

    turns: int = 0
    mirrored: bool = False

    @property
    def in_words(self) -> str:
        """What was done to the frames; empty if nothing."""
        return " and ".join(describe_turn(self.turns, self.mirrored))

    def righted(self, pixels: Pixels) -> Pixels:
        """``pixels`` as they were drawn."""
        turned = np.rot90(pixels, self.turns)
        return turned[:, ::-1] if self.mirrored else turned


def lie_of(frames: Iterable[Numbered], facts: FilmFacts) -> Lie:
    """How ``frames`` lie.

    Args:
        frames: from the first on, as they were drawn, ``[rows, width, 1 or 3]`` each.
        facts: of the film.
    """
    if facts.kind == "scroll":
        return Lie(mirrored=moves_right(frames, facts))
    if facts.kind == "pages":
        step = round(facts.columns_per_frame)
        return Lie(mirrored=goes_on_to_the_left(frames, min(step, facts.width)))
    lit = [pixels for _, pixels in islice(frames, _LOOKED_AT // 10) if pixels.any()]
    return spiral_lie(lit, spiral_of(facts)) or Lie()


def spiral_lie(lit: list[Pixels], spiral: Spiral) -> Lie | None:
    """How frames ``[size, size, 1 or 3]``, all with some light, lie if they show ``spiral``."""
    some = [
        np.broadcast_to(one, (*one.shape[:2], 3))
        for one in lit[:: max(1, -(-len(lit) // _REDRAWN))]
    ]
    for lie in (Lie(turns, mirrored) for turns in range(4) for mirrored in (False, True)):
        if (
            some
            and stray([np.ascontiguousarray(lie.righted(one)) for one in some], spiral) < _STRAY
        ):
            return lie
    return None


def goes_on_to_the_left(pages: Iterable[Numbered], step: int) -> bool:
    """Whether the next page goes on at the left of the one before: each was mirrored.

    Args:
        pages: their numbers, and ``[rows, width, 1 or 3]`` each.
        step: columns from the beginning of one to that of the next.
    """
    right = left = 0.0
    before: tuple[float, Float32] = (-2.0, np.zeros((0, 0), np.float32))
    for number, page in _first_of_each(pages):
        if number == before[0] + 1 and len(page) >= _LEAST_ROWS:  # fewer do so by chance
            right += _apart(before[1], page, step)
            left += _apart(before[1][:, ::-1], page[:, ::-1], step)
        if number >= _PAGES or left > max(right, _TELLS):
            break
        before = number, page
    return left < _CLEARLY * right


def _first_of_each(pages: Iterable[Numbered]) -> Iterator[tuple[float, Float32]]:
    """The first frame of each page, thinned."""
    shown = -1.0
    for number, pixels in pages:
        if number > shown:
            shown = number
            yield number, thinned(pixels)


def _apart(one: Float32, other: Float32, step: int) -> float:
    """How much two pages differ where they meet."""
    shared = one.shape[1] - step
    if shared > 0:
        return float(np.abs(one[:, step:] - other[:, :shared]).mean())
    return float(np.abs(one[:, -1] - other[:, 0]).mean())


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
