"""Mix: how much of each parent there is, of what, and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from eidophone.base.arrays import Float32, Float64
from eidophone.base.errors import MorphError
from eidophone.base.options import shown
from eidophone.morph.settings import Curve

Aspect = Literal["pitch", "timbre", "loudness", "rhythm"]

ASPECTS: tuple[Aspect, ...] = get_args(Aspect)

#: Points of a path, at most: a gesture of a minute at the rate of a screen.
_MOST_POINTS = 4096


@dataclass(frozen=True, eq=False)
class Mix:
    """Weights of the parents.

    Attributes:
        points: of each aspect, ``[points, parents]``, in 0..1, which add up to 1; one point, or
            several that are passed at equal distances in time.
        curve: how it goes from one point to the next.
    """

    points: Mapping[Aspect, Float64]
    curve: Curve = "linear"

    @classmethod
    def parse(cls, text: str, parents: int, curve: Curve = "linear") -> Mix:
        """The mix of so many ``parents`` that ``text`` means.

        ``0.3`` is 30 % of the second of two; ``0.1,0.2,0.7`` is a share of each; points with
        colons between them are a path; and ``pitch=0.2,timbre=0.9`` gives two parents a mix for
        each aspect, of which those that are not named are as timbre is.

        Raises:
            MorphError: it means none, or one of another number of parents.
        """
        if "=" in text:
            given = dict(_named(part, text) for part in text.split(","))
            usual = given.get("timbre", next(iter(given.values())))
            points = {one: _points(given.get(one, usual), parents, text) for one in ASPECTS}
        else:
            points = dict.fromkeys(ASPECTS, _points(text, parents, text))
        return cls(points, curve)

    @property
    def parents(self) -> int:
        """How many parents."""
        return int(self.points["timbre"].shape[1])

    @property
    def only(self) -> int | None:
        """The parent that is all there is, all the time; None if there is more than one."""
        whole = np.concatenate(list(self.points.values()))
        found = np.flatnonzero((whole >= 1).all(axis=0))
        return int(found[0]) if found.size else None

    def at(self, aspect: Aspect, moments: Float64) -> Float32:
        """Weights ``[parents, moments]`` of ``aspect``; they add up to 1.

        Args:
            aspect: of what.
            moments: when, from 0, the beginning, to 1, the end.
        """
        points = self.points[aspect]
        place = np.clip(np.asarray(moments, np.float64), 0, 1) * (len(points) - 1)
        below = np.minimum(place.astype(int), max(len(points) - 2, 0))
        above = np.minimum(below + 1, len(points) - 1)
        part = _CURVES[self.curve](place - below)[:, None]
        weights = points[below] * (1 - part) + points[above] * part
        return np.ascontiguousarray(weights.T, np.float32)


_CURVES = {
    "linear": lambda t: t,
    "smooth": lambda t: t * t * (3 - 2 * t),
    "early": lambda t: 1 - (1 - t) ** 2,
    "late": lambda t: t * t,
}


def _named(part: str, text: str) -> tuple[str, str]:
    name, _, value = part.partition("=")
    if name.strip() not in ASPECTS or not value:
        raise MorphError(
            f"`mix` is {shown(text)}: write {', '.join(f'{one}=0.5' for one in ASPECTS)}, or "
            f"some of these"
        )
    return name.strip(), value


def _points(text: str, parents: int, whole: str) -> Float64:
    parts = text.split(":")
    if len(parts) > _MOST_POINTS:
        raise MorphError(f"`mix` has {len(parts)} points: {_MOST_POINTS} at most")
    return np.stack([_weights(part, parents, whole) for part in parts])


def _weights(text: str, parents: int, whole: str) -> Float64:
    try:
        values = np.array([float(one) for one in text.split(",")])
    except ValueError:
        raise MorphError(
            f"`mix` is {shown(whole)}: write numbers, as 0.3, 0:1 or 0.2,0.8"
        ) from None
    if values.size == 1 and parents == 2:
        values = np.array([1 - values[0], values[0]])
    if values.size != parents:
        wanted = "one number, or two" if parents == 2 else f"{parents} numbers"
        raise MorphError(f"`mix` is {shown(whole)}: {parents} sounds need {wanted}")
    if not (np.isfinite(values).all() and values.min() >= 0 and 0 < values.sum() < 1e6):
        raise MorphError(f"`mix` is {shown(whole)}: use numbers from 0 to 1")
    return values / values.sum()
