"""Copying: runs of notes that stand in a tune that was learnt, at whatever pitch."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import numpy as np

from eidophone.base.arrays import Mask
from eidophone.notes.traditions.form import heard
from eidophone.notes.traditions.tokens import Line

#: So many notes in a row are a run: their intervals, and all durations but the last.
RUN = 8

Run = tuple[int, ...]


class Runs:
    """All runs of some lines."""

    def __init__(self, lines: Iterable[Line] = ()) -> None:
        self._all: set[Run] = {run for line in lines for run in _runs(heard(line))}

    def has(self, pitches: list[int], lasts: list[int]) -> bool:
        """Whether the last `RUN` of these notes stand here; the last duration does not count."""
        if len(pitches) < RUN:
            return False
        some = pitches[-RUN:]
        steps = (b - a for a, b in pairwise(some))
        return (*steps, *lasts[len(pitches) - RUN : len(pitches) - 1]) in self._all

    def copied(self, line: Line) -> Mask:
        """``[notes]`` which notes are in a run that stands here."""
        line = heard(line)
        found = np.zeros(len(line.pitches), bool)
        for place, run in enumerate(_runs(line)):
            if run in self._all:
                found[place : place + RUN] = True
        return found


def repeated(line: Line) -> Mask:
    """``[notes]`` which notes are in a run that was played before in the same line."""
    line = heard(line)
    found = np.zeros(len(line.pitches), bool)
    seen: set[Run] = set()
    for place, run in enumerate(_runs(line)):
        if run in seen:
            found[place : place + RUN] = True
        seen.add(run)
    return found


def _runs(line: Line) -> list[Run]:
    steps, lasts = np.diff(line.pitches).tolist(), line.lasts.tolist()
    return [(*steps[n : n + RUN - 1], *lasts[n : n + RUN - 1]) for n in range(len(steps) - RUN + 2)]
