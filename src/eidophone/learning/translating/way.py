"""A way: from the sounds of one collection towards others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from eidophone.base.arrays import Float32
from eidophone.learning.collections import Conditions
from eidophone.learning.grid import FLOOR_DB, TOP_DB, middle
from eidophone.learning.translating.blocks import COLUMNS, Components
from eidophone.learning.translating.character import Character
from eidophone.learning.translating.modulation import REACH, altered, changes, gains
from eidophone.learning.translating.monge import Gaussian, Move
from eidophone.learning.translating.windows import in_windows

#: A change of a level, and how much louder a column gets, at most.
_MOST_DB, _LOUDER_DB = 30.0, 9.0

#: Columns below the first are silence, and stay as they are; from the second on they sound.
_SILENT_DB, _SOUNDING_DB = -75.0, -60.0

#: What is below the floor counts as on it where it is raised by this much.
_RAISED_DB = 6.0

#: Columns on both sides that bear on others, a multiple of a block's.
_MARGIN = -(-(REACH + 2 * COLUMNS) // COLUMNS) * COLUMNS


@dataclass(frozen=True, eq=False)
class Way:
    """How levels are altered on the way from a collection to others.

    Attributes:
        components: of which blocks are made.
        move: how blocks are moved.
        modulation: what is added to each band of a speed: ``[speeds, rows, rows]``.
        conditions: as far as levels are looked at.
    """

    components: Components
    move: Move
    modulation: Float32
    conditions: Conditions

    @classmethod
    def of(cls, character: Character, conditions: Conditions, source: int, weights: Float32) -> Way:
        """That from a collection towards others.

        Args:
            character: what is learnt of all.
            conditions: what they were recorded like.
            source: which of them sounds are of.
            weights: ``[collections]`` how far towards each, together 1 at most; what goes towards
                the source itself stays as it is.
        """
        ours = character.blocks[source]
        move = Move(
            np.zeros_like(ours.covariance, np.float32), np.zeros_like(ours.mean, np.float32)
        )
        factors = np.zeros_like(character.spreads[0])
        for n, weight in enumerate(weights):
            if n != source and weight:
                move += Move.between(ours, character.blocks[n]) * float(weight)
                factors += weight * np.log(gains(character.moved[source, n], character.spreads[n]))
        return cls(character.components, move, changes(np.exp(factors)), conditions)

    @property
    def stays(self) -> bool:
        """Whether nothing is altered."""
        return not (self.move.turn.any() or self.move.shift.any() or self.modulation.any())

    def __call__(self, blocks: Iterable[Float32]) -> Iterator[Float32]:
        """Levels on this way, block after block; all colours are changed alike.

        Args:
            blocks: ``[colours, columns, rows]`` in dB, of a sound that is as loud as tracks are.
        """
        if self.stays:
            yield from blocks
            return
        yield from in_windows(blocks, self._altered, _MARGIN)

    def _altered(self, levels: Float32) -> Float32:
        change = self.change(np.asarray(middle(levels), np.float32))
        seen = self.conditions.seen(levels)
        hidden = (seen - levels) * np.clip(change / np.float32(_RAISED_DB), 0, 1)
        return np.clip(levels + change + hidden, FLOOR_DB, TOP_DB)

    def change(self, levels: Float32) -> Float32:
        """By how many dB ``levels`` ``[columns, rows]`` are raised."""
        seen = self.conditions.seen(levels)
        change = moved(seen, self.components, self.move)
        change += altered(seen + change, self.modulation)
        change = np.clip(change, -_MOST_DB, _MOST_DB)
        sounding = (levels.max(axis=1) - _SILENT_DB) / (_SOUNDING_DB - _SILENT_DB)
        change *= np.clip(sounding, 0, 1).astype(np.float32)[:, None]
        change -= np.maximum(_loud(seen + change) - _loud(seen) - _LOUDER_DB, 0)[:, None]
        return change


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


def nearest(character: Character, conditions: Conditions, levels: Float32) -> int:
    """Which collection blocks of ``levels`` ``[columns, rows]`` are likeliest of."""
    places = character.components.places(conditions.seen(levels))
    return int(np.argmin([_unlikely(places, one) for one in character.blocks]))


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
