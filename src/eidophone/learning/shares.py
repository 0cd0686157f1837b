"""Shares: how much of each collection there is to be, always or along a path."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from eidophone.base.arrays import Float32, Float64
from eidophone.base.errors import LearnError
from eidophone.base.shares import shares_of

_HOW = "write NAME=SHARE for each, as in {0}, or a path of them, as in {1}"


@dataclass(frozen=True, eq=False)
class Shares:
    """How much of each collection there is to be.

    Attributes:
        points: ``[points, collections]``, evenly spread over the time; each sums to 1.
    """

    points: Float32

    @classmethod
    def parse(cls, text: str, names: Sequence[str]) -> Shares:
        """What ``text`` means: ``a=0.3,b=0.7`` or ``a=30%,b=70%``, ``a``, or a path ``a=1:b=1``.

        What is not named has no share; the others are brought to a sum of 1.

        Raises:
            LearnError: it was not understood.
        """
        points = [shares_of(part, names, LearnError, how=_HOW) for part in text.split(":")]
        return cls(np.array(points, np.float32))

    @property
    def steady(self) -> bool:
        """Whether they are the same all along."""
        return bool((self.points == self.points[0]).all())

    def at(self, moments: Float64) -> Float32:
        """Shares ``[moments, collections]`` at ``moments``, which are 0 to 1."""
        places = np.linspace(0, 1, len(self.points))
        each = [np.interp(moments, places, one) for one in self.points.T]
        return np.stack(each, axis=1).astype(np.float32)
