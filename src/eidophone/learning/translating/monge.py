"""The Monge map between the blocks of two collections: what moves least makes one as the other.

Between two Gaussians the optimal transport is affine (Olkin and Pukelsheim, 1982; Peyré and Cuturi,
"Computational Optimal Transport", 2019, section 2.6).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from eidophone.base.arrays import Float32, Float64

#: How much of the mean variance is added to each, so that what hardly moves is not blown up.
_SHRINKAGE = 0.02


@dataclass(frozen=True, eq=False)
class Gaussian:
    """Where blocks are, and how they vary.

    Attributes:
        mean: ``[components]``.
        covariance: ``[components, components]``.
    """

    mean: Float64
    covariance: Float64

    @classmethod
    def of(cls, places: Iterable[Float32]) -> Gaussian:
        """That of ``places`` ``[blocks, components]``, which come in parts."""
        exact = np.concatenate(list(places)).astype(np.float64)
        mean = exact.mean(axis=0)
        exact -= mean
        return cls(mean, exact.T @ exact / len(exact))

    @property
    def possible(self) -> bool:
        """Whether it is one at all: nothing in a file says so."""
        around = shrunk(self.covariance)
        if not np.allclose(around, around.T):
            return False
        values = np.linalg.eigvalsh(around)
        return bool(values[0] > 1e-6 * values[-1] > 0)

    def like(self, other: Gaussian) -> bool:
        """Whether it is the ``other`` one, but for rounding."""
        return np.allclose(self.mean, other.mean) and np.allclose(self.covariance, other.covariance)


@dataclass(frozen=True, eq=False)
class Move:
    """How blocks are moved: ``places @ turn + shift`` is added to ``places``.

    Attributes:
        turn: ``[components, components]``.
        shift: ``[components]``.
    """

    turn: Float32
    shift: Float32

    @classmethod
    def between(cls, source: Gaussian, target: Gaussian) -> Move:
        """That which makes blocks like ``source`` as those of ``target``."""
        ours, theirs = shrunk(source.covariance), shrunk(target.covariance)
        root = _root(ours)
        back = np.linalg.inv(root)
        turn = back @ _root(root @ theirs @ root) @ back - np.eye(len(root))
        shift = target.mean - source.mean - source.mean @ turn
        return cls(turn.astype(np.float32), shift.astype(np.float32))

    def __call__(self, places: Float32) -> Float32:
        """By how much ``places`` ``[blocks, components]`` are moved."""
        return places @ self.turn + self.shift

    def __add__(self, other: Move) -> Move:
        """Both."""
        return Move(self.turn + other.turn, self.shift + other.shift)

    def __mul__(self, share: float) -> Move:
        """That ``share`` of it."""
        return Move(np.float32(share) * self.turn, np.float32(share) * self.shift)


def shrunk(covariance: Float64) -> Float64:
    """``covariance`` with a little more variance in all directions."""
    extra = _SHRINKAGE * np.trace(covariance) / len(covariance) + 1e-9
    return covariance + extra * np.eye(len(covariance))


def _root(covariance: Float64) -> Float64:
    """The symmetric square root."""
    values, axes = np.linalg.eigh(covariance)
    return (axes * np.sqrt(np.maximum(values, 0))) @ axes.T
