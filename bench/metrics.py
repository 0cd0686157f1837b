"""Measures of what a round trip loses; none of them uses Eidophone."""

from __future__ import annotations

import numpy as np
import scipy.fft
import soxr
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter
from zimtohrli import Pyohrli, mos_from_zimtohrli

Floats = NDArray[np.floating]

_ZIMTOHRLI_HZ = 48_000
_FRAME = 2048
_HOP = 512

#: Cells that coherence is averaged over, both ways: at 44.1 kHz about 60 ms by 110 Hz.
_NEIGHBOURHOOD = 5

#: Levels are compared down to this far below the loudest cell.
_LEVEL_RANGE_DB = 80.0

#: A side this far below the middle is not heard, and not judged.
_SILENT_DB = -60.0

_TINY = 1e-20


def mos(reference: Floats, decoded: Floats, rate: int) -> float:
    """Opinion that listeners would have of ``decoded`` beside ``reference``: 5 is no difference.

    Zimtohrli (https://github.com/google/zimtohrli) on one channel ``[frames]`` at ``rate`` Hz; the
    longer one is cut.
    """
    frames = min(len(reference), len(decoded))
    a, b = (_at_48_khz(signal[:frames], rate) for signal in (reference, decoded))
    return float(mos_from_zimtohrli(Pyohrli().distance(a, b)))


def views(samples: Floats) -> dict[str, Floats]:
    """What a listener may attend to in stereo ``[2, frames]``; silent sides are left out."""
    left, right = samples
    middle, side = (left + right) / 2, (left - right) / 2
    heard = {"left": left, "right": right, "middle": middle}
    if _power(side) > _power(middle) * 10 ** (_SILENT_DB / 10):
        heard["side"] = side
    return heard


def coherence_error(reference: Floats, decoded: Floats) -> float:
    """How far the stereo image is off, 0 to 2: 0 is in its place, 2 is in antiphase.

    Mean difference of the real part of the local coherence of the channels ``[2, frames]``,
    weighted by the magnitude that the reference has there.
    """
    frames = min(reference.shape[1], decoded.shape[1])
    coherence, magnitude = _coherence(reference[:, :frames])
    error = np.abs(_coherence(decoded[:, :frames])[0] - coherence)
    return float((error * magnitude).sum() / max(magnitude.sum(), _TINY))


def log_spectral_distance_db(reference: Floats, decoded: Floats) -> float:
    """Root mean square over the bins of the difference of levels, mean over the frames, in dB."""
    frames = min(len(reference), len(decoded))
    a, b = (np.abs(_spectrum(signal[:frames])) ** 2 for signal in (reference, decoded))
    floor = max(float(a.max()) * 10 ** (-_LEVEL_RANGE_DB / 10), _TINY)
    difference = 10 * np.log10(np.maximum(a, floor) / np.maximum(b, floor))
    return float(np.sqrt((difference**2).mean(axis=-1)).mean())


def psnr_db(reference: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    """Peak signal-to-noise ratio of 8-bit pixels, in dB; infinite if they are the same."""
    error = ((reference.astype(np.float64) - other.astype(np.float64)) ** 2).mean()
    return float(10 * np.log10(255**2 / error)) if error else float("inf")


def si_sdr_db(reference: Floats, decoded: Floats) -> float:
    """Scale-invariant ratio of signal to distortion, in dB (Le Roux et al., 2019)."""
    a, b = (signal.astype(np.float64).ravel() for signal in (reference, decoded))
    wanted = a * (a @ b) / max(a @ a, _TINY)
    distortion = ((b - wanted) ** 2).sum()
    return float(10 * np.log10((wanted**2).sum() / distortion)) if distortion else float("inf")


def _at_48_khz(signal: Floats, rate: int) -> Floats:
    return soxr.resample(signal.astype(np.float32), rate, _ZIMTOHRLI_HZ, quality="VHQ")


def _power(signal: Floats) -> float:
    return float((signal.astype(np.float64) ** 2).mean())


def _spectrum(signal: Floats) -> NDArray[np.complexfloating]:
    """Hann-window spectrum ``[..., frames, bins]`` of ``signal`` ``[..., samples]``."""
    ends = [(0, 0)] * (signal.ndim - 1) + [(0, _FRAME)]
    frames = np.lib.stride_tricks.sliding_window_view(np.pad(signal, ends), _FRAME, axis=-1)
    return scipy.fft.rfft(frames[..., ::_HOP, :] * np.hanning(_FRAME))


def _coherence(samples: Floats) -> tuple[Floats, Floats]:
    """Real part of the local coherence, and the magnitude, of every cell."""
    left, right = _spectrum(samples)
    powers = _local_mean(np.abs(left) ** 2), _local_mean(np.abs(right) ** 2)
    powers = [np.maximum(power, 0) for power in powers]  # running sums stray below
    cross = _local_mean((left * right.conj()).real)
    coherence = cross / np.maximum(np.sqrt(powers[0] * powers[1]), _TINY)
    return np.clip(coherence, -1, 1), np.sqrt(powers[0] + powers[1])


def _local_mean(values: Floats) -> Floats:
    return uniform_filter(values, _NEIGHBOURHOOD, mode="nearest")
