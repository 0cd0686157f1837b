"""Copying: whether a recording that was learnt from is inside what was made, and how long.

Both are looked for at any place of any track, in how the levels of narrow bands change from moment
to moment: no equaliser, loudness or slower movement hides it, nor what is played together with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy.fft
import scipy.ndimage

from eidophone.base.arrays import Complex64, Float32, Float64, UInt8
from eidophone.learning.collections import Conditions
from eidophone.learning.grid import COLUMN_SECONDS
from eidophone.learning.tracks import Track

#: Rows that are heard as one, and rows that are heard.
_WIDTH, _ROWS = 16, slice(8, 392)

#: Columns between the two moments whose difference is heard.
_STEP = 2

#: Columns of what is looked for at a time, and over which a copy is a copy: 370 and 93 ms.
_PIECE, _SHORT = 64, 16

#: Blocks in which pieces are looked for have so many bits of columns at least.
_LEAST_BITS = 10

#: Places of the best likenesses that are followed.
_FOLLOWED = 24

#: Likeness of a copy, over 93 ms.
_COPIED = 0.75


@dataclass(frozen=True, eq=False)
class Archive:
    """The tracks of a collection, in which recordings are looked for.

    Attributes:
        changes: ``[columns, bands]`` of how levels change; tracks have a gap between them.
    """

    changes: Float32
    conditions: Conditions

    @classmethod
    def of(cls, tracks: Sequence[Track], conditions: Conditions) -> Archive:
        """An archive of ``tracks``."""
        parts = []
        for one in tracks:
            changes = _changes(one.middle, conditions)
            parts += [changes, np.zeros((_PIECE, changes.shape[1]), np.float32)]
        return cls(np.concatenate(parts), conditions)

    def likeness(self, levels: Float32 | UInt8) -> float:
        """The most that any place of as many columns is like ``levels``: a correlation.

        1 is a copy, and about .5 one that is played together with as much of something else; what
        is only of the same kind, which must be seen beside, has hardly any.
        """
        return float(self._likenesses(_changes(levels, self.conditions)).max())

    def longest_copy(self, levels: Float32 | UInt8) -> float:
        """Seconds of the longest stretch of ``levels`` that is a stretch of a track."""
        changes = _changes(levels, self.conditions)
        longest = 0
        tried: set[int] = set()
        for first in range(0, max(1, len(changes) - _PIECE + 1), _PIECE):
            likeness = self._likenesses(changes[first : first + _PIECE])
            for _ in range(_FOLLOWED):
                best = int(likeness.argmax())
                if likeness[best] < _COPIED / 2:
                    break
                likeness[max(0, best - _SHORT) : best + _SHORT] = 0
                if best - first not in tried:
                    tried.add(best - first)
                    longest = max(longest, self._run(changes, best - first))
        return longest * COLUMN_SECONDS

    def _run(self, changes: Float32, lag: int) -> int:
        """Columns of the longest stretch that is like the archive, so many columns later."""
        first, last = max(0, -lag), min(len(changes), len(self.changes) - lag)
        mine, theirs = changes[first:last], self.changes[first + lag : last + lag]
        both = [
            scipy.ndimage.uniform_filter1d((a * b).sum(axis=1), _SHORT, mode="constant")
            for a, b in ((mine, theirs), (mine, mine), (theirs, theirs))
        ]
        like = both[0] / np.sqrt(np.maximum(both[1] * both[2], 1e-9)) > _COPIED
        edges = np.flatnonzero(np.diff(np.r_[False, like, False]))
        return int(max(edges[1::2] - edges[::2], default=0)) if len(edges) else 0

    def _likenesses(self, piece: Float32) -> Float32:
        """Correlation of ``piece`` with each place."""
        count = len(self.changes) - len(piece) + 1
        size = 1 << max(_LEAST_BITS, (4 * len(piece) - 1).bit_length())
        spectra = self._spectra(size)
        spectrum = np.conj(scipy.fft.rfft(piece, size, axis=0))
        both = np.einsum("bfk,fk->bf", spectra, spectrum)
        products = scipy.fft.irfft(both, size, axis=1)[:, : _step(size)].reshape(-1)[:count]
        theirs = self._power[len(piece) : len(piece) + count] - self._power[:count]
        mine = float((piece**2).sum())
        quiet = 0.05 * float(theirs.max()) + 1e-9
        return (products / np.sqrt(np.maximum(theirs, quiet) * mine + 1e-9)).astype(np.float32)

    @cached_property
    def _power(self) -> Float64:
        """``[columns + 1]`` of all changes before each column."""
        return np.r_[0.0, np.cumsum((self.changes**2).sum(axis=1, dtype=np.float64))]

    def _spectra(self, size: int) -> Complex64:
        """``[blocks, size / 2 + 1, bands]`` of overlapping blocks of columns (overlap-save).

        Pieces of a quarter of a block are compared with no more than what is near: that takes a
        fraction of the transform of all.
        """
        if size not in self._kept:
            step, count = _step(size), len(self.changes)
            padded = np.pad(self.changes, ((0, -count % step + size - step), (0, 0)))
            blocks = np.lib.stride_tricks.sliding_window_view(padded, size, axis=0)[::step]
            self._kept[size] = scipy.fft.rfft(blocks, axis=2).transpose(0, 2, 1).copy()
        return self._kept[size]

    @cached_property
    def _kept(self) -> dict[int, Complex64]:
        return {}


def _step(size: int) -> int:
    """Columns from one block of ``size`` to the next."""
    return size - size // 4


def _changes(levels: Float32 | UInt8, conditions: Conditions) -> Float32:
    """``[columns, bands]`` how levels change, however loud they are."""
    seen = conditions.seen(levels)[:, _ROWS]
    bands = seen.reshape(len(seen), -1, _WIDTH).mean(axis=2)
    changes = np.zeros_like(bands)
    changes[_STEP:] = bands[_STEP:] - bands[:-_STEP]
    return changes - changes.mean(axis=1, keepdims=True)
