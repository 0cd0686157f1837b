"""Sheet: pictures of several sounds below each other, on one scale, each with its name."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from eidophone.base.arrays import Float32
from eidophone.picture.analysis import Analysis
from eidophone.picture.exposure import exposure_of
from eidophone.picture.ink import pixels_of_power
from eidophone.picture.mapping import Mapping
from eidophone.picture.overview import reduced
from eidophone.picture.recipe import PRESETS, Recipe
from eidophone.sound.sound import Sound

#: Width of the longest picture, height of each, and of the line with its name, in pixels.
_WIDTH, _HEIGHT, _LINE = 1200, 160, 20

#: Of a very long sound, its beginning is shown.
_MOST_SECONDS = 120.0


def sheet_of(sounds: Sequence[tuple[str, Sound]]) -> Image.Image:
    """A picture of all ``sounds``, which come with their names; a second is as wide in all."""
    recipe = PRESETS["compact"].for_rate(max(one.rate for _, one in sounds))
    powers = [_power(one, recipe) for _, one in sounds]
    loudest = max(float(power.max()) for power in powers)
    gain = np.float32(10 ** (exposure_of(recipe, loudest) / 10))
    most = max(power.shape[1] for power in powers)
    sheet = Image.new("RGB", (_WIDTH, len(sounds) * (_LINE + _HEIGHT)), (18, 18, 20))
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(13)
    for number, ((name, _), power) in enumerate(zip(sounds, powers, strict=True)):
        top = number * (_LINE + _HEIGHT)
        draw.text((6, top + 2), name, fill=(225, 225, 230), font=font)
        width = max(1, round(_WIDTH * power.shape[1] / most))
        sheet.paste(_picture(power * gain, recipe, width), (0, top + _LINE))
    return sheet


def _power(sound: Sound, recipe: Recipe) -> Float32:
    """Of the rows, ``[colours, columns, rows]``."""
    samples = sound.samples[:, : round(_MOST_SECONDS * sound.rate)]
    analysis = Analysis([samples], sound.channels, Mapping.of(recipe, sound.rate))
    return np.concatenate(list(analysis), axis=1)


def _picture(power: Float32, recipe: Recipe, width: int) -> Image.Image:
    pixels = pixels_of_power(power, recipe, np.uint8)
    down, across = max(1, len(pixels) // (2 * _HEIGHT)), max(1, pixels.shape[1] // (2 * width))
    rows = reduced(pixels.swapaxes(0, 1), down).swapaxes(0, 1)
    image = Image.fromarray(np.ascontiguousarray(reduced(rows, across)))
    return image.resize((width, _HEIGHT), Image.Resampling.LANCZOS)
