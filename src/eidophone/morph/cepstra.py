"""Cepstra: the envelope of a sound every 8 ms in a few numbers, and changes of it as a filter.

Bands are as wide as when 40 of them lie between 40 and 7600 Hz on Slaney's mel scale, and a
cepstrum has 2 coefficients for 5 bands (16 for 40; with 10 to 12 words are lost), so that an
envelope is as smooth at any rate.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import scipy.fft

from eidophone.base.arrays import Complex64, Float32, Float64
from eidophone.base.parallel import blocks
from eidophone.picture.gabor import Gabor, Span
from eidophone.picture.recipe import Recipe

#: A Gaussian window that is as wide as a sine window of 32 ms is.
RECIPE = Recipe(name="cepstra", hop_seconds=0.008, window_seconds=0.064)

_LOW_HZ, _HIGH_HZ = 40.0, 20_000.0
_BAND_MEL = 1.07
_COEFFICIENTS = 0.4

#: Columns that are looked at together.
_BLOCK_COLUMNS = 2048


@dataclass(frozen=True)
class Cepstra:
    """How envelopes are seen at one rate.

    Attributes:
        gabor: between samples and bins.
        hz: ``[bands]`` the centres of bands.
    """

    gabor: Gabor
    hz: Float64

    @classmethod
    @lru_cache(maxsize=4)
    def of(cls, rate: int) -> Cepstra:
        """For sounds of ``rate`` Hz."""
        low, high = mel_of_hz(np.array([_LOW_HZ, min(_HIGH_HZ, 0.475 * rate)]))
        count = round((high - low) / _BAND_MEL) - 1
        return cls(Gabor.of(RECIPE, rate), hz_of_mel(np.linspace(low, high, count + 2)[1:-1]))

    @property
    def bands(self) -> int:
        """How many bands."""
        return len(self.hz)

    @cached_property
    def _bins_hz(self) -> Float64:
        return np.arange(self.gabor.bins, dtype=np.float64) * self.gabor.rate / self.gabor.n_fft

    @cached_property
    def pooling(self) -> Float32:
        """``[bins, bands]`` triangles that overlap by half; each adds up to 1."""
        mel = mel_of_hz(self._bins_hz)[:, None]
        centres = mel_of_hz(self.hz)
        step = centres[1] - centres[0]
        part = np.maximum(1 - np.abs(mel - centres) / step, 0)
        return np.asarray(part / part.sum(axis=0), np.float32)

    @cached_property
    def basis(self) -> Float32:
        """``[coefficients, bands]`` of the orthonormal cosine transform (DCT-II)."""
        whole = scipy.fft.dct(np.eye(self.bands), axis=0, norm="ortho")
        return whole[: round(_COEFFICIENTS * self.bands)].astype(np.float32)

    @cached_property
    def spread(self) -> Float32:
        """``[bands, bins]`` from bands to the bins between them."""
        place = np.interp(mel_of_hz(self._bins_hz), mel_of_hz(self.hz), np.arange(self.bands))
        below = np.minimum(place.astype(int), self.bands - 2)
        spread = np.zeros((self.bands, self.gabor.bins))
        bins = np.arange(self.gabor.bins)
        spread[below, bins] = 1 - (place - below)
        spread[below + 1, bins] = place - below
        return spread.astype(np.float32)

    @cached_property
    def curves(self) -> Float32:
        """``[coefficients, bins]`` from cepstra to the logarithms of magnitudes."""
        return self.basis @ self.spread

    def columns(self, sample_count: int) -> int:
        """Columns that so many samples make."""
        return RECIPE.columns(sample_count, self.gabor.rate)

    def band_power(self, span: Span, samples: Float32) -> Float32:
        """Power ``[columns, bands]`` of the samples ``[channels, n]`` under ``span``."""
        power = np.empty((span.columns, self.bands), np.float32)

        def visit(first: int, last: int, seen: Complex64) -> None:
            power[first:last] = power_of(seen) @ self.pooling

        span.analyse(samples, visit)
        return power

    def spans(self, sample_count: int) -> Iterator[Span]:
        """The columns of so many samples, some at a time."""
        for first, last in blocks(0, self.columns(sample_count), _BLOCK_COLUMNS):
            yield Span(self.gabor, first, last)


def power_of(spectrum: Complex64) -> Float32:
    """Power ``[columns, bins]`` of a spectrum ``[channels, columns, bins]``, a mean of channels."""
    return (spectrum.real**2 + spectrum.imag**2).mean(axis=0)


def under(samples: Float32, start: int, stop: int) -> Float32:
    """``samples`` ``[channels, n]`` from ``start`` to ``stop``, with silence around them."""
    count = samples.shape[1]
    part = samples[:, min(max(start, 0), count) : max(min(stop, count), 0)]
    before = min(max(-start, 0), stop - start)
    after = stop - start - before - part.shape[1]
    return np.ascontiguousarray(np.pad(part, ((0, 0), (before, after))))


def mel_of_hz(hz: Float64) -> Float64:
    """Slaney's scale: linear up to 1 kHz, then 27 steps for a factor of 6.4."""
    hz = np.asarray(hz, np.float64)
    above = 15 + 27 * np.log(np.maximum(hz, 1) / 1000) / np.log(6.4)
    return np.where(hz < 1000, hz * 3 / 200, above)


def hz_of_mel(mel: Float64) -> Float64:
    """The inverse of `mel_of_hz`."""
    return np.where(mel < 15, mel * 200 / 3, 1000 * np.exp((mel - 15) * np.log(6.4) / 27))
