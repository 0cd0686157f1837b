"""A way: from the sounds of one collection towards others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from eidophone.base.arrays import Float32, Float64, UInt8
from eidophone.learning.collections import Conditions
from eidophone.learning.grains.following import followed
from eidophone.learning.grains.index import Index
from eidophone.learning.grid import FLOOR_DB, TOP_DB, middle
from eidophone.learning.translating.blocks import COLUMNS, Components
from eidophone.learning.translating.character import Character
from eidophone.learning.translating.dictionary import Dictionary
from eidophone.learning.translating.modulation import REACH, altered, changes, gains, smoothed
from eidophone.learning.translating.monge import Gaussian, Move
from eidophone.learning.translating.sums import REACH as SUMS_REACH
from eidophone.learning.translating.sums import told
from eidophone.learning.translating.voices import spoken
from eidophone.learning.translating.windows import in_windows

if TYPE_CHECKING:
    from eidophone.learning.flow.flow import Flow

#: A change of a level, and how much louder a column gets, at most.
_MOST_DB, _LOUDER_DB = 30.0, 9.0

#: Columns below the first are silence, and stay as they are; from the second on they sound.
_SILENT_DB, _SOUNDING_DB = -75.0, -60.0

#: What is below the floor counts as on it where it is raised by this much.
_RAISED_DB = 6.0

#: Sums of frames tell what is slower than this, in columns: what is faster is the map's, since it
#: is lost in a sum of many.
_SLOW = 3.0

#: Columns on both sides that bear on others, multiples of a block's: in all, and for sums alone.
_SUMS_MARGIN = -(-(SUMS_REACH + round(3 * _SLOW)) // COLUMNS) * COLUMNS
MARGIN = -(-(REACH + COLUMNS) // COLUMNS) * COLUMNS + _SUMS_MARGIN


@dataclass(frozen=True, eq=False)
class Way:
    """How levels are altered on the way from a collection to others.

    Attributes:
        components: of which blocks are made.
        move: how blocks are moved.
        modulation: what is added to each band of a speed: ``[speeds, rows, rows]``.
        conditions: as far as levels are looked at.
        sums: dictionaries, and how much sums of the frames of each are then mixed in.
        voice: semitones by which pitch and formants of a voice are raised first.
        grains: collections, and how much of the grains of each is then mixed in, of a voice.
        index: of these grains.
        trained: what a flow adds to levels ``[columns, rows]``, instead of voice, move and
            modulation.
    """

    components: Components
    move: Move
    modulation: Float32
    conditions: Conditions
    sums: tuple[tuple[Dictionary, float], ...] = ()
    voice: tuple[float, float] = (0.0, 0.0)
    grains: tuple[tuple[int, float], ...] = ()
    index: Index | None = None
    trained: Callable[[Float32], Float32] | None = None

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
        flow: Flow | None = None,
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
            flow: that goes this way better.
        """
        ours = character.blocks[source]
        move = Move.between(ours, ours) * 0.0
        factors = np.zeros_like(character.spreads[0])
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
            factors += weight * np.log(gains(character.spreads[source], character.spreads[n]))
            if dictionaries is not None and keep < 1:
                sums.append((dictionaries[n], weight * (1 - keep)))
        modulation = changes(np.exp(factors))
        return cls(
            character.components,
            move,
            modulation,
            conditions,
            tuple(sums),
            (float(voice[0]), float(voice[1])),
            tuple(grains),
            index,
            None if flow is None else _trained(flow, character, conditions, source, weights),
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

    def _altered(self, levels: Float32, first: int, last: int) -> Float32:
        change = self.change(np.asarray(middle(levels), np.float32), first, last)
        levels = levels[:, first:last]
        hidden = np.maximum(self.conditions.seen(levels) - levels, 0)
        hidden *= np.clip(change / np.float32(_RAISED_DB), 0, 1)
        return np.clip(levels + change + hidden, FLOOR_DB, TOP_DB)

    def change(self, levels: Float32, first: int, last: int) -> Float32:
        """By how many dB ``levels`` ``[columns, rows]`` from ``first`` to ``last`` are raised."""
        seen = self.conditions.seen(levels)
        change = np.zeros_like(seen)
        if self.trained is not None:
            change += self.trained(seen)
        else:
            if any(self.voice):
                change += spoken(seen, *self.voice) - seen
            change += moved(seen + change, self.components, self.move)
            change += altered(seen + change, self.modulation)
        change = np.clip(change, -_MOST_DB, _MOST_DB)
        low, high = max(0, first - _SUMS_MARGIN), last + _SUMS_MARGIN
        course = (seen + change)[low:high]
        seen, change = seen[first:last], change[first:last]
        for dictionary, share in self.sums:
            other = self.conditions.seen(told(dictionary, course)) - course
            change += np.float32(share) * smoothed(other, _SLOW)[first - low : last - low]
        for kind, share in self.grains:
            assert self.index is not None
            other = np.asarray(middle(followed(self.index, course, kind)), np.float32)
            other = self.conditions.seen(other[: len(course)]) - course
            change += np.float32(share) * other[first - low : last - low]
        change[:, self.conditions.top :] = 0
        sounding = (levels[first:last].max(axis=1) - _SILENT_DB) / (_SOUNDING_DB - _SILENT_DB)
        change *= np.clip(sounding, 0, 1).astype(np.float32)[:, None]
        change -= np.maximum(_loud(seen + change) - _loud(seen) - _LOUDER_DB, 0)[:, None]
        return change


def _trained(
    flow: Flow, character: Character, conditions: Conditions, source: int, weights: Float32
) -> Callable[[Float32], Float32]:
    """How a flow goes: as far as ``weights`` are together, and there to their mix."""
    from eidophone.learning.flow.uses import change_of  # noqa: PLC0415 (PyTorch takes seconds)

    whence = np.eye(len(weights), dtype=np.float32)[source]
    far = np.float32(weights.sum())
    whither = (weights / far).astype(np.float32)
    return lambda seen: (
        far * change_of(flow, character.components, conditions, seen, whence, whither)
    )


def moved(seen: Float32, components: Components, move: Move) -> Float32:
    """By how many dB ``move`` raises ``seen`` ``[columns, rows]``.

    Blocks are cut at two places, and fade into each other, so that their edges are not heard.
    """
    count, half = len(seen), COLUMNS // 2
    change = np.zeros_like(seen)
    fade = (np.arange(half, dtype=np.float32) + 0.5) / half
    fade = np.concatenate([fade, fade[::-1]])
    for first in (0, half):
        padded = np.pad(seen, ((first, -(count + first) % COLUMNS), (0, 0)), mode="edge")
        some = components.levels(move(components.places(padded)))
        some *= np.tile(fade, len(some) // COLUMNS)[:, None]
        change += some[first : first + count]
    return change


def unlikeness(character: Character, conditions: Conditions, levels: Float32 | UInt8) -> Float64:
    """``[collections]`` how unlikely blocks of ``levels`` ``[columns, rows]`` are of each."""
    places = character.components.places(conditions.seen(levels))
    return np.array([_unlikely(places, one) for one in character.blocks])


def _unlikely(places: Float32, there: Gaussian) -> float:
    """How unlikely blocks are there on average: the negative logarithm of their density."""
    covariance = there.covariance + 0.02 * np.trace(there.covariance) / len(there.mean) * np.eye(
        len(there.mean)
    )
    away = places - there.mean
    far = np.einsum("bk,bk->b", away, np.linalg.solve(covariance, away.T).T)
    return float(np.median(far) + np.linalg.slogdet(covariance)[1])


def _loud(levels: Float32) -> Float32:
    """How loud columns ``[columns, rows]`` are, in dB."""
    return 10 * np.log10(np.exp(levels * np.float32(np.log(10) / 10)).sum(axis=1) + 1e-12)
