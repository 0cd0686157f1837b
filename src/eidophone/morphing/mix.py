"""Mix: how much of each parent there is, of what, and when."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from eidophone.base.arrays import Float32, Float64
from eidophone.base.errors import MorphError
from eidophone.base.options import shown
from eidophone.morphing.settings import EVEN, Curve

Aspect = Literal["pitch", "timbre", "loudness", "rhythm"]

ASPECTS: tuple[Aspect, ...] = get_args(Aspect)

#: Points of a path, at most: a gesture of a minute at the rate of a screen.
_MOST_POINTS = 4096

#: Shares below this are none: a sum of them could have no inverse.
_LEAST_SHARE = 1e-6

#: Between what is said of one aspect and what of the next.
_NEXT_ASPECT = re.compile(r"[,\s]+(?=[^,\s=]+\s*=)")

#: 0.3, .3, 3e-1 or 30 %.
_SHARE = re.compile(r"\+?((?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)\s*(%?)", re.ASCII)

#: 0,5 as many write 0.5. Only 0,0 and 0,1 can be two shares.
_COMMA = re.compile(r"0?,(?![01]$)(\d+)", re.ASCII)


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

        ``even`` is as much of each; ``0.3``, or ``30 %``, so much of the second of two;
        ``0.1,0.2,0.7`` is a share of each; points with colons between them are a path; and
        ``pitch=0.2,timbre=0.9`` gives each aspect its own mix or path. Those that are not named
        are as timbre is; and if timbre is not, it has an even share of each.

        Raises:
            MorphError: it means none, or one of another number of parents.
        """
        if text.strip().lower() == EVEN:
            text = _even(parents)
        if "=" not in text:
            return cls(dict.fromkeys(ASPECTS, _points(text, parents, text)), curve)
        given = _named(text)
        usual = given.get("timbre", _even(parents))
        points = {one: _points(given.get(one, usual), parents, text) for one in ASPECTS}
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

    @property
    def heard(self) -> int | None:
        """The parent that is all that is heard, in whatever rhythm; None if there is more."""
        return Mix({**self.points, "rhythm": self.points["timbre"]}).only

    def apart(self, aspect: Aspect) -> bool:
        """Whether the mix of ``aspect`` is another than that of timbre."""
        return not np.array_equal(self.points[aspect], self.points["timbre"])

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


def _even(parents: int) -> str:
    return ",".join(["1"] * parents)


def _named(text: str) -> dict[str, str]:
    """What ``text`` says of each aspect that it names."""
    given: dict[str, str] = {}
    for part in _NEXT_ASPECT.split(text.strip().strip(",")):
        name, _, value = part.partition("=")
        name = name.strip().lower()
        if name not in ASPECTS or name in given:
            example = ", ".join(f"{one}=0.5" for one in ASPECTS)
            raise MorphError(
                f"`mix` is {shown(text)}: write {example}, or some of these, each once"
            )
        given[name] = value
    return given


def _points(text: str, parents: int, whole: str) -> Float64:
    parts = text.split(":")
    if len(parts) > _MOST_POINTS:
        raise MorphError(f"`mix` has {len(parts)} points: {_MOST_POINTS} at most")
    return np.stack([_weights(part, parents, whole) for part in parts])


def _weights(text: str, parents: int, whole: str) -> Float64:
    if parents == 2 and (comma := _COMMA.fullmatch(text.strip())):
        raise _too_much(whole, f"0.{comma[1]}")
    values = np.array([_share(one, whole) for one in text.split(",")])
    if values.size == 1 and parents == 2:
        values = np.array([1 - values[0], values[0]])
    if values.size != parents:
        wanted = "one number, or two" if parents == 2 else f"{parents} numbers"
        raise MorphError(f"`mix` is {shown(whole)}: {parents} sounds need {wanted}")
    if not values.any():
        raise MorphError(f"`mix` is {shown(whole)}: there is nothing of any sound in it")
    return values / values.sum()


def _share(text: str, whole: str) -> float:
    found = _SHARE.fullmatch(text.strip().lower())
    if found is None:
        raise MorphError(f"`mix` is {shown(whole)}: write numbers, as 0.3, 0:1 or 0.2,0.8")
    share = float(found[1]) / (100 if found[2] else 1)
    if not share <= 1:
        raise _too_much(whole, f"{found[1]}%" if share <= 100 and not found[2] else "")
    return share if share > _LEAST_SHARE else 0.0


def _too_much(whole: str, meant: str) -> MorphError:
    """The error for a share of more than all, and what may have been ``meant``."""
    guess = f"; did you mean {meant}?" if meant else ""
    return MorphError(f"`mix` is {shown(whole)}: use numbers from 0 to 1, or 0 % to 100 %{guess}")
