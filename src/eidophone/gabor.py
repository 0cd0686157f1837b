"""Gaussian short-time Fourier transform: where the frames lie, and the kernels around the FFT.

Frames are centred on the columns of the picture, at ``(k + 1/2) * hop`` seconds rounded to whole
samples, so that columns mean the same time at every sample rate; everything here works with the
true positions, so nothing is lost by the rounding. Frames are rotated before the FFT so that the
centre of the window is at index 0: the phase of a bin is the phase at the centre of the column.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import scipy.fft
from numba import njit
from numpy.typing import NDArray

from eidophone.recipe import Recipe

Float32 = NDArray[np.float32]
Complex64 = NDArray[np.complex64]
Int64 = NDArray[np.int64]

#: The Gaussian window is cut where it has fallen to this fraction of its peak.
_WINDOW_EDGE = 0.01


@dataclass(frozen=True)
class Gabor:
    """The frames of one recipe at one sample rate.

    Attributes:
        rate: samples per second.
        hop: mean distance of frames in samples; need not be whole.
        n_fft: samples of a frame, even.
        gamma: the Gaussian is ``exp(-pi * n**2 / gamma)``, ``n`` in samples.
    """

    rate: int
    hop: float
    n_fft: int
    gamma: float

    @classmethod
    def of(cls, recipe: Recipe, rate: int) -> Gabor:
        """The frames of ``recipe`` for sounds of ``rate`` Hz."""
        length = max(recipe.window_seconds * rate, 8.0)
        n_fft = 2 * scipy.fft.next_fast_len(math.ceil(length / 2 - 1e-6), real=True)
        gamma = math.pi * (length / 2) ** 2 / math.log(1 / _WINDOW_EDGE)
        return cls(rate, recipe.hop_seconds * rate, n_fft, gamma)

    @cached_property
    def window(self) -> Float32:
        """``[n_fft]`` Gaussian, scaled so that a sine of amplitude 1 has magnitude 1."""
        n = np.arange(self.n_fft) - self.n_fft // 2
        gauss = np.exp(-np.pi * n**2 / self.gamma)
        return (gauss * (2 / gauss.sum())).astype(np.float32)

    def centres(self, first: int, last: int) -> Int64:
        """Sample at the centre of each of the columns ``first`` to ``last`` (exclusive)."""
        return np.floor((np.arange(first, last) + 0.5) * self.hop + 0.5).astype(np.int64)
