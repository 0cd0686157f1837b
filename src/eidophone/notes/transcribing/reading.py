"""A sound as the transcriber hears it: one channel at the network's rate, stretch by stretch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from eidophone.base.arrays import Float32
from eidophone.base.streams import Feed
from eidophone.notes.transcribing import network
from eidophone.notes.transcribing.network import HOP, RATE
from eidophone.notes.transcribing.spectrum import ROWS, Levels, levels_of
from eidophone.sound.resample import resampled
from eidophone.sound.sound import SoundSource

#: Moments of a stretch, and moments of what is around it on either side.
_STRETCH, _AROUND = 2048, 64

_BLOCK = 1 << 16

#: Rows that tell the tuning: of 220 to 3520 Hz.
_TELLING = slice(4 * 12 * ROWS, 8 * 12 * ROWS)

#: A partial is so many dB above what is around it, so many rows away on either side.
_PROMINENT, _NEAR = 12.0, 2 * ROWS


class Stretch(NamedTuple):
    """Some moments of a sound, with what is around them.

    Attributes:
        first: the first of its own moments.
        own: which of the moments in it are its own.
        levels: of all of them.
        posteriors: of all of them; None without basic-pitch's network.
    """

    first: int
    own: slice
    levels: Levels
    posteriors: network.Posteriors | None


class Overview(NamedTuple):
    """What is known of a sound after it was looked through once.

    Attributes:
        loudness: of its loud moments, in dB.
        tuning: how much sharper it is than A = 440 Hz, in semitones, -.5 to .5.
        sure: how clearly it is tuned at all, 0 to 1.
        tonal: how strong its partials are beside all else: about 1 and more of music, .01 of noise.
    """

    loudness: float
    tuning: float
    sure: float
    tonal: float


def overview_of(sound: SoundSource) -> Overview:
    """Look a sound through."""
    loudest, tuned, tonal, heard = [], 0j, 0.0, 0.0
    for _, before, own, samples in _cut(sound, 0.0):
        long = levels_of(samples).long[before : before + own]
        loudest.append(long.max(axis=1))
        turns, peaks, total = _peaks(long[:, _TELLING])
        tuned, tonal, heard = tuned + turns, tonal + peaks, heard + total
    loudness = float(np.percentile(np.concatenate(loudest), 95))
    tuning = float(np.angle(tuned) / (2 * np.pi)) if tuned else 0.0
    return Overview(loudness, tuning, abs(tuned) / max(tonal, 1e-30), tonal / max(heard, 1e-30))


def stretches(sound: SoundSource, tuning: float, *, heard: bool) -> Iterator[Stretch]:
    """The stretches of ``sound``, played slower by ``tuning`` semitones, so that A is 440 Hz.

    Args:
        sound: gone through once.
        tuning: as `overview_of` found it, or 0.
        heard: by basic-pitch's network, too; then it must be there.
    """
    for first, before, own, samples in _cut(sound, tuning):
        levels = levels_of(samples)
        posteriors = network.heard(samples) if heard else None
        yield Stretch(first, slice(before, before + own), levels, posteriors)


def moments_of(sound: SoundSource, tuning: float) -> int:
    """Moments of ``sound``, played so."""
    return max(1, -(-round(sound.sample_count * RATE * 2 ** (tuning / 12) / sound.rate) // HOP))


def moment_seconds(tuning: float) -> float:
    """Seconds of ``sound`` from one moment to the next, where it is ``tuning`` semitones sharp."""
    return HOP / (RATE * 2 ** (tuning / 12))


def _cut(sound: SoundSource, tuning: float) -> Iterator[tuple[int, int, int, Float32]]:
    """First moment, moments before it, own moments, and all samples of each stretch."""
    wanted = RATE * 2 ** (tuning / 12)
    blocks = (one.mean(axis=0, keepdims=True) for one in sound.blocks(_BLOCK))
    feed = Feed(resampled(blocks, 1, sound.rate, wanted), np.zeros((1, 0), np.float32))
    moments = moments_of(sound, tuning)
    for first in range(0, moments, _STRETCH):
        before = min(first, _AROUND)
        own = min(_STRETCH, moments - first)
        after = min(_AROUND, moments - first - own)
        start, stop = first - before, first + own + after
        yield first, before, own, feed.take(start * HOP, stop * HOP)[0]


def _peaks(levels: Float32) -> tuple[complex, float, float]:
    """How partials lie beside the semitones, how strong they are, and how strong all is.

    Returns:
        The sum of a turn per semitone, weighted by amplitudes; these summed; those of everything.
    """
    middle = levels[:, _NEAR:-_NEAR]
    below = levels[:, _NEAR - 1 : -_NEAR - 1]
    above = levels[:, _NEAR + 1 : levels.shape[1] - _NEAR + 1]
    around = np.maximum(levels[:, : -2 * _NEAR], levels[:, 2 * _NEAR :])
    peaks = (middle >= below) & (middle > above) & (middle > around + _PROMINENT)
    amplitudes = 10 ** (middle / 20)
    bend = below - 2 * middle + above
    shift = np.where(bend < 0, 0.5 * (below - above) / np.minimum(bend, -1e-6), 0)
    rows = np.arange(_NEAR, _NEAR + middle.shape[1]) + shift
    weights = amplitudes * peaks
    turns = complex((weights * np.exp(2j * np.pi * rows / ROWS)).sum())
    everything = float(amplitudes.sum()) / (2 * ROWS)
    return turns, float(weights.sum()), everything
