"""Which way up a film is: the display matrix that cameras write."""

from __future__ import annotations

from typing import Any

import numpy as np

from eidophone.base.arrays import Pixels


class Turn:
    """Turns the frames of a film upright, as the display matrix of its first frame says.

    The matrix (ISO 14496-12, 6.2.2) maps a pixel at (x, y) to (a x + c y, b x + d y).
    """

    def __init__(self, frame: Any) -> None:
        data = frame.side_data.get("DISPLAYMATRIX")
        a, b, _, c, d = np.frombuffer(data, np.int32)[:5] if data is not None else (1, 0, 0, 0, 1)
        self._swaps = abs(int(b)) > abs(int(a))
        self._mirrors_x = (c if self._swaps else a) < 0
        self._mirrors_y = (b if self._swaps else d) < 0

    def size(self, width: int, height: int) -> tuple[int, int]:
        """Width and height as shown, of those as coded."""
        return (height, width) if self._swaps else (width, height)

    def __call__(self, pixels: Pixels) -> Pixels:
        """``pixels``, ``[height, width, 3]``, upright."""
        if self._swaps:
            pixels = pixels.transpose(1, 0, 2)
        if self._mirrors_x:
            pixels = pixels[:, ::-1]
        if self._mirrors_y:
            pixels = pixels[::-1]
        return np.ascontiguousarray(pixels)
