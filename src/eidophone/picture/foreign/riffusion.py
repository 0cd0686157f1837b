"""Riffusion's pictures (https://github.com/riffusion/riffusion): dark is loud.

A pixel is 255 - 255 (m / max) ** .25, where m is a sum of magnitudes under a triangle of the mel
scale: 512 triangles from 0 to 10 kHz, over the bins of 100 ms Hann windows every 10 ms, padded to
400 ms. Grey is mono; in stereo green is left, blue is right and red is empty. Its PNG and JPEG
files say all this in private EXIF tags; those of its models and of its first version say nothing,
and are the same.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from eidophone.base.arrays import Float32, Float64, Floats, Pixels
from eidophone.base.errors import PictureError, RecipeError
from eidophone.files.image.model import ImageFile
from eidophone.picture.facts import Source
from eidophone.picture.foreign.model import Foreign
from eidophone.picture.ink import brightest, pixels_of_power
from eidophone.picture.recipe import Recipe
from eidophone.sound.samples import MAX_RATE_HZ, MIN_RATE_HZ

#: Its samples are whole numbers of 16 bits.
FULL_SCALE = 32_768

#: Our window, beside its Hann window. That which is as sharp would be 1.5 times as long; but its
#: triangles blur the lobes, which then are those of a shorter one. Of 1 to 1.5, with this the level
#: of eight tones and five recordings is off by the least (-1.2 to +.0 dB), and the MOS .03
#: below that of the best for MOS alone.
_GAUSSIAN_FOR_HANN = 1.2

#: Red of stereo pictures is empty, up to the noise of recompression.
_EMPTY = 16 / 255

#: Bins on each side of a tone that its lobe covers.
_LOBE_BINS = 16


@dataclass(frozen=True)
class Params:
    """What its EXIF tags say, its ``SpectrogramParams``; the defaults are what it usually draws.

    Attributes:
        sample_rate: samples a second.
        stereo: green and blue are left and right.
        step_ms: from one column to the next.
        window_ms: of the Hann window.
        padded_ms: of the transform.
        rows: triangles of the mel scale.
        min_hz: lower edge of the lowest triangle.
        max_hz: upper edge of the highest one.
        power: exponent of the ink.
        max_value: magnitude of black; 0 if nothing says it.
    """

    sample_rate: int = 44_100
    stereo: bool = False
    step_ms: int = 10
    window_ms: int = 100
    padded_ms: int = 400
    rows: int = 512
    min_hz: int = 0
    max_hz: int = 10_000
    power: float = 0.25
    max_value: float = 0.0

    def __post_init__(self) -> None:
        sane = (
            MIN_RATE_HZ <= self.sample_rate <= MAX_RATE_HZ
            and 1 <= self.step_ms <= self.window_ms / 2
            and self.window_ms <= self.padded_ms <= 2000
            and 0 <= self.min_hz < self.max_hz <= self.sample_rate / 2
            and 0.05 <= self.power <= 2
            and 0 <= self.max_value < 1e12
        )
        if not sane:
            raise PictureError("its tags make no sense")

    @property
    def hop(self) -> int:
        """Samples from one column to the next."""
        return self.step_ms * self.sample_rate // 1000

    @property
    def window(self) -> Float64:
        """The Hann window."""
        count = self.window_ms * self.sample_rate // 1000
        return 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(count) / count)

    @property
    def n_fft(self) -> int:
        """Samples of a transform."""
        return self.padded_ms * self.sample_rate // 1000

    @property
    def edges_hz(self) -> Float64:
        """``[rows + 2]`` where a triangle begins, the next has its peak, and one ends."""
        low, high = (math.log1p(hz / 700) for hz in (self.min_hz, self.max_hz))
        return 700 * np.expm1(np.linspace(low, high, self.rows + 2))

    @property
    def recipe(self) -> Recipe:
        """Ours, whose rows and columns are the same."""
        low, high = (math.log1p(hz / 700) for hz in (self.min_hz, self.max_hz))
        half = (high - low) / (self.rows + 1) / 2
        return Recipe(
            name="riffusion",
            axis="mel",
            rows=self.rows,
            min_hz=700 * math.expm1(low + half),
            max_hz=700 * math.expm1(high - half),
            hop_seconds=self.hop / self.sample_rate,
            window_seconds=min(self.window_ms / 1000 * _GAUSSIAN_FOR_HANN, 0.5),
            top_db=0,
        )

    def triangles(self) -> csr_array:
        """Weights ``[rows, bins]``."""
        hz = np.arange(self.n_fft // 2 + 1) * (self.sample_rate / self.n_fft)
        lines, columns, weights = [], [], []
        edges = self.edges_hz
        for row in range(self.rows):
            weight = _triangle(hz, *edges[row : row + 3])
            bins = np.flatnonzero(weight)
            lines.append(np.full(len(bins), row))
            columns.append(bins)
            weights.append(weight[bins])
        place = np.concatenate(lines), np.concatenate(columns)
        return csr_array((np.concatenate(weights), place), shape=(self.rows, len(hz)))

    def tones(self) -> Float64:
        """``[rows]``: what a tone of amplitude 1 at the centre of each row becomes."""
        step = self.sample_rate / self.n_fft
        below, centre, above = self.edges_hz[:-2], self.edges_hz[1:-1], self.edges_hz[2:]
        hz = (np.rint(centre / step)[:, None] + np.arange(-_LOBE_BINS, _LOBE_BINS + 1)) * step
        away = (hz - centre[:, None]) * (self.window_ms / 1000)
        with np.errstate(divide="ignore", invalid="ignore"):
            lobe = np.abs(np.where(np.abs(np.abs(away) - 1) < 1e-6, 0.5, _hann_lobe(away)))
        weight = _triangle(hz, below[:, None], centre[:, None], above[:, None])
        return (lobe * weight).sum(axis=1) * (self.window.sum() / 2)


#: Its tags, and which of `Params` they say.
_TAGS = {
    11000: "sample_rate",
    11005: "stereo",
    11010: "step_ms",
    11020: "window_ms",
    11030: "padded_ms",
    11040: "rows",
    11050: "min_hz",
    11060: "max_hz",
    11070: "power",
    11080: "max_value",
}
_NEEDED = 11000, 11010, 11020, 11040, 11060


def params_in(text: Mapping[str, str]) -> Params | None:
    """What the tags in the ``text`` of a file say; None if they are not there, or make no sense."""
    found = {tag: text[f"exif:{tag}"] for tag in _TAGS if f"exif:{tag}" in text}
    if any(tag not in found for tag in _NEEDED):
        return None
    try:
        values = {tag: float(value) for tag, value in found.items()}
        params = Params(
            **{
                _TAGS[tag]: value if tag >= 11070 else bool(value) if tag == 11005 else int(value)
                for tag, value in values.items()
            }  # type: ignore[arg-type]
        )
        _ = params.recipe
    except (ValueError, OverflowError, PictureError, RecipeError):
        return None
    return params


def tags_of(params: Params) -> dict[str, str]:
    """The inverse of `params_in`."""
    return {f"exif:{tag}": repr(float(getattr(params, name))) for tag, name in _TAGS.items()}


def is_stereo(pixels: Pixels) -> bool:
    """Whether ``pixels`` are those of stereo: red is empty everywhere, and nothing else is."""
    red, green, blue = (pixels[:, :, colour].mean() for colour in range(3))
    empty = _EMPTY * brightest(pixels.dtype)
    return bool(red < empty and pixels[:, :, 0].max() < 4 * empty and min(green, blue) > 4 * empty)


def read_riffusion(image: ImageFile) -> Foreign:
    """``image``, which is one of riffusion's, as a picture of ours."""
    said = params_in(image.text)
    params = said or Params(stereo=is_stereo(image.pixels))
    recipe = params.recipe
    height, width = image.pixels.shape[:2]
    value = 1 - image.pixels[::-1].astype(np.float32) / np.float32(brightest(image.pixels.dtype))
    value = value[:, :, 1:] if params.stereo else value.mean(axis=2, keepdims=True)
    magnitude = np.clip(value, 0, 1) ** np.float32(1 / params.power)
    at = (np.arange(height) + 0.5) * (params.rows / height) - 0.5
    gain = np.interp(at, np.arange(params.rows), params.tones())
    magnitude *= np.float32(max(params.max_value, 1.0) / FULL_SCALE) / gain[:, None, None]
    if not params.max_value:
        magnitude /= max(magnitude.max(), 1e-9)
    source = None
    if said is not None:
        columns = round(width * params.rows / height)
        source = Source(
            rate=params.sample_rate,
            channels=1 + params.stereo,
            sample_count=max(1, columns * params.hop),
        )
    pixels = pixels_of_power(_colours(magnitude), recipe, np.float32)
    words = "riffusion, as its tags say" if said else "riffusion, with its usual values"
    return Foreign(pixels, recipe, source, words, heeds=("drawn_by",))


def _colours(magnitude: Float32) -> Float32:
    """Power ``[colours, columns, rows]`` of ``[rows, columns, channels]``.

    What is in the middle of left and right is not drawn: they are taken to be in phase.
    """
    if magnitude.shape[2] == 2:
        middle = magnitude.mean(axis=2, keepdims=True)
        magnitude = np.concatenate([magnitude[..., :1], middle, magnitude[..., 1:]], axis=2)
    return np.ascontiguousarray((magnitude**2).transpose(2, 1, 0))


def _hann_lobe(away: Float64) -> Float64:
    return np.sinc(away) / (1 - away**2)


def _triangle(hz: Floats, below: Floats, centre: Floats, above: Floats) -> Float64:
    rising, falling = (hz - below) / (centre - below), (above - hz) / (above - centre)
    return np.maximum(0.0, np.minimum(rising, falling))
