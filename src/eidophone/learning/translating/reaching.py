"""Reaching: how much further levels must move after the map, to move as far as those of a target.

That is seen on tracks which the map was not fitted to, as they are heard: a picture in which levels
move much, or at random, is no sound, and its sound moves less. So it stops by itself where
sounds that nothing was learnt of move as far as the target's own, and goes no further.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from eidophone.base.arrays import Float32, UInt8
from eidophone.learning.collections import Conditions
from eidophone.learning.grid import RATE, levels_of, levels_of_bytes, sound_of
from eidophone.learning.translating.blocks import COLUMNS, Components, stretches
from eidophone.learning.translating.modulation import gains, spreads
from eidophone.learning.translating.monge import Gaussian, Move
from eidophone.learning.translating.moving import changed, moved
from eidophone.sound.sound import Sound

#: Parts of the tracks of a collection; a map for one part is fitted to the others.
_FOLDS = 4

#: Pieces of all collections together that are listened to, on each way; of each way, at least.
_PIECES, _LEAST_PIECES, _PIECE_COLUMNS = 24, 4, 512

#: Of short collections, pieces are so many times as far apart as they are long.
_APART = 3


class Reaching:
    """One collection, in parts.

    Args:
        tracks: bytes ``[columns, rows]`` of what is learnt of it.
        conditions: what all collections are recorded like.
        components: of which blocks are made.
        among: how many collections there are.
    """

    def __init__(
        self, tracks: Sequence[UInt8], conditions: Conditions, components: Components, among: int
    ) -> None:
        self._conditions, self._components = conditions, components
        folds = _folds(tracks)
        places = [
            [components.places(one) for track in each for one in stretches(track, conditions)]
            for each in folds
        ]
        everything = [one for each in places for one in each]
        self.blocks = Gaussian.of(everything)
        self._others = [
            Gaussian.of([one for m, each in enumerate(places) if m != n for one in each])
            if len(folds) > 1
            else self.blocks
            for n in range(len(folds))
        ]
        count = -(-max(_LEAST_PIECES, _PIECES // among) // len(folds))
        self._pieces = [_pieces(each, count) for each in folds]

    def spreads(self) -> Float32:
        """How far its levels move, as they are heard; see `modulation.spreads`."""
        return spreads(self._heard(one) for each in self._pieces for one in each)

    def gains(self, target: Gaussian, theirs: Float32) -> Float32:
        """``[speeds, widths + 1, rows]`` by which factor to alter each band after the map.

        Args:
            target: where the blocks of the target are.
            theirs: how far its levels move; see `spreads`.
        """
        heard = []
        for fitted, pieces in zip(self._others, self._pieces, strict=True):
            move = Move.between(fitted, target)
            for one in pieces:
                change = moved(self._conditions.seen(one), self._components, move)
                heard.append(self._heard(changed(one, change, self._conditions)))
        return gains(spreads(heard), theirs)

    def _heard(self, levels: Float32) -> Float32:
        """Levels of the sound that ``levels`` make."""
        (samples,) = sound_of(levels[None])
        return self._conditions.seen(levels_of(Sound(samples, RATE))[0])


def _folds(tracks: Sequence[UInt8]) -> list[list[UInt8]]:
    if len(tracks) == 1:
        half = len(tracks[0]) // (2 * COLUMNS) * COLUMNS
        tracks = [tracks[0][:half], tracks[0][half:]] if half else tracks
    count = min(_FOLDS, len(tracks))
    return [list(tracks[n::count]) for n in range(count)]


def _pieces(tracks: Sequence[UInt8], most: int) -> list[Float32]:
    """Levels of some pieces of ``tracks`` laid end to end."""
    course = np.concatenate(tracks)
    size = min(_PIECE_COLUMNS, len(course))
    count = min(most, 1 + len(course) // (_APART * size))
    starts = np.linspace(0, len(course) - size, count + 2)[1:-1].astype(int)
    return [levels_of_bytes(course[first : first + size]) for first in starts]
