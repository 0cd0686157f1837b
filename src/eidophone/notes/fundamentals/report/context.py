"""Context: collections beside each other and beside the reference, and what surely differs."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from eidophone.base.arrays import Float64, Mask
from eidophone.notes.fundamentals.comparing import Summary, chance, interval, surely
from eidophone.notes.fundamentals.measuring import FIGURES, Measured
from eidophone.notes.fundamentals.reference import Reference
from eidophone.notes.fundamentals.report.charts import Series, number

#: Figures that are compared; others are only drawn.
COMPARED = (
    *("scales", "finals", "octave", "habits", "shapes", "metres", "lengths", "rhythm", "swing"),
    *("phrases", "forms", "again", "repeated", "ornaments", "compass"),
)

#: Figures that are no shares.
_PLAIN = frozenset({"octave", "rhythm", "swing", "phrases", "ornaments", "compass"})

#: What some figures are called in a sentence, where their names are short for a chart.
_LONGER = {
    "lengths": "notes of {} beats",
    "finals": "last notes {} semitones above the tonic",
    "again": "the same {} bars later",
    "forms": "form {}",
    "metres": "metre {}",
    "shapes": "phrases that are {}",
    "ornaments": "{} in 100 notes",
    "compass": "{} (semitones)",
    "swing": "{}",
}

#: Differences that a sentence names, at most.
_NAMED = 4


@dataclass(frozen=True, eq=False)
class Other:
    """What a collection is compared with.

    Attributes:
        name: of it.
        figures: by the names of `FIGURES`.
    """

    name: str
    figures: dict[str, Summary]


class Context:
    """Collections, the reference, and their figures with intervals.

    Attributes:
        collections: those of the model that have tunes.
        reference: the built-in one.
        own: figures of each collection.
        others: what each collection is compared with: all others of the model, the reference.
    """

    def __init__(self, collections: Sequence[Measured], reference: Reference) -> None:
        self.collections = list(collections)
        self.reference = reference
        self.own = [
            {name: Summary.of(one.figures[name]) for name in FIGURES} for one in self.collections
        ]
        self._sides = [
            {name: interval(one.figures[name]) for name in FIGURES} for one in self.collections
        ]
        self.others: list[list[Other]] = []
        self._sure: list[list[dict[str, Mask]]] = []
        for place in range(len(self.collections)):
            beside = self._beside(place)
            self.others.append(beside)
            self._sure.append([self._compared(place, other) for other in beside])

    @property
    def kinds(self) -> list[str]:
        """The class of the style of each collection."""
        return [f"c{place % 6}" for place in range(len(self.collections))]

    def series(self, name: str, these: Sequence[int] | None = None) -> list[Series]:
        """A row of figures of each collection and of the reference, for a chart."""
        at = np.arange(len(FIGURES[name])) if these is None else np.array(these, int)
        made = [
            Series(one.name, kind, own[name].mean[at], sides[name][0][at], sides[name][1][at])
            for one, kind, own, sides in zip(
                self.collections, self.kinds, self.own, self._sides, strict=True
            )
        ]
        return [*made, Series("reference", "ref", self.reference.figures[name].mean[at])]

    def commonest(self, name: str, most: int) -> list[int]:
        """Places of the figures that are largest in any collection, the largest first."""
        means = np.nan_to_num([one[name].mean for one in self.own])
        best = [int(n) for row in means for n in np.argsort(-row)[:most] if row[n] > 0.01]
        return sorted(set(best), key=lambda n: -float(means[:, n].max()))

    def table(
        self, title: str, name: str, these: Sequence[int], labels: Sequence[str] | None = None
    ) -> str:
        """Figures with their intervals, and which surely differ, as a table that unfolds."""
        said = labels or FIGURES[name]
        share = name not in _PLAIN
        heads = "".join(f"<th>{html.escape(one.name)}" for one in self.collections)
        rows = []
        for n in these:
            cells = []
            for place, (own, sides) in enumerate(zip(self.own, self._sides, strict=True)):
                if not own[name].count[n]:
                    cells.append("<td>–")
                    continue
                low, high = (number(side[n], percent=share) for side in sides[name])
                value = number(own[name].mean[n], percent=share)
                marks = "".join(
                    ("▲" if own[name].mean[n] > other.figures[name].mean[n] else "▼")
                    + f"<sub>{'r' if other.name == 'reference' else 'o'}</sub>"
                    for other, sure in zip(self.others[place], self._sure[place], strict=True)
                    if name in sure and sure[name][n]
                )
                cells.append(f"<td>{value} <small>{low} to {high}</small> {marks}")
            mean = number(self.reference.figures[name].mean[n], percent=share)
            rows.append(f"<tr><th>{html.escape(said[n])}{''.join(cells)}<td>{mean}")
        return (
            f"<details><summary>{title}: figures, intervals, what surely differs</summary>"
            "<div class=wide>"
            f"<table><tr><th>{heads}<th>reference{''.join(rows)}</table></div></details>"
        )

    def said(self, *names: str) -> str:
        """What surely differs in ``names``, in a sentence for each collection and comparison."""
        lines = []
        for place, one in enumerate(self.collections):
            for which, other in self.told(place):
                found = self.differences(place, which, names)
                against = html.escape(other.name)
                if found:
                    more = len(found) - _NAMED
                    some = "; ".join(text for _, text, _ in found[:_NAMED])
                    rest = f"; and {more} more" if more > 0 else ""
                    lines.append(f"<b>{html.escape(one.name)}</b> beside {against}: {some}{rest}.")
                else:
                    lines.append(
                        f"<b>{html.escape(one.name)}</b> beside {against}: no sure difference."
                    )
        return "<ul class=said>" + "".join(f"<li>{line}" for line in lines) + "</ul>"

    def differences(
        self, place: int, which: int, names: Sequence[str] = COMPARED
    ) -> list[tuple[float, str, str]]:
        """How large, what, and of which kind: of one comparison, the largest first."""
        other, sure, own = self.others[place][which], self._sure[place][which], self.own[place]
        found = []
        for name in names:
            for n in np.flatnonzero(sure.get(name, np.zeros(0, bool))):
                ours, theirs = own[name].mean[n], other.figures[name].mean[n]
                spread = np.hypot(own[name].deviation[n], other.figures[name].deviation[n])
                label = html.escape(_LONGER.get(name, "{}").format(FIGURES[name][n]))
                if name == "finals" and n == 0:
                    label = "last notes on the tonic"
                if name == "lengths" and FIGURES[name][n] == "1":
                    label = "notes of a beat"
                share = name not in _PLAIN
                figures = [number(value, percent=share) for value in (ours, theirs)]
                if figures[0] == figures[1]:  # sure, and too little to be said
                    continue
                text = f"{label}: {figures[0]} against {figures[1]}"
                found.append((float(abs(ours - theirs) / max(spread, 1e-9)), text, name))
        return sorted(found, key=lambda one: -one[0])

    def told(self, place: int) -> list[tuple[int, Other]]:
        """The comparisons of one collection that are told: of two with each other, only one."""
        found = list(enumerate(self.others[place]))
        return found[1:] if place and len(self.collections) == 2 else found

    def count_compared(self) -> int:
        """How many figures each comparison has."""
        return sum(len(FIGURES[name]) for name in COMPARED)

    def _beside(self, place: int) -> list[Other]:
        rest = [n for n in range(len(self.collections)) if n != place]
        found = []
        if rest:
            name = self.collections[rest[0]].name if len(rest) == 1 else "all others"
            figures = {key: Summary.pooled([self.own[n][key] for n in rest]) for key in FIGURES}
            found.append(Other(name, figures))
        return [*found, Other("reference", self.reference.figures)]

    def _compared(self, place: int, other: Other) -> dict[str, Mask]:
        chances: list[Float64] = [
            chance(self.own[place][name], other.figures[name]) for name in COMPARED
        ]
        found = surely(np.concatenate(chances))
        ends = np.cumsum([len(one) for one in chances])[:-1]
        return dict(zip(COMPARED, np.split(found, ends), strict=True))
