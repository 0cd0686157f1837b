"""How loud pictures become of which nothing says how loud they were, or that a tool turned over."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from PIL import Image

from bench.figures import Figure
from bench.progress import progress
from eidophone import Sound, decode, encode, process
from eidophone.picture.picture import Picture
from eidophone.picture.several import Several
from eidophone.sound.level import USUAL, Level

Pixels = np.ndarray[Any, Any]

_SECONDS = 3.0
_SIZES = (512, 300)


def level_figures(sounds: dict[str, Sound]) -> Iterator[Figure]:
    """Peaks as it was drawn, and as it comes out."""
    progress("levels")
    first = next(iter(sounds.values()))
    sound = Sound(first.samples[:, : round(_SECONDS * first.rate)], first.rate)
    drawn, heard = _peaks(sound, Level(as_drawn=True)), _peaks(sound, USUAL)
    what = "peak of photograph, white page, gradient, negative, mixed sizes (dBFS)"
    yield Figure(f"{what}, as drawn", drawn, at_most=True, digits=1)
    yield Figure(f"{what}, as it comes out", heard, -1, at_most=True, digits=1)


def _peaks(sound: Sound, level: Level) -> dict[str, float]:
    as_drawn = level.as_drawn
    peaks = {
        name: _peak(decode(Picture(pixels), as_drawn=as_drawn))
        for name, pixels in _foreign().items()
    }
    negative = process(sound, lambda pixels: 255 - pixels, keep="all", as_drawn=as_drawn)
    return peaks | {"negative": _peak(negative), "mixed sizes": _peak(_mixed(sound, level))}


def _foreign() -> dict[str, Pixels]:
    """A photograph (1/f noise, as light falls on most things), a white page and a gradient."""
    random = np.random.default_rng(1)
    per_pixel = np.hypot(np.fft.fftfreq(300)[:, None], np.fft.fftfreq(400))
    per_pixel[0, 0] = 1
    light = np.fft.ifft2(np.exp(2j * np.pi * random.random((300, 400))) / per_pixel**1.2).real
    photograph = np.clip(128 + 50 * light / light.std(), 0, 255)
    gradient = np.broadcast_to(np.linspace(0, 255, 300)[:, None], (300, 400))
    return {
        "photograph": photograph.astype(np.uint8),
        "white page": np.full((300, 400), 255, np.uint8),
        "gradient": gradient.astype(np.uint8),
    }


def _mixed(sound: Sound, level: Level) -> Sound:
    """Of two pictures that share an eighth, and have come back in different sizes."""
    pixels = encode(sound).pixels
    step = pixels.shape[1] // 15
    parts = [Image.fromarray(pixels[:, at * step : (at + 8) * step]) for at in (0, 7)]
    pictures = [
        Picture(np.asarray(one.resize((round(one.width * size / one.height), size))))
        for one, size in zip(parts, _SIZES, strict=True)
    ]
    return Several(lambda: pictures, 2, overlap=1 / 8).made(quality="standard").sound(level)


def _peak(sound: Sound) -> float:
    return 20 * math.log10(float(np.abs(sound.samples).max()))
