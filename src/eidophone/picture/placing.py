"""Placing: where an original sound lies under its picture, found by how levels move in time.

A picture has no phase, but levels rise and fall, and where a sound lies right, its own do so
at the same time. `find` compares these movements: where it is given, if it fits there; and
otherwise everywhere, by the correlation of excerpts of the picture with all of the sound, whose
best matches lie on a line, as a sound may run faster. A line is then brought to the sample by
Gauss-Newton steps: what is left between the levels, over how fast they move (Lucas and Kanade,
"An iterative image registration technique", 1981).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import combinations_with_replacement
from typing import NamedTuple

import numpy as np
import scipy.fft

from eidophone.base.arrays import Complex64, Float32, Float64, Int64, Pixels
from eidophone.base.streams import Feed, regrouped
from eidophone.picture.analysis import Analysis
from eidophone.picture.facts import Source
from eidophone.picture.gabor import Span
from eidophone.picture.ink import levels_of_pixels, levels_of_power
from eidophone.picture.mapping import Mapping
from eidophone.picture.pool import colours, rows_of_spectrum
from eidophone.picture.recipe import Recipe
from eidophone.sound.aligned import Aligned
from eidophone.sound.sound import SoundSource

_BLOCK_SAMPLES = 1 << 18

#: Columns that are looked at in one piece (1.5 s of `standard`), and how many pieces to begin with.
_PIECE = 256
_FIRST_PIECES = 8

#: Excerpts that are looked for, and their columns: in 1.5 s of `standard` a tape hardly drifts.
_EXCERPTS = 20
_EXCERPT = 256

#: Bands in which movements are looked for, and columns of the sound that are gone through at once.
_BANDS = 32
_CORRELATED = 8192

#: Movements that correlate by less are not the same. Those of other sounds, or of the same 5 ms
#: beside its place, do by .05 at most; those of a picture after JPEG at quality 30 by .58 at least.
LEAST_FIT = 0.3

#: In short excerpts chance does more: at least so much over the root of their columns.
_CHANCE = 5.0

#: Of several places that fit as well, as in loops, the nearest: what doubling the way costs.
_FAR = 1e-3

#: A sound may run so much faster or slower than it should, besides the speeds that are tried.
_MOST_DRIFT = 0.02

#: Columns that a match may lie off the line.
_OFF_LINE = 2.0

#: Levels that move, or differ, by more are something new, in dB.
_MOST_DB = 6.0

#: Levels that move less, in dB, do not tell where they are.
_LEAST_MOVE_DB = 0.1

#: Cells that say the same, as windows overlap and lobes are wide.
_ALIKE_CELLS = 8.0

#: Columns of which it is found how late they are, and rounds in which what lies off loses weight.
_PART = 128
_ROUNDS = 5

#: A drift is one if it is so many times as large as its standard error.
_CERTAIN = 5.0

#: Fractions of a hop by which a sound is moved to see how its levels do, until it hardly moves.
_STEPS = (1.0, 0.5, *[0.125] * 10)
_STILL = 0.1


@dataclass(frozen=True)
class Place:
    """Where an original sound lies under its picture.

    Attributes:
        delay: sample of the picture's sound at which the original begins.
        speed: seconds of the original that pass in a second of the picture's sound.
        swapped: its left is the picture's right.
    """

    delay: int = 0
    speed: float = 1.0
    swapped: bool = False

    def put(self, sound: SoundSource, target: Source) -> SoundSource:
        """``sound`` as it lies under the picture; itself where nothing is to be done."""
        if self == Place() and sound.rate == target.rate and sound.channels <= target.channels:
            return sound
        return Aligned(
            sound,
            rate=target.rate,
            channels=target.channels,
            delay=self.delay,
            speed=self.speed,
            swapped=self.swapped,
        )

    def is_in_step(self, recipe: Recipe, target: Source) -> bool:
        """Whether the original begins with the picture and runs with it, but for a column."""
        hop = recipe.hop_seconds * target.rate
        return max(abs(self.delay), abs(self.speed - 1) * target.sample_count) < hop


def under(
    sound: SoundSource,
    picture: Callable[[], Iterable[Pixels]],
    recipe: Recipe,
    target: Source,
    *,
    in_step: bool = False,
    trusted: bool = False,
) -> SoundSource | None:
    """``sound`` as it lies under a picture; None if it does not fit.

    Args:
        sound: at any rate.
        picture: gives ``[recipe.rows, any number, 3]`` blocks, from left to right.
        recipe: what they mean.
        target: rate, channels and length of the sound that the picture is of.
        in_step: it fits only if it begins with the picture, and runs with it.
        trusted: where it does not fit, it lies where it is: the picture is known to be its own.
    """
    place = find(sound, picture, recipe, target) or (Place() if trusted else None)
    if place is None or (in_step and not place.is_in_step(recipe, target)):
        return None
    return place.put(sound, target)


def find(
    sound: SoundSource, picture: Callable[[], Iterable[Pixels]], recipe: Recipe, target: Source
) -> Place | None:
    """Where ``sound`` lies under a picture; None if it is not what was drawn.

    Args:
        sound: at any rate.
        picture: gives ``[recipe.rows, any number, 3]`` blocks, from left to right.
        recipe: what they mean.
        target: rate, channels and length of the sound that the picture is of.
    """
    mapping = Mapping.of(recipe, target.rate)
    brought = Place().put(sound, target)
    swapped = _fits_where_it_is(brought, picture(), target.channels, mapping)
    if swapped is not None:
        return Place(swapped=swapped)
    excerpts = _excerpts(picture(), mapping.columns(target.sample_count), target.channels, recipe)
    for speed in _speeds(sound, target):
        brought = replace(Place(), speed=speed).put(sound, target)
        line, matching = _search(excerpts, brought, mapping)
        if not matching:
            continue
        heard = _heard(line, matching, brought, mapping)
        line = _exact(line, heard, mapping)
        drawn = [(one.excerpt.levels, _drawn(one, line, 0, mapping)) for one in heard]
        if max(correlation(*map(movements, pair)) for pair in drawn) >= LEAST_FIT:
            sides = sum(_sides(*pair) for pair in drawn)
            return _rounded(line, speed, sides < -LEAST_FIT * len(drawn), target)
    return None


def _speeds(sound: SoundSource, target: Source) -> list[float]:
    """Speeds to try: its own, what makes it as long as the picture, twice and half."""
    same = sound.sample_count * target.rate / (sound.rate * target.sample_count)
    speeds = [1.0, same, 2.0, 0.5]
    return [
        speed
        for n, speed in enumerate(speeds)
        if 0.2 < speed < 5 and all(abs(speed / other - 1) > _MOST_DRIFT for other in speeds[:n])
    ]


class _Excerpt(NamedTuple):
    """A part of the picture: its first column, and levels ``[colours, columns, rows]``."""

    first: int
    levels: Float32


class _Line(NamedTuple):
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


def movements(levels: Float32) -> Float32:
    """How ``levels`` ``[colours, columns, rows]`` move from column to column, ``[columns, rows]``.

    The first column has none.
    """
    lightness = levels.mean(axis=0)
    return np.clip(np.diff(lightness, axis=0, prepend=lightness[:1]), -_MOST_DB, _MOST_DB)


def correlation(one: Float32, other: Float32) -> float:
    """Of movements: 1 where they are the same, 0 where they have nothing to do with each other."""
    product, norm = np.vdot(one, other), np.vdot(one, one) * np.vdot(other, other)
    return float(product) / max(float(norm), 1e-9) ** 0.5


def _fits_where_it_is(
    sound: SoundSource, picture: Iterable[Pixels], channels: int, mapping: Mapping
) -> bool | None:
    """Whether ``sound`` fits with its channels swapped (or as it is); None if it does not fit."""
    analysis = Analysis(sound.blocks(_BLOCK_SAMPLES), sound.channels, mapping)
    late: list[tuple[float, float]] = []
    sides, pieces = 0.0, 0
    black = 10 ** (mapping.recipe.floor_db / 10)
    for pixels in regrouped(picture, _PIECE):
        power, _ = analysis.take(pixels.shape[1])
        if not pixels.any() or float(power.max()) <= black:  # silence tells nothing
            continue
        seen = levels_of_pixels(pixels, mapping.recipe, colours(channels))
        drawn = levels_of_power(power, mapping.recipe)
        if correlation(movements(seen), movements(drawn)) >= LEAST_FIT or _is_same(
            seen, drawn, mapping.recipe
        ):
            late.append(_late(seen, drawn, np.gradient(drawn.mean(axis=0), axis=0)))
            sides += _sides(seen, drawn)
        pieces += 1
        if pieces == _FIRST_PIECES:
            break
    if pieces == 0:
        return False
    if not late:
        return None
    hops, errors = np.array(late).T * mapping.gabor.hop
    weights = 1 / np.maximum(errors, 1e-3) ** 2
    mean, error = (weights * hops).sum() / weights.sum(), weights.sum() ** -0.5
    if abs(mean) > max(0.5, 4 * error) or (np.abs(hops) > np.maximum(2, 4 * errors)).any():
        return None
    return sides < -LEAST_FIT * len(late)


def _is_same(seen: Float32, drawn: Float32, recipe: Recipe) -> bool:
    """Whether most of what is heard is the same, though it may not move."""
    one, other = seen.mean(axis=0), drawn.mean(axis=0)
    heard = np.maximum(one, other) > 0
    same = np.abs(one - other) <= 1.01 * recipe.range_db / 255
    return bool(np.count_nonzero(same & heard) > 0.5 * np.count_nonzero(heard))


def _late(seen: Float32, drawn: Float32, slope: Float32) -> tuple[float, float]:
    """By how many units of ``slope`` what is drawn comes too late, and how far off that may be."""
    change = seen.mean(axis=0) - drawn.mean(axis=0)
    moving = np.abs(slope) > _LEAST_MOVE_DB * np.abs(slope).max(initial=0) / _MOST_DB
    if not moving.any():
        return 0.0, np.inf
    change, slope = change[moving], slope[moving]
    change = change - np.median(change)
    known = np.abs(change) < _MOST_DB
    change, slope = change[known], slope[known]
    power = max(float((slope**2).sum()), 1e-9)
    late = float((change * slope).sum()) / power
    noise = float(((change - late * slope) ** 2).mean()) if change.size else np.inf
    return late, (_ALIKE_CELLS * noise / power) ** 0.5


def _sides(seen: Float32, drawn: Float32) -> float:
    """1 if what is left of one is left of the other, -1 if it is right, 0 if that is not told."""
    if min(len(seen), len(drawn)) < 3:
        return 0.0
    one, other = (np.clip(levels[0] - levels[2], -_MOST_DB, _MOST_DB) for levels in (seen, drawn))
    return correlation(one, other)


def _excerpts(
    picture: Iterable[Pixels], columns: int, channels: int, recipe: Recipe
) -> list[_Excerpt]:
    """Parts of the picture, from its beginning to its end."""
    width = min(_EXCERPT, columns)
    count = min(_EXCERPTS, -(-columns // width))
    firsts = np.linspace(0, columns - width, count).round().astype(int)
    feed = Feed(picture, np.zeros((recipe.rows, 0, 3), np.uint8))
    return [
        _Excerpt(int(n), levels_of_pixels(feed.take(n, n + width), recipe, colours(channels)))
        for n in firsts
    ]


def _search(
    excerpts: list[_Excerpt], sound: SoundSource, mapping: Mapping
) -> tuple[_Line, list[_Excerpt]]:
    """The line on which the best matches of the excerpts lie, and those that lie on it."""
    width = excerpts[0].levels.shape[1]
    least = max(LEAST_FIT, _CHANCE / width**0.5)
    lags, scores = _matches(
        [_bands(movements(one.levels)) for one in excerpts],
        [one.first for one in excerpts],
        sound,
        mapping,
    )
    found = [n for n, score in enumerate(scores) if score >= least]
    middles = np.array([excerpts[n].first + width / 2 for n in found])
    lags = np.array([lags[n] - excerpts[n].first for n in found])
    best, line, on_it = 0.0, _Line(0.0, 0.0), np.zeros(0, np.bool_)
    for one, other in combinations_with_replacement(range(len(found)), 2):
        drift = 0.0 if one == other else (lags[other] - lags[one]) / (middles[other] - middles[one])
        shift = lags[one] - drift * middles[one]
        off = np.abs(lags - shift - drift * middles)
        near = off <= _OFF_LINE
        total = float((scores[found] * (1 - (off / _OFF_LINE) ** 2))[near].sum())
        if abs(drift) <= _MOST_DRIFT and total > best:
            best, line, on_it = total, _Line(shift * mapping.gabor.hop, drift), near
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
        drawn = levels_of_power(power, mapping.recipe)
        whole = drawn if last is None else np.concatenate([last, drawn], axis=1)
        last = drawn[:, -1:]
        yield _bands(movements(whole))[:, -drawn.shape[1] :]


def _bands(moves: Float32) -> Float32:
    """Movements ``[columns, rows]`` as ``[bands, columns]``."""
    edges = np.linspace(0, moves.shape[1], min(_BANDS, moves.shape[1]) + 1).astype(int)
    return np.add.reduceat(moves, edges[:-1], axis=1).T


class _Heard(NamedTuple):
    """An excerpt of the picture, and the sound around where it lies, which begins at ``start``."""

    excerpt: _Excerpt
    start: int
    samples: Float32


def _heard(
    line: _Line, excerpts: list[_Excerpt], sound: SoundSource, mapping: Mapping
) -> list[_Heard]:
    spare = round((2 + _OFF_LINE) * mapping.gabor.hop)
    feed = Feed(sound.blocks(_BLOCK_SAMPLES), np.zeros((sound.channels, 0), np.float32))
    heard = []
    for one in excerpts:
        ends = mapping.gabor.span(one.first, one.first + one.levels.shape[1])
        start, stop = line.whole(np.array(ends)).tolist()
        heard.append(_Heard(one, start - spare, feed.take(start - spare, stop + spare)))
    return heard


def _drawn(heard: _Heard, line: _Line, later: int, mapping: Mapping) -> Float32:
    """Levels of the sound on the ``line``, and so many samples later, as those of the excerpt."""
    first, columns = heard.excerpt.first, heard.excerpt.levels.shape[1]
    span = Span(mapping.gabor, first, first + columns)
    span.centres = line.whole(span.centres + span.start) + (later - heard.start)
    power = np.empty((colours(len(heard.samples)), columns, mapping.recipe.rows), np.float32)

    def visit(first: int, last: int, part: Complex64) -> None:
        rows_of_spectrum(part, mapping.pooling, power[:, first:last])

    span.analyse(heard.samples, visit)
    return levels_of_power(power, mapping.recipe)


def _exact(line: _Line, heard: list[_Heard], mapping: Mapping) -> _Line:
    """The ``line`` brought to the sample."""
    for step in _STEPS:
        nearer = _nearer(line, heard, round(step * mapping.gabor.hop), mapping)
        last = mapping.gabor.centres(heard[-1].excerpt.first, heard[-1].excerpt.first + 1)
        moved = max(abs(nearer.shift - line.shift), abs(nearer.at(last) - line.at(last))[0])
        line = nearer
        if moved < _STILL:
            break
    return line


def _nearer(line: _Line, heard: list[_Heard], step: int, mapping: Mapping) -> _Line:
    """The ``line`` after a Gauss-Newton step, with slopes over ``step`` samples to both sides."""
    found = []
    for one in heard:
        before, drawn, after = (_drawn(one, line, n, mapping) for n in (-step, 0, step))
        slope = (after.mean(axis=0) - before.mean(axis=0)) / (2 * step)
        centres = mapping.gabor.centres(one.excerpt.first, one.excerpt.first + len(slope))
        rounding = line.whole(centres) - line.at(centres)
        for first in range(0, len(slope), _PART):
            part = slice(first, first + _PART)
            pair = one.excerpt.levels[:, part], drawn[:, part]
            late, error = _late(*pair, slope[part])
            if error < step and correlation(*map(movements, pair)) > LEAST_FIT / 2:
                found.append((centres[part].mean(), late + rounding[part].mean(), error))
    return line if not found else _moved(line, *np.array(found).T)


def _moved(line: _Line, places: Float64, late: Float64, errors: Float64) -> _Line:
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
    return _Line(line.shift + shift - drift * middle, line.drift + drift)


def _rounded(line: _Line, speed: float, swapped: bool, target: Source) -> Place:
    """The place on a ``line``: to the sample, and without a drift of less than one."""
    drift = line.drift if abs(line.drift) * target.sample_count > 0.5 else 0.0
    shift = line.shift + (line.drift - drift) * target.sample_count / 2
    return Place(round(-shift / (1 + drift)), speed * (1 + drift), swapped)
