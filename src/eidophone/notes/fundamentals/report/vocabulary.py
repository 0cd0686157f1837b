"""Vocabulary: motifs or rhythms that are common in collections, as cards that can be played."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from typing import Generic, TypeVar

import numpy as np

from eidophone.notes.fundamentals.comparing import LEAST
from eidophone.notes.fundamentals.report.charts import number
from eidophone.notes.fundamentals.report.context import Context
from eidophone.notes.fundamentals.report.tones import Played, player

_Kind = TypeVar("_Kind", bound=Hashable)

#: How many are shown of a collection.
MOST = 6

#: How many are looked through for those that are most its own, and in which share of tunes they
#: are at least.
_THROUGH, _LEAST = 400, 0.05

#: Standard errors by which what is marked is more frequent.
_SURE = 4.0

#: What is rare in what it is compared with counts as in so many tunes of it.
_CAUTION = 200


class Vocabulary(Generic[_Kind]):
    """What tunes of collections are made of, by the share of tunes that have it."""

    def __init__(
        self,
        context: Context,
        tunes: Sequence[Sequence[Counter[_Kind]]],
        usual: dict[_Kind, float],
    ) -> None:
        self._context, self._usual = context, usual
        self._held = [Counter(what for tune in some for what in tune) for some in tunes]
        self._counts = [len(some) for some in tunes]

    def cards(
        self,
        drawn: Callable[[_Kind, str, str], tuple[str, list[Played]]],
        varied: Callable[[list[_Kind]], list[_Kind]],
    ) -> str:
        """What is commonest, and most its own, in each collection, drawn and to be played.

        Args:
            drawn: given what it is, the class of its colour, and whose it is: a drawing and notes.
            varied: the first few of many that are worth showing beside each other.
        """
        parts = []
        for place, one in enumerate(self._context.collections):
            name = html.escape(one.name)
            common = varied([what for what, _ in self._held[place].most_common(_CAUTION)])
            own = varied(self._own(place, common))
            for title, some in (("Commonest", common), ("Most its own", own)):
                if some:
                    each = "".join(self._card(what, place, drawn) for what in some)
                    parts.append(f"<h4>{title} in {name}</h4><div class=cards>{each}</div>")
        return "".join(parts)

    def _card(
        self,
        what: _Kind,
        place: int,
        drawn: Callable[[_Kind, str, str], tuple[str, list[Played]]],
    ) -> str:
        name = self._context.collections[place].name
        ours, count = self._share(what, place), self._counts[place]
        said = []
        for other, theirs, size in self._others(what, place):
            sure = count >= LEAST and _above(ours, count, theirs, size) > _SURE
            below = "<" if other == "reference" and what not in self._usual else ""
            said.append(f"{other} {below}{number(theirs, percent=True)}{' ▲' if sure else ''}")
        picture, notes = drawn(what, self._context.kinds[place], name)
        return (
            f"<div class=card>{picture}<p>{number(ours, percent=True)} "
            f"<small>({', '.join(said)})</small></p>{player(notes, name)}</div>"
        )

    def _own(self, place: int, but: Sequence[_Kind]) -> list[_Kind]:
        """What is more frequent than in all that it is compared with, the most so first."""
        count = self._counts[place]

        def worth(what: _Kind) -> float:
            most = max(theirs for _, theirs, _ in self._others(what, place))
            return _above(self._share(what, place), count, most, _CAUTION)

        some = [
            what
            for what, seen in self._held[place].most_common(_THROUGH)
            if seen >= max(_LEAST * count, 2) and what not in but
        ]
        values = {what: worth(what) for what in some}
        return sorted((what for what in some if values[what] > 0), key=lambda one: -values[one])

    def _share(self, what: _Kind, place: int) -> float:
        return self._held[place][what] / max(self._counts[place], 1)

    def _others(self, what: _Kind, place: int) -> list[tuple[str, float, int]]:
        """What it is compared with: names, shares of tunes, numbers of tunes."""
        rest = [n for n in range(len(self._held)) if n != place]
        known = self._usual.get(what, min(self._usual.values(), default=0.0))
        found = [("reference", known, self._context.reference.tunes)]
        if rest:
            mean = float(np.mean([self._share(what, n) for n in rest]))
            found.insert(0, ("others", mean, sum(self._counts[n] for n in rest)))
        return found


def _above(ours: float, count: int, theirs: float, size: int) -> float:
    """By how many standard errors one share is above another."""
    both = (ours * count + theirs * size) / (count + size)
    error = np.sqrt(max(both * (1 - both), 1e-6) * (1 / count + 1 / size))
    return float((ours - theirs) / error)
