"""Blocks: some columns of levels at a time, as a few numbers each.

The components are those of all collections together (principal component analysis by a randomised
singular value decomposition: Halko, Martinsson and Tropp, 2011).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from eidophone.base.arrays import Float32, UInt8
from eidophone.learning.collections import Collection, Conditions
from eidophone.learning.grid import ROWS

#: Columns of a block, 46 ms.
COLUMNS = 8

#: Components of a block, at most, and blocks of a collection that there must be for each.
_MOST_COMPONENTS, _BLOCKS_EACH = 160, 16

#: Blocks that the components are found in, and that are worked on at a time.
_SEEN_BLOCKS, _STRETCH_BLOCKS = 8000, 2048


@dataclass(frozen=True, eq=False)
class Components:
    """What blocks are made of.

    Attributes:
        mean: ``[values]`` the mean block in dB; values are columns x rows.
        axes: ``[components, values]``, orthonormal.
    """

    mean: Float32
    axes: Float32

    @classmethod
    def of(cls, collections: Sequence[Collection], conditions: Conditions) -> Components:
        """Those of what is learnt of ``collections``, each of which counts the same."""
        share = _SEEN_BLOCKS // len(collections)
        some = np.concatenate([_some(each, conditions, share) for each in collections])
        fewest = min(sum(one.columns for one in each.learnt) for each in collections) // COLUMNS
        count = min(_MOST_COMPONENTS, max(1, fewest // _BLOCKS_EACH))
        mean: Float32 = some.mean(axis=0)
        some -= mean
        return cls(mean, _axes(some, count))

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.axes)

    def places(self, levels: Float32) -> Float32:
        """Where the blocks of ``levels`` ``[columns, rows]`` are: ``[blocks, components]``."""
        about: Float32 = blocks_of(levels) - self.mean
        return about @ self.axes.T

    def levels(self, moves: Float32) -> Float32:
        """The change in dB ``[columns, rows]`` that ``moves`` ``[blocks, components]`` mean."""
        return (moves @ self.axes).reshape(-1, ROWS)


def blocks_of(levels: Float32) -> Float32:
    """``levels`` ``[columns, rows]`` as blocks ``[blocks, values]``, whole ones only."""
    count = len(levels) // COLUMNS
    return levels[: count * COLUMNS].reshape(count, COLUMNS * ROWS)


def stretches(middle: UInt8, conditions: Conditions) -> Iterator[Float32]:
    """Levels of ``middle`` ``[columns, rows]``, some whole blocks at a time."""
    size = _STRETCH_BLOCKS * COLUMNS
    for first in range(0, len(middle), size):
        yield conditions.seen(middle[first : first + size])


def _some(collection: Collection, conditions: Conditions, count: int) -> Float32:
    """Some ``count`` blocks of ``collection``, spread evenly over it."""
    tracks = collection.learnt
    whole = sum(one.columns // COLUMNS for one in tracks)
    step = max(1.0, whole / count)
    found, at = [], 0
    for one in tracks:
        blocks = one.columns // COLUMNS
        first = int(np.ceil(at / step))
        places = (np.arange(first, int(np.ceil((at + blocks) / step))) * step).astype(int) - at
        cells = one.middle[: blocks * COLUMNS].reshape(blocks, COLUMNS, ROWS)[places]
        found.append(conditions.seen(cells).reshape(-1, COLUMNS * ROWS))
        at += blocks
    return np.concatenate(found)


def _axes(blocks: Float32, count: int) -> Float32:
    """The first ``count`` principal axes ``[count, values]`` of ``blocks`` about zero."""
    random = np.random.default_rng(0)
    width = min(count + 10, *blocks.shape)
    found = random.standard_normal((blocks.shape[1], width), dtype=np.float32)
    for _ in range(2):  # power iterations
        found = np.linalg.qr(blocks.T @ (blocks @ found))[0]
    _, _, turned = np.linalg.svd(blocks @ found, full_matrices=False)
    return np.ascontiguousarray((found @ turned[:count].T).T)
