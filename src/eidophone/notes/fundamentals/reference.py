"""Reference: figures of many tunes of several peoples, which collections are compared with.

They were measured by `python -m bench.notes reference`, which writes reference.json; the tunes
themselves are not here.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

import numpy as np

from eidophone.notes.fundamentals.comparing import Summary
from eidophone.notes.fundamentals.intervals import Motif
from eidophone.notes.fundamentals.measuring import FIGURES, Measured
from eidophone.notes.fundamentals.rhythm import Cell

_Kind = TypeVar("_Kind")

_FILE = Path(__file__).with_name("reference.json")

#: Motifs and rhythms that are kept, at most.
_MOST = 300


@dataclass(frozen=True, eq=False)
class Reference:
    """What collections are compared with.

    Attributes:
        peoples: whose tunes it was measured of, and how many of each; all have the same weight.
        figures: by the names of `FIGURES`.
        motifs, cells: in which share of the tunes the commonest are.
    """

    peoples: dict[str, int]
    figures: dict[str, Summary]
    motifs: dict[Motif, float]
    cells: dict[Cell, float]

    @property
    def tunes(self) -> int:
        """How many it was measured of."""
        return sum(self.peoples.values())


@lru_cache(maxsize=1)
def reference() -> Reference:
    """The built-in reference."""
    read = json.loads(_FILE.read_text(encoding="utf-8"))
    figures = {
        name: Summary(*(np.array(one, np.float64) for one in read["figures"][name]))
        for name in FIGURES
    }
    motifs = {tuple(steps): share for steps, share in read["motifs"]}
    cells = {(size, tuple(places)): share for size, places, share in read["cells"]}
    return Reference(read["peoples"], figures, motifs, cells)


def reference_text(peoples: Sequence[Measured]) -> str:
    """What `reference` reads, of collections of several peoples."""
    figures = {}
    for name in FIGURES:
        one = Summary.pooled([Summary.of(some.figures[name]) for some in peoples])
        parts = (one.mean, one.deviation, one.count)
        figures[name] = [[float(f"{value:.4g}") for value in part] for part in parts]
    motifs = shares([some.motifs for some in peoples])
    cells = shares([some.cells for some in peoples])
    return json.dumps(
        {
            "peoples": {some.name: len(some.tunes) for some in peoples},
            "figures": figures,
            "motifs": [[list(steps), share] for steps, share in motifs.items()],
            "cells": [[size, list(places), share] for (size, places), share in cells.items()],
        }
    ).replace('], "', '],\n"')


def shares(peoples: Sequence[Sequence[Counter[_Kind]]]) -> dict[_Kind, float]:
    """In which share of the tunes each is, collections weighing the same; the commonest of them."""
    total: dict[_Kind, float] = {}
    for tunes in peoples:
        for one in tunes:
            for what in one:
                total[what] = total.get(what, 0.0) + 1 / len(tunes) / len(peoples)
    most = sorted(total.items(), key=lambda one: -one[1])[:_MOST]
    return {what: round(share, 4) for what, share in most}
