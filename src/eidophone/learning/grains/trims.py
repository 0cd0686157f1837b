"""Trims: small changes of levels that move descriptors, as far as is wanted and no others.

Gain, tilt, prominence of partials, flatness of each column, and swing in time move a descriptor
each, and the others a little; bass and treble alone make it brighter and hardly anything else. How
much, is measured on the sound itself; then all are set together such that what was asked for moves,
and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d

from eidophone.base.arrays import Float32, Float64, Mask
from eidophone.learning.grains.descriptors import BED
from eidophone.learning.grid import FLOOR_DB, RATE, ROWS, levels_of, sound_of
from eidophone.sound.sound import Sound

#: Columns of what moves fast, as the deviation of a Gaussian; and beside others that bear on them.
_SWING = 8.0
REACH = 32

#: How far each trim goes at most: dB, dB from the lowest to the highest row, factors, and dB.
_LEAST = np.array([-24, -48, -0.8, -0.8, -0.8, -36])
_MOST = np.array([24, 48, 1.5, 0.8, 1.5, 36])

#: Steps by which it is measured how much they do.
_STEPS = np.array([1.0, 3.0, 0.15, 0.15, 0.15, 3.0])

#: Rounds of the search.
_ROUNDS, _ROUNDS_ON_SOUNDS = 12, 6

#: So many of `_STEPS` are taken at once, at most.
_AT_ONCE = 4.0

#: Squared standard deviations that are near enough.
_NEAR = 0.005

#: Columns that are looked at; of longer sounds, some here and there.
_COLUMNS, _PIECE = 1551, 517

#: Descriptors of levels ``[columns, rows]``, in standard deviations.
Describe = Callable[[Float32], Float64]


def trimmed(levels: Float32, trims: Float64, curves: Sequence[Float32] = ()) -> Float32:
    """``levels`` ``[..., columns, rows]`` in dB with ``trims``: five, and one for each curve.

    Args:
        levels: what is changed.
        trims: gain in dB, tilt in dB over all rows, and by which share partials grow, what lies
            between them and whole columns become flatter, and swings in time grow; by how many dB
            treble grows against bass; then how much of each curve is added.
        curves: ``[rows]`` in dB.
    """
    gain, tilt, partials, flat, swing, treble = trims[:_OWN].astype(np.float32)
    made = levels
    if swing:
        slow = gaussian_filter1d(made, _SWING, axis=-2, radius=REACH)
        made = slow + (made - slow) * np.where(made > slow, 1 + swing, 1 + swing / 2)
    if partials or flat:
        bed = gaussian_filter1d(made, BED, axis=-1)
        fine = made - bed
        made = bed + fine * np.where(fine > 0, 1 + partials, 1 - flat)
        made -= (bed - bed.mean(axis=-1, keepdims=True)) * (flat / 2)
    made = made + gain + tilt * _TILT + treble * _TREBLE
    for curve, share in zip(curves, trims[_OWN:], strict=True):
        made = made + curve * np.float32(share)
    silent = levels <= FLOOR_DB
    return np.where(silent, levels, np.maximum(made, np.float32(FLOOR_DB))).astype(np.float32)


@dataclass(frozen=True, eq=False)
class Trims:
    """Trims that were found for a sound; they are for levels of any part of it.

    Attributes:
        values: see `trimmed`.
        curves: likewise.
    """

    values: Float64
    curves: Sequence[Float32] = ()

    @classmethod
    def find(
        cls,
        middle: Float32,
        wanted: Float64,
        describe: Describe,
        free: Mask,
        curves: Sequence[Float32] = (),
    ) -> Trims:
        """Those by which a sound is described as ``wanted``.

        Args:
            middle: levels ``[columns, rows]`` of the middle of it, or of parts of it.
            wanted: descriptors of the levels of the sound that they make; see `heard`.
            describe: of the middle.
            free: which trims may be used.
            curves: see `trimmed`.
        """
        search = _Search(_some(middle), np.asarray(wanted), describe, free, curves)
        search.on_pictures()
        search.on_sounds()
        return cls(search.trims, curves)

    def __call__(self, levels: Float32) -> Float32:
        """``levels`` ``[..., columns, rows]`` in dB, trimmed."""
        return trimmed(levels, self.values, self.curves)


def heard(levels: Float32, describe: Describe) -> Float64:
    """Descriptors of the sound that ``levels`` ``[columns, rows]`` make: not all levels exist."""
    sound = Sound(sound_of(_some(levels)[None]), RATE)
    return np.asarray(describe(levels_of(sound)[0]), np.float64)


class _Search:
    """The search for trims."""

    def __init__(
        self,
        some: Float32,
        wanted: Float64,
        describe: Describe,
        free: Mask,
        curves: Sequence[Float32],
    ) -> None:
        self._some, self._wanted, self._describe, self._curves = some, wanted, describe, curves
        more = np.zeros(len(curves))
        self._free = free
        self._least, self._most = np.r_[_LEAST, more - 8], np.r_[_MOST, more + 8]
        self._steps = np.r_[_STEPS, more + 0.5]
        self._slopes = np.zeros((len(wanted), len(self._steps)))
        self.trims = np.zeros(len(self._steps))
        self._untouched = heard(some, describe)

    def on_pictures(self) -> None:
        """As if all levels were those of sounds, but for what is not so already."""
        sounds = self._untouched

        def now(trims: Float64) -> Float64:
            return np.asarray(self._describe(trimmed(self._some, trims, self._curves)), np.float64)

        here = now(self.trims)
        tried = [(now(one) - here) / one.sum() for one in np.diag(self._steps)]
        self._slopes = np.stack(tried, axis=1) * self._free
        self._go(now, here, self._wanted - sounds + here, _ROUNDS)

    def on_sounds(self) -> None:
        """By the sounds that levels make."""

        def now(trims: Float64) -> Float64:
            return heard(trimmed(self._some, trims, self._curves), self._describe)

        here, untouched = now(self.trims), self._untouched
        if ((self._wanted - untouched) ** 2).sum() < ((self._wanted - here) ** 2).sum():
            self.trims, here = 0 * self.trims, untouched
        self._go(now, here, self._wanted, _ROUNDS_ON_SOUNDS)

    def _go(
        self, now: Callable[[Float64], Float64], here: Float64, wanted: Float64, rounds: int
    ) -> None:
        """Steps with slopes after Broyden (1965); what does not help is tried half as far."""
        far, share = float(((wanted - here) ** 2).sum()), 1.0
        for _ in range(rounds):
            step = _solved(self._slopes * self._steps, wanted - here)
            step *= share * min(1.0, _AT_ONCE / max(np.abs(step).max(), 1e-9))
            after = np.clip(self.trims + step * self._steps, self._least, self._most)
            step = after - self.trims
            if not step.any() or far < _NEAR:
                break
            there = now(after)
            scaled = step / self._steps**2
            missed = there - here - self._slopes @ step
            self._slopes = self._slopes + np.outer(missed, scaled) / (scaled @ step)
            now_far = float(((wanted - there) ** 2).sum())
            if now_far < far:
                self.trims, here, far, share = after, there, now_far, 1.0
            else:
                share /= 2


def _solved(slopes: Float64, missing: Float64) -> Float64:
    """Steps that bring what is ``missing``; small ones, where there are many that do."""
    square = slopes.T @ slopes
    prior = 1e-3 * np.trace(square) / len(square) * np.eye(len(square))
    return np.linalg.solve(square + prior, slopes.T @ missing)


def _some(levels: Float32) -> Float32:
    """Pieces of ``levels`` ``[columns, rows]``, spread over all."""
    if len(levels) <= _COLUMNS:
        return levels
    starts = np.linspace(0, len(levels) - _PIECE, _COLUMNS // _PIECE).astype(int)
    return np.concatenate([levels[start : start + _PIECE] for start in starts])


#: Trims besides curves.
_OWN = len(_STEPS)

_TILT = np.linspace(-0.5, 0.5, ROWS, dtype=np.float32)

#: Below 60 Hz and above 7 kHz, and nothing from 190 Hz to 5 kHz.
_TREBLE = np.interp(np.arange(ROWS), (10, 30, 300, 360), (-0.5, 0, 0, 0.5)).astype(np.float32)
