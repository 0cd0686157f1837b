"""Sliders: descriptors of a new sound, moved by standard deviations of the collections.

Trims move what was asked for, and nothing else. For sliders of one's own, a walk keeps to moments
that have more of it besides; for the others that moved more than it was asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from eidophone.base.arrays import Float32, Float64
from eidophone.base.errors import LearnError
from eidophone.learning.collections import Collection
from eidophone.learning.grains.descriptors import NAMES, PASSAGE, described
from eidophone.learning.grains.frames import BANDS
from eidophone.learning.grains.index import Index
from eidophone.learning.grains.own import Own
from eidophone.learning.grains.trims import Trims, heard
from eidophone.learning.grid import levels_of_bytes

#: Passages of a collection that are described, at most.
_PASSAGES = 48

#: Smaller deviations are of collections that are always the same.
LEAST_SPREADS = np.array([1, 2, 0.2, 1, 0.1], np.float32)

#: How much it counts, where a slider of one's own is moved, that others stay where they are.
_FREE = 0.05

#: How far a slider goes.
MOST = 5.0

#: What it costs to be a standard deviation from what is wanted, and what can be gone for at most.
_COST, _REACH = np.float32(0.05), 2.0


@dataclass(frozen=True, eq=False)
class Sliders:
    """What is to be moved, and how far.

    Attributes:
        values: by `NAMES` or the name of one of one's own, in standard deviations.
        own: sliders of one's own.
    """

    values: Mapping[str, float] = field(default_factory=dict)
    own: Mapping[str, Own] = field(default_factory=dict)

    @classmethod
    def parse(cls, texts: Sequence[str], own: Mapping[str, Own] | None = None) -> Sliders:
        """What ``texts`` such as ``brightness=+1.5`` mean.

        Raises:
            LearnError: one was not understood.
        """
        own = own or {}
        known, values = (*NAMES, *own), {}
        for text in texts:
            name, _, number = text.partition("=")
            name = name.strip()
            if name not in known:
                raise LearnError(f"{name!r} in {text!r} is no slider: use {', '.join(known)}")
            try:
                values[name] = float(number)
            except ValueError:
                raise LearnError(f"{text!r} has no number: write {name}=+1.5") from None
            if not abs(values[name]) <= MOST:
                raise LearnError(f"{text!r} goes too far: {-MOST:g} to {MOST:g} are possible")
        return cls(values, own)

    @property
    def any(self) -> bool:
        """Whether anything is to be moved."""
        return any(self.values.values())

    def cost(self, index: Index) -> Float32:
        """``[index.frames]`` what it costs a walk to be at each moment."""
        cost = np.zeros(len(index.frames), np.float32)
        for name, own in self.own.items():
            if value := self.values.get(name):
                found = np.clip(own.scores(index.frames[:, :BANDS]), -3, 3)
                cost += _COST * (found - np.clip(value, -_REACH, _REACH)) ** 2
        return cost

    def trims(self, middle: Float32, spreads: Float32, without: Float32 | None = None) -> Trims:
        """What moves all sliders of a sound.

        Args:
            middle: levels ``[columns, rows]`` of the middle of it, or of parts of it.
            spreads: ``[5]`` standard deviations of `NAMES`.
            without: levels likewise of what it would be without sliders; None: ``middle``.
        """
        mine = [name for name in self.own if self.values.get(name)]
        # What is one's own may be what can be described: then that need not stay where it is.
        kept = [not mine or name == "level" or bool(self.values.get(name)) for name in NAMES]
        held = np.where(kept, 1.0, _FREE)

        def describe(middle: Float32) -> Float64:
            told = described(middle) / spreads * held
            return np.r_[told, [self.own[name].score(middle) for name in mine]]

        wanted = heard(middle if without is None else without, describe)
        wanted += [self.values.get(name, 0.0) for name in (*NAMES, *mine)]
        free = np.r_[kept, kept[1], np.ones(len(mine), bool)]  # two trims make it brighter
        return Trims.find(middle, wanted, describe, free, [self.own[name].curve for name in mine])


def spreads_of(collections: Sequence[Collection]) -> Float32:
    """``[collections, 5]`` standard deviations of `NAMES` over passages of each collection."""
    found = []
    for each in collections:
        middles = [one.middle for one in each.learnt]
        whole = np.concatenate(middles)
        count = max(1, len(whole) // PASSAGE)
        chosen = np.unique(np.linspace(0, count - 1, min(count, _PASSAGES)).round().astype(int))
        parts = [levels_of_bytes(whole[n * PASSAGE : (n + 1) * PASSAGE]) for n in chosen]
        found.append(np.std([described(one) for one in parts], axis=0))
    return np.maximum(np.array(found, np.float32), LEAST_SPREADS)
