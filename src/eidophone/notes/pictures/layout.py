"""Layout: what of each note is drawn, so that it can be told from the others of its pitch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eidophone.base.arrays import Float64, Int64, Mask
from eidophone.notes.pictures.grid import Grid
from eidophone.notes.pictures.palette import HUES, NO_HUE
from eidophone.notes.score import Part, Score

#: Columns that are black before the next note of the same pitch, and that a note lasts at least.
GAP, LEAST = 3, 6

#: Notes of other parts that begin within so many columns are in unison: each has half of the bar.
UNISON = 2

#: Rungs of a semitone on which pitches are compared; bars so many rungs apart overlap, or touch.
_RUNGS, _OVERLAP = 8, 7

#: A note that is drawn shorter by more than this is worth a word.
_SHORTER_SECONDS = 0.05


@dataclass(frozen=True)
class Layout:
    """Notes as they are drawn.

    Attributes:
        note: the place of each in the score.
        start, end: columns, with fractions.
        hue: of each.
        half: +1 for those that have the upper half of a bar, -1 the lower, 0 the whole.
        lost: what cannot be seen, in words.
    """

    note: Int64
    start: Float64
    end: Float64
    hue: Int64
    half: Int64
    lost: tuple[str, ...]


def laid_out(score: Score, grid: Grid) -> Layout:
    """How the notes of ``score`` are drawn on ``grid``."""
    notes, lost = score.notes, []
    hue = hues_of_parts(score.parts)[notes["part"]] if len(notes) else np.zeros(0, np.int64)
    start = notes["start"] / grid.hop_seconds
    end = np.maximum(notes["end"] / grid.hop_seconds, start + LEAST)
    row = grid.row(notes["pitch"].astype(np.float64))
    within = grid.holds(row)
    rung = np.rint(notes["pitch"] * _RUNGS).astype(np.int64).tolist()
    order = np.lexsort((-notes["velocity"].astype(np.int64), notes["start"]))
    order = order[within[order]]
    half, seen = _unisons(order, rung, start, hue)
    order = order[seen]
    order = order[np.argsort(start[order], kind="stable")]
    _cut(order, rung, start, end)
    if not within.all():
        lost.append(f"{_count(int((~within).sum()))} outside the rows of the picture")
    if not seen.all():
        lost.append(f"{_count(int((~seen).sum()))} under others that begin with them")
    shorter = notes["end"][order] - end[order] * grid.hop_seconds > _SHORTER_SECONDS
    if shorter.any():
        count = _count(int(shorter.sum()))
        lost.append(f"the ends of {count} on which the same pitch, or nearly, begins anew")
    if _pitched(score.parts) > HUES:
        lost.append(f"which of {_pitched(score.parts)} parts those of a hue are: there are {HUES}")
    if sum(part.drums for part in score.parts) > 1:
        lost.append("which of several parts drums are")
    return Layout(order, start[order], end[order], hue[order], half[order], tuple(lost))


def hues_of_parts(parts: tuple[Part, ...]) -> Int64:
    """The hue of each part: one after the other, and drums none."""
    pitched = np.cumsum([not part.drums for part in parts]) - 1
    drums = np.array([part.drums for part in parts])
    return np.where(drums, NO_HUE, pitched % HUES).astype(np.int64)


def _pitched(parts: tuple[Part, ...]) -> int:
    return sum(not part.drums for part in parts)


def _unisons(order: Int64, rung: list[int], start: Float64, hue: Int64) -> tuple[Int64, Mask]:
    """Which notes share a bar, by note; and which of ``order`` are seen.

    Of those that begin together where their bars touch, the two loudest hues are.
    """
    half = np.zeros(len(rung), np.int64)
    seen = np.ones(len(order), bool)
    heads = dict[int, int]()  # the latest on each rung
    for place, one in enumerate(order.tolist()):
        near = (heads.get(other, -1) for other in _beside(rung[one]))
        head = next((it for it in near if it >= 0 and start[one] - start[it] <= UNISON), -1)
        if head < 0:
            heads[rung[one]] = one
        elif not half[head] and hue[one] != hue[head]:
            low, high = sorted((head, one), key=lambda note: hue[note])
            half[high], half[low] = 1, -1
            start[one] = start[head]
        else:
            seen[place] = False
    return half, seen


def _cut(order: Int64, rung: list[int], start: Float64, end: Float64) -> None:
    """End notes before others begin where they are; those that share a bar, together."""
    soonest = dict[int, float]()  # that begins on each rung, later
    together: list[int] = []
    for one in [*order[::-1].tolist(), -1]:
        if together and (one < 0 or start[one] != start[together[0]]):
            soonest |= {rung[other]: float(start[other]) for other in together}
            together = []
        if one < 0:
            break
        together.append(one)
        following = min(soonest.get(other, np.inf) for other in _beside(rung[one]))
        end[one] = min(end[one], following - min(GAP, (following - start[one]) / 2))


def _beside(rung: int) -> range:
    """Itself, and those on which bars would touch its own."""
    return range(rung - _OVERLAP, rung + _OVERLAP + 1)


def _count(number: int) -> str:
    return f"{number} note" if number == 1 else f"{number} notes"
