"""Flow: where each part of one picture is in another, up or down, and pictures moved along it.

Dense inverse search: Kroeger, Timofte, Dai and Van Gool, "Fast optical flow using dense inverse
search" (2016), by OpenCV.
"""

from __future__ import annotations

from types import ModuleType

import numpy as np
from numba import njit

from eidophone.base.arrays import Float32
from eidophone.base.errors import MissingExtraError
from eidophone.base.parallel import map_ranges

#: How it is refined, at full detail: with fewer rounds tones leave ghosts where they were.
_REFINEMENTS = 5

#: Grey of a level of 1.
_GREY = 210

#: Upright lines drawn faintly over both pictures, so many columns apart, hold them in step: of
#: tones alone nobody could say how far they went to the side, and the search gives up.
_LINES, _APART = np.float32(4), 8


class Flow:
    """How pictures ``[columns, rows]`` of levels, from 0 to about 1, flow into each other.

    Raises:
        MissingExtraError: OpenCV is not installed.
    """

    def __init__(self) -> None:
        self._cv = _opencv()
        self._search = self._cv.DISOpticalFlow_create(self._cv.DISOPTICAL_FLOW_PRESET_MEDIUM)
        self._search.setFinestScale(0)
        self._search.setVariationalRefinementIterations(_REFINEMENTS)

    def of(self, one: Float32, other: Float32, guess: Float32) -> Float32:
        """By how many rows what is in each cell of ``one`` is higher in ``other``.

        Args:
            one: a picture.
            other: a picture of the same shape.
            guess: ``[columns]`` by how many it is on the whole: the search does not reach far.
        """
        guessed = np.broadcast_to(guess[:, None], one.shape)
        near = one, self.moved(other, guessed)
        lines = _LINES * (1 + np.sin(2 * np.pi / _APART * np.arange(len(one))))
        grey = [np.clip(_GREY * picture.T + lines, 0, 255).astype(np.uint8) for picture in near]
        found = self._search.calc(*map(np.ascontiguousarray, grey), None)[..., 1].T
        return np.ascontiguousarray(found + guessed)

    def moved(self, picture: Float32, by: Float32, *, sharp: bool = False) -> Float32:
        """Each cell of ``picture`` from ``by`` rows higher; ``sharp``: the nearest one."""
        kind = self._cv.INTER_NEAREST if sharp else self._cv.INTER_CUBIC
        columns, rows = np.indices(picture.shape, np.float32)
        border = self._cv.BORDER_REPLICATE
        found: Float32 = self._cv.remap(picture, rows + by, columns, kind, borderMode=border)
        return found


def carried(flow: Float32, part: Float32) -> Float32:
    """By how many rows higher what comes to each cell was, gone a ``part`` of its ``flow``.

    Nothing overtakes what is above it: where the flow says so, both arrive at one place.

    Args:
        flow: ``[columns, rows]``.
        part: ``[columns]`` from 0 to 1.
    """
    found = np.empty_like(flow)
    map_ranges(
        lambda first, last: _carry(flow[first:last], part[first:last], found[first:last]), len(flow)
    )
    return found


@njit(cache=True, nogil=True)
def _carry(flow: Float32, part: Float32, found: Float32) -> None:
    rows = flow.shape[1]
    goal, low = np.empty(rows, np.float32), np.empty(rows, np.float32)
    for column in range(len(flow)):
        for row in range(rows):
            goal[row] = row + flow[column, row]
        low[rows - 1] = goal[rows - 1]
        for row in range(rows - 2, -1, -1):
            low[row] = min(goal[row], low[row + 1])
        high = goal[0]
        for row in range(rows):  # halfway between the nearest two that never fall
            high = max(high, goal[row])
            low[row] = row + part[column] * ((high + low[row]) / 2 - row)
        below = 0
        for row in range(rows):
            while below < rows - 2 and low[below + 1] < row:
                below += 1
            width = max(low[below + 1] - low[below], np.float32(1e-3))
            came = below + (row - low[below]) / width
            found[column, row] = min(max(came, 0), rows - 1) - row


def _opencv() -> ModuleType:
    try:
        import cv2  # noqa: PLC0415
    except ImportError:
        raise MissingExtraError(
            "warp needs OpenCV: install it with  pip install 'eidophone[morph]'"
        ) from None
    return cv2
