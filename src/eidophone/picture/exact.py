"""Exact: a line on which a sound lies under its picture, brought from a column to the sample.

By Gauss-Newton steps: what is left between the levels, over how fast they move (Lucas and Kanade,
"An iterative image registration technique", 1981).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from eidophone.base.arrays import Complex64, Float32, Float64
from eidophone.base.streams import Feed
from eidophone.picture.gabor import Span
from eidophone.picture.ink import ink_of_power
from eidophone.picture.mapping import Mapping
from eidophone.picture.movements import LEAST_FIT, correlation, late_by, movements
from eidophone.picture.pool import colours, rows_of_spectrum
from eidophone.picture.searching import OFF_LINE, Excerpt, Line
from eidophone.sound.sound import SoundSource

_BLOCK_SAMPLES = 1 << 18

#: Columns of which it is found how late they are, and rounds in which what lies off loses weight.
_PART = 128
_ROUNDS = 5

#: A drift is one if it is so many times as large as its standard error.
_CERTAIN = 5.0

#: Fractions of a hop by which a sound is moved to see how its levels do, until it hardly moves.
_STEPS = (1.0, 0.5, *[0.125] * 10)
_STILL = 0.1


class Heard(NamedTuple):
    """An excerpt of the picture, and the sound around where it lies, which begins at ``start``."""

    excerpt: Excerpt
    start: int
    samples: Float32


def heard_around(
    line: Line, excerpts: list[Excerpt], sound: SoundSource, mapping: Mapping
) -> list[Heard]:
    """The ``excerpts``, each with the ``sound`` around where it lies on the ``line``."""
    spare = round((2 + OFF_LINE) * mapping.gabor.hop)
    feed = Feed(sound.blocks(_BLOCK_SAMPLES), np.zeros((sound.channels, 0), np.float32))
    heard = []
    for one in excerpts:
        ends = mapping.gabor.span(one.first, one.first + one.ink.shape[1])
        start, stop = line.whole(np.array(ends)).tolist()
        heard.append(Heard(one, start - spare, feed.take(start - spare, stop + spare)))
    return heard


def drawn_on(heard: Heard, line: Line, later: int, mapping: Mapping) -> Float32:
    """Ink of the sound on the ``line``, and so many samples later, as that of the excerpt."""
    first, columns = heard.excerpt.first, heard.excerpt.ink.shape[1]
    span = Span(mapping.gabor, first, first + columns)
    span.centres = line.whole(span.centres + span.start) + (later - heard.start)
    power = np.empty((colours(len(heard.samples)), columns, mapping.recipe.rows), np.float32)

    def visit(first: int, last: int, part: Complex64) -> None:
        rows_of_spectrum(part, mapping.pooling, power[:, first:last])

    span.analyse(heard.samples, visit)
    return ink_of_power(power, mapping.recipe)


def exact(line: Line, heard: list[Heard], mapping: Mapping) -> Line:
    """The ``line`` brought to the sample."""
    for step in _STEPS:
        nearer = _nearer(line, heard, round(step * mapping.gabor.hop), mapping)
        last = mapping.gabor.centres(heard[-1].excerpt.first, heard[-1].excerpt.first + 1)
        moved = max(abs(nearer.shift - line.shift), abs(nearer.at(last) - line.at(last))[0])
        line = nearer
        if moved < _STILL:
            break
    return line


def _nearer(line: Line, heard: list[Heard], step: int, mapping: Mapping) -> Line:
    """The ``line`` after a Gauss-Newton step, with slopes over ``step`` samples to both sides."""
    found = []
    for one in heard:
        before, drawn, after = (drawn_on(one, line, n, mapping) for n in (-step, 0, step))
        slope = (after.mean(axis=0) - before.mean(axis=0)) / np.float32(2 * step)
        centres = mapping.gabor.centres(one.excerpt.first, one.excerpt.first + len(slope))
        rounding = line.whole(centres) - line.at(centres)
        for first in range(0, len(slope), _PART):
            part = slice(first, first + _PART)
            pair = one.excerpt.ink[:, part], drawn[:, part]
            late, error = late_by(*pair, slope[part])
            if error < step and correlation(*map(movements, pair)) > LEAST_FIT / 2:
                found.append((centres[part].mean(), late + rounding[part].mean(), error))
    return line if not found else _moved(line, *np.array(found).T)


def _moved(line: Line, places: Float64, late: Float64, errors: Float64) -> Line:
    """The ``line`` moved by what is ``late``, all but what lies off; turned if that is certain."""
    weights = 1 / np.maximum(errors, 0.02) ** 2
    middle, shift, drift = 0.0, 0.0, 0.0
    for _ in range(_ROUNDS):
        middle = float((weights * places).sum() / weights.sum())
        shift = float((weights * late).sum() / weights.sum())
        spread = float((weights * (places - middle) ** 2).sum())
        drift = float((weights * (places - middle) * (late - shift)).sum()) / max(spread, 1e-9)
        if len(places) < 3 or abs(drift) < _CERTAIN / max(spread, 1e-9) ** 0.5:
            drift = 0.0
        off = np.abs(late - shift - drift * (places - middle))
        usual = max(float(np.median(off)), 0.1)
        weights = 1 / np.maximum(errors, 0.02) ** 2 / (1 + (off / usual) ** 2)
    return Line(line.shift + shift - drift * middle, line.drift + drift)
