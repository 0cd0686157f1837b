"""A way: from the sounds of one collection towards others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from eidophone.base.arrays import Float32, Float64, UInt8
from eidophone.learning.collections import Conditions
from eidophone.learning.grains.following import followed
from eidophone.learning.grains.index import Index
from eidophone.learning.grid import middle
from eidophone.learning.translating.blocks import COLUMNS, Components
from eidophone.learning.translating.character import Character
from eidophone.learning.translating.dictionary import Dictionary
from eidophone.learning.translating.modulation import (
    REACH,
    SPEEDS,
    WIDTHS,
    altered,
    changes,
    smoothed,
)
from eidophone.learning.translating.monge import Gaussian, Move, shrunk
from eidophone.learning.translating.moving import changed, moved
from eidophone.learning.translating.sums import REACH as SUMS_REACH
from eidophone.learning.translating.sums import SLOW, told
from eidophone.learning.translating.voices import spoken
from eidophone.learning.translating.windows import in_windows

#: A change of a level, and how much louder a column gets, at most.
_MOST_DB, _LOUDER_DB = 30.0, 9.0

#: Columns below the first are silence, and stay as they are; from the second on they sound.
_SILENT_DB, _SOUNDING_DB = -75.0, -60.0

#: What sums of frames take away from how far levels move is given back, but for no more than this.
_MOST_FURTHER = 0.6

#: Columns on both sides that bear on others, multiples of a block's: in all, and for sums alone.
_SUMS_MARGIN = -(-(SUMS_REACH + round(3 * SLOW)) // COLUMNS) * COLUMNS
MARGIN = -(-(REACH + COLUMNS) // COLUMNS) * COLUMNS + _SUMS_MARGIN


@dataclass(frozen=True, eq=False)
class Way:
    """How levels are altered on the way from a collection to others.

    Attributes:
        components: of which blocks are made.
        move: how blocks are moved.
        modulation: what is added to each band of a speed: ``[speeds, rows, rows]``.
        moving: the same, of the movements from which sums take away; these are given back.
        conditions: as far as levels are looked at.
        sums: dictionaries, and how much sums of the frames of each are then mixed in.
        voice: semitones by which pitch and formants of a voice are raised first.
        grains: collections, and how much of the grains of each is then mixed in, of a voice.
        index: of these grains.
        trained: what a flow adds to levels ``[columns, rows]``, instead of voice, move and
            modulation.
        lift: dB by which the result is louder in all.
    """

    components: Components
    move: Move
    modulation: Float32
    moving: Float32
    conditions: Conditions
    sums: tuple[tuple[Dictionary, float], ...] = ()
    voice: tuple[float, float] = (0.0, 0.0)
    grains: tuple[tuple[int, float], ...] = ()
    index: Index | None = None
    trained: Callable[[Float32], Float32] | None = None
    lift: float = 0.0

    @classmethod
    def of(
        cls,
        character: Character,
        conditions: Conditions,
        source: int,
        weights: Float32,
        dictionaries: Mapping[int, Dictionary] | None = None,
        keep: float = 0.5,
        index: Index | None = None,
        trained: Callable[[Float32], Float32] | None = None,
    ) -> Way:
        """That from a collection towards others.

        Args:
            character: what is learnt of all.
            conditions: what they were recorded like.
            source: which of them sounds are of.
            weights: ``[collections]`` how far towards each, together 1 at most; what goes towards
                the source itself stays as it is.
            dictionaries: of the collections gone towards; None: sums are left out.
            index: of the grains of all; None: of voices, too, no grains are mixed in.
            keep: between the map, which keeps notes, at 1, and at 0 sums of frames, which are of
                the collections themselves.
            trained: of a flow that goes this way better; see `Way`.
        """
        ours = character.blocks[source]
        move = Move.between(ours, ours) * 0.0
        factors = np.zeros_like(character.gains[0, 0])
        sums, grains, voice = [], [], np.zeros(2)
        for n, weight in enumerate(map(float, weights)):
            if not weight or ours.like(character.blocks[n]):
                continue
            theirs = character.blocks[n]
            if (source, n) in character.spoken:
                move += Move.between(character.spoken[source, n], theirs) * weight
                voice += weight * character.voices[source, n]
                if index is not None and keep < 1:
                    grains.append((n, weight * (1 - keep)))
                continue
            move += Move.between(ours, theirs) * weight
            factors += weight * np.log(character.gains[source, n])
            if dictionaries is not None and keep < 1:
                sums.append((dictionaries[n], weight * (1 - keep)))
        factors = np.exp(factors)
        return cls(
            character.components,
            move,
            changes(factors),
            changes(1 + factors * _narrow()),
            conditions,
            tuple(sums),
            (float(voice[0]), float(voice[1])),
            tuple(grains),
            index,
            trained,
        )

    @property
    def stays(self) -> bool:
        """Whether nothing is altered."""
        still = not (self.move.turn.any() or self.move.shift.any() or self.modulation.any())
        return still and not any(self.voice)

    def __call__(self, blocks: Iterable[Float32]) -> Iterator[Float32]:
        """Levels on this way, block after block; all colours are changed alike.

        Args:
            blocks: ``[colours, columns, rows]`` in dB, of a sound that is as loud as tracks are.
        """
        if self.stays:
            yield from blocks
            return
        yield from in_windows(blocks, self._altered, MARGIN)

    def told(self, levels: Float32) -> Float32:
        """One course of levels ``[columns, rows]`` on this way."""
        return np.asarray(np.concatenate(list(self([levels[None]])), axis=1)[0])

    def _altered(self, levels: Float32, first: int, last: int) -> Float32:
        change = self.change(np.asarray(middle(levels), np.float32), first, last)
        return changed(levels[:, first:last], change, self.conditions)

    def change(self, levels: Float32, first: int, last: int) -> Float32:
        """By how many dB ``levels`` ``[columns, rows]`` from ``first`` to ``last`` are raised."""
        seen = self.conditions.seen(levels)
        change, moving = np.zeros_like(seen), np.zeros_like(seen)
        if self.trained is not None:
            change += self.trained(seen)
        else:
            if any(self.voice):
                change += spoken(seen, *self.voice) - seen
            change += moved(seen + change, self.components, self.move)
            if self.sums:
                moving = altered(seen + change, self.moving)
            change += altered(seen + change, self.modulation)
        change = np.clip(change, -_MOST_DB, _MOST_DB)
        low, high = max(0, first - _SUMS_MARGIN), last + _SUMS_MARGIN
        course = (seen + change)[low:high]
        seen, change = seen[first:last], change[first:last]
        if self.sums:
            mixed = np.zeros_like(course)
            for dictionary, share in self.sums:
                other = self.conditions.seen(told(dictionary, course)) - course
                mixed += np.float32(share) * smoothed(other, SLOW)
            more = further(moving[low:high], altered(mixed, changes(1 + _narrow())))
            change += mixed[first - low : last - low] + more * moving[first:last]
        for kind, share in self.grains:
            assert self.index is not None
            other = np.asarray(middle(followed(self.index, course, kind)), np.float32)
            other = self.conditions.seen(other[: len(course)]) - course
            change += np.float32(share) * other[first - low : last - low]
        change += np.float32(self.lift)
        change[:, self.conditions.top :] = 0
        sounding = (levels[first:last].max(axis=1) - _SILENT_DB) / (_SOUNDING_DB - _SILENT_DB)
        change *= np.clip(sounding, 0, 1).astype(np.float32)[:, None]
        change -= np.maximum(_loud(seen + change) - _loud(seen) - _LOUDER_DB, 0)[:, None]
        return change


def further(moving: Float32, mixed: Float32) -> np.float32:
    """How much more of ``moving`` makes it move as far with ``mixed`` as it does without.

    Two courses that hardly move together, mixed, move less than either.
    """
    power = np.vdot(moving, moving) + np.float32(1e-6)
    along, other = np.vdot(moving, mixed) / power, np.vdot(mixed, mixed) / power
    whole = np.sqrt(np.maximum(along**2 + 1 - other, 0)) - along
    return np.float32(np.clip(whole - 1, 0, _MOST_FURTHER))


def unlikeness(character: Character, conditions: Conditions, levels: Float32 | UInt8) -> Float64:
    """``[collections]`` how unlikely blocks of ``levels`` ``[columns, rows]`` are of each."""
    places = character.components.places(conditions.seen(levels))
    return np.array([_unlikely(places, one) for one in character.blocks])


def _unlikely(places: Float32, there: Gaussian) -> float:
    """How unlikely blocks are there on average: the negative logarithm of their density."""
    covariance = shrunk(there.covariance)
    away = places - there.mean
    far = np.einsum("bk,bk->b", away, np.linalg.solve(covariance, away.T).T)
    return float(np.median(far) + np.linalg.slogdet(covariance)[1])


def _loud(levels: Float32) -> Float32:
    """How loud columns ``[columns, rows]`` are, in dB."""
    return 10 * np.log10(np.exp(levels * np.float32(np.log(10) / 10)).sum(axis=1) + 1e-12)


def _narrow() -> Float32:
    """``[speeds, widths + 1, 1]`` 1 for those movements from which sums of frames take away.

    These are those that they tell at all, and that are narrower than the whole.
    """
    narrow = np.zeros((len(SPEEDS), len(WIDTHS) + 1, 1), np.float32)
    narrow[np.array(SPEEDS) > SLOW, :-1] = 1
    return narrow
