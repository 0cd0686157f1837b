"""Material: what translations of a pair are measured on, and who measures."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from bench.learn.pairs import Pair
from bench.progress import progress
from eidophone.base.arrays import Float32
from eidophone.learning.collections import Collection, Conditions, alike, collection_of
from eidophone.learning.grid import levels_of_bytes, sound_of
from eidophone.learning.judges.copying import Archive
from eidophone.learning.judges.judges import Judges
from eidophone.learning.judges.windows import windows_of
from eidophone.learning.report.heard import Heard


@dataclass(frozen=True, eq=False)
class Material:
    """A pair, read and judged.

    Attributes:
        pair: which.
        collections: what is learnt from.
        conditions: what these are recorded like.
        judges: fitted on what is learnt.
        windows: of the tests of each collection, levels ``[columns, rows]`` in dB.
        names: of the tests that they are, if each is one.
    """

    pair: Pair
    collections: tuple[Collection, ...]
    conditions: Conditions
    judges: Judges
    windows: tuple[list[Float32], ...]
    names: list[str]

    @classmethod
    def of(cls, pair: Pair, count: int) -> Material:
        """That of ``pair``, with ``count`` windows of each collection's tests at most."""
        progress(f"reading {pair.name}")
        read, conditions = alike([collection_of(*one) for one in pair.folders.items()])
        tests = [collection_of(*one) for one in pair.tests.items()]
        progress(f"fitting judges of {pair.name}")
        judges = Judges.fit(read, conditions)
        names: list[str] = []
        windows = []
        for each in tests:
            if pair.texts:  # whole sentences, whose words can be counted
                kept = sorted(each.tracks, key=lambda one: one.name)[:count]
                names = [one.name.partition(".")[0] for one in kept]
                windows.append([levels_of_bytes(one.middle) for one in kept])
            else:
                all_of_them = windows_of(each.tracks)
                chosen = np.linspace(0, len(all_of_them) - 1, min(count, len(all_of_them)))
                windows.append([levels_of_bytes(all_of_them[n]) for n in chosen.astype(int)])
        return cls(pair, tuple(read), conditions, judges, tuple(windows), names)

    @cached_property
    def ends(self) -> tuple[Heard, ...]:
        """The tests of each collection, through the codec."""
        return tuple(Heard.of_levels(one) for one in self.windows)

    @cached_property
    def archives(self) -> tuple[Archive, ...]:
        """What is learnt of each collection, to look for copies in."""
        return tuple(Archive.of(one.learnt, self.conditions) for one in self.collections)

    def loops(self, target: int, counts: list[int]) -> list[Float32]:
        """Parts of what is learnt of a collection, of so many samples, through the codec."""
        windows = windows_of(self.collections[target].learnt)
        chosen = np.random.default_rng(0).permutation(len(windows))
        loops = []
        for n, count in enumerate(counts):
            loop = sound_of(levels_of_bytes(windows[chosen[n % len(chosen)]])[None])[0]
            loops.append(np.resize(loop, count).astype(np.float32))
        return loops
