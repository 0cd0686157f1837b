"""Tuning: the notes of a content, told by a substance that need not have any.

As articulation imposes how an envelope moves, this imposes how the 12 pitch classes move, about the
substance's own mean: each class is one filter through all octaves, up to 2.5 kHz. It needs no
transposed copies of the substance, and leaves what is not of these notes.

Pitch classes after Müller, "Fundamentals of Music Processing" (2015), chapter 3.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import uniform_filter1d

from eidophone.base.arrays import Complex64, Float32, Float64, Int64
from eidophone.base.parallel import blocks
from eidophone.morphing.telling.cepstra import TINY, pool, under
from eidophone.morphing.telling.told import Course
from eidophone.picture.gabor import Gabor, Span
from eidophone.picture.recipe import Recipe

#: Windows that tell semitones apart from some 200 Hz on.
_RECIPE = Recipe(name="pitch classes", hop_seconds=0.02, window_seconds=0.2)

_CLASSES, _A4_HZ = 12, 440.0

#: Where it is tuned; it fades out within half of it below and above.
_LOW_HZ, _HIGH_HZ = 100.0, 2500.0

#: How far at full articulation, how much of the substance's mean stays, and by how much a class is
#: made louder or quieter at most: 15 dB, as the logarithm of a magnitude.
_HOW_FAR, _MEAN, _MOST = 0.6, 0.75, 15 / 8.686

#: A class that is 40 dB below the loudest is not there.
_FLOOR = 1e-4

#: Columns sound that are within 40 dB of the loudest.
_SOUNDING = 1e-4

#: Columns that are worked on at a time, and those beside them that are looked at with them.
_STRETCH_COLUMNS, _MARGIN_COLUMNS = 512, 12

#: How long a note lasts, so that its partials are still there: of speech, hardly any are. The
#: correlation of what is 160 ms apart is below .2 of voices, .3 of drums, and above .6 of music.
_LATER_COLUMNS, _STEADY = 8, 0.4

#: How wide the envelope is that is taken off before that.
_ENVELOPE_HZ = 150.0


@dataclass(frozen=True, eq=False)
class _Classes:
    """Between bins and pitch classes at one rate.

    Attributes:
        gabor: between samples and bins.
        low, high: the bins in between which it is tuned.
        below: ``[high]`` the pitch class below each bin.
        parts: ``[high, 2]`` how much of it is in that one and in the next.
    """

    gabor: Gabor
    low: int
    high: int
    below: Int64
    parts: Float32

    @classmethod
    def of(cls, rate: int) -> _Classes:
        gabor = Gabor.of(_RECIPE, rate)
        bin_hz = rate / gabor.n_fft
        low, high = (round(hz / bin_hz) for hz in (_LOW_HZ, min(1.5 * _HIGH_HZ, 0.45 * rate)))
        hz = np.maximum(np.arange(high), 1) * bin_hz
        place = _CLASSES * np.log2(hz / _A4_HZ)
        part = place - np.floor(place)
        inside = np.clip((hz - _LOW_HZ / 2) / (_LOW_HZ / 2), 0, 1)
        inside *= np.clip((1.5 * _HIGH_HZ - hz) / (0.5 * _HIGH_HZ), 0, 1)
        parts = np.stack([1 - part, part], axis=1) * inside[:, None]
        below = np.floor(place).astype(np.int64) % _CLASSES
        return cls(gabor, low, high, below, parts.astype(np.float32))

    def columns(self, sample_count: int) -> int:
        return _RECIPE.columns(sample_count, self.gabor.rate)

    def levels(self, span: Span, samples: Float32) -> tuple[Float32, Float32]:
        """Logarithms of the classes ``[columns, 12]``, about their mean; and the power of all."""
        power = np.zeros((span.columns, _CLASSES + 1), np.float32)

        def visit(first: int, last: int, seen: Complex64) -> None:
            some = seen[:, :, : self.high]
            pool(some, self.below, self.parts, power[first:last], power[first:last], False)

        span.analyse(samples, visit)
        power[:, 0] += power[:, _CLASSES]
        classes = power[:, :_CLASSES]
        floor = _FLOOR * classes.max(axis=1, keepdims=True) + np.float32(TINY)
        logs = 0.5 * np.log(classes + floor)
        return logs - logs.mean(axis=1, keepdims=True), classes.sum(axis=1)

    def change(self, samples: Float32, span: Span, gain: Float32) -> Float32:
        """``samples`` after a ``gain`` ``[columns, 12]``, the logarithm."""
        whole = gain[:, self.below] * self.parts[:, 0]
        whole += gain[:, (self.below + 1) % _CLASSES] * self.parts[:, 1]
        factor = np.exp(whole)

        def change(first: int, last: int, seen: Complex64) -> None:
            seen[:, :, : self.high] *= factor[first:last]

        return span.project(samples, change)


def tuned(content: Float32, substance: Float32, rate: int, course: Course) -> Float32:
    """``substance`` with the notes of ``content``, as far as ``course`` says; ``[channels, n]``."""
    classes, count = _Classes.of(rate), content.shape[1]
    wanted, loud = _levels(content, classes)
    own, there = _levels(substance, classes)
    wanted += _MEAN * (_mean(own, there) - _mean(wanted, loud))
    made = np.empty_like(substance)
    columns = classes.columns(count)
    for first, last in blocks(0, columns, _STRETCH_COLUMNS):
        rows = np.arange(first - _MARGIN_COLUMNS, last + _MARGIN_COLUMNS)
        span = Span(classes.gabor, int(rows[0]), int(rows[-1]) + 1)
        how_far = course(np.clip((rows + 0.5) / columns, 0, 1)).movement * _HOW_FAR
        rows = rows.clip(0, columns - 1)
        gain = np.clip(how_far[:, None] * (wanted - own)[rows], -_MOST, _MOST)
        part = classes.change(under(substance, span.start, span.stop), span, gain)
        start = round(first * classes.gabor.hop)
        stop = count if last == columns else round(last * classes.gabor.hop)
        made[:, start:stop] = part[:, start - span.start : stop - span.start]
    return made


def is_music(content: Float32, rate: int) -> bool:
    """Whether the pitches of ``content`` ``[channels, n]`` stay as those of notes do."""
    return steadiness(content, rate) > _STEADY


def steadiness(content: Float32, rate: int) -> float:
    """Correlation, -1 to 1, of the partials of ``content`` with those 160 ms later."""
    classes = _Classes.of(rate)
    width = max(1, round(_ENVELOPE_HZ * classes.gabor.n_fft / rate))
    both, weights, last = 0.0, 0.0, None
    for span in _spans(classes, content.shape[1]):
        power = np.empty((span.columns, classes.high - classes.low), np.float32)

        def visit(first: int, last: int, seen: Complex64, power: Float32 = power) -> None:
            some = seen[:, :, classes.low : classes.high]
            power[first:last] = (some.real**2 + some.imag**2).mean(axis=0)

        span.analyse(under(content, span.start, span.stop), visit)
        if last is not None:
            power = np.concatenate([last, power])
        last = power[-_LATER_COLUMNS:]
        logs = np.log(power + 1e-7 * power.max() + np.float32(TINY))
        fine = logs - uniform_filter1d(logs, width, axis=1)
        fine -= fine.mean(axis=1, keepdims=True)
        fine /= np.sqrt((fine**2).sum(axis=1, keepdims=True)) + np.float32(1e-9)
        loud = np.sqrt(power.sum(axis=1))
        weight = np.minimum(loud[_LATER_COLUMNS:], loud[:-_LATER_COLUMNS])
        both += float(((fine[_LATER_COLUMNS:] * fine[:-_LATER_COLUMNS]).sum(axis=1) * weight).sum())
        weights += float(weight.sum())
    return both / weights if weights else 0.0


def _spans(classes: _Classes, sample_count: int) -> Iterator[Span]:
    for first, last in blocks(0, classes.columns(sample_count), _STRETCH_COLUMNS):
        yield Span(classes.gabor, first, last)


def _levels(samples: Float32, classes: _Classes) -> tuple[Float32, Float32]:
    """Of all of ``samples``, as `_Classes.levels`."""
    parts = [
        classes.levels(span, under(samples, span.start, span.stop))
        for span in _spans(classes, samples.shape[1])
    ]
    return np.concatenate([one[0] for one in parts]), np.concatenate([one[1] for one in parts])


def _mean(levels: Float32, loud: Float32) -> Float64:
    """Of the columns that sound."""
    return levels[loud >= _SOUNDING * loud.max()].mean(axis=0, dtype=np.float64)
