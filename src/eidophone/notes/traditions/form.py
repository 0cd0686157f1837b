"""Form: the frame of a tune, borrowed from one that was learnt: metre, length, what comes again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from eidophone.base.arrays import Float64
from eidophone.notes.traditions.tokens import SILENT, Line, bar_of

#: A bar that is borrowed again has so many notes at least.
_LEAST = 2

#: A tune that is so many bars longer or shorter than is wanted is borrowed from e times less often.
_FAR = 4.0

#: A metre that a tradition does not have is as rare there as this.
_RARE = 0.01


@dataclass(frozen=True)
class Frame:
    """What a tune is before its notes.

    Attributes:
        metre: beats of a bar, and what part of a whole note a beat is.
        begin, end: steps from the first bar line of its first note, and until its end.
        do: the pitch that others are told from.
        close: the pitch of its last note, from do.
        last: steps of its last note.
        again: of each bar, the earlier one that it is the same as; -1 where it is new.
        program: MIDI's, of who plays.
        beats: a minute.
    """

    metre: tuple[int, int]
    begin: int
    end: int
    do: int
    close: int
    last: int
    again: tuple[int, ...]
    program: int = 0
    beats: float = 120.0

    @property
    def final(self) -> int:
        """The pitch class of its last note, from do."""
        return self.close % 12

    @property
    def bars(self) -> int:
        """How many there are, an upbeat's among them."""
        return len(self.again)

    def long(self, bars: int) -> Frame:
        """The same of so many bars: cut, or gone through again with other notes."""
        whole = bars + (self.begin > 0)
        again = list(self.again[:whole])
        while len(again) < whole:
            place = len(again) - self.bars
            again.append(again[place] + self.bars if again[place] >= 0 else -1)
        return replace(
            self, again=tuple(again), end=self.end + (whole - self.bars) * bar_of(self.metre)
        )


def frame_of(line: Line, program: int = 0, beats: float = 120.0) -> Frame:
    """That of the voice on top of a tune."""
    bars = max(1, -(-line.end // line.bar))
    return Frame(
        line.metre,
        int(line.starts[0]),
        line.end,
        line.do,
        int(line.pitches[line.pitches != SILENT][-1]) - line.do,
        int(line.lasts[line.pitches != SILENT][-1]),
        again_of(line, bars),
        program,
        beats,
    )


def again_of(line: Line, bars: int) -> tuple[int, ...]:
    """Of each bar, the first that has the same notes; -1 of those that are new."""
    seen: dict[bytes, int] = {}
    again = []
    at = line.starts // line.bar
    for bar in range(bars):
        here = at == bar
        places = line.starts[here] - bar * line.bar
        whole = here.sum() >= _LEAST and places[0] == 0
        whole = whole and places[-1] + line.lasts[here][-1] == line.bar
        key = np.concatenate([line.pitches[here], line.lasts[here]]).tobytes() if whole else b""
        again.append(seen.get(key, -1) if whole else -1)
        if whole:
            seen.setdefault(key, bar)
    return tuple(again)


def drawn(
    frames: Sequence[Sequence[Frame]], shares: Float64, bars: int, rng: np.random.Generator
) -> Frame:
    """A frame of ``bars`` for a mix: a metre that all have, and of the tunes in it, one.

    Args:
        frames: of each tradition.
        shares: of each.
        bars: how many there are to be.
        rng: draws.
    """
    metres = sorted({one.metre for some in frames for one in some})
    odds = np.zeros(len(metres))
    for some, share in zip(frames, shares, strict=True):
        if share > 0:
            count = np.array([sum(one.metre == metre for one in some) for metre in metres])
            odds += share * np.log(count / len(some) + _RARE * (share < 1) + 1e-12)
    odds = np.exp(odds - odds.max())
    metre = metres[int(rng.choice(len(metres), p=odds / odds.sum()))]
    found, weights = [], []
    for some, share in zip(frames, shares, strict=True):
        mine = [one for one in some if one.metre == metre]
        near = [np.exp(-abs(one.bars - (one.begin > 0) - bars) / _FAR) for one in mine]
        found += mine
        weights += [share * one / max(sum(near), 1e-300) for one in near]
    weighed = np.array(weights) + 1e-300
    return found[int(rng.choice(len(found), p=weighed / weighed.sum()))].long(bars)


def heard(line: Line) -> Line:
    """``line`` without its rests."""
    keep = line.pitches != SILENT
    return replace(
        line, pitches=line.pitches[keep], starts=line.starts[keep], lasts=line.lasts[keep]
    )
