"""Moments: what a model is measured on, and who judges."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from eidophone.base.arrays import Float32
from eidophone.learning.grid import as_levels, sound_of
from eidophone.learning.judges.copying import Archive
from eidophone.learning.judges.judges import Judges
from eidophone.learning.judges.windows import spread, windows_of
from eidophone.learning.model import Model
from eidophone.learning.report.heard import Heard


@dataclass(frozen=True)
class Extent:
    """How much is measured.

    Attributes:
        moments: of each collection, at most.
        seeds: new sounds of each mix.
        windows: how long each of these is, in moments.
    """

    moments: int = 64
    seeds: int = 3
    windows: int = 6


class Moments:
    """Moments of three seconds of each collection, that nothing was learnt from if there are any.

    Args:
        model: whose collections.
        judges: who judges.
        extent: how many, at most.
    """

    def __init__(self, model: Model, judges: Judges, extent: Extent) -> None:
        self.model, self.judges, self.extent = model, judges, extent

    @cached_property
    def windows(self) -> list[list[Float32]]:
        """Of each collection, their levels ``[columns, rows]`` in dB."""
        return [
            [
                as_levels(one)
                for one in spread(windows_of(each.held or each.tracks), self.extent.moments)
            ]
            for each in self.model.collections
        ]

    @cached_property
    def ends(self) -> list[Heard]:
        """Of each collection, the same through the codec."""
        return [Heard.of_levels(one) for one in self.windows]

    @cached_property
    def judged(self) -> list[dict[str, Float32]]:
        """Of each collection, what judges say of its `ends`; see `Judges.by_seed`."""
        return [self.judges.by_seed(one.levels) for one in self.ends]

    @cached_property
    def archives(self) -> list[Archive]:
        """What is learnt of each collection, to look for copies in."""
        return [Archive.of(one.learnt, self.model.conditions) for one in self.model.collections]

    def recordings(self, kind: int, counts: list[int]) -> list[Float32]:
        """Parts of what is learnt of a collection, of so many samples ``[n]`` at `RATE`."""
        collection = self.model.collections[kind]
        windows = windows_of(collection.learnt)
        chosen = np.random.default_rng(0).permutation(len(windows))
        return [
            np.resize(sound_of(as_levels(windows[chosen[n % len(chosen)]])[None])[0], count).astype(
                np.float32
            )
            for n, count in enumerate(counts)
        ]
