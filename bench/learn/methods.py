"""Methods: everything that makes the sounds of one collection like another's, levels to levels.

To measure one more, add it to `methods_of`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from bench.learn.material import Material
from eidophone.base.arrays import Float32
from eidophone.learning.grains.generating import Grains
from eidophone.learning.grid import middle
from eidophone.learning.judges.controls import Spectra, squeezed
from eidophone.learning.translating.character import Character, character_of
from eidophone.learning.translating.dictionary import Dictionary
from eidophone.learning.translating.way import Way

#: Levels ``[columns, rows]`` of a window in dB, to those of what is made of it.
Method = Callable[[Float32], Float32]


class Learnt:
    """What methods learn of a pair, once for both directions."""

    def __init__(self, material: Material) -> None:
        self.material = material
        self.spectra = Spectra.of(material.collections, material.conditions)
        self.character: Character = character_of(material.collections, material.conditions)
        self.dictionaries = [
            Dictionary.of(one, material.conditions) for one in material.collections
        ]
        self.grains = Grains.fit(material.collections, material.conditions)


def methods_of(learnt: Learnt, source: int, target: int) -> Iterator[tuple[str, Method]]:
    """The name of each method, and itself."""
    yield "equaliser", lambda levels: learnt.spectra.equalised(levels, source, target)
    yield "control: depth .65", squeezed
    yield (
        "equaliser and depth",
        lambda levels: squeezed(learnt.spectra.equalised(levels, source, target)),
    )
    conditions, weights = learnt.material.conditions, np.zeros(len(learnt.dictionaries), "f4")
    weights[target] = 1

    def way(keep: float) -> Way:
        dictionaries = {target: learnt.dictionaries[target]}
        index = learnt.grains.index
        return Way.of(learnt.character, conditions, source, weights, dictionaries, keep, index)

    mapped = way(1.0).told
    still = replace(way(1.0), modulation=np.zeros_like(way(1.0).modulation))
    yield "the map without modulation gains", still.told
    for keep in (1.0, 0.7, 0.5):
        yield f"translated, keep {keep}", way(keep).told
    for share in (0.3, 0.5):
        yield (
            f"keep 1.0 and {share} of grains of 46 ms",
            _mixed(mapped, lambda levels: middle(learnt.grains.nearest(levels, target)), share),
        )


def _mixed(first: Method, second: Method, share: float) -> Method:
    """The mean in dB of what the first makes, and of what the second makes of that."""

    def method(levels: Float32) -> Float32:
        made = first(levels)
        other = second(made)
        return (1 - np.float32(share)) * made + np.float32(share) * other

    return method
