"""Measuring: every fundamental of every tune of a collection."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from eidophone.base.arrays import Float64, Int64
from eidophone.notes.fundamentals import (
    compass,
    contour,
    form,
    intervals,
    ornaments,
    phrases,
    rhythm,
    scales,
    tonic,
    tuning,
)
from eidophone.notes.fundamentals.intervals import Motif
from eidophone.notes.fundamentals.lines import Line
from eidophone.notes.fundamentals.metre import METRES, Metre, metre_of
from eidophone.notes.fundamentals.rhythm import Cell

#: Notes of a tune, at least.
LEAST_NOTES = 8

#: Forms that are counted by name; all others are one.
FORMS = (
    *("AA", "AB", "AAA", "AAB", "ABB", "ABA", "ABC"),
    *("AAAA", "AAAB", "AABA", "AABB", "AABC", "ABAB", "ABAC", "ABBA", "ABBC", "ABCB", "ABCA"),
    *("ABCC", "ABCD", "AABBCC", "AABBCCDD", "ABABCDCD", "ABACDEDE"),
    *("another, nothing twice", "another, with repeats"),
)

METRE_NAMES = (*(f"{over}/{under}" for over, under in METRES), "2/2", "another")

#: Every table of figures of a tune, and what each is called.
FIGURES: dict[str, tuple[str, ...]] = {
    "scales": tuple(scales.SCALES),
    "pitches": tuple(f"{10 * n}" for n in range(tonic.BINS)),
    "finals": tuple(str(n) for n in range(12)),
    "octave": ("octave",),
    "steps": tuple(f"{one:g}" for one in intervals.STEPS),
    "habits": intervals.HABITS,
    "shapes": contour.SHAPES,
    "contour": tuple(str(n) for n in range(contour.POINTS)),
    "metres": METRE_NAMES,
    "lengths": rhythm.LENGTH_NAMES,
    "rhythm": rhythm.FIGURES,
    "swing": ("swing",),
    "phrases": ("notes of a phrase", "bars of a phrase", "seconds of a phrase"),
    "forms": FORMS,
    "again": tuple(f"{lag}" for lag in form.LAGS),
    "repeated": ("bars heard before",),
    "ornaments": ornaments.KINDS,
    "compass": compass.FIGURES,
}


@dataclass(frozen=True, eq=False)
class Tune:
    """A tune, and what was found of it.

    Attributes:
        line: its melody.
        plain: that without ornaments.
        tonic: in semitones from C; and how likely it is.
        metre: said, or guessed.
        starts: the notes of ``plain`` that phrases begin with.
        form: of its sections, as letters, and the bars of each.
    """

    line: Line
    plain: Line
    tonic: float
    sure: float
    metre: Metre
    starts: Int64
    form: tuple[str, int]


@dataclass(frozen=True, eq=False)
class Measured:
    """A collection, measured.

    Attributes:
        name: what people call it.
        tunes: those that were long enough.
        left: how many were not.
        figures: by the names of `FIGURES`, ``[tunes, figures]``.
        motifs, cells: of each tune, how often.
    """

    name: str
    tunes: list[Tune]
    left: int
    figures: dict[str, Float64]
    motifs: list[Counter[Motif]] = field(default_factory=list)
    cells: list[Counter[Cell]] = field(default_factory=list)


def measured(
    name: str, lines: Sequence[Line], progress: Callable[[float], None] = lambda _: None
) -> Measured:
    """Measure every tune of a collection."""
    tunes: list[Tune] = []
    rows: dict[str, list[Float64]] = {one: [] for one in FIGURES}
    motifs, cells = [], []
    for place, line in enumerate(lines):
        progress(place / len(lines))
        if len(line) < LEAST_NOTES:
            continue
        tune, alike = _found(line)
        if len(tune.plain) < LEAST_NOTES:
            continue
        tunes.append(tune)
        bars = rhythm.bars_of(tune.plain, tune.metre)
        for key, row in _figures(tune, alike).items():
            rows[key].append(row)
        motifs.append(intervals.motifs_of(tune.plain))
        cells.append(rhythm.cells_of(bars))
    figures = {
        key: np.stack(some) if some else np.empty((0, len(FIGURES[key])))
        for key, some in rows.items()
    }
    return Measured(name, tunes, len(lines) - len(tunes), figures, motifs, cells)


def _found(line: Line) -> tuple[Tune, Float64]:
    plain = ornaments.without(line)
    home, sure = tonic.tonic_of(plain)
    metre = metre_of(plain)
    starts = phrases.starts_of(plain, metre.bar)
    alike = form.likeness(form.bars_of(plain, metre))
    return Tune(line, plain, home, sure, metre, starts, form.form_of(alike)), alike


def _figures(tune: Tune, alike: Float64) -> dict[str, Float64]:
    """`FIGURES` of a tune."""
    plain, metre = tune.plain, tune.metre
    likely = scales.chances(plain, tune.tonic)
    shapes, mean = contour.shapes_of(plain, tune.starts)
    letters = tune.form[0]
    final = round(float(tonic.degrees(plain, tune.tonic)[-1])) % 12
    return {
        "scales": np.eye(len(scales.SCALES))[int(likely.argmax())],
        "pitches": tuning.folded(plain, tune.tonic),
        "finals": np.eye(12)[final],
        "octave": np.array([tuning.octave_of(plain)]),
        "steps": intervals.steps_of(plain),
        "habits": intervals.habits_of(plain),
        "shapes": shapes,
        "contour": mean,
        "metres": _one_of(METRE_NAMES, metre.name),
        "lengths": rhythm.lengths_of(plain, metre),
        "rhythm": rhythm.figures_of(plain, metre),
        "swing": np.array([rhythm.swing_of(plain, metre)]),
        "phrases": _phrases(tune),
        "forms": _one_of(FORMS, _counted(letters)),
        "again": form.again_of(alike),
        "repeated": np.array([form.repeated_of(alike)]),
        "ornaments": ornaments.marked(tune.line)[0],
        "compass": compass.compass_of(plain, tune.tonic),
    }


def _counted(letters: str) -> str:
    """A form by the name that it is counted by."""
    if letters in FORMS:
        return letters
    return FORMS[-2] if len(set(letters)) == len(letters) else FORMS[-1]


def _one_of(names: Sequence[str], name: str) -> Float64:
    """1 at the place of ``name``, or at the last, which is of all others."""
    return np.eye(len(names))[names.index(name) if name in names else -1]


def _phrases(tune: Tune) -> Float64:
    """How long phrases are, in the middle: notes, bars, seconds."""
    plain = tune.plain
    notes = np.diff(np.append(tune.starts, len(plain)))
    ends = np.append(plain.onsets[tune.starts], plain.onsets[-1] + plain.lengths[-1])
    beats = float(np.median(np.diff(ends)))
    return np.array([np.median(notes), beats / tune.metre.bar, beats * plain.beat])
