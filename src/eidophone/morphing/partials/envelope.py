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
from eidophone.morphing.loudness import EXPONENT

#: Mel bands up to 18 kHz, and which share of the coefficients of their cepstrum is the filter.
_BANDS = 48
_SMOOTH = 22 / 48
_LOW_HZ, _HIGH_HZ = 30.0, 18_000.0

#: The filter is no deeper than this below its loudest band, in nepers (60 dB).
_DEPTH = np.float32(13.8)

#: Points of the density of an envelope between two bands.
_FINER = 8

#: Of a density, this much of its peak is everywhere, so that every quantile has a place; and this
#: much of all mass is in each band, so that it has a level.
_EVERYWHERE = 1e-5
_LEAST_DENSITY = 1e-8

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
    alone = np.empty_like(envelopes)
    for parent in range(parents):
        only = np.zeros((parents, columns), np.float32)
        only[parent] = 1
        alone[parent] = _transported(envelopes, only)
    lost = np.einsum("pcb,pc->cb", envelopes - alone, weights)
    moved = _transported(envelopes, weights) + lost
    both = np.stack([moved, faded(envelopes, weights)])
    shares = np.full((2, columns), _MOVED)
    shares[1] = 1 - _MOVED
    return faded(both, shares)


def faded(envelopes: Float32, weights: Float32) -> Float32:
    """Log power ``[columns, bands]`` that is as loud as the mean of ``[parents, columns, bands]``.

    By the law of `loudness`: half of a sound and half of nothing is 10 dB less of it.
    """
    loudest = envelopes.max(axis=0)
    loudness = np.exp(EXPONENT * (envelopes - loudest))
    mean: Float32 = loudest + np.log(np.einsum("pcb,pc->cb", loudness, weights)) / EXPONENT
    return mean


@njit(cache=True, nogil=True, fastmath=True)
def _transported(envelopes: Float32, weights: Float32) -> Float32:
    """Transport of the square roots of the power densities, as log power.

    Between two quantiles at which one of the parents comes to another point, all of their places
    grow evenly; so mass is spread evenly from the mean of places at the one to that at the other.
    """
    parents, columns, bands = envelopes.shape
    points = (bands - 1) * _FINER + 1
    out = np.zeros((columns, bands), np.float32)
    mass = np.empty((parents, points))
    at = np.empty(parents, np.int64)
    density = np.empty(bands)
    for column in range(columns):
        weight = weights[:, column]
        for parent in range(parents):
            _accumulate(envelopes[parent, column], mass[parent])
        at[:] = 0
        density[:] = _LEAST_DENSITY
        quantile, place = 0.0, 0.0
        while quantile < 1:
            following = 1.0
            for parent in range(parents):
                if weight[parent] > 0:
                    following = min(following, mass[parent, min(at[parent] + 1, points - 1)])
            there = 0.0
            for parent in range(parents):
                if weight[parent] > 0:
                    n = min(at[parent], points - 2)
                    low, high = mass[parent, n], mass[parent, n + 1]
                    part = min((following - low) / max(high - low, 1e-300), 1.0)
                    there += weight[parent] * (n + part) / _FINER
                    while at[parent] < points - 1 and mass[parent, at[parent] + 1] <= following:
                        at[parent] += 1
            _spread(density, place, there, following - quantile)
            quantile, place = following, there
        for band in range(bands):
            low, high = max(band - 1, 0), min(band + 1, bands - 1)
            even = 0.25 * (density[low] + density[high]) + density[band] / 2
            out[column, band] = 2 * np.log(even * bands)
    return out


@njit(cache=True, nogil=True, fastmath=True)
def _accumulate(envelope: Float32, mass: Float64) -> None:
    """The distribution function of an envelope: 0 at its first band, 1 at its last."""
    top = envelope.max()
    total, before = 0.0, 0.0
    for n in range(mass.size):
        below = min(n // _FINER, envelope.size - 2)
        part = n / _FINER - below
        level = envelope[below] * (1 - part) + envelope[below + 1] * part
        here = np.exp((level - top) / 2) + _EVERYWHERE
        total += (before + here) / 2 if n else 0.0
        before = here
        mass[n] = total
    mass /= total
    mass[-1] = 1


@njit(cache=True, nogil=True, fastmath=True)
def _spread(density: Float64, first: float, last: float, mass: float) -> None:
    """Add ``mass``, evenly from the place ``first`` to ``last``, to the bands around."""
    pieces = int((last - first) * _FINER) + 1
    for n in range(pieces):
        place = first + (last - first) * (n + 0.5) / pieces
        below = min(max(int(place), 0), density.size - 2)
        part = place - below
        density[below] += mass / pieces * (1 - part)
        density[below + 1] += mass / pieces * part


def _mel(hz: Float64) -> Float64:
    return np.log1p(hz / 700)  # O'Shaughnessy (1987), up to a constant factor


def _hz(mel: Float64) -> Float64:
    return 700 * np.expm1(mel)
