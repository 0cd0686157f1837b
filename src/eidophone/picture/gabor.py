"""Gaussian short-time Fourier transform: where its columns lie, forward, and back.

Windows are centred on the columns of the picture, at ``(k + 1/2) * hop`` seconds rounded to whole
samples, so that columns mean the same time at every sample rate; everything works with the true
positions, so the rounding loses nothing. Windows are rotated before the FFT so that the centre of
the window is at index 0: the phase of a bin is the phase at the centre of its column.

`Span`s are transformed a few columns at a time, so that what is done between the forward and the
inverse FFT finds them in the cache.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy.fft
from numba import njit

from eidophone.base.arrays import Complex64, Float32, Int64
from eidophone.base.errors import RecipeError
from eidophone.base.parallel import blocks, map_ranges
from eidophone.picture.recipe import Recipe

Visit = Callable[[int, int, Complex64], None]

#: The Gaussian window is cut where it has fallen to this fraction of its peak. Cutting it at 1 %
#: leaves side lobes that the picture shows: the round trip then loses 4 dB of re-encode PSNR.
_WINDOW_EDGE = 0.001

#: Samples of all windows over a moment, at most: eight windows of 8192 rows at 384 kHz have half.
_MOST_UNDER_A_WINDOW = 1 << 22

#: Columns that are transformed at a time: two channels of them fit a 1 MB cache.
_CACHED_COLUMNS = 32

#: Where fewer windows than this (as a fraction of the usual) cover a sample, it is faded out.
_LEAST_COVER = 0.05


@dataclass(frozen=True)
class Gabor:
    """The transform of one recipe at one sample rate.

    Attributes:
        rate: samples per second.
        hop: mean distance of columns in samples; need not be whole.
        n_fft: samples of a window, even.
        gamma: the Gaussian is ``exp(-pi * n**2 / gamma)``, ``n`` in samples.
    """

    rate: int
    hop: float
    n_fft: int
    gamma: float

    @classmethod
    def of(cls, recipe: Recipe, rate: int) -> Gabor:
        """The transform of ``recipe`` for sounds of ``rate`` Hz.

        Raises:
            RecipeError: windows so long and so dense that memory would not hold them.
        """
        length = max(recipe.window_seconds * rate, 8.0)
        n_fft = 2 * scipy.fft.next_fast_len(math.ceil(length / 2 - 1e-6), real=True)
        gamma = math.pi * (length / 2) ** 2 / math.log(1 / _WINDOW_EDGE)
        hop = recipe.hop_seconds * rate
        if n_fft * n_fft / hop > _MOST_UNDER_A_WINDOW:
            raise RecipeError(
                f"at {rate} Hz, windows of {recipe.window_seconds:g} s every "
                f"{recipe.hop_seconds:g} s are too dense: make hop_seconds longer"
            )
        return cls(rate, hop, n_fft, gamma)

    @property
    def bins(self) -> int:
        """Frequencies of a column, 0 Hz and Nyquist included."""
        return self.n_fft // 2 + 1

    @property
    def lobe_decay(self) -> float:
        """The power of a tone ``k`` bins beside it is ``exp(-lobe_decay * k**2)`` of its own."""
        return 2 * math.pi * self.gamma / self.n_fft**2

    @cached_property
    def window(self) -> Float32:
        """``[n_fft]`` Gaussian, scaled so that a sine of amplitude 1 has magnitude 1."""
        n = np.arange(self.n_fft) - self.n_fft // 2
        gauss = np.exp(-np.pi * n**2 / self.gamma)
        return (gauss * (2 / gauss.sum())).astype(np.float32)

    def centres(self, first: int, last: int) -> Int64:
        """Sample at the centre of each of the columns ``first`` to ``last`` (exclusive)."""
        return np.floor((np.arange(first, last) + 0.5) * self.hop + 0.5).astype(np.int64)

    def span(self, first: int, last: int) -> tuple[int, int]:
        """First and last sample (exclusive) that these columns reach."""
        low, high = self.centres(first, first + 1)[0], self.centres(last - 1, last)[0]
        return int(low - self.n_fft // 2), int(high + self.n_fft // 2)


class Span:
    """A run of columns, and the stretch of samples under them.

    Attributes:
        gabor: what the columns are like.
        start, stop: first and last sample (exclusive) under the columns.
        centres: ``[columns]`` centre of each column, counted from ``start``.
    """

    def __init__(self, gabor: Gabor, first: int, last: int) -> None:
        self.gabor = gabor
        self.start, self.stop = gabor.span(first, last)
        self.centres = gabor.centres(first, last) - self.start

    @property
    def columns(self) -> int:
        """How many columns."""
        return len(self.centres)

    @property
    def samples(self) -> int:
        """How many samples lie under them."""
        return self.stop - self.start

    def analyse(self, signal: Float32, visit: Visit) -> None:
        """Transform ``signal`` ``[channels, samples]`` and show the spectrum to ``visit``.

        ``visit(first, last, spectrum)`` gets the spectrum ``[channels, columns, bins]`` of the
        columns ``first`` to ``last``, a few at a time, in any order, from several threads.
        """

        def work(low: int, high: int) -> None:
            scratch = self._scratch(len(signal))
            for first, last in blocks(low, high, _CACHED_COLUMNS):
                visit(first, last, self._forward(signal, first, last, scratch))

        map_ranges(work, self.columns)

    def synthesise(self, channels: int, give: Callable[[int, int], Complex64]) -> Float32:
        """The signal ``[channels, samples]`` whose transform is nearest to a given one.

        ``give(first, last)`` returns the spectrum ``[channels, columns, bins]`` of these columns;
        it is called from several threads. Least squares (Griffin and Lim, 1984).
        """
        return self._overlap_add(channels, lambda first, last, _: give(first, last))

    def project(self, signal: Float32, change: Visit) -> Float32:
        """Transform ``signal``, let ``change`` alter its spectrum, and transform back.

        ``change(first, last, spectrum)`` alters ``spectrum`` in place; otherwise as `analyse`.
        """

        def altered(first: int, last: int, scratch: Float32) -> Complex64:
            spectrum = self._forward(signal, first, last, scratch)
            change(first, last, spectrum)
            return spectrum

        return self._overlap_add(len(signal), altered)

    def _overlap_add(
        self, channels: int, spectrum_of: Callable[[int, int, Float32], Complex64]
    ) -> Float32:
        n_fft, window = self.gabor.n_fft, self.gabor.window

        def work(low: int, high: int) -> tuple[int, Float32]:
            begin, end = self.centres[low] - n_fft // 2, self.centres[high - 1] + n_fft // 2
            part = np.zeros((channels, end - begin), np.float32)
            scratch = self._scratch(channels)
            for first, last in blocks(low, high, _CACHED_COLUMNS):
                spectrum = spectrum_of(first, last, scratch)
                waves = scipy.fft.irfft(spectrum, n_fft, axis=-1, overwrite_x=True)
                _scatter(waves, window, self.centres[first:last] - begin, part)
            return begin, part

        signal = np.zeros((channels, self.samples), np.float32)
        for begin, part in map_ranges(work, self.columns):
            signal[:, begin : begin + part.shape[1]] += part
        signal *= self._normal
        return signal

    @cached_property
    def _normal(self) -> Float32:
        """``[samples]`` factors that make overlap-add the inverse of the transform."""
        power = self.gabor.window**2
        cover = np.zeros(self.samples, np.float32)
        _add_window(power, self.centres, cover)
        usual = power.sum() / np.float32(self.gabor.hop)
        return np.reciprocal(np.maximum(cover, _LEAST_COVER * usual, dtype=np.float32))

    def _scratch(self, channels: int) -> Float32:
        return np.empty((channels, _CACHED_COLUMNS, self.gabor.n_fft), np.float32)

    def _forward(self, signal: Float32, first: int, last: int, scratch: Float32) -> Complex64:
        waves = scratch[:, : last - first]
        _gather(signal, self.gabor.window, self.centres[first:last], waves)
        spectrum: Complex64 = scipy.fft.rfft(waves, axis=-1, overwrite_x=True)
        return spectrum


@njit(cache=True, nogil=True, fastmath=True)
def _gather(signal: Float32, window: Float32, centres: Int64, waves: Float32) -> None:
    """Cut windowed waves, rotated so that their centre is at index 0."""
    half = window.size // 2
    for channel in range(waves.shape[0]):
        for column in range(waves.shape[1]):
            wave = waves[channel, column]
            # Slices spare the inner loops the test for negative indices, so they vectorise.
            before = signal[channel, centres[column] - half : centres[column]]
            after = signal[channel, centres[column] : centres[column] + half]
            for n in range(half):
                wave[n] = after[n] * window[half + n]
            for n in range(half):
                wave[half + n] = before[n] * window[n]


@njit(cache=True, nogil=True, fastmath=True)
def _scatter(waves: Float32, window: Float32, centres: Int64, signal: Float32) -> None:
    """Window the waves again and add them where they came from; the adjoint of `_gather`."""
    half = window.size // 2
    for channel in range(waves.shape[0]):
        for column in range(waves.shape[1]):
            wave = waves[channel, column]
            before = signal[channel, centres[column] - half : centres[column]]
            after = signal[channel, centres[column] : centres[column] + half]
            for n in range(half):
                after[n] += wave[n] * window[half + n]
            for n in range(half):
                before[n] += wave[half + n] * window[n]


@njit(cache=True, nogil=True, fastmath=True)
def _add_window(window: Float32, centres: Int64, signal: Float32) -> None:
    half = window.size // 2
    for centre in centres:
        for n in range(window.size):
            signal[centre - half + n] += window[n]
