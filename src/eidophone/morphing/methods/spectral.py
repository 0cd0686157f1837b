"""Spectral: the levels of pictures mixed bin by bin, as spectral morphs everywhere do; a baseline.

What is loud in one parent alone stays where it is, and becomes quieter: nothing moves.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from eidophone.base.arrays import Float32
from eidophone.morphing.grid import Grid, Stretch, drawn
from eidophone.morphing.loudness import as_loud
from eidophone.morphing.methods.method import Method
from eidophone.morphing.mix import Mix
from eidophone.morphing.parents import Parents
from eidophone.morphing.settings import Morphing
from eidophone.picture.columns import Columns


def _make(parents: Parents, mix: Mix, how: Morphing) -> Iterator[Float32]:
    grid = Grid(parents)
    floor = np.float32(10 ** (grid.mapping.recipe.floor_db / 10))
    pictures = (_mixed(stretch, mix, floor) for stretch in grid.stretches())
    return grid.sound(pictures, how.quality, guessed=True)


def _mixed(stretch: Stretch, mix: Mix, floor: np.float32) -> Columns:
    """The columns of ``stretch`` at levels between its parents' in dB; black is ``floor``.

    As nothing moves, phases are those of whatever is loudest.
    """
    level = np.zeros_like(stretch.power[0])
    guess = np.zeros_like(stretch.spectrum[0])
    weights = mix.at("timbre", stretch.moments)
    for power, spectrum, weight in zip(stretch.power, stretch.spectrum, weights, strict=True):
        level += weight[:, None] * np.log(np.maximum(power, floor))
        guess += weight[:, None] * spectrum
    mixed = np.maximum(np.exp(level) - floor, 0)
    return drawn(as_loud(mixed, stretch.power, mix.at("loudness", stretch.moments)), guess)


SPECTRAL = Method(
    "spectral",
    "The levels of each pitch, mixed where they are.",
    _make,
    ("timbre", "loudness", "rhythm"),
)
