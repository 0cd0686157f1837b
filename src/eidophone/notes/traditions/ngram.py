"""N-grams: what followed the last few notes, counted (Witten and Bell 1991, "The Zero-Frequency
Problem"). The baseline, and the model where there is no PyTorch.
"""  # noqa: D205

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from eidophone.base.arrays import Float64
from eidophone.notes.traditions.context import Context
from eidophone.notes.traditions.tokens import MOST_VOICES, Line, Words

#: Orders of the baselines.
ORDERS = (2, 5)

#: Rounds in which the shares of a mixture are found.
_ROUNDS = 20

Contexts = Sequence[Hashable]


class WittenBell:
    """How often each symbol followed contexts, which are given from the widest to the narrowest."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._tables: list[dict[Hashable, dict[int, int]]] = []

    def learn(self, contexts: Contexts, symbol: int) -> None:
        """Count one more."""
        while len(self._tables) < len(contexts):
            self._tables.append({})
        for table, one in zip(self._tables, contexts, strict=False):
            counts = table.setdefault(one, {})
            counts[symbol] = counts.get(symbol, 0) + 1

    def probability(self, contexts: Contexts, symbol: int) -> float:
        """Of one symbol, after ``contexts``."""
        found = 1 / self._size
        for table, one in zip(self._tables, contexts, strict=False):
            counts = table.get(one)
            if counts is None:
                break
            kinds = len(counts)
            found = (counts.get(symbol, 0) + kinds * found) / (kinds + sum(counts.values()))
        return found

    def probabilities(self, contexts: Contexts) -> Float64:
        """Of every symbol, after ``contexts``."""
        found = np.full(self._size, 1 / self._size)
        for table, one in zip(self._tables, contexts, strict=False):
            counts = table.get(one)
            if counts is None:
                break
            found *= len(counts)
            for symbol, count in counts.items():
                found[symbol] += count
            found /= len(counts) + sum(counts.values())
        return found


#: What is looked at before a note: its duration; with that, its pitch.
Looks = Callable[[Context], list[Hashable]]


def _of_order(order: int) -> Looks:
    def look(context: Context) -> list[Hashable]:
        count = min(order, len(context.pitches))
        pitches, durations = context.pitches, context.durations
        return [
            (*pitches[len(pitches) - n :], *durations[len(pitches) - n :]) for n in range(count + 1)
        ]

    return look


def _of_metre(context: Context) -> list[Hashable]:
    place = context.bar, context.at % context.bar
    last = context.durations[-1:], context.pitches[-1:], context.pitches[-2:]
    return [(), place, *((*place, n, *one) for n, one in enumerate(last))]


def _of_voices(context: Context) -> list[Hashable]:
    """What the voices above sound, and how long until they move."""
    sounding = context.tokens()[0][-(MOST_VOICES - 1) :]
    last = context.pitches[-1:]
    moves = context.numbers()[-(MOST_VOICES - 1)]
    return [(), *((n, moves, *one) for n, one in enumerate((sounding[:1], (*sounding[:1], *last))))]


@dataclass(frozen=True, eq=False)
class _Expert:
    """Counts of one way to look; ``own``: it begins anew with every line, and knows only that."""

    look: Looks
    own: bool
    durations: WittenBell
    pitches: WittenBell

    @classmethod
    def new(cls, look: Looks, words: Words, *, own: bool = False) -> _Expert:
        return cls(look, own, WittenBell(words.durations), WittenBell(words.pitches))

    def learn(self, context: Context, pitch: int, duration: int) -> None:
        seen = self.look(context)
        self.durations.learn(seen, duration)
        self.pitches.learn(_with(seen, duration), pitch)


def _with(seen: list[Hashable], duration: int) -> list[Hashable]:
    return [(), *((one, duration) for one in seen)]


@dataclass(frozen=True, eq=False)
class NGrams:
    """N-grams of one tradition, mixed with fixed shares.

    Attributes:
        words: tokens.
        looks: how each of them looks; a last one of the line itself, where there are several.
        experts: their counts.
        shares: of the durations and of the pitches ``[2, experts]``.
    """

    words: Words
    experts: tuple[_Expert, ...]
    shares: Float64

    @classmethod
    def learnt(cls, lines: Sequence[Line], words: Words, order: int) -> NGrams:
        """The baseline of an ``order``: what followed that many notes."""
        experts = (_Expert.new(_of_order(order), words),)
        made = cls(words, experts, np.ones((2, 1)))
        for line in lines:
            made._learn(line)
        return made

    @classmethod
    def counted(cls, lines: Sequence[Line], words: Words, shares: Float64 | None = None) -> NGrams:
        """Several orders, the metre, and the line itself, mixed by ``shares``."""
        experts = (
            _Expert.new(_of_order(2), words),
            _Expert.new(_of_order(5), words),
            _Expert.new(_of_metre, words),
            _Expert.new(_of_order(5), words, own=True),
        )
        given = np.full((2, len(experts)), 1 / len(experts)) if shares is None else shares
        if given.shape != (2, len(experts)):
            raise ValueError("these are the shares of other n-grams")
        made = cls(words, experts, given.copy())
        for line in lines:
            made._learn(line)
        return made

    @classmethod
    def mixed(cls, lines: Sequence[Line], held: Sequence[Line], words: Words) -> NGrams:
        """The same, mixed so as to foretell ``held`` best."""
        made = cls.counted(lines, words)
        said = [made._of_each(line) for line in held]
        both = [np.concatenate([one[n] for one in said]) for n in range(2)] if said else []
        for row, one in zip(made.shares, both, strict=False):
            for _ in range(_ROUNDS):
                owed = one * row
                row[:] = (owed / owed.sum(axis=1, keepdims=True)).mean(axis=0)
        return made

    def bits(self, line: Line) -> Float64:
        """Bits of each duration and each pitch of a line ``[notes, 2]``."""
        said = self._of_each(line)
        return np.stack(
            [-np.log2(one @ row) for one, row in zip(said, self.shares, strict=True)], 1
        )

    def line(self, context: Context, final: int, voice: int) -> TellingNGrams:  # noqa: ARG002
        """What comes next in a line."""
        return TellingNGrams(self, context)

    def _learn(self, line: Line) -> None:
        for context, pitch, duration in notes_of(line, self.words):
            for one in self.experts:
                if not one.own:
                    one.learn(context, pitch, duration)

    def _of_each(self, line: Line) -> tuple[Float64, Float64]:
        """What each expert says of each duration and pitch of a line ``[notes, experts]``."""
        durations, pitches = [], []
        telling: TellingNGrams | None = None
        for context, pitch, duration in notes_of(line, self.words):
            telling = telling or TellingNGrams(self, context)
            said = telling.each_of(pitch, duration)
            durations.append([one[0] for one in said])
            pitches.append([one[1] for one in said])
        return np.array(durations), np.array(pitches)


@dataclass(eq=False)
class TellingNGrams:
    """What comes next in one line."""

    of: NGrams
    context: Context
    _heard: int = 0
    _own: tuple[_Expert, ...] = field(default=())

    def __post_init__(self) -> None:
        words = self.of.words
        self._own = tuple(
            _Expert.new(one.look, words, own=True) if one.own else one for one in self.of.experts
        )
        self._before = Context(words, (4, 4), 0, 0)

    def each_of(self, pitch: int, duration: int) -> list[tuple[float, float]]:
        """What each expert says of a note that comes: of its duration, and of its pitch."""
        self._catch_up()
        found = []
        for one in self._own:
            seen = one.look(self.context)
            found.append(
                (
                    one.durations.probability(seen, duration),
                    one.pitches.probability(_with(seen, duration), pitch),
                )
            )
        return found

    def each_duration(self) -> Float64:
        """What each expert says ``[experts, durations]``."""
        self._catch_up()
        return np.stack([one.durations.probabilities(one.look(self.context)) for one in self._own])

    def each_pitch(self, duration: int) -> Float64:
        """What each expert says ``[experts, pitches]``."""
        return np.stack(
            [
                one.pitches.probabilities(_with(one.look(self.context), duration))
                for one in self._own
            ]
        )

    def durations(self) -> Float64:
        """Probabilities ``[durations]``."""
        return self.of.shares[0] @ self.each_duration()

    def pitches(self, duration: int) -> Float64:
        """Probabilities ``[pitches]`` of a note that lasts so long."""
        return self.of.shares[1] @ self.each_pitch(duration)

    def _catch_up(self) -> None:
        """Count what of the line itself is new."""
        learning = [one for one in self._own if one.own]
        while learning and self._heard < len(self.context.pitches):
            note = self.context.pitches[self._heard], self.context.durations[self._heard]
            for one in learning:
                one.learn(self._before, *note)
            self._before.pitches.append(note[0])
            self._before.durations.append(note[1])
            self._heard += 1


@dataclass(frozen=True, eq=False)
class Voices:
    """N-grams of each voice of a tradition: of those below the top, with what sounds above them.

    Attributes:
        each: the highest first.
    """

    each: tuple[NGrams, ...]

    @classmethod
    def counted(cls, tunes: Sequence[Sequence[Line]], words: Words, shares: Float64) -> Voices:
        """Those of ``tunes``; the highest voice is mixed by ``shares``."""
        top = NGrams.counted([one[0] for one in tunes], words, shares)
        return cls((top, *(_lower(tunes, words, n) for n in range(1, max(map(len, tunes))))))

    @property
    def shares(self) -> Float64:
        """Of the n-grams of the highest voice."""
        return self.each[0].shares

    def line(self, context: Context, final: int, voice: int) -> TellingNGrams:
        """What comes next in a line."""
        return self.each[min(voice, len(self.each) - 1)].line(context, final, voice)


def _lower(tunes: Sequence[Sequence[Line]], words: Words, voice: int) -> NGrams:
    experts = _Expert.new(_of_voices, words), _Expert.new(_of_order(2), words)
    for tune in tunes:
        if len(tune) > voice:
            for context, pitch, duration in notes_of(tune[voice], words, tune[:voice]):
                for one in experts:
                    one.learn(context, pitch, duration)
    return NGrams(words, experts, np.array([[0.8, 0.2], [0.8, 0.2]]))


def notes_of(
    line: Line, words: Words, above: Sequence[Line] = ()
) -> Iterator[tuple[Context, int, int]]:
    """Each note of a line with its context: the context, its pitch and its duration as tokens."""
    voices = [(words.of_pitches(one), one.starts) for one in above]
    context = Context(words, line.metre, int(line.starts[0]), line.end, voices)
    tokens = zip(words.of_pitches(line), words.of_lasts(line), line.lasts, strict=True)
    for pitch, duration, steps in tokens:
        yield context, int(pitch), int(duration)
        context.push(int(pitch), int(duration), int(steps))
