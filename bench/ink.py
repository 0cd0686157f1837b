"""What a curve of ink costs and saves: `python -m bench.ink` prints the table.

Each gamma draws the same sounds; their pictures lose their metadata, and are kept as PNG, written
as JPEG, scaled, or made pages of a film.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import fmean

import numpy as np
from PIL import Image

from bench.damage import SMALLER, Damage
from bench.metrics import mos
from bench.progress import progress
from bench.sounds import gather
from eidophone import Film, Picture, Recipe, Sound, decode, decode_film, encode, encode_film

_GAMMAS = 1.0, 1.25, 1.5, 1.75, 2.0
_SECONDS = 3.0
_SOUNDS = "orchestra", "piano", "metal", "elephant", "French voice", "drums"
_JPEG_75 = Damage("JPEG 75", jpeg_quality=75)
_DAMAGES = (
    Damage("PNG"),
    Damage("JPEG 85", jpeg_quality=85),
    _JPEG_75,
    Damage("JPEG 50", jpeg_quality=50),
    SMALLER,
)
_CRFS = 23, 28


def table(sounds: dict[str, Sound], gammas: tuple[float, ...] = _GAMMAS) -> str:
    """The table, in Markdown: a row a gamma, means over the ``sounds``."""
    ways = [*(damage.name for damage in _DAMAGES), *(f"pages, CRF {crf}" for crf in _CRFS)]
    heads = ["gamma", *ways, "kB of JPEG 75", "mean pixel"]
    lines = [heads, ["---"] * len(heads)]
    for gamma in gammas:
        recipe = Recipe(name="standard", gamma=gamma)
        progress(f"gamma {gamma:g}")
        values = [fmean(_opinions(recipe, way, sounds)) for way in _ways()]
        pictures = [encode(sound, recipe).pixels for sound in sounds.values()]
        sizes = fmean(_jpeg_bytes(pixels) for pixels in pictures) / 1000
        light = fmean(float(pixels.mean()) for pixels in pictures)
        cells = [
            f"{gamma:g}",
            *(f"{value:.3f}" for value in values),
            f"{sizes:.0f}",
            f"{light:.0f}",
        ]
        lines.append(cells)
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _ways() -> list[Callable[[Sound, Recipe], Sound]]:
    pictures = [lambda sound, recipe, d=damage: _through(sound, recipe, d) for damage in _DAMAGES]
    films = [lambda sound, recipe, crf=crf: _filmed(sound, recipe, crf) for crf in _CRFS]
    return [*pictures, *films]


def _opinions(
    recipe: Recipe, way: Callable[[Sound, Recipe], Sound], sounds: dict[str, Sound]
) -> list[float]:
    return [
        mos(sound.samples[0], way(sound, recipe).samples[0], sound.rate)
        for sound in sounds.values()
    ]


def _through(sound: Sound, recipe: Recipe, damage: Damage) -> Sound:
    picture = encode(sound, recipe)
    with tempfile.TemporaryDirectory() as folder:
        pixels = np.asarray(Image.open(damage.write(picture.pixels, Path(folder))).convert("RGB"))
    return decode(Picture(pixels, recipe, picture.source))


def _filmed(sound: Sound, recipe: Recipe, crf: int) -> Sound:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "film.mp4"
        encode_film(sound, "pages", recipe=recipe).save(path, crf=crf)
        return decode_film(Film.load(path), use_track=False)


def _jpeg_bytes(pixels: np.ndarray) -> int:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=_JPEG_75.jpeg_quality)
    return file.tell()


def _part(sound: Sound) -> Sound:
    return Sound(sound.samples[:, : round(_SECONDS * sound.rate)], sound.rate)


if __name__ == "__main__":
    found = gather().mono
    print(table({name: _part(found[name]) for name in _SOUNDS if name in found}))
