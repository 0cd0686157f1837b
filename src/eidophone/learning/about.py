"""About: what a model says of itself, at a glance: none of its sounds is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eidophone.base.errors import LearnError
from eidophone.learning.grid import COLUMN_SECONDS
from eidophone.learning.storing import facts_of


@dataclass(frozen=True)
class Learnt:
    """A collection that a model has learnt.

    Attributes:
        name: what people call it.
        sounds: how many there are.
        seconds: how long they are together.
    """

    name: str
    sounds: int
    seconds: float


@dataclass(frozen=True)
class About:
    """What a model says of itself.

    Attributes:
        collections: what it has learnt.
        facts: what rooms have to say besides.
    """

    collections: tuple[Learnt, ...]
    facts: Mapping[str, Any]


def about(path: Path) -> About:
    """What the model at ``path`` says of itself.

    Raises:
        LearnError: it is none, is damaged, or was made by another Eidophone.
    """
    facts = facts_of(path)
    try:
        learnt = tuple(_learnt(one) for one in facts["collections"])
        return About(learnt, dict(facts.get("rooms", {})))
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise LearnError(f"{path} is a damaged model: {error!r}") from None


def _learnt(listed: Mapping[str, Any]) -> Learnt:
    columns = sum(int(one["columns"]) for one in listed["tracks"])
    return Learnt(str(listed["name"]), len(listed["tracks"]), columns * COLUMN_SECONDS)
