"""Shares: how much of each of several there is to be, as people write it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from difflib import get_close_matches

from eidophone.base.errors import EidophoneError

_HOW = "write NAME=SHARE for each, as in {0}"


def shares_of(
    text: str, names: Sequence[str], error: type[EidophoneError], *, how: str = _HOW
) -> list[float]:
    """What ``text`` means: ``a=0.3,b=0.7`` or ``a=30%,b=70%``, or ``a`` alone.

    What is not named has no share; the others are brought to a sum of 1.

    Args:
        text: what was written.
        names: of all that there are.
        error: what is raised.
        how: what to write instead, where it was not understood.

    Raises:
        EidophoneError: it was not understood.
    """
    shares = dict.fromkeys(names, 0.0)
    instead = how.format(f"{names[0]}=0.3,{names[-1]}=0.7", f"{names[0]}=1:{names[-1]}=1")
    for one in text.split(","):
        name, _, value = one.strip().partition("=")
        name, value = name.strip(), value.strip()
        if name not in shares:
            near = get_close_matches(name, names, 1)
            meant = f"did you mean {near[0]}? " if near else ""
            known = ", ".join(names)
            raise error(f"{name!r} in {text!r} is no collection of this model: {meant}use {known}")
        try:
            shares[name] = _number(value) if value else 1.0
        except ValueError:
            raise error(f"{value!r} in {text!r} is no share: {instead}") from None
        if not (0 <= shares[name] < math.inf):
            raise error(f"{value!r} in {text!r} is no share: they are 0 or more")
    total = sum(shares.values())
    if total <= 0:
        raise error(f"{text!r} leaves nothing: {instead}")
    return [one / total for one in shares.values()]


def _number(value: str) -> float:
    return float(value[:-1]) / 100 if value.endswith("%") else float(value)
