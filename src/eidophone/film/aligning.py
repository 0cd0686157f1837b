"""Aligning: where a frame of a scroll lies, by what it shows.

Tools drop and repeat frames without a word. As long as a frame shows much of what the one before
it showed, how far the picture moved can be seen; where nothing can be seen, the clock is believed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from eidophone.base.arrays import Float32, Pixels
from eidophone.picture.ink import brightest

#: Frames in a row that may be missing, or show something else.
MOST_MISSING = 24

#: Every so many rows are compared.
_ROWS = 4

#: Mean difference of two frames, in parts of full scale, below which they are alike.
_ALIKE = 1.0 / 255

#: A frame whose brightest and darkest values are nearer than this shows nothing.
_FLAT = 4.0 / 255

#: Another place than the clock's is believed if frames differ by less than this fraction there.
_BETTER = 0.7

#: As long as no frame was off by half of what one moves, the clock is right, and less is rounding,
#: as in frames that were resized: so much of it is taken back with each, as it would add up.
_PULL = 0.1

#: How much frames differ that are so far from each other that there is nothing to compare.
_FAR = float("inf")

#: A frame that differs by so many times the usual shows something else.
_STRANGE = 6.0


class Aligner:
    """Places the frames of a scroll, one after the other.

    Args:
        width: columns of a frame.
        step: columns from one to the next.
    """

    def __init__(self, width: int, step: float) -> None:
        self._back = round(2 * step)
        self._rounding = step / 2
        self._ahead = max(1, min(round(MOST_MISSING * step), width // 2))
        self._before: _Placed | None = None  # the latest frame of the film
        self._odd: _Placed | None = None  # the latest that showed something else
        self._drift = 0.0  # columns that the clock is wrong by
        self._usual = _ALIKE
        self._strange = 0  # frames in a row that showed something else

    def place(self, clock: int, pixels: Pixels) -> tuple[int, bool]:
        """The column at which ``pixels`` begin, and whether they are of this film at all.

        Args:
            clock: the column at which they should begin.
            pixels: ``[rows, columns, colours]``.
        """
        frame = _Placed(thinned(pixels), clock + self._drift)
        if self._before is not None:
            difference = frame.difference(self._before)
            if max(_ALIKE, 1.5 * self._usual) < difference < _FAR:
                frame, difference = self._search(frame, self._before, difference)
            if not self._belongs(frame, difference):
                self._odd = self._odd if frame.is_flat else frame
                return round(frame.place), False
        off = frame.place - clock - self._drift
        if self._drift or abs(off) > self._rounding:
            self._drift += off
        elif off:
            frame = _Placed(frame.picture, frame.place - _PULL * off)
        self._before = self._before if frame.is_flat else frame
        return round(frame.place), True

    def _search(self, frame: _Placed, before: _Placed, here: float) -> tuple[_Placed, float]:
        """``frame`` at the place where it fits best, and its difference there."""
        moves = range(-self._back, self._ahead)
        places = [before.place + move for move in moves]
        differences = [_Placed(frame.picture, one).difference(before) for one in places]
        least = int(np.argmin(differences))
        if differences[least] < _BETTER * here - _ALIKE / 4:
            place = places[least] + _between(differences[max(least - 1, 0) : least + 2])
            return _Placed(frame.picture, place), differences[least]
        return frame, here

    def _belongs(self, frame: _Placed, difference: float) -> bool:
        if difference == _FAR:
            return True
        if difference > self._bearable and self._strange < MOST_MISSING:
            self._strange += 1
            # Two that agree with each other are the film: the one before them was not.
            return self._odd is not None and frame.difference(self._odd) <= self._bearable
        self._strange = 0
        self._usual += 0.1 * (difference - self._usual)
        return True

    @property
    def _bearable(self) -> float:
        """How much frames of one film differ, at most."""
        return _STRANGE * self._usual + 2 * _ALIKE


@dataclass(frozen=True, eq=False)
class _Placed:
    """A thinned frame, and the column at which it begins."""

    picture: Float32
    place: float

    @property
    def is_flat(self) -> bool:
        """Whether it shows nothing that another could be compared with."""
        return float(np.ptp(self.picture)) < _FLAT

    def difference(self, before: _Placed) -> float:
        """How much this frame differs from the one ``before``, where they overlap."""
        move = round(self.place - before.place)
        if 2 * abs(move) > self.picture.shape[1]:
            return _FAR
        if move >= 0:
            return float(difference_of(before.picture, self.picture, move))
        return float(difference_of(self.picture, before.picture, -move))


def _between(differences: list[float]) -> float:
    """Where between columns frames fit best, of how they differ one before it, at it, one after.

    Differences grow with the distance on both sides; there, they are 0.
    """
    if len(differences) < 3 or max(differences) == _FAR:
        return 0.0
    before, here, after = differences
    return (before - after) / (2 * max(before - here, after - here, _ALIKE / 4))


def thinned(pixels: Pixels) -> Float32:
    """Some of the rows of the middle colour, 1.0 is full scale."""
    middle = pixels[::_ROWS, :, pixels.shape[2] // 2]
    return np.divide(middle, np.float32(brightest(pixels.dtype)), dtype=np.float32)


@njit(cache=True, nogil=True, fastmath=True)
def difference_of(before: Float32, after: Float32, move: int, most: float = 1e9) -> float:
    """Mean difference where two overlap if ``after`` is ``move`` columns further on; compiled.

    Flicker, what their means differ by, does not count. Once it is clear that it is more than
    ``most``, it is something above that.
    """
    rows, columns = before.shape
    flicker = np.float32(0)
    for row in range(rows):
        for column in range(columns - move):
            flicker += before[row, column + move] - after[row, column]
    flicker /= rows * (columns - move)
    total = np.float32(0)
    for row in range(rows):
        for column in range(columns - move):
            total += abs(before[row, column + move] - after[row, column] - flicker)
        if total > most * rows * (columns - move):
            return 2 * most
    return total / (rows * (columns - move))
