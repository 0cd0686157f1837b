"""Measures of glides: whether what is between two sounds is one sound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import librosa
import numpy as np
import scipy.signal
from numpy.typing import NDArray
from scipy.ndimage import median_filter

Floats = NDArray[np.floating]

_TINY = 1e-12


@dataclass(frozen=True)
class Partial:
    """The loudest of a spectrum.

    Attributes:
        hz: where it is.
        rest_db: the loudest elsewhere, beside it.
    """

    hz: float
    rest_db: float


def partial(signal: Floats, rate: int, beside_hz: float = 15.0) -> Partial:
    """The loudest partial of all but the first and last quarter of ``signal`` ``[samples]``.

    By a Blackman-Harris window, whose side lobes are at -92 dB, 12 times interpolated.
    """
    quarter = len(signal) // 4
    middle = signal[quarter : len(signal) - quarter].astype(np.float64)
    size = 1 << (12 * len(middle)).bit_length()
    window = scipy.signal.get_window("blackmanharris", len(middle))
    level = 20 * np.log10(np.abs(np.fft.rfft(middle * window, size)) + _TINY)
    hz = np.fft.rfftfreq(size, 1 / rate)
    at = int(level.argmax())
    elsewhere = np.abs(hz - hz[at]) > beside_hz
    return Partial(float(hz[at]), float(level[elsewhere].max() - level[at]))


def peaks(signal: Floats, rate: int) -> float:
    """Spectral peaks of a sounding frame below 8 kHz: mud has many, thinned sounds have few.

    Within 45 dB of the loudest of the frame, and 9 dB above the median around them; frames within
    40 dB of the loudest.
    """
    level = 20 * np.log10(np.abs(_frames(signal, 4096, 1024)) + 1e-9)
    level = level[:, : int(8000 / rate * 4096)]
    top = level.max(axis=1)
    level = level[top > top.max() - 40]
    around = median_filter(level, (1, 41))[:, 1:-1]
    middle = level[:, 1:-1]
    peak = (middle > level[:, :-2]) & (middle >= level[:, 2:]) & (middle > around + 9)
    peak &= middle > level.max(axis=1, keepdims=True) - 45
    return float(peak.sum(axis=1).mean())


def roughness(signal: Floats, rate: int) -> float:
    """How much the envelopes of 24 mel bands move at 20 to 150 Hz, as beating partials do.

    After what Daniel and Weber (1997) take for roughness; power-weighted, without a unit.
    """
    edges = librosa.mel_frequencies(25, fmin=100, fmax=8000)
    moved = whole = 0.0
    step = rate // 1000
    for low, high in pairwise(edges):
        band = scipy.signal.butter(2, [low, high], "band", fs=rate, output="sos")
        envelope = np.abs(scipy.signal.hilbert(scipy.signal.sosfilt(band, signal)))[::step]
        window = np.hanning(len(envelope))
        power = np.abs(np.fft.rfft((envelope - envelope.mean()) * window)) ** 2
        hz = np.fft.rfftfreq(len(envelope), step / rate)
        moved += float(np.sqrt(power[(hz > 20) & (hz < 150)].sum()))
        whole += float(envelope.mean()) * len(envelope) / 2
    return 10 * moved / max(whole, _TINY)


def on_comb(signal: Floats, rate: int, hz: float, within_hz: float = 15.0) -> float:
    """Share of the power at 100 to 4000 Hz that is within 15 Hz of a multiple of ``hz``."""
    power = np.abs(np.fft.rfft(signal * np.hanning(len(signal)))) ** 2
    at = np.fft.rfftfreq(len(signal), 1 / rate)
    counted = (at > 100) & (at < 4000)
    beside = np.abs((at + hz / 2) % hz - hz / 2)
    return float(power[counted & (beside < within_hz)].sum() / power[counted].sum())


@dataclass(frozen=True)
class Path:
    """How a path from one sound to another goes, by what is heard of colour.

    Attributes:
        to_a, to_b: of each step its distance to the two, 1 being how far they are apart.
        unevenness: the fastest step through the slowest.
    """

    to_a: tuple[float, ...]
    to_b: tuple[float, ...]
    unevenness: float

    @property
    def monotone(self) -> bool:
        """Whether it goes away from the one and towards the other, always."""
        away, near = np.diff(self.to_a), np.diff(self.to_b)
        return bool((away > 0).all() and (near < 0).all())


def path(steps: Sequence[Floats], weights: Sequence[float], rate: int) -> Path:
    """The path of ``steps`` at ``weights``, the first and last of which are the parents.

    By 19 MFCCs (Davis and Mermelstein, 1980) of 40 mel bands over the frames in which the parents
    are within 26 dB of their loudest together.
    """
    a, b = steps[0], steps[-1]
    sum_of = [
        librosa.feature.rms(y=_f(one), frame_length=2048, hop_length=512)[0] for one in (a, b)
    ]
    energy = np.sum(sum_of, axis=0)
    found = [_mfcc(one, rate)[:, energy > 0.05 * energy.max()] for one in steps]
    whole = np.linalg.norm(found[0] - found[-1])
    speed = [
        float(np.linalg.norm(p - q) / whole / (v - u))
        for p, q, u, v in zip(found[:-1], found[1:], weights[:-1], weights[1:], strict=True)
    ]
    to_a, to_b = (
        tuple(float(np.linalg.norm(one - end) / whole) for one in found)
        for end in (found[0], found[-1])
    )
    return Path(to_a, to_b, max(speed) / max(min(speed), _TINY))


def _mfcc(signal: Floats, rate: int) -> Floats:
    even = _f(signal * (0.08 / max(np.sqrt((signal**2).mean()), _TINY)))
    mel = librosa.feature.melspectrogram(
        y=even, sr=rate, n_fft=2048, hop_length=512, n_mels=40, fmax=7000
    )
    level = 10 * np.log10(mel + 1e-5 * mel.max())
    return librosa.feature.mfcc(S=level, n_mfcc=20)[1:]


def _frames(signal: Floats, size: int, hop: int) -> NDArray[np.complexfloating]:
    """Spectrum ``[frames, bins]`` with a sine window."""
    window = np.sqrt(scipy.signal.get_window("hann", size))
    frames = np.lib.stride_tricks.sliding_window_view(np.pad(signal, (size, size)), size)[::hop]
    return np.fft.rfft(frames * window, axis=1)


def _f(signal: Floats) -> NDArray[np.float32]:
    return np.ascontiguousarray(signal, np.float32)
