"""Warming: what hears altered columns is loaded, or compiled, before anybody waits for it."""

from __future__ import annotations

import numpy as np

from eidophone.picture.part import decode_part, encode_part
from eidophone.picture.recipe import PRESETS
from eidophone.sound.sound import Sound


def warm_up() -> None:
    """Hear a moment of something painted, which takes seconds only the first time."""
    sound, recipe = Sound(np.full((2, 16_384), 0.1, np.float32), 22_050), PRESETS["standard"]
    pixels = encode_part(sound, recipe, 40, 20)
    pixels[100:120, 5:15] = 200
    decode_part(sound, recipe, 40, pixels, quality="preview")
    decode_part(sound, recipe, 40, pixels, quality="standard")
