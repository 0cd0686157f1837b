"""Shares: how much of each collection there is to be, always or along a path."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from eidophone.base.arrays import Float32, Float64
from eidophone.base.errors import LearnError

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
        points = [_point(part, names, text) for part in text.split(":")]
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


def _number(value: str) -> float:
    return float(value[:-1]) / 100 if value.endswith("%") else float(value)


def _point(part: str, names: Sequence[str], text: str) -> list[float]:
    shares = dict.fromkeys(names, 0.0)
    for one in part.split(","):
        name, _, value = one.strip().partition("=")
        name = name.strip()
        if name not in shares:
            known = ", ".join(names)
            raise LearnError(f"{name!r} in {text!r} is no collection of this model: use {known}")
        try:
            shares[name] = _number(value.strip()) if value else 1.0
        except ValueError:
            raise LearnError(f"{value!r} in {text!r} is no share: {_how(names)}") from None
        if not (0 <= shares[name] < math.inf):
            raise LearnError(f"{value!r} in {text!r} is no share: they are 0 or more")
    total = sum(shares.values())
    if total <= 0:
        raise LearnError(f"{text!r} leaves nothing: {_how(names)}")
    return [one / total for one in shares.values()]


def _how(names: Sequence[str]) -> str:
    first, last = names[0], names[-1]
    return _HOW.format(f"{first}=0.3,{last}=0.7", f"{first}=1:{last}=1")
