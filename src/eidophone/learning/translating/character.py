"""Character: what is learnt of collections for telling the sounds of one with another's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from eidophone.base.arrays import Float32, UInt8
from eidophone.base.errors import LearnError
from eidophone.learning.collections import Collection, Conditions
from eidophone.learning.grid import ROWS
from eidophone.learning.translating.blocks import COLUMNS, Components, stretches
from eidophone.learning.translating.modulation import SPEEDS, WIDTHS, spreads
from eidophone.learning.translating.monge import Gaussian

#: Pieces whose movements are measured, of a collection, and how long they are.
_PIECES, _PIECE_COLUMNS = 20, 1024


@dataclass(frozen=True, eq=False)
class Character:
    """What is learnt of some collections; mere arrays.

    Attributes:
        components: of which blocks are made, the same for all.
        blocks: of each collection, where its blocks are.
        spreads: ``[collections, speeds, widths + 1, rows]`` how far its levels move.
    """

    components: Components
    blocks: tuple[Gaussian, ...]
    spreads: Float32

    def arrays(self) -> dict[str, Float32]:
        """All of it, by names, for a file."""
        return {
            "mean": self.components.mean,
            "axes": self.components.axes,
            "means": np.stack([one.mean for one in self.blocks]).astype(np.float32),
            "covariances": np.stack([one.covariance for one in self.blocks]).astype(np.float32),
            "spreads": self.spreads,
        }

    @classmethod
    def of_arrays(cls, arrays: Mapping[str, Float32], collections: int) -> Character:
        """That which `arrays` gave, of so many ``collections``.

        Raises:
            LearnError: it is not from there.
        """
        count = len(arrays["axes"]) if arrays.get("axes") is not None else 0
        bands = (len(SPEEDS), len(WIDTHS) + 1, ROWS)
        shapes = {
            "mean": (COLUMNS * ROWS,),
            "axes": (count, COLUMNS * ROWS),
            "means": (collections, count),
            "covariances": (collections, count, count),
            "spreads": (collections, *bands),
        }
        for name, shape in shapes.items():
            got = arrays.get(name)
            if got is None or got.shape != shape or not count or not np.isfinite(got).all():
                raise LearnError(
                    f"{name}: {got if got is None else got.shape} instead of finite numbers "
                    f"{shape}: this is no model of these collections; learn it again"
                )
        means, covariances = (arrays[name].astype(np.float64) for name in ("means", "covariances"))
        blocks = tuple(Gaussian(*both) for both in zip(means, covariances, strict=True))
        components = Components(arrays["mean"], arrays["axes"])
        return cls(components, blocks, arrays["spreads"])


def character_of(collections: Sequence[Collection], conditions: Conditions) -> Character:
    """What is learnt of ``collections``."""
    components = Components.of(collections, conditions)
    blocks = tuple(
        Gaussian.of(
            components.places(one)
            for track in _learnt(each)
            for one in stretches(track, conditions)
        )
        for each in collections
    )
    moves = [spreads(_pieces(_learnt(each), conditions)) for each in collections]
    return Character(components, blocks, np.stack(moves))


def _learnt(collection: Collection) -> list[UInt8]:
    """Bytes of what is learnt of ``collection``, by tracks."""
    return [one.middle for one in collection.learnt or collection.tracks]


def _pieces(tracks: list[UInt8], conditions: Conditions) -> list[Float32]:
    """Some pieces of ``tracks`` laid end to end, of whole blocks."""
    course = np.concatenate(tracks)
    size = min(_PIECE_COLUMNS, len(course) // COLUMNS * COLUMNS)
    count = min(_PIECES, len(course) // size)
    starts = np.linspace(0, len(course) - size, count).astype(int)
    return [conditions.seen(course[first : first + size]) for first in starts]
