"""Context: what is known of a line before its next note, as numbers for a network.

The same is asked for where it is learnt and where it is composed: where in the bar, the beat and
the tune the next note falls; what stood one, two, four and eight bars before; what followed when
the last notes were played before; and what other voices sound.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from math import cos, pi, sin

from eidophone.base.arrays import Int64
from eidophone.notes.traditions.tokens import MOST_VOICES, STEPS, Words, bar_of

#: Bars back that are looked at, and how many of the last notes are looked for in what was before.
LAGS, MATCHES = (1, 2, 4, 8), (8, 5, 3, 2)

#: Places that the next note may be told by: its lags, and what followed before.
POINTERS = len(LAGS) + 1

#: Tokens of a context: of pitches (last, pointers, other voices), of durations (last, pointers).
PITCHES, DURATIONS = 1 + POINTERS + MOST_VOICES - 1, 1 + POINTERS

_OF_BAR, _OF_BEAT, _OF_BARS, _LEFT = (1, 2, 3, 4, 6, 8), (1, 2, 3, 4), (2, 4, 8, 16), (1, 2, 4, 8)

#: Quarter notes before the end at which a tune is about to end.
_ENDING = (0.5, 1, 1.5, 2, 3, 4)

#: Numbers that say where in its bar and beat a moment lies, and all numbers of a context.
PLACE = 2 * (len(_OF_BAR) + len(_OF_BEAT))
NUMBERS = PLACE + 2 * len(_OF_BARS) + len(_LEFT) + len(_ENDING) + 3 + POINTERS + MOST_VOICES - 1

#: More notes that agreed with a pointer than so many say no more.
_MOST_AGREED = 8


class Context:
    """A line on its way, note by note.

    Args:
        words: tokens.
        metre: of the line.
        begin, end: steps from the first bar line until the line begins and ends.
        above: of the voices that are there already, their pitches as tokens, and their starts.
    """

    def __init__(
        self,
        words: Words,
        metre: tuple[int, int],
        begin: int,
        end: int,
        above: Sequence[tuple[Int64, Int64]] = (),
    ) -> None:
        self.words, self.bar, self.at, self.end = words, bar_of(metre), begin, end
        self.pitches: list[int] = []
        self.durations: list[int] = []
        self._begin, self._triple = begin, float(metre[0] % 3 == 0)
        self._above = [(tokens.tolist(), starts.tolist()) for tokens, starts in above]
        self._places: dict[int, int] = {}
        self._book: dict[tuple[int, ...], int] = {}
        self._agreed = [0] * POINTERS
        self._none = words.pitches, words.durations
        self._told = [self._none] * POINTERS

    def push(self, pitch: int, duration: int, steps: int | None = None) -> None:
        """The next note, as tokens; ``steps`` if it lasts otherwise than its token says."""
        self._agreed = [
            count + 1 if one == (pitch, duration) else 0
            for count, one in zip(self._agreed, self._told, strict=True)
        ]
        self._places[self.at] = len(self.pitches)
        self.pitches.append(pitch)
        self.durations.append(duration)
        self.at += self.words.lasts[duration] if steps is None else steps
        places = [self._places.get(self.at - lag * self.bar) for lag in LAGS]
        places.append(self._followed())
        self._told = [
            self._none if one is None else (self.pitches[one], self.durations[one])
            for one in places
        ]

    def tokens(self) -> tuple[list[int], list[int]]:
        """`PITCHES` and `DURATIONS` tokens; one more than there are says that there is none."""
        last = (self.pitches[-1], self.durations[-1]) if self.pitches else self._none
        voices = [self._sounding(*one) for one in self._above]
        voices += [self._none[0]] * (MOST_VOICES - 1 - len(voices))
        pitches = [last[0], *(one[0] for one in self._told), *voices]
        return pitches, [last[1], *(one[1] for one in self._told)]

    def numbers(self) -> list[float]:
        """`NUMBERS` others."""
        bars, left = self.at / self.bar, (self.end - self.at) / self.bar
        waits = [self._wait(starts) for _, starts in self._above]
        return [
            *place_of(self.at % self.bar, self.bar),
            *(sin(2 * pi * bars / one) for one in _OF_BARS),
            *(cos(2 * pi * bars / one) for one in _OF_BARS),
            *(float(left <= one) for one in _LEFT),
            *(float(self.end - self.at <= one * STEPS) for one in _ENDING),
            self.bar / (4 * STEPS),
            self._triple,
            min(1.0, (self.at - self._begin) / self.bar),
            *(min(one, _MOST_AGREED) / _MOST_AGREED for one in self._agreed),
            *waits,
            *[0.0] * (MOST_VOICES - 1 - len(waits)),
        ]

    def _followed(self) -> int | None:
        """The place of what followed when the last notes were last played; they are noted."""
        count = len(self.pitches)
        found = None
        for many in MATCHES:
            if count >= many:
                key = (many, *self.pitches[-many:], *self.durations[-many:])
                if found is None:
                    found = self._book.get(key)
                self._book[key] = count
        return found

    def _sounding(self, tokens: list[int], starts: list[int]) -> int:
        place = bisect_right(starts, self.at) - 1
        return tokens[place] if place >= 0 else self._none[0]

    def _wait(self, starts: list[int]) -> float:
        """Beats until another voice moves, two at most."""
        place = bisect_right(starts, self.at)
        return min(2.0, (starts[place] - self.at) / STEPS) if place < len(starts) else 2.0


@lru_cache(maxsize=1 << 14)
def place_of(at: int, bar: int) -> tuple[float, ...]:
    """`PLACE` numbers that say where in its bar and its beat a moment lies."""
    turns = [2 * pi * at * one / bar for one in _OF_BAR]
    turns += [2 * pi * at * one / STEPS for one in _OF_BEAT]
    return (*map(sin, turns), *map(cos, turns))
