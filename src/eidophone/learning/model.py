"""Model: what was learnt of collections, with their sounds; and its file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from eidophone.base.errors import LearnError
from eidophone.base.options import shown
from eidophone.learning.collections import Collection, Conditions, is_name
from eidophone.learning.grid import FLOOR_DB, ROWS
from eidophone.learning.pages import levels_of_pages, page_count, pages_of
from eidophone.learning.storing import Arrays, named_for, part_of, read, write
from eidophone.learning.tracks import Track

#: What no model has more of.
MOST_COLLECTIONS = 8
_MOST_TRACKS, _MOST_COLUMNS = 100_000, 8 * 31 * 60 * 173

_TRACKS = "tracks"


@dataclass(frozen=True, eq=False)
class Model:
    """What was learnt of collections.

    Attributes:
        collections: with their tracks.
        conditions: what they were recorded like.
        learnt: arrays by the room that found them; see `part`.
        facts: what rooms have to say besides, which is plain JSON.
    """

    collections: tuple[Collection, ...]
    conditions: Conditions
    learnt: Arrays = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """Of the collections."""
        return tuple(one.name for one in self.collections)

    def part(self, room: str) -> Arrays:
        """What a room found; empty if it found nothing."""
        return part_of(self.learnt, room)

    def having(self, room: str, arrays: Arrays, **facts: Any) -> Model:
        """This model with what a ``room`` found, and what it has to say."""
        others = {name: one for name, one in self.learnt.items() if not name.startswith(f"{room}.")}
        learnt = others | named_for(arrays, room)
        return Model(self.collections, self.conditions, learnt, {**self.facts, **facts})

    def save(self, path: str | Path, *, overwrite: bool = False) -> None:
        """Write it to ``path``, whole or not at all.

        Raises:
            OutputError: there is a file already, or it cannot be written.
        """
        arrays = dict(self.learnt)
        arrays["conditions.floor_db"] = self.conditions.floor_db
        listed = []
        for each in self.collections:
            tracks = []
            for one in each.tracks:
                for page in one.pages or pages_of(one.levels):
                    arrays[f"{_TRACKS}.{len(arrays):06d}"] = page
                size = {"colours": len(one.levels), "columns": one.columns}
                tracks.append({"name": _text(one.name), "held": one.held, **size})
            listed.append({"name": each.name, "tracks": tracks})
        facts = {"collections": listed, "top": self.conditions.top, "rooms": dict(self.facts)}
        write(Path(path), arrays, facts, overwrite=overwrite)

    @classmethod
    def load(cls, path: str | Path) -> Model:
        """The model at ``path``; data only, whoever made it.

        Raises:
            LearnError: it is none, is damaged, or was made by another Eidophone.
        """
        arrays, facts = read(Path(path))
        try:
            collections = _collections(facts["collections"], _pages(arrays))
            floor, top = arrays.pop("conditions.floor_db"), int(facts["top"])
            rooms = dict(facts.get("rooms", {}))
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
            raise LearnError(f"{path} is a damaged model: {error!r}") from None
        known = floor.shape == (ROWS,) and floor.dtype == np.float32
        if not known or not 1 <= top <= ROWS or not ((floor >= FLOOR_DB) & (floor <= 0)).all():
            raise LearnError(f"{path} is a damaged model: its conditions cannot be")
        return cls(collections, Conditions(top, floor), arrays, rooms)


def _pages(arrays: Arrays) -> Arrays:
    """The pages among ``arrays``, which are taken out of these."""
    names = sorted(name for name in arrays if name.startswith(f"{_TRACKS}."))
    return {name: arrays.pop(name) for name in names}


def _collections(listed: list[dict[str, Any]], pages: Arrays) -> tuple[Collection, ...]:
    if not 2 <= len(listed) <= MOST_COLLECTIONS:
        raise ValueError(f"{len(listed)} collections")
    names = [each["name"] for each in listed]
    if not all(map(is_name, names)) or len(set(names)) < len(names):
        raise ValueError(f"collections called {shown(names)}")
    sizes = [
        (int(one["colours"]), int(one["columns"])) for each in listed for one in each["tracks"]
    ]
    if len(sizes) > _MOST_TRACKS or any(a not in (1, 3) or b < 1 for a, b in sizes):
        raise ValueError("tracks that cannot be")
    if sum(columns for _, columns in sizes) > _MOST_COLUMNS:
        raise ValueError("more tracks than are learnt from")
    left = list(pages.values())
    collections = []
    for each in listed:
        tracks = []
        for one in each["tracks"]:
            colours, columns = int(one["colours"]), int(one["columns"])
            count = page_count(columns)
            mine, left = left[:count], left[count:]
            if len(mine) < count:
                raise ValueError("pages are missing")
            levels = levels_of_pages(mine, colours, columns)
            tracks.append(Track(_text(str(one["name"])), levels, bool(one["held"]), tuple(mine)))
        if not tracks:
            raise ValueError("an empty collection")
        collections.append(Collection(str(each["name"]), tuple(tracks)))
    return tuple(collections)


def _text(name: str) -> str:
    """``name`` as text that any program can read: of names of files, not all is."""
    return name.encode("utf-8", "replace").decode("utf-8")
