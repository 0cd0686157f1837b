"""Sliders: descriptors of a new sound, moved by standard deviations of the collections.

A walk keeps to moments that are as is wanted; then trims bring what is missing, and keep what was
not asked for where it would have been without.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.ndimage import uniform_filter1d

from eidophone.base.arrays import Float32, Float64
from eidophone.base.errors import LearnError
from eidophone.learning.collections import Collection
from eidophone.learning.grains.descriptors import NAMES, PASSAGE, described
from eidophone.learning.grains.frames import BANDS, loudness_of
from eidophone.learning.grains.index import FRAMES_PER_SECOND, Index
from eidophone.learning.grains.own import Own
from eidophone.learning.grains.trims import heard, moved
from eidophone.learning.grid import levels_of_bytes

#: Passages of a collection that are described, at most.
_PASSAGES = 48

#: Smaller deviations are of collections that are always the same.
_LEAST_SPREADS = np.array([1, 2, 0.2, 1, 0.1], np.float32)

#: How far a slider goes.
MOST = 5.0

#: What it costs to be a standard deviation from what is wanted, and what can be gone for at most.
_COST, _REACH = np.float32(0.05), 2.0

#: Frames over which moments are described.
_SECOND = round(FRAMES_PER_SECOND)


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
        bands = index.frames[:, :BANDS]
        moments = _moments(bands)
        for name, value in self.values.items():
            if not value or name == "level":  # gain does that, and nothing else
                continue
            found = self.own[name].scores(bands) if name in self.own else moments[name]
            usual = (found - found[index.usable].mean()) / (found[index.usable].std() + 1e-6)
            wanted = np.clip(value, -_REACH, _REACH)
            cost += _COST * (np.clip(usual, -3, 3) - wanted) ** 2
        return cost

    def move(self, levels: Float32, spreads: Float32, reference: Float32 | None = None) -> Float32:
        """``levels`` ``[colours, columns, rows]`` with all sliders moved.

        Args:
            levels: what is moved.
            spreads: ``[5]`` standard deviations of `NAMES`.
            reference: levels likewise of what it would be without; None: ``levels``.
        """
        mine = [name for name in self.own if self.values.get(name)]

        def describe(middle: Float32) -> Float64:
            return np.r_[described(middle) / spreads, [self.own[n].score(middle) for n in mine]]

        without = levels if reference is None else reference
        wanted = heard(without[len(without) // 2], describe)
        wanted += [self.values.get(name, 0.0) for name in (*NAMES, *mine)]
        return moved(levels, wanted, describe, [self.own[name].curve for name in mine])


def spreads_of(collections: Sequence[Collection]) -> Float32:
    """``[collections, 5]`` standard deviations of `NAMES` over passages of each collection."""
    found = []
    for each in collections:
        middles = [one.middle for one in each.learnt or each.tracks]
        whole = np.concatenate(middles)
        count = max(1, len(whole) // PASSAGE)
        chosen = np.unique(np.linspace(0, count - 1, min(count, _PASSAGES)).round().astype(int))
        parts = [levels_of_bytes(whole[n * PASSAGE : (n + 1) * PASSAGE]) for n in chosen]
        found.append(np.std([described(one) for one in parts], axis=0))
    return np.maximum(np.array(found, np.float32), _LEAST_SPREADS)


def _moments(bands: Float32) -> dict[str, Float32]:
    """What can be said of each second by its bands alone."""
    size = np.exp(bands * np.float32(np.log(10) / 20))
    smooth = uniform_filter1d(bands, 9, axis=1)
    rise = np.maximum(np.diff(bands, axis=0, prepend=bands[:1]), 0)
    each = {
        "brightness": (size @ np.arange(BANDS)) / size.sum(axis=1),
        "tonality": np.sqrt((np.maximum(bands - smooth, 0) ** 2).mean(axis=1)),
        "noisiness": bands.mean(axis=1) - loudness_of(bands),
        "onsets": rise.mean(axis=1),
    }
    return {
        name: uniform_filter1d(one.astype(np.float32), _SECOND, axis=0)
        for name, one in each.items()
    }
