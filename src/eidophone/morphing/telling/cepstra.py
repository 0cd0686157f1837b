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
from numba import njit

from eidophone.base.arrays import Complex64, Float32, Float64, Int64
from eidophone.base.parallel import blocks
from eidophone.picture.gabor import Gabor, Span
from eidophone.picture.recipe import Recipe

#: A Gaussian window that is as wide as a sine window of 32 ms is.
RECIPE = Recipe(name="cepstra", hop_seconds=0.008, window_seconds=0.064)

_LOW_HZ, _HIGH_HZ = 40.0, 20_000.0
_BAND_MEL = 1.07
_COEFFICIENTS = 0.4

#: Power of what is not there.
TINY = 1e-20

#: Columns that are looked at together.
_BLOCK_COLUMNS = 2048

#: The lower of the two bands of each bin, how much of it is in each, and how many bins are in each.
Triangles = tuple[Int64, Float32, Float64]


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
    def _places(self) -> Float64:
        """``[bins]`` in bands, from their first centre."""
        centres = mel_of_hz(self.hz)
        return (mel_of_hz(self._bins_hz) - centres[0]) / (centres[1] - centres[0])

    @cached_property
    def triangles(self) -> Triangles:
        """From bins to bands that overlap by half."""
        place = np.clip(self._places, -1, self.bands - 1e-6)
        below = np.floor(place).astype(np.int64)
        part = np.where((self._places < -1) | (self._places > self.bands), 0, place - below)
        rest = np.where((self._places < -1) | (self._places > self.bands), 0, 1 - part)
        whole = np.zeros(self.bands + 2)
        np.add.at(whole, below + 1, rest)
        np.add.at(whole, below + 2, part)
        return below + 1, np.stack([rest, part], axis=1).astype(np.float32), whole[1:-1]

    @cached_property
    def basis(self) -> Float32:
        """``[coefficients, bands]`` of the orthonormal cosine transform (DCT-II)."""
        whole = scipy.fft.dct(np.eye(self.bands), axis=0, norm="ortho")
        return whole[: round(_COEFFICIENTS * self.bands)].astype(np.float32)

    @cached_property
    def spread(self) -> Float32:
        """``[bands, bins]`` from bands to the bins between them."""
        place = np.clip(self._places, 0, self.bands - 1)
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
        return self.seen(span, samples, flatness=False)[0]

    def seen(
        self, span: Span, samples: Float32, *, flatness: bool = True
    ) -> tuple[Float32, Float32]:
        """Power of the bands, and how flat they are; both ``[columns, bands]``.

        Flatness is the geometric over the arithmetic mean of the bins of a band: of noise, .56.
        """
        power = np.zeros((span.columns, self.bands + 2), np.float32)
        logs = np.zeros_like(power)
        first_band, parts, whole = self.triangles

        def visit(first: int, last: int, seen: Complex64) -> None:
            pool(seen, first_band, parts, power[first:last], logs[first:last], flatness)

        span.analyse(samples, visit)
        mean = (power[:, 1:-1] / whole).astype(np.float32)
        flat = np.exp(logs[:, 1:-1] / whole) / np.maximum(mean, TINY)
        return mean, np.asarray(flat, np.float32)

    def spans(self, sample_count: int) -> Iterator[Span]:
        """The columns of so many samples, some at a time."""
        for first, last in blocks(0, self.columns(sample_count), _BLOCK_COLUMNS):
            yield Span(self.gabor, first, last)


@njit(cache=True, nogil=True, fastmath=True)
def pool(
    seen: Complex64, below: Int64, parts: Float32, power: Float32, logs: Float32, flatness: bool
) -> None:
    """Add the power of bins, a mean of channels, and its logarithm, to the two bands around."""
    channels, columns, bins = seen.shape
    for column in range(columns):
        for n in range(bins):
            value = np.float32(0)
            for channel in range(channels):
                one = seen[channel, column, n]
                value += one.real * one.real + one.imag * one.imag
            value /= channels
            power[column, below[n]] += parts[n, 0] * value
            power[column, below[n] + 1] += parts[n, 1] * value
            if flatness:
                value = np.log(value + np.float32(TINY))
                logs[column, below[n]] += parts[n, 0] * value
                logs[column, below[n] + 1] += parts[n, 1] * value


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
