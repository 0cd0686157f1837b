"""A probe picture, and how much what a network made of it looks like a picture of it."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy.ndimage import gaussian_filter, uniform_filter

from eidophone.base.arrays import Float32

#: Structure is compared within windows of this many pixels.
_WINDOW = 9
#: Pixels at the border that do not count: networks pad there.
_BORDER = 8
#: Full marks for contrast: middle nine tenths of the lightness span this much.
_ENOUGH_CONTRAST = 0.6


@lru_cache(maxsize=16)
def probe(height: int, width: int) -> Float32:
    """``[height, width, 3]`` light that has it all: every tone, hue and scale; always the same.

    Noise with the spectrum of photographs (1/f), each colour with every tone equally often: half
    of what networks are sensitive to is how dark and light parts fare.
    """
    random = np.random.default_rng(1885)
    frequency = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None])
    falloff = 1 / np.maximum(frequency, 1 / max(height, width))
    noise = np.fft.rfft2(random.standard_normal((3, height, width))) * falloff
    planes = np.fft.irfft2(noise, (height, width))
    planes /= planes.std(axis=(1, 2), keepdims=True)
    planes += 1.5 * planes[:1]  # hues, but mostly light and dark
    tones = planes.reshape(3, -1).argsort(axis=1).argsort(axis=1) / (height * width - 1)
    return np.ascontiguousarray(tones.reshape(3, height, width).transpose(1, 2, 0), np.float32)


def structure(light: Float32, source: Float32) -> float:
    """How much of the structure of ``source`` is in ``light``, everywhere alike: 0..1.

    The mean over all places of the correlation within a small window, whatever its sign: what is
    clipped, folded or drowned there correlates with nothing. Both are ``[height, width]``.
    """
    a, b = (gaussian_filter(plane.astype(np.float64), 1) for plane in (light, source))
    mean_a, mean_b = uniform_filter(a, _WINDOW), uniform_filter(b, _WINDOW)
    product = uniform_filter(a * b, _WINDOW) - mean_a * mean_b
    spread_a = uniform_filter(a * a, _WINDOW) - mean_a**2
    spread_b = uniform_filter(b * b, _WINDOW) - mean_b**2
    correlation = product / np.sqrt(np.maximum(spread_a, 0) * np.maximum(spread_b, 0) + 1e-9)
    return float(np.abs(correlation).mean())


def marks(light: Float32, source: Float32) -> float:
    """How much ``light`` looks like a picture made from ``source``: about -1 to 4.

    Structure kept, contrast, and likeness add to it; what lies outside of 0..1 takes away. Both
    are ``[height, width, channels]`` of one size.
    """
    edge = min(_BORDER, min(light.shape[:2]) // 4)
    inner = (slice(edge, light.shape[0] - edge), slice(edge, light.shape[1] - edge), slice(3))
    light, source = light[inner], source[inner]
    shown = np.clip(light, 0, 1)
    grey, source_grey = shown.mean(axis=2), source.mean(axis=2)
    spill = float(np.abs(light - shown).mean())
    low, high = np.quantile(grey, [0.05, 0.95])
    contrast = min(1.0, float(high - low) / _ENOUGH_CONTRAST)
    unlike = float(np.abs(grey - source_grey).mean())
    return (
        2 * structure(grey, source_grey)
        + contrast
        + max(0.0, 1 - 4 * unlike)
        - min(1.0, 10 * spill)
    )
