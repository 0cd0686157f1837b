"""Exposure: decibels by which a sound is drawn brighter, so that a quiet one is not all but black.

The recipe of the picture carries it, as its range moves down, and decoding undoes it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

from eidophone.base.arrays import Pixels
from eidophone.base.errors import RecipeError, tell
from eidophone.picture.analysis import Analysis
from eidophone.picture.ink import brightest
from eidophone.picture.mapping import Mapping
from eidophone.picture.recipe import Recipe
from eidophone.picture.settings import EXPOSURE, MOST_EXPOSURE_DB, ExposureChoice
from eidophone.sound.sound import SoundSource

#: What is loudest is brought so far below the brightest pixel value.
_HEADROOM_DB = 6.0

#: A picture in which nothing reaches so much of full brightness is all but black. Of ordinary
#: recordings the darkest reaches .74; this is 36 dB less.
_DIM = 1 / 3

#: In fewer columns than these, a sound is too short to be bright.
_FEW_COLUMNS = 16

_BLOCK_SAMPLES = 1 << 18


def exposed(recipe: Recipe, sound: SoundSource, exposure: ExposureChoice) -> Recipe:
    """``recipe`` as it draws ``sound`` brighter.

    Args:
        recipe: any.
        sound: gone through once more if that is to be found out.
        exposure: in dB, -60 to 60; ``"auto"``: so much, in whole dB, that its loudest cell is
            6 dB below the brightest pixel value, and never darker than without.

    Raises:
        RecipeError: ``exposure`` is neither.
    """
    EXPOSURE.check("exposure", exposure, float, RecipeError)
    if isinstance(exposure, str):
        exposure = _automatic(recipe.for_rate(sound.rate), sound)
    return recipe if exposure == 0 else replace(recipe, top_db=recipe.top_db - exposure)


def looked_at(blocks: Iterator[Pixels]) -> Iterator[Pixels]:
    """The ``blocks`` of a picture on their way; if it is all but black in the end, that is told."""
    most, columns = 0.0, 0
    for block in blocks:
        most = max(most, float(block.max()) / brightest(block.dtype))
        columns += block.shape[1]
        yield block
    if 0 < most < _DIM and columns >= _FEW_COLUMNS:
        tell(
            f"the sound is so quiet that its picture is all but black: `exposure` auto draws it "
            f"brighter, by up to {MOST_EXPOSURE_DB} dB"
        )


def exposure_of(recipe: Recipe, loudest: float) -> float:
    """The exposure, in dB, that a sound needs whose loudest power with ``recipe`` is that."""
    if loudest <= 0:
        return 0.0
    short = recipe.top_db - _HEADROOM_DB - 10 * math.log10(loudest)
    return float(min(max(math.floor(short), 0), MOST_EXPOSURE_DB))


def _automatic(recipe: Recipe, sound: SoundSource) -> float:
    blocks = sound.blocks(_BLOCK_SAMPLES)
    mapping = Mapping.of(recipe, sound.rate)
    powers = Analysis(blocks, sound.channels, mapping)
    return exposure_of(recipe, max(float(power.max()) for power in powers))
