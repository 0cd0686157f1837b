"""Composing: new lines, note by note, in a borrowed frame.

A note lasts as some did that began at the same place of the bar, so that no triplet is left
unfinished; one that crosses a bar line comes no more often than in the tunes. The last one is as
long as in the frame, on its final, and is come to as in the tunes; bars that come again in the
frame come again, and no run of `RUN` notes is one that was learnt.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from eidophone.base.arrays import Float64, Mask
from eidophone.notes.traditions.closing import Closing
from eidophone.notes.traditions.context import Context
from eidophone.notes.traditions.copying import Runs
from eidophone.notes.traditions.foretelling import Foreteller
from eidophone.notes.traditions.form import Frame
from eidophone.notes.traditions.mixing import product
from eidophone.notes.traditions.tokens import END, REST, Line, Words, bar_of
from eidophone.notes.traditions.verticals import Verticals
from eidophone.notes.traditions.ways import Ways

#: How likely what is likely is to be: under 1, likelier still.
WARMTH = 0.9

#: How much it counts that the last note is as high as the frame's, beside what was last.
_USUAL = 0.5

#: The first token that is a pitch; semitones that it is worth to go on the same way.
_PITCHES, _AWAY = 2, 100

#: A chance that is left to what would otherwise be all that there is.
_NONE = 1e-12


@dataclass(frozen=True, eq=False)
class Composer:
    """What new lines are made with.

    Attributes:
        experts: what was learnt of each tradition.
        shares: of each.
        words: tokens.
        learnt: runs that are not to be played.
        crossing: the share of notes that may cross a bar line.
        ways: how long notes last where they begin.
        verticals: which intervals sound between voices.
        closing: how tunes come to their last note.
        allowed: ``[12]`` pitch classes above the final that may sound; None for all.
        warmth: see `product`.
    """

    experts: Sequence[Foreteller]
    shares: Float64
    words: Words
    learnt: Runs
    crossing: float
    ways: Ways
    verticals: Verticals
    closing: Closing
    allowed: Mask | None = None
    warmth: float = WARMTH

    def line(
        self,
        frame: Frame,
        rng: np.random.Generator,
        *,
        above: Sequence[Line] = (),
        begun: Line | None = None,
    ) -> Line:
        """A new voice.

        Args:
            frame: of the tune.
            rng: draws.
            above: voices that are there already, from the top.
            begun: notes that it goes on from.
        """
        making = _Making(self, frame, rng, above)
        if begun is not None:
            making.take(begun)
        return making.made()


@dataclass(eq=False)
class _Making:
    """A voice on its way."""

    by: Composer
    frame: Frame
    rng: np.random.Generator
    above: Sequence[Line]
    pitches: list[int] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    lasts: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        words, frame = self.by.words, self.frame
        voices = [(words.of_pitches(one), one.starts) for one in self.above]
        begin = min((int(one.starts[0]) for one in self.above), default=frame.begin)
        self.context = Context(words, frame.metre, begin, frame.end, voices)
        self.tellings = [
            one.line(self.context, frame.final, len(self.above)) if share > 0 else None
            for one, share in zip(self.by.experts, self.by.shares, strict=True)
        ]
        self.bar = bar_of(frame.metre)
        self.known = np.array(words.lasts)
        self.tail = frame.end - frame.last
        self.all_pitches = np.array([words.pitch(n, frame.do) for n in range(words.pitches)])
        beside = self.all_pitches - frame.do - frame.close
        self.is_open = np.ones(words.pitches, bool)
        if self.by.allowed is not None:
            self.is_open = self.by.allowed[beside % 12]
        self.is_open[[REST, END]] = bool(self.above), False
        self.finals = self.all_pitches[self.is_open & (beside % 12 == 0) & (self.all_pitches > 0)]

    def _kept_to_scale(self, odds: Float64) -> Float64:
        """``odds`` with what falls on no allowed pitch given to the nearest on its way.

        What goes up from the last note still does: in a scale that the traditions do not have, few
        pitches would else be left that are likely.
        """
        heard = np.arange(len(odds)) >= _PITCHES
        to, of = np.flatnonzero(self.is_open & heard), np.flatnonzero(~self.is_open & heard)
        if not len(to) or not len(of):
            return odds
        far = np.abs(self.all_pitches[to, None] - self.all_pitches[of]).astype(np.float64)
        if self.pitches:
            way = np.sign(self.all_pitches - self.pitches[-1])
            far[way[to, None] != way[of]] += _AWAY
        given = far == far.min(axis=0)
        kept = np.where(self.is_open, odds, 0)
        kept[to] += (given / given.sum(axis=0)) @ odds[of]
        return kept

    def take(self, begun: Line) -> None:
        """Go on from notes that are given."""
        words = self.by.words
        for pitch, duration, last in zip(
            words.of_pitches(begun), words.of_lasts(begun), begun.lasts, strict=True
        ):
            self._tell()
            self._push(int(pitch), int(duration), int(last))

    def made(self) -> Line:
        """The whole voice."""
        while self.context.at < self.frame.end:
            if not self.above and self._borrowed():
                continue
            duration = self._duration()
            self._push(self._pitch(duration), duration, self._steps(duration))
        return self._line

    @property
    def _line(self) -> Line:
        """The voice, as far as it is there."""
        return Line(
            np.array(self.pitches, np.int64),
            np.array(self.starts, np.int64),
            np.array(self.lasts, np.int64),
            self.frame.metre,
            self.frame.do,
        )

    def _borrowed(self) -> bool:
        """Whether a bar begins that is to come again: then it does."""
        bar, place = divmod(self.context.at, self.bar)
        if place or bar >= len(self.frame.again) or self.frame.again[bar] < 0:
            return False
        first = self.frame.again[bar] * self.bar
        notes = [n for n, at in enumerate(self.starts) if first <= at < first + self.bar]
        if not notes or self.starts[notes[0]] != first:
            return False
        if self.starts[notes[-1]] + self.lasts[notes[-1]] != first + self.bar:
            return False
        if self.context.at + self.bar > self.tail:
            return False  # there the last note is
        for note in notes:
            self._tell()
            self._push(self.context.pitches[note], self.context.durations[note], self.lasts[note])
        return True

    def _tell(self) -> list[Float64]:
        return [_NOTHING if one is None else one.durations() for one in self.tellings]

    def _duration(self) -> int:
        odds = product(self._tell(), self.by.shares, self.by.warmth)
        at, left = self.context.at, self._left
        odds[self.known > left] = 0
        if at == self.tail or not odds.any():
            return int(np.abs(self.known - left).argmin())
        usual = self.by.ways.lasting(self.frame.metre, at % self.bar) | (self.known == left)
        if (odds[usual] > 0).any():
            odds[~usual] = 0
        crossing = (at % self.bar + self.known > self.bar) & (odds > 0)
        if crossing.any() and not crossing.all():
            share = odds[crossing].sum() / odds.sum()
            if share > self.by.crossing:
                odds[crossing] *= self.by.crossing / share
        return int(self.rng.choice(len(odds), p=odds / odds.sum()))

    @property
    def _left(self) -> int:
        """Steps until the last note begins; once it has, until it ends."""
        at = self.context.at
        return (self.tail if at < self.tail else self.frame.end) - at

    @property
    def _close(self) -> int:
        """The last pitch: not far from what was last, and from the frame's."""
        usual = self.frame.do + self.frame.close
        last = self.pitches[-1] if self.pitches else usual
        far = np.abs(self.finals - last) + _USUAL * np.abs(self.finals - usual)
        return int(self.finals[far.argmin()]) if len(far) else usual

    def _steps(self, duration: int) -> int:
        if self.context.at == self.tail:
            return self._left
        return min(int(self.known[duration]), self._left)

    def _pitch(self, duration: int) -> int:
        each = [_NOTHING if one is None else one.pitches(duration) for one in self.tellings]
        odds = product(each, self.by.shares, self.by.warmth)
        if self.by.allowed is not None:
            odds = self._kept_to_scale(odds)
        if self.above:
            odds = odds * self._fitting(duration)
            wanted = self.is_open
        elif self._is_last(duration):
            wanted = self.all_pitches == self._close
        else:
            left = self._left - self._steps(duration)
            odds = odds * self.by.closing.odds(left, self.all_pitches - self._close)
            wanted = self.is_open
        if wanted.any():
            odds = np.where(wanted, odds + _NONE, 0)
        for _ in range(len(odds)):
            token = int(self.rng.choice(len(odds), p=odds / odds.sum()))
            choices = np.count_nonzero(odds > _NONE * 10)
            if choices < 2 or self.above or not self._is_copied(token):
                return token
            odds[token] = 0
        return token

    def _fitting(self, duration: int) -> Float64:
        """``[pitches]`` how well each fits the voices above."""
        at = self.context.at
        return self.by.verticals.odds(
            self.above, self._line, at, at + self._steps(duration), self.all_pitches
        )

    def _is_last(self, duration: int) -> bool:
        return self.context.at + self._steps(duration) >= self.frame.end

    def _is_copied(self, token: int) -> bool:
        pitch = self.by.words.pitch(token, self.frame.do)
        return self.by.learnt.has([*self.pitches[-7:], pitch], self.lasts[-7:])

    def _push(self, pitch: int, duration: int, steps: int) -> None:
        self.pitches.append(self.by.words.pitch(pitch, self.frame.do))
        self.starts.append(self.context.at)
        self.lasts.append(steps)
        self.context.push(pitch, duration, steps)


_NOTHING: Float64 = np.zeros(0)
