"""How like its content and its substance a mosaic is: measures on samples ``[n]`` at 16 kHz.

`env`, `onset`, `mfcc`: correlations with the content. `texture` and `bare_texture`: statistics of a
sound's texture, after McDermott & Simoncelli, "Sound texture perception via statistics of the
auditory periphery" (2011), on 48 mel bands; the second without the loudness story, which a loop of
the substance under the content's loudness has for nothing. `coherence`: how much of the content's
own waveform is inside, after Carter, "Coherence and time delay estimation" (1987). `chroma`: after
Müller, "Fundamentals of Music Processing" (2015), chapter 3.
"""

from __future__ import annotations

import math

import librosa
import numpy as np
import scipy.signal
from scipy.ndimage import uniform_filter

RATE = 16_000
_TOP_HZ = 7000


def bands(samples):
    """Levels of 48 mel bands in dB, ``[bands, columns]``, a column every 10 ms."""
    power = librosa.feature.melspectrogram(
        y=samples.astype(np.float32), sr=RATE, n_fft=512, hop_length=160, n_mels=48, fmin=60,
        fmax=_TOP_HZ,
    )  # fmt: skip
    return 10 * np.log10(power + 1e-6 * power.max())


def env(made, content):
    """Correlation of the loudness over 20 ms."""
    return _correlation(_loudness(made), _loudness(content))


def onset(made, content):
    """Correlation of the mean rise of the bands."""
    rises = [np.maximum(np.diff(bands(one)), 0).mean(axis=0) for one in (made, content)]
    return _correlation(*rises)


def mfcc(made, content):
    """Mean correlation of the mel-frequency cepstral coefficients 1 to 12."""
    both = [librosa.feature.mfcc(S=bands(one), n_mfcc=13)[1:] for one in (made, content)]
    return float(np.mean([_correlation(*pair) for pair in zip(*both, strict=True)]))


def texture(samples):
    """Statistics of the texture of ``samples``."""
    levels = bands(samples)
    mean = levels.mean(axis=0)
    levels = levels[:, mean > np.percentile(mean, 20)]
    return _statistics(levels - levels.max())


def bare_texture(samples):
    """The same without the loudness story: sounding columns, each without its own level."""
    levels = bands(samples)
    peaks = levels.max(axis=0)
    levels = levels[:, peaks > peaks.max() - 30]
    levels = np.maximum(levels, levels.max(axis=0) - 50)
    return _statistics(levels - levels.mean(axis=0))


def distance(made, content, substance, texture=bare_texture):
    """How far from the texture of the substance; that of the content is 1 from it."""
    made, content, substance = (texture(one) for one in (made, content, substance))
    return _apart(made, substance) / _apart(content, substance)


def coherence(made, content):
    """Magnitude of the coherence over 12 columns x 12 bins, a mean by power.

    It is never 0: loops of bees under the content's loudness have .11 to .17 by chance, and over
    8 x 8 they have .14 to .22.
    """
    one, other = (scipy.signal.stft(part, RATE, nperseg=512)[2] for part in (made, content))
    both = _local(one * other.conj())
    powers = [_local(np.abs(part) ** 2).real.clip(0) for part in (one, other)]
    return float(np.abs(both).sum() / np.sqrt(powers[0] * powers[1]).sum())


def chroma(made, content):
    """Correlation of the chroma, the power of the 12 pitch classes, about their means."""
    one, other = (
        librosa.feature.chroma_stft(
            y=samples.astype(np.float32), sr=RATE, n_fft=4096, hop_length=512
        )
        for samples in (made, content)
    )
    one, other = (part - part.mean(axis=1, keepdims=True) for part in (one, other))
    return float((one * other).sum() / np.sqrt((one**2).sum() * (other**2).sum()))


def _loudness(samples):
    length = RATE // 50
    power = scipy.signal.fftconvolve(samples**2, np.ones(length) / length, "same")
    return np.sqrt(power.clip(0))[:: RATE // 100]


def _correlation(one, other):
    return float(np.corrcoef(one, other)[0, 1])


def _statistics(levels):
    rises = np.diff(levels, axis=1)
    fine = levels - scipy.signal.medfilt2d(levels, (7, 1))
    some = levels[::3]
    noise = 1e-3 * np.random.RandomState(0).randn(*some.shape)
    modulation = np.abs(np.fft.rfft(levels - levels.mean(axis=1, keepdims=True), 128, axis=1))
    modulation = modulation[:, 1:40].reshape(48, 13, 3).mean(axis=2) / math.sqrt(levels.shape[1])
    return {
        "mean": levels.mean(axis=1) / 20,
        "std": levels.std(axis=1) / 10,
        "rises": rises.std(axis=1) / 6,
        "fine": fine.std(axis=1) / 4,
        "correlation": np.corrcoef(some + noise)[np.triu_indices(16, 1)],
        "modulation": modulation.ravel() / 10,
    }


def _apart(one, other):
    return float(np.sqrt(np.mean([((one[name] - other[name]) ** 2).mean() for name in one])))


def _local(values):
    return uniform_filter(values.real, 12) + 1j * uniform_filter(values.imag, 12)
