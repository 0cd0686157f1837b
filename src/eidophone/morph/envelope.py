"""Envelope: source and filter apart, and filters between those of several parents.

The filter, a throat or a body, is the mel cepstrum's low end: what of a column's levels is smooth.
What is left is the fine structure: partials and noise. Filters are moved, not faded, so that a
formant goes from where one parent has it to where another has it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.fft
from numba import njit

from eidophone.base.arrays import Float32, Float64

#: Mel bands up to 18 kHz, and which share of the coefficients of their cepstrum is the filter.
_BANDS = 48
_SMOOTH = 22 / 48
_LOW_HZ, _HIGH_HZ = 30.0, 18_000.0

#: The filter is no deeper than this below its loudest band, in nepers (60 dB): what lies below is
#: no formant, and would be raised when one comes by.
_DEPTH = np.float32(13.8)

#: Points of the density of an envelope between two bands, and quantiles that are moved.
_FINER = 8
_QUANTILES = 512

#: Of a density, this much of its peak is everywhere, so that every quantile has a place.
_EVERYWHERE = np.float32(1e-5)

#: How much of an envelope is moved; the rest is faded. Half sounds and measures evenest.
_MOVED = np.float32(0.5)


@dataclass(frozen=True, eq=False)
class Bands:
    """Mel bands over the bins of a transform.

    Attributes:
        pool: ``[bins, bands]``: mean power of bands from that of bins.
        smooth: ``[bands, bands]``: log power of bands made smooth.
        place: ``[bins]`` of each bin between the centres of bands.
    """

    pool: Float32
    smooth: Float32
    place: Float32

    @classmethod
    def of(cls, hz: Float64, smooth: float = _SMOOTH) -> Bands:
        """Bands over bins at ``hz``, of whose cepstrum a share of ``smooth`` is the filter."""
        low, high, top = _mel(np.array([_LOW_HZ, _HIGH_HZ, hz[-1]])).tolist()
        count = round(_BANDS * min((top - low) / (high - low), 1))
        edges = _hz(np.linspace(low, min(high, top), count + 2))
        begin, centre, end = edges[:-2], edges[1:-1], edges[2:]
        gap = float(hz[1] - hz[0])
        below = np.minimum(begin, centre - gap)  # none is narrower than bins are apart
        above = np.maximum(end, centre + gap)
        rise = (hz[:, None] - below) / (centre - below)
        fall = (above - hz[:, None]) / (above - centre)
        pool = np.clip(np.minimum(rise, fall), 0, None)
        cosines = scipy.fft.dct(np.eye(count), axis=0, norm="ortho")[: round(smooth * count)]
        place = np.interp(_mel(hz), _mel(centre), np.arange(count))
        return cls(
            (pool / pool.sum(axis=0)).astype(np.float32),
            (cosines.T @ cosines).astype(np.float32),
            place.astype(np.float32),
        )

    def envelopes(self, power: Float32) -> Float32:
        """Log power of the filter ``[columns, bands]`` of ``power`` ``[columns, bins]``."""
        bands = power @ self.pool
        floor = np.maximum(bands.max(axis=1, keepdims=True) * np.exp(-_DEPTH), np.float32(1e-20))
        return np.log(np.maximum(bands, floor)) @ self.smooth

    def on_bins(self, envelopes: Float32) -> Float32:
        """``envelopes`` ``[columns, bands]`` as log power of bins ``[columns, bins]``."""
        below = np.minimum(self.place.astype(np.int64), envelopes.shape[1] - 2)
        part = self.place - below
        return envelopes[:, below] * (1 - part) + envelopes[:, below + 1] * part


def between(envelopes: Float32, weights: Float32) -> Float32:
    """Envelopes ``[columns, bands]`` between those of the parents.

    Half of it is optimal transport: on a line, the quantile function of what is between is the
    weighted mean of the quantile functions (Villani, "Topics in optimal transportation", 2003),
    for any number of parents. What that loses of a parent that is alone is given back.

    Args:
        envelopes: ``[parents, columns, bands]`` log power.
        weights: ``[parents, columns]``, which add up to 1.
    """
    parents, columns, _ = envelopes.shape
    faded = np.einsum("pcb,pc->cb", envelopes, weights)
    alone = np.empty_like(envelopes)
    for parent in range(parents):
        only = np.zeros((parents, columns), np.float32)
        only[parent] = 1
        alone[parent] = _transported(envelopes, only)
    lost = np.einsum("pcb,pc->cb", envelopes - alone, weights)
    moved = _transported(envelopes, weights) + lost
    return _MOVED * moved + (1 - _MOVED) * faded


@njit(cache=True, nogil=True, fastmath=True)
def _transported(envelopes: Float32, weights: Float32) -> Float32:
    """Transport of the square roots of the power densities, as log power about a mean of 0 dB."""
    parents, columns, bands = envelopes.shape
    points = (bands - 1) * _FINER + 1
    out = np.zeros((columns, bands), np.float32)
    place = np.empty(_QUANTILES, np.float32)
    mass = np.empty(points, np.float32)
    density = np.empty(bands, np.float32)
    for column in range(columns):
        place[:] = 0
        for parent in range(parents):
            weight = weights[parent, column]
            if weight > 0:
                _accumulate(envelopes[parent, column], mass)
                _add_quantiles(mass, weight, place)
        density[:] = np.float32(1e-3) / bands
        for n in range(_QUANTILES):
            below = min(int(place[n]), bands - 2)
            part = place[n] - below
            density[below] += (1 - part) / _QUANTILES
            density[below + 1] += part / _QUANTILES
        for band in range(bands):
            low, high = max(band - 1, 0), min(band + 1, bands - 1)
            even = np.float32(0.25) * (density[low] + density[high]) + density[band] / 2
            out[column, band] = 2 * np.log(even * bands)
    return out


@njit(cache=True, nogil=True, fastmath=True)
def _accumulate(envelope: Float32, mass: Float32) -> None:
    """The distribution function of an envelope, from its first band to its last."""
    top = envelope.max()
    total = np.float32(0)
    for n in range(mass.size):
        below = min(n // _FINER, envelope.size - 2)
        part = np.float32(n - below * _FINER) / _FINER
        level = envelope[below] * (1 - part) + envelope[below + 1] * part
        total += np.exp((level - top) / 2) + _EVERYWHERE
        mass[n] = total
    for n in range(mass.size):
        mass[n] /= total


@njit(cache=True, nogil=True, fastmath=True)
def _add_quantiles(mass: Float32, weight: np.float32, place: Float32) -> None:
    """Add ``weight`` times the places, in bands, at which ``mass`` reaches each quantile."""
    at = 0
    for n in range(place.size):
        wanted = (np.float32(n) + np.float32(0.5)) / place.size
        while at < mass.size - 1 and mass[at] < wanted:
            at += 1
        before = mass[at - 1] if at else np.float32(0)
        part = (wanted - before) / max(mass[at] - before, np.float32(1e-12))
        found = (np.float32(at) - 1 + part) / _FINER
        place[n] += weight * max(found, np.float32(0))


def _mel(hz: Float64) -> Float64:
    return np.log1p(hz / 700)  # O'Shaughnessy (1987), up to a constant factor


def _hz(mel: Float64) -> Float64:
    return 700 * np.expm1(mel)
