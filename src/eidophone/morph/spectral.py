"""Spectral: the levels of pictures mixed bin by bin, as spectral morphs everywhere do; a baseline.

What is loud in one parent alone stays where it is, and becomes quieter: nothing moves.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from eidophone.base.arrays import Float32
from eidophone.morph.grid import Grid, Stretch, drawn
from eidophone.morph.loudness import as_loud
from eidophone.morph.method import Method
from eidophone.morph.mix import Mix
from eidophone.morph.parents import Parents
from eidophone.morph.settings import Morphing


def _make(parents: Parents, mix: Mix, how: Morphing) -> Iterator[Float32]:
    grid = Grid(parents)
    floor = np.float32(10 ** (grid.mapping.recipe.floor_db / 10))
    pictures = (drawn(_mixed(stretch, mix, floor)) for stretch in grid.stretches())
    return grid.sound(pictures, how.quality)


def _mixed(stretch: Stretch, mix: Mix, floor: np.float32) -> Float32:
    """The columns of ``stretch`` at levels between its parents' in dB; black is ``floor``."""
    level = np.zeros_like(stretch.power[0])
    weights = mix.at("timbre", stretch.moments)
    for power, weight in zip(stretch.power, weights, strict=True):
        level += weight[:, None] * np.log(np.maximum(power, floor))
    mixed = np.maximum(np.exp(level) - floor, 0)
    return as_loud(mixed, stretch.power, mix.at("loudness", stretch.moments))


SPECTRAL = Method("spectral", "The levels of each pitch, mixed where they are.", _make)
