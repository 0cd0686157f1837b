"""``python -m bench.manner [PICTURE ...]``: what a style picture lends, beside two trivial ways.

Matching histograms gives each colour of the sound's picture as often as the style picture has it;
mixing takes half of each. *texture* is how different the strokes are from those of the style
picture, of five sizes and four directions each: the mean distance (Wasserstein) between how often
which slope occurs, in standard deviations of the style's; 0 is the style picture itself. *follows*
is how the lightness, 11 pixels around, correlates with that of the sound's picture, and *copies*
with that of the style picture in its place. *heard* is by how many dB levels differ from those of
the original after the way back with the usual keep.
"""

from __future__ import annotations

import argparse
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from scipy.ndimage import gaussian_filter

from bench.progress import progress
from bench.sounds import ROOT
from eidophone import Sound, StylePicture, encode, process
from eidophone.base.arrays import Float32, Pixels
from eidophone.base.errors import EidophoneWarning
from eidophone.bridge.keep import lightness, unit
from eidophone.bridge.networks.finding import shrunk
from eidophone.files.image import read_image, to_rgb
from eidophone.picture.fit import resized
from eidophone.picture.ink import level_of

_SIDE = 512
_SOUNDS = "guit_em9", "perc_bell", "misc_crow", "ambi_choir"
_SIZES, _DIRECTIONS = 5, 4

Way = Callable[[Pixels], Float32]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.manner", description=__doc__)
    parser.add_argument("pictures", nargs="*", type=Path, help="style pictures")
    styles = dict(_styles(parser.parse_args().pictures))
    warnings.simplefilter("ignore", EidophoneWarning)
    sounds = {name: Sound.load(ROOT / "sounds" / f"{name}.flac") for name in _SOUNDS}
    print("| style picture | way | texture | follows | copies | heard | a square took |")
    print("|---|---|---|---|---|---|---|")
    for name, pixels in styles.items():
        style = resized(unit(pixels), _SIDE, _SIDE)
        for title, way in _ways(pixels, style):
            progress(f"{name}, {title}")
            print(f"| {name} | {title} | {_figures(way, style, sounds)} |", flush=True)


def _styles(paths: list[Path]) -> Iterator[tuple[str, Pixels]]:
    for path in paths or [ROOT / "examples/night.jpg", ROOT / "examples/painted.jpg"]:
        yield path.stem, to_rgb(read_image(path).pixels)
    tabla = encode(Sound.load(ROOT / "sounds/loop_tabla.flac")).pixels
    yield "a tabla's picture", tabla[:, :_SIDE]


def _ways(pixels: Pixels, style: Float32) -> Iterator[tuple[str, Way]]:
    tool = StylePicture(pixels)
    yield "as it is", unit
    yield "histograms matched", lambda given: _matched(unit(given), style)
    yield "mixed by halves", lambda given: (unit(given) + style) / 2
    yield "**style picture**", lambda given: unit(tool([given])[0])


def _figures(way: Way, style: Float32, sounds: dict[str, Sound]) -> str:
    unlike, follows, copies, heard, took = [], [], [], [], []
    for sound in sounds.values():
        given = _square(sound)
        began = time.perf_counter()
        made = way(given)
        took.append(time.perf_counter() - began)
        unlike.append(_unlike(lightness(made), lightness(style)))
        follows.append(_alike(made, unit(given)))
        copies.append(_alike(made, style))
        short = Sound(sound.samples[:, : 3 * sound.rate], sound.rate)
        heard.append(_apart_db(short, process(short, way)))
    means = [np.mean(one) for one in (unlike, follows, copies, heard, took)]
    return "{:.2f} | {:.2f} | {:.2f} | {:.1f} dB | {:.1f} s".format(*means)


def _alike(made: Float32, other: Float32) -> float:
    """How light and dark correlate, 11 pixels around."""
    near = [gaussian_filter(lightness(one), 11 / 3).ravel() for one in (made, other)]
    return float(np.corrcoef(near)[0, 1])


def _square(sound: Sound) -> Pixels:
    pixels = encode(sound).pixels[:, :_SIDE]
    return np.pad(pixels, ((0, 0), (0, _SIDE - pixels.shape[1]), (0, 0)))


def _matched(given: Float32, style: Float32) -> Float32:
    made = np.empty_like(given)
    for colour in range(3):
        _, place, often = np.unique(given[:, :, colour], return_inverse=True, return_counts=True)
        share = (np.cumsum(often) - often / 2) / place.size
        curve = np.quantile(style[:, :, colour], share).astype(np.float32)
        made[:, :, colour] = curve[place].reshape(made.shape[:2])
    return made


def _unlike(made: Float32, style: Float32) -> float:
    quantiles = np.linspace(0.005, 0.995, 199)
    apart = [
        np.abs(np.quantile(one, quantiles) - np.quantile(other, quantiles)).mean() / other.std()
        for one, other in zip(_slopes(made), _slopes(style), strict=True)
    ]
    return float(np.mean(apart))


def _slopes(light: Float32) -> Iterator[Float32]:
    for size in range(_SIZES):
        dy, dx = (gaussian_filter(light, 1, order)[4:-4, 4:-4] for order in ((1, 0), (0, 1)))
        for direction in range(_DIRECTIONS):
            angle = np.pi * direction / _DIRECTIONS
            yield np.float32(np.cos(angle)) * dx + np.float32(np.sin(angle)) * dy
        if size < _SIZES - 1:
            light = shrunk(gaussian_filter(light, 0.5)[:, :, None], 2)[:, :, 0]


def _apart_db(sound: Sound, heard: Sound) -> float:
    """Mean distance of levels, in cells that sound in either."""
    was, became = (lightness(unit(encode(one).pixels)) for one in (sound, heard))
    recipe = encode(sound).recipe
    sounds = np.maximum(was, became) > 0.2
    apart = np.abs(level_of(was, recipe) - level_of(became, recipe)) * recipe.range_db
    return float(apart[sounds].mean())


if __name__ == "__main__":
    main()
