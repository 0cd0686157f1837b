"""Steering: a mix told by grains such that its passages are taken for what is wanted.

How like a collection single grains are says little of what three seconds of them are taken for. So
a course is told several times: what an ear misses in one telling is asked for in the next. Of all
tellings the sound is put together, part by part, such that the ear takes each passage for what is
wanted; first as grains are, then as their sound is heard.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from eidophone.base.arrays import Float32, Int64
from eidophone.learning.grains.choosing import LONGEST
from eidophone.learning.grains.frames import BANDS, frames_of
from eidophone.learning.grains.index import FADE, LONG, Index
from eidophone.learning.grains.laying import Pieces, laid
from eidophone.learning.grains.listening import PASSAGE, Ear
from eidophone.learning.grid import RATE, levels_of, middle, sound_of
from eidophone.sound.sound import Sound

#: How often a course is told.
_TELLINGS = 5

#: How far what is asked follows what is missed, and goes at most, as logarithms.
_GAIN, _MOST = np.float32(0.7), 3.0

#: Chances are told apart down to this.
_LEAST = np.float32(0.02)

#: Frames of a part.
_PART = 16 * LONG

#: How often all parts are gone through.
_ROUNDS = 3


def steered(index: Index, ear: Ear, shares: Float32, tell: Callable[[Float32], Pieces]) -> Pieces:
    """Pieces that an ``ear`` takes for one of each collection as often as is wanted.

    Args:
        index: that the pieces are of.
        ear: who listens.
        shares: ``[frames, collections]`` that are wanted.
        tell: pieces of `LONG` for shares ``[frames, collections]`` that are asked of grains.
    """
    passages = _passages(len(shares))
    wanted = np.tensordot(shares[passages].mean(axis=1), ear.ends, 1)
    tellings, seen = [], []
    asked, steps = np.zeros_like(shares), np.zeros_like(shares)
    for _ in range(_TELLINGS):
        asked = np.clip(asked + steps, -_MOST, _MOST)
        each = shares * np.exp(asked)
        tellings.append(tell(each / each.sum(axis=1, keepdims=True)))
        seen.append(_bands(index, tellings[-1])[: len(shares)])
        heard = ear.heard(seen[-1][passages])
        steps = _GAIN * _along(_log(wanted) - _log(heard), passages, len(shares))
    chosen = _Chosen(ear, passages, wanted, tellings, np.stack(seen))
    before = ear.heard(chosen.bands[passages])
    sound = sound_of(middle(laid(index, chosen.pieces))[None])
    after = frames_of(index.conditions.seen(levels_of(Sound(sound, RATE))[0]))[:, :BANDS]
    chosen.choose(wanted - ear.heard(after[np.minimum(passages, len(after) - 1)]) + before)
    return chosen.pieces


class _Chosen:
    """Which of the tellings is heard in each part.

    Args:
        ear: who listens.
        passages: ``[passages, PASSAGE]`` which frames each has.
        wanted: ``[passages, judges, collections]`` for what the ear is to take them.
        tellings: pieces of `LONG` each.
        seen: ``[tellings, frames, BANDS]`` of these.
    """

    def __init__(
        self, ear: Ear, passages: Int64, wanted: Float32, tellings: list[Pieces], seen: Float32
    ) -> None:
        self._ear, self._passages, self._tellings, self._seen = ear, passages, tellings, seen
        self._sources = np.stack([one.sources for one in tellings])
        self._part = np.arange(self._sources.shape[1]) // _PART
        self._which = np.full(self._part[-1] + 1, len(tellings) - 1)
        self.choose(wanted)

    @property
    def pieces(self) -> Pieces:
        """What was chosen."""
        each = self._which[self._part[::LONG]]
        places = np.choose(each, [one.place for one in self._tellings])
        return Pieces.of(places, LONG, np.choose(each, [one.gain_db for one in self._tellings]))

    @property
    def bands(self) -> Float32:
        """``[frames, BANDS]`` of that."""
        frames = np.arange(self._seen.shape[1])
        return np.asarray(self._seen[self._which[self._part[frames]], frames])

    def choose(self, wanted: Float32) -> None:
        """Choose what is nearest to what is ``wanted``."""
        missed = wanted - self._ear.heard(self.bands[self._passages])
        for _ in range(_ROUNDS):
            for part in range(len(self._which)):
                self._try(part, wanted, missed)

    def _try(self, part: int, wanted: Float32, missed: Float32) -> None:
        """Take another telling of a ``part``, if passages ``missed`` less then."""
        touched = np.flatnonzero((self._part[self._passages] == part).any(axis=1))
        frames = self._passages[touched]
        best, whole = self._which[part], missed.sum(axis=0)
        rest, found = whole - missed[touched].sum(axis=0), missed[touched]
        least = self._cost(found, whole, len(missed))
        for other in set(range(len(self._tellings))) - {best}:
            self._which[part] = other
            if self._copies(part):
                continue
            bands = self._seen[self._which[self._part[frames]], frames]
            there = wanted[touched] - self._ear.heard(bands)
            cost = self._cost(there, rest + there.sum(axis=0), len(missed))
            if cost < least:
                least, best, found = cost, other, there
        self._which[part] = best
        missed[touched] = found

    @staticmethod
    def _cost(missed: Float32, whole: Float32, count: int) -> float:
        """Of what some passages miss, and of what all do together."""
        return float((missed**2).sum() + (whole**2).sum() / count)

    def _copies(self, part: int) -> bool:
        """Whether a track goes on for too long around a ``part``."""
        near = np.arange(len(self._part))[max(0, (part - 2) * _PART) : (part + 3) * _PART]
        sources = self._sources[self._which[self._part[near]], near]
        ends = np.flatnonzero(np.diff(sources) != 1)
        return bool(np.diff(np.r_[-1, ends, len(sources) - 1]).max() > LONGEST - FADE)


def _bands(index: Index, pieces: Pieces) -> Float32:
    """``[frames, BANDS]`` of ``pieces`` in dB, as loud as they are laid."""
    gains = np.repeat(pieces.gain_db, pieces.frames)
    return np.asarray(index.frames[pieces.heard(index), :BANDS] + gains[:, None], np.float32)


def _passages(frames: int) -> Int64:
    """``[passages, PASSAGE]`` which frames each has; what is shorter is told again and again."""
    if frames <= PASSAGE:
        return np.resize(np.arange(frames), (1, PASSAGE))
    last = frames - PASSAGE
    begins = np.linspace(0, last, 1 + -(-last // _PART)).round().astype(np.int64)
    return begins[:, None] + np.arange(PASSAGE)


def _log(heard: Float32) -> Float32:
    """``[passages, collections]`` logarithms of what all judges say together."""
    return np.log(np.maximum(heard.mean(axis=1), _LEAST))


def _along(steps: Float32, passages: Int64, frames: int) -> Float32:
    """``[frames, collections]`` between the ``steps`` in the middle of each passage."""
    middles, here = passages[:, PASSAGE // 2], np.arange(frames)
    return np.stack([np.interp(here, middles, one) for one in steps.T], axis=1).astype(np.float32)
