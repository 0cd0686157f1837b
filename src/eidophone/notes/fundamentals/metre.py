"""Metre: how long bars are, where they begin, and how beats are divided.

Every metre at every phase is a candidate. What speaks for each is weighed; the weights were fitted
on `python -m bench.notes.weights`'s tunes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eidophone.base.arrays import Float64, Int64, Mask
from eidophone.notes.fundamentals.lines import Line
from eidophone.notes.fundamentals.tonic import degrees, tonic_of

#: Steps of a quarter note that onsets lie on: eighths, sixteenths and triplets.
STEPS = 12

#: Metres that are guessed, by what is written: quarters of a bar, of a beat, of its parts.
METRES: dict[tuple[int, int], tuple[float, float, float]] = {
    (2, 4): (2, 1, 0.5),
    (4, 4): (4, 1, 0.5),
    (3, 4): (3, 1, 0.5),
    (6, 8): (3, 1.5, 0.5),
    (9, 8): (4.5, 1.5, 0.5),
    (12, 8): (6, 1.5, 0.5),
    (3, 8): (1.5, 0.5, 0.25),
    (5, 8): (2.5, 0.5, 0.25),
    (7, 8): (3.5, 0.5, 0.25),
    (5, 4): (5, 1, 0.5),
    (3, 2): (6, 2, 1),
    (4, 2): (8, 2, 1),
    (6, 4): (6, 3, 1),
}

#: What speaks for a candidate, and how much.
WEIGHTS = {
    "bar long": 1.95,
    "bar filled": 8.06,
    "bar crossed": -2.72,
    "bar leap": 0.45,
    "bar home": 0.38,
    "beat long": 2.36,
    "beat filled": 5.14,
    "beat crossed": -4.56,
    "half filled": 0.64,
    "part filled": 1.17,
    "rhythm again": 2.54,
    "pitches again": 0.7,
    "twice again": 3.67,
    "eight again": 2.18,
    "whole end": 1.0,
    "eight in all": 1.22,
    "pickup": 2.06,
    "long pickup": -7.59,
    "quarters": 0.71,
    "notes": 0.72,
    "many notes": -1.1,
}

#: How much speaks for each metre beforehand, by how common they are.
COMMON: dict[tuple[int, int], float] = {
    (2, 4): 0.52,
    (4, 4): 3.09,
    (3, 4): 1.2,
    (6, 8): 1.11,
    (9, 8): 0.9,
    (12, 8): -0.83,
    (3, 8): -1.73,
    (5, 8): -1.54,
    (7, 8): -0.93,
    (5, 4): -1.0,
    (3, 2): 0.39,
    (4, 2): -0.87,
    (6, 4): -0.31,
}


@dataclass(frozen=True)
class Metre:
    """A metre of a melody.

    Attributes:
        over, under: as it is written.
        phase: beats (quarter notes) until the first whole bar begins.
        chance: how likely it is, 0 to 1; 1 where the file said so (of the phase nobody does).
        said: by the file.
    """

    over: int
    under: int
    phase: float
    chance: float
    said: bool

    @property
    def bar(self) -> float:
        """Quarter notes of a bar."""
        return 4 * self.over / self.under

    @property
    def beat(self) -> float:
        """Quarter notes of a beat: three eighths in 6/8, 9/8 and 12/8."""
        return (3 if self.compound else 1) * 4 / self.under

    @property
    def compound(self) -> bool:
        """Its beats have three parts."""
        return self.over % 3 == 0 and self.over > 3

    @property
    def name(self) -> str:
        """As it is written."""
        return f"{self.over}/{self.under}"


def metre_of(line: Line) -> Metre:
    """The metre that is said, at its likeliest phase; of what says none, the likeliest of all."""
    over, under = line.metre
    said = over > 0 and under > 0 and 4 * over / under <= 16
    if not len(line):
        return Metre(*((over, under) if said else (4, 4)), 0.0, 0.0, said)
    among: list[tuple[int, int]] = [(over, under)] if said else list(METRES)
    told, places = evidence(line, among)
    values = told @ np.array(list(WEIGHTS.values()))
    kinds = np.array([kind for kind, _ in places])
    values += np.array([COMMON.get(written, 0.0) for written in among])[kinds]
    chances = np.exp(values - values.max())
    chances /= chances.sum()
    sums = np.bincount(kinds, chances, len(among))
    kind = int(sums.argmax())
    best = int(np.where(kinds == kind, chances, -1).argmax())
    return Metre(*among[kind], places[best][1], 1.0 if said else float(sums[kind]), said)


def evidence(line: Line, among: list[tuple[int, int]]) -> tuple[Float64, list[tuple[int, float]]]:
    """What speaks for each metre at each phase, ``[n, kinds of evidence]``, and which these are."""
    onsets = np.rint((line.onsets - line.onsets[0]) * STEPS).astype(int)
    gaps = np.maximum(np.rint(line.gaps * STEPS).astype(int), 1)
    steps = int(onsets[-1]) + 1
    filled = np.zeros(steps, bool)
    filled[onsets] = True
    usual = np.median(gaps)
    told = [
        np.log2(np.minimum(gaps, 4 * usual) / usual),
        np.log2(1 + np.append(0.0, np.abs(np.diff(line.pitches)))),
        _at_home(line),
    ]
    marks = np.zeros((4, steps))
    marks[0, onsets] = line.pitches
    for row, one in zip(marks[1:], told, strict=True):
        row[onsets] = (one - one.mean()) / (one.std() + 0.3)
    again = {lag: _again(filled, marks[0], lag) for lag in _lags(among)}
    rows, places = [], []
    for kind, written in enumerate(among):
        bar, beat, part = (round(one * STEPS) for one in _parts(written))
        notes = np.log2(len(onsets) * bar / steps)
        for phase in sorted({0, *onsets[onsets < bar].tolist()}):
            downs = np.arange(phase, steps, bar)
            beats = np.arange(phase % beat, steps, beat)
            found = max(filled[downs].sum(), 1)
            rows.append(
                [
                    marks[1, downs].sum() / found,
                    filled[downs].mean() if len(downs) else 0.0,
                    _crossed(onsets, gaps, bar, phase),
                    marks[2, downs].sum() / found,
                    marks[3, downs].sum() / found,
                    marks[1, beats].sum() / max(filled[beats].sum(), 1),
                    filled[beats].mean(),
                    _crossed(onsets, gaps, beat, phase),
                    marks[1, downs[:-1] + beat * max(bar // beat // 2, 1)].sum() / found,
                    ((onsets - phase) % part == 0).mean(),
                    *again[bar],
                    again[2 * bar][1],
                    again[8 * bar][1],
                    float((onsets[-1] + gaps[-1]) % bar == 0),
                    float((onsets[-1] + gaps[-1]) % (8 * bar) == 0),
                    float(phase > 0),
                    phase / bar,
                    np.log2(bar / STEPS),
                    notes,
                    notes**2,
                ]
            )
            places.append((kind, phase / STEPS))
    return np.array(rows), places


def _parts(written: tuple[int, int]) -> tuple[float, float, float]:
    over, under = written
    if written in METRES:
        return METRES[written]
    beat = Metre(over, under, 0, 0, True).beat
    return 4 * over / under, beat, beat / 2


def _lags(among: list[tuple[int, int]]) -> set[int]:
    return {round(_parts(one)[0] * STEPS) * times for one in among for times in (1, 2, 8)}


def _at_home(line: Line) -> Float64:
    """Whether each note is the tonic, its fifth or a third of it."""
    above = np.rint(degrees(line, tonic_of(line)[0]))
    return np.isin(above, (0, 3, 4, 7, 12)).astype(float)


def _crossed(onsets: Int64, gaps: Int64, period: int, phase: int) -> float:
    """Share of notes that sound across a line, and do not begin on it."""
    return float(
        (((onsets - phase) % period != 0) & ((onsets - phase) % period + gaps > period)).mean()
    )


def _again(filled: Mask, pitches: Float64, lag: int) -> tuple[float, float]:
    """How much of the rhythm, and of the pitches in it, is there again after ``lag`` steps."""
    if lag >= len(filled):
        return 0.0, 0.0
    both = filled[:-lag] & filled[lag:]
    any_ = filled[:-lag] | filled[lag:]
    same = both & (np.abs(pitches[:-lag] - pitches[lag:]) < 0.5)
    return float(both.sum() / max(any_.sum(), 1)), float(same.sum() / max(any_.sum(), 1))
