"""Tokens: melodies in steps of a beat, beside their scale and in their metre.

A line is one voice. Its pitches are told from a *do*, found from the pitches of all tunes that are
learnt together; its durations are those from one onset to the next, so that a line is the MIDI's
own pitches and onset times, and nothing else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from eidophone.base.arrays import Float64, Int64
from eidophone.base.errors import NotesError
from eidophone.notes.score import Score
from eidophone.notes.traditions.collection import voices_in

#: Steps of a quarter note: halves to 1/16, thirds, sixths.
STEPS = 48

#: Voices that are learnt, at most.
MOST_VOICES = 4

#: Bars of a tune at most: half a day of them.
MOST_BARS = 20_000

#: The middle of a tune lies about so many semitones above its do.
_MIDDLE = 5

#: Rounds in which the scale that all tunes have in common is found, and what no pitch falls under.
_ROUNDS, _RARE = 8, 0.002

#: Pitches and durations that are rarer than this are told as the nearest that are not.
_LEAST_SEEN = 3

#: How much it counts where bar lines are written, beside how few notes cross them.
_WRITTEN = 0.1

#: Tokens of pitches that are none.
REST, END = 0, 1
_FIRST_PITCH = 2

#: The pitch of a line where it rests.
SILENT = -1


@dataclass(frozen=True, eq=False)
class Line:
    """One voice of a tune.

    Attributes:
        pitches: MIDI's, or `SILENT`.
        starts: steps from the beginning of the bar that the first note of the tune is in.
        lasts: steps until the next begins; of the last, how long it is.
        metre: beats of a bar, and what part of a whole note a beat is.
        do: the pitch that others are told from.
    """

    pitches: Int64
    starts: Int64
    lasts: Int64
    metre: tuple[int, int]
    do: int = 60

    @property
    def bar(self) -> int:
        """Steps of a bar."""
        return bar_of(self.metre)

    @property
    def final(self) -> int:
        """The pitch class of its last note, from do."""
        return int(self.pitches[self.pitches != SILENT][-1] - self.do) % 12

    @property
    def end(self) -> int:
        """Steps until its last note ends."""
        return int(self.starts[-1] + self.lasts[-1])

    def part(self, first: int, last: int) -> Line:
        """Some of its notes."""
        some = slice(first, last)
        return replace(
            self, pitches=self.pitches[some], starts=self.starts[some], lasts=self.lasts[some]
        )


def bar_of(metre: tuple[int, int]) -> int:
    """Steps of a bar."""
    return max(1, metre[0] * 4 * STEPS // metre[1])


def lines_of(score: Score) -> tuple[Line, ...]:
    """The voices of a score, the highest first; `MOST_VOICES` at most; do is yet to be found.

    Raises:
        NotesError: it has more than `MOST_BARS`.
    """
    metre = (int(score.metres["over"][0]), int(score.metres["under"][0]))
    voices = voices_in(score)[:MOST_VOICES]
    grids = [_on_steps(*one) for one in voices]
    begin = min((int(at[0]) for at, _, _ in grids), default=0)
    bars = (max((int(till[-1]) for _, till, _ in grids), default=0) - begin) // bar_of(metre) + 2
    if bars > MOST_BARS:
        raise NotesError(f"it has {bars} bars: {MOST_BARS} of a tune at most")
    shift = -begin
    if grids:
        shift += -_upbeat(grids[0][0] - begin, bar_of(metre), -begin) % bar_of(metre)
    lines = []
    for grid in grids:
        at, till, pitches = _with_rests(*grid, begin) if len(grids) > 1 else grid
        lasts = np.append(np.diff(at), till[-1] - at[-1])
        lines.append(Line(pitches, at + shift, lasts, metre))
    return tuple(lines)


def _on_steps(starts: Float64, ends: Float64, pitches: Int64) -> tuple[Int64, Int64, Int64]:
    at, till = (np.round(one * STEPS).astype(np.int64) for one in (starts, ends))
    fresh = np.append(True, np.diff(at) > 0)
    return at[fresh], np.maximum(till, at + 1)[fresh], pitches[fresh]


def _upbeat(at: Int64, bar: int, written: int) -> int:
    """Steps before the first bar line: where lines are crossed least, and begin long notes.

    What the file says, where its bar lines are ``written``, counts a little.
    """
    lasts = np.append(np.diff(at), at[-1:] * 0 + STEPS)
    lasts = np.minimum(lasts, 2 * STEPS) / max(1.0, float(np.minimum(lasts, 2 * STEPS).mean()))
    length = int(at[-1]) + 1
    places = dict(zip(at.tolist(), lasts.tolist(), strict=True))
    best, found = -1.0, 0
    for upbeat in sorted({0, *(int(one) for one in at[at < bar])}):
        lines = range(upbeat, length, bar)
        met = sum(1 + 0.3 * min(places[one], 2) for one in lines if one in places)
        worth = met / max(1, len(lines)) + (_WRITTEN if upbeat == written % bar else 0)
        if worth > best + 1e-9:
            best, found = worth, upbeat
    return found


def _with_rests(at: Int64, till: Int64, pitches: Int64, begin: int) -> tuple[Int64, Int64, Int64]:
    """With a note of `SILENT` wherever a voice is silent for a beat or more since ``begin``."""
    begins = np.append(begin, till)
    nexts = np.append(at, till[-1])
    rests = nexts - begins >= STEPS
    all_at = np.concatenate([at, begins[rests]])
    order = np.argsort(all_at, kind="stable")
    silent = np.full(int(rests.sum()), SILENT)
    return (
        all_at[order],
        np.concatenate([till, nexts[rests]])[order],
        np.concatenate([pitches, silent])[order],
    )


# --- the scale that all tunes have in common ---


def scale_of(tunes: Sequence[Sequence[Line]]) -> Float64:
    """``[12]`` how often each pitch class sounds beside do, in tunes brought to one do.

    Tunes are turned until they agree best, beginning from their last notes.
    """
    each = np.stack([_histogram(one) for one in tunes])
    turns = np.array([int(one[-1].pitches[one[-1].pitches != SILENT][-1]) % 12 for one in tunes])
    profile = np.full(12, 1 / 12)
    for _ in range(_ROUNDS):
        turned = np.stack([np.roll(one, -turn) for one, turn in zip(each, turns, strict=True)])
        profile = _smooth(turned.mean(axis=0))
        now = np.array([_turn(one, profile) for one in each])
        if (now == turns).all():
            break
        turns = now
    return profile


def beside(lines: Sequence[Line], scale: Float64) -> tuple[Line, ...]:
    """``lines`` told from their do in a ``scale``."""
    turn = _turn(_histogram(lines), scale)
    pitches = lines[0].pitches
    middle = float(np.median(pitches[pitches != SILENT])) - _MIDDLE
    do = turn + 12 * round((middle - turn) / 12)
    return tuple(replace(one, do=do) for one in lines)


def _histogram(lines: Sequence[Line]) -> Float64:
    found = np.zeros(12)
    for line in lines:
        heard = line.pitches != SILENT
        np.add.at(found, line.pitches[heard] % 12, np.sqrt(line.lasts[heard]))
    return found / max(found.sum(), 1e-9)


def _smooth(profile: Float64) -> Float64:
    profile = np.maximum(profile, _RARE)
    return profile / profile.sum()


def _turn(histogram: Float64, profile: Float64) -> int:
    """The pitch class that is do."""
    fits = [float(np.roll(histogram, -turn) @ np.log(profile)) for turn in range(12)]
    return int(np.argmax(fits))


# --- words ---


@dataclass(frozen=True)
class Words:
    """What pitches and durations there are, as tokens.

    Attributes:
        low, high: pitches from do; tokens follow them upward, after `REST` and `END`.
        lasts: durations in steps, rising.
    """

    low: int
    high: int
    lasts: tuple[int, ...]

    @classmethod
    def of(cls, lines: Iterable[Line]) -> Words:
        """Those of ``lines``, but rare ones."""
        pitches: Counter[int] = Counter()
        lasts: Counter[int] = Counter()
        for line in lines:
            pitches.update((line.pitches[line.pitches != SILENT] - line.do).tolist())
            lasts.update(line.lasts.tolist())
        least = _LEAST_SEEN if sum(lasts.values()) > 100 * _LEAST_SEEN else 1
        kept = [one for one, count in pitches.items() if count >= least]
        return cls(
            min(kept), max(kept), tuple(sorted(one for one, n in lasts.items() if n >= least))
        )

    @property
    def pitches(self) -> int:
        """How many tokens of pitches there are."""
        return self.high - self.low + 1 + _FIRST_PITCH

    @property
    def durations(self) -> int:
        """How many tokens of durations there are."""
        return len(self.lasts)

    def of_pitches(self, line: Line) -> Int64:
        """The pitches of a line as tokens, the nearest of what there is."""
        tokens = np.clip(line.pitches - line.do, self.low, self.high) - self.low + _FIRST_PITCH
        return np.where(line.pitches == SILENT, REST, tokens)

    def of_lasts(self, line: Line) -> Int64:
        """The durations of a line as tokens, the nearest of what there is."""
        known = np.array(self.lasts)
        right = np.clip(np.searchsorted(known, line.lasts), 1, len(known) - 1)
        if len(known) == 1:
            return np.zeros(len(line.lasts), np.int64)
        below, above = known[right - 1], known[right]
        return np.where(line.lasts - below < above - line.lasts, right - 1, right)

    def unknown(self, line: Line) -> int:
        """How many pitches and durations of a line are told as others."""
        beside = line.pitches[line.pitches != SILENT] - line.do
        far = (beside < self.low) | (beside > self.high)
        return int(far.sum() + (~np.isin(line.lasts, self.lasts)).sum())

    def pitch(self, token: int, do: int) -> int:
        """The pitch of a token; `SILENT` of `REST`."""
        return SILENT if token < _FIRST_PITCH else do + self.low + token - _FIRST_PITCH
