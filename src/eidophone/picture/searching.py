"""Searching: where a sound lies under its picture, to a column, wherever that may be.

Excerpts of the picture are correlated with all of the sound. Their best matches lie on a line, as
a sound may run faster.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations_with_replacement
from typing import NamedTuple

import numpy as np
import scipy.fft

from eidophone.base.arrays import Float32, Float64, Int64, Pixels
from eidophone.base.streams import Feed
from eidophone.picture.analysis import Analysis
from eidophone.picture.ink import ink_of_pixels, ink_of_power
from eidophone.picture.mapping import Mapping
from eidophone.picture.movements import LEAST_FIT, movements
from eidophone.picture.pool import colours
from eidophone.picture.recipe import Recipe
from eidophone.sound.sound import SoundSource

_BLOCK_SAMPLES = 1 << 18

#: Excerpts that are looked for, and their columns: in 1.5 s of `standard` a tape hardly drifts.
_EXCERPTS = 20
_EXCERPT = 256

#: Bands in which movements are looked for, and columns of the sound that are gone through at once.
_BANDS = 32
_CORRELATED = 8192

#: In short excerpts chance does more: at least so much over the root of their columns.
_CHANCE = 5.0

#: Of several places that fit as well, as in loops, the nearest: what doubling the way costs.
_FAR = 1e-3

#: A sound may run so much faster or slower than it should, besides the speeds that are tried.
MOST_DRIFT = 0.02

#: Columns that a match may lie off the line.
OFF_LINE = 2.0


class Excerpt(NamedTuple):
    """A part of the picture: its first column, and ink ``[colours, columns, rows]``."""

    first: int
    ink: Float32


class Line(NamedTuple):
    """Where samples ``n`` of the picture are found: ``n + shift + drift * n``."""

    shift: float
    drift: float

    def at(self, samples: Int64) -> Float64:
        """Where ``samples`` are found."""
        found: Float64 = samples + self.shift + self.drift * samples
        return found

    def whole(self, samples: Int64) -> Int64:
        """Where ``samples`` are found, to the sample."""
        return np.rint(self.at(samples)).astype(np.int64)


def excerpts_of(
    picture: Iterable[Pixels], columns: int, channels: int, recipe: Recipe
) -> list[Excerpt]:
    """Parts of the picture, from its beginning to its end."""
    width = min(_EXCERPT, columns)
    count = min(_EXCERPTS, -(-columns // width))
    firsts = np.linspace(0, columns - width, count).round().astype(int)
    feed = Feed(picture, np.zeros((recipe.rows, 0, 3), np.uint8))
    return [
        Excerpt(int(n), ink_of_pixels(feed.take(n, n + width), recipe, colours(channels)))
        for n in firsts
    ]


def search(
    excerpts: list[Excerpt], sound: SoundSource, mapping: Mapping
) -> tuple[Line, list[Excerpt]]:
    """The line on which the best matches of the excerpts lie, and those that lie on it."""
    width = excerpts[0].ink.shape[1]
    least = max(LEAST_FIT, _CHANCE / width**0.5)
    lags, scores = _matches(
        [_bands(movements(one.ink)) for one in excerpts],
        [one.first for one in excerpts],
        sound,
        mapping,
    )
    found = [n for n, score in enumerate(scores) if score >= least]
    middles = np.array([excerpts[n].first + width / 2 for n in found])
    lags = np.array([lags[n] - excerpts[n].first for n in found])
    best, line, on_it = 0.0, Line(0.0, 0.0), np.zeros(0, np.bool_)
    for one, other in combinations_with_replacement(range(len(found)), 2):
        drift = 0.0 if one == other else (lags[other] - lags[one]) / (middles[other] - middles[one])
        shift = lags[one] - drift * middles[one]
        off = np.abs(lags - shift - drift * middles)
        near = off <= OFF_LINE
        total = float((scores[found] * (1 - (off / OFF_LINE) ** 2))[near].sum())
        if abs(drift) <= MOST_DRIFT and total > best:
            best, line, on_it = total, Line(shift * mapping.gabor.hop, drift), near
    return line, [excerpts[n] for n, near in zip(found, on_it, strict=False) if near]


def _matches(
    excerpts: list[Float32], firsts: list[int], sound: SoundSource, mapping: Mapping
) -> tuple[Float64, Float64]:
    """Where each of the excerpts ``[bands, columns]`` fits best, in columns, and how well."""
    width = excerpts[0].shape[1]
    spectra = [scipy.fft.rfft(one[:, ::-1], _CORRELATED) for one in excerpts]
    energies = [float((one**2).sum()) + 1e-9 for one in excerpts]
    feed = Feed(_moving_bands(sound, mapping), np.zeros((len(excerpts[0]), 0), np.float32))
    lags, scores = np.zeros(len(excerpts)), np.zeros(len(excerpts))
    step = _CORRELATED - width + 1
    for start in range(-width, mapping.columns(sound.sample_count), step):
        part = feed.take(start, start + _CORRELATED)
        spectrum = scipy.fft.rfft(part)
        sums = np.concatenate([[0], (part**2).sum(axis=0).cumsum(dtype=np.float64)])
        there = sums[width:] - sums[:-width]
        for n, (other, energy) in enumerate(zip(spectra, energies, strict=True)):
            product = scipy.fft.irfft((spectrum * other).sum(axis=0), _CORRELATED)[width - 1 :]
            fits = product / np.sqrt(energy * np.maximum(there, energy))
            fits -= _FAR * np.log2(1 + np.abs(start + np.arange(step) - firsts[n]))
            place = int(fits.argmax())
            if fits[place] > scores[n]:
                lags[n], scores[n] = start + place, fits[place]
    return lags, scores


def _moving_bands(sound: SoundSource, mapping: Mapping) -> Iterator[Float32]:
    """The movements of ``sound`` ``[bands, columns]``, block after block."""
    last: Float32 | None = None
    for power in Analysis(sound.blocks(_BLOCK_SAMPLES), sound.channels, mapping):
        drawn = ink_of_power(power, mapping.recipe)
        whole = drawn if last is None else np.concatenate([last, drawn], axis=1)
        last = drawn[:, -1:]
        yield _bands(movements(whole))[:, -drawn.shape[1] :]


def _bands(moves: Float32) -> Float32:
    """Movements ``[columns, rows]`` as ``[bands, columns]``."""
    edges = np.linspace(0, moves.shape[1], min(_BANDS, moves.shape[1]) + 1).astype(int)
    return np.add.reduceat(moves, edges[:-1], axis=1).T
