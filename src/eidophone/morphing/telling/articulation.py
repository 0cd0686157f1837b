"""Articulation: the movement of one sound's envelope, imposed on another about its own mean.

Not the envelope itself is imposed, only how it moves: so it is the substance that speaks. Envelopes
are cepstra (`cepstra`); they are measured and corrected twice.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d

from eidophone.base.arrays import Complex64, Float32, Int64, Mask
from eidophone.morphing.telling.cepstra import TINY, Cepstra, under
from eidophone.picture.gabor import Span

#: How often the envelope is measured and corrected.
_ROUNDS = 2

#: By how much a bin is made louder or quieter at most: 30 dB, as the logarithm of a magnitude.
_MOST_GAIN = 30 / 8.686

#: Coefficients from so many for a band on are imposed half as far: it costs no words, and leaves
#: more of the substance's texture.
_FINE, _FINELY = 0.27, 0.5

#: Columns sound that are within 40 dB of the loudest; 100 dB below it there is nothing.
_SOUNDING, _FLOOR = 1e-4, 1e-10

#: Bands are empty that are 60 dB below the loudest in nine columns of ten; the tenth may be clicks.
_EMPTY, _MOSTLY = 1e-6, 0.9

#: Bands of the substance that lie so far below its loudest have nothing that could hiss, in dB.
_LITTLE_DB, _NOTHING_DB = 40.0, 55.0

#: Geometric over arithmetic mean of the power in a band: of noise, .56; of tones, less.
_TONAL, _NOISY = 0.25, 0.45

#: Where hisses begin.
_HISS_HZ = 2000.0


@dataclass(frozen=True, eq=False)
class Movement:
    """What of a content is imposed on a substance.

    Attributes:
        cepstra: how envelopes are seen.
        content: ``[columns, coefficients]`` its envelope.
        drift: ``[coefficients]`` from its mean to that of the substance.
        power: ``[columns, bands]`` of the content.
        noisy: ``[columns, bands]``, 1 where the content is noise and the substance has nothing.
        floor: power of bands below which the substance is silent.
    """

    cepstra: Cepstra
    content: Float32
    drift: Float32
    power: Float32
    noisy: Float32
    floor: float

    @classmethod
    def of(cls, content: Float32, substance: Float32, rate: int) -> Movement:
        """That of ``content`` ``[channels, n]`` about the mean of ``substance``."""
        cepstra = Cepstra.of(rate)
        power, noise = _seen(content, cepstra)
        other = _power(substance, cepstra)
        floor = _FLOOR * float(other.max(initial=0)) + TINY
        mean = np.log(np.maximum(other[_sounding(other)], floor)).mean(axis=0)
        sounding = _sounding(power)
        envelope = _log_known(power, sounding, mean) @ (0.5 * cepstra.basis.T)
        below = (mean.max() - mean) * (10 / np.log(10))
        lacking = np.clip((below - _LITTLE_DB) / (_NOTHING_DB - _LITTLE_DB), 0, 1)
        lacking *= cepstra.hz >= _HISS_HZ
        return cls(
            cepstra,
            np.asarray(gaussian_filter1d(envelope, 1, axis=0), np.float32),
            mean @ (0.5 * cepstra.basis.T) - envelope[sounding].mean(axis=0),
            power,
            noise * lacking.astype(np.float32),
            floor,
        )

    def impose(
        self, samples: Float32, span: Span, rows: Int64, how_far: Float32, mean: Float32
    ) -> Float32:
        """``samples`` under ``span``, moving as the content does.

        Args:
            samples: ``[channels, n]`` of the substance.
            span: where they are.
            rows: which columns of the content it has.
            how_far: ``[columns]``, 0 to 1.
            mean: ``[columns]``, whose mean it moves about: 0 the content's, 1 the substance's.
        """
        if not how_far.any():
            return samples
        wanted = self.content[rows] + mean[:, None] * self.drift
        for _ in range(_ROUNDS):
            power = np.maximum(self.cepstra.band_power(span, samples), self.floor)
            now = np.log(power) @ (0.5 * self.cepstra.basis.T)
            change = how_far[:, None] * (wanted - gaussian_filter1d(now, 1, axis=0))
            change[:, 0] = 0  # how loud it is comes last
            change[:, round(_FINE * self.cepstra.bands) :] *= _FINELY
            samples = _filtered(samples, span, change @ self.cepstra.curves)
        return samples

    def hiss(
        self, samples: Float32, span: Span, rows: Int64, how_far: Float32, seed: int
    ) -> Float32:
        """Noise in the place of what the content hisses and ``samples`` under ``span`` lack."""
        noisy = self.noisy[rows] * how_far[:, None]
        if not noisy.any():
            return np.zeros_like(samples)
        has = self.cepstra.band_power(span, samples)
        power = self.power[rows]
        share = has.sum(axis=1) / np.maximum(power.sum(axis=1), TINY)
        lacks = np.maximum(noisy * power * share[:, None] - has, 0)
        gain = np.sqrt(lacks / (span.gabor.window**2).sum()) @ self.cepstra.spread
        noise = np.random.default_rng(seed).standard_normal((1, span.samples), np.float32)

        def change(first: int, last: int, seen: Complex64) -> None:
            seen *= gain[first:last]

        return np.repeat(span.project(noise, change), len(samples), axis=0)


def _filtered(samples: Float32, span: Span, gain: Float32) -> Float32:
    """``samples`` under ``span`` after a ``gain`` ``[columns, bins]``, the logarithm."""
    factor = np.exp(np.clip(gain, -_MOST_GAIN, _MOST_GAIN))

    def change(first: int, last: int, seen: Complex64) -> None:
        seen *= factor[first:last]

    return span.project(samples, change)


def _power(samples: Float32, cepstra: Cepstra) -> Float32:
    """Power ``[columns, bands]`` of ``samples`` ``[channels, n]``."""
    return np.concatenate(
        [
            cepstra.band_power(span, under(samples, span.start, span.stop))
            for span in cepstra.spans(samples.shape[1])
        ]
    )


def _seen(samples: Float32, cepstra: Cepstra) -> tuple[Float32, Float32]:
    """Power of the bands of ``samples``, and how much they are noise; both ``[columns, bands]``."""
    powers, noises = [], []
    for span in cepstra.spans(samples.shape[1]):
        power, flat = cepstra.seen(span, under(samples, span.start, span.stop))
        powers.append(power)
        noises.append(np.clip((flat - _TONAL) / (_NOISY - _TONAL), 0, 1))
    noise = gaussian_filter1d(np.concatenate(noises), 1, axis=0)
    return np.concatenate(powers), np.asarray(noise, np.float32)


def _sounding(power: Float32) -> Mask:
    """Which columns of ``power`` ``[columns, bands]`` sound."""
    loud = power.sum(axis=1)
    return loud >= _SOUNDING * loud.max()


def _log_known(power: Float32, sounding: Mask, mean: Float32) -> Float32:
    """Logarithms of ``power`` ``[columns, bands]`` of a content.

    Bands in which there is never anything, as in a voice from the telephone, move as the nearest
    does in which there is, about the ``mean`` of the substance.
    """
    usual = np.quantile(power[sounding], _MOSTLY, axis=0)
    known = usual >= _EMPTY * usual.max()
    bands, places = np.arange(len(usual)), np.flatnonzero(known)
    nearest = places[np.abs(places[:, None] - bands).argmin(axis=0)]
    logs = np.log(np.maximum(power, _FLOOR * float(power.max()) + TINY))
    own = logs[sounding].mean(axis=0)
    louder = (own - mean)[known].mean()
    shift = np.where(known, 0, mean + louder - own[nearest])
    return logs[:, nearest] + shift.astype(np.float32)
