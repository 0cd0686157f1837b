"""Warp: one picture flows into the other, as in morphs of faces.

Both pictures are moved towards each other along their optical flow, and their levels mixed. It goes
up and down only, on the octaves axis, where a sound moves as a whole when its pitch does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from eidophone.base.arrays import Float32
from eidophone.base.streams import Feed
from eidophone.morphing.grid import Grid
from eidophone.morphing.loudness import as_loud, loudness_of
from eidophone.morphing.methods.flow import Flow, carried
from eidophone.morphing.methods.method import Method
from eidophone.morphing.mix import Mix
from eidophone.morphing.parents import Parents
from eidophone.morphing.partials.interval import Axis, agreement, intervals
from eidophone.morphing.settings import Morphing
from eidophone.picture.analysis import Analysis
from eidophone.picture.axis import hz_of_row
from eidophone.picture.columns import Columns
from eidophone.picture.mapping import Mapping
from eidophone.picture.pool import TINY, colours
from eidophone.picture.recipe import PRESETS
from eidophone.picture.settings import ROUNDS
from eidophone.picture.synthesis import sound_of_columns

#: Columns that are worked on at a time, and around them so many that are only looked at.
_BLOCK_COLUMNS, _AROUND_COLUMNS = 512, 64

#: Columns of less power have no pitch.
_SILENT = 1e-12

#: The flow is looked for in what is louder than this far below the peak of the parent, and black is
#: so far below it, in nepers of power (70 and 110 dB).
_SEEN, _BLACK = np.float32(7 * np.log(10)), np.float32(11 * np.log(10))


def _make(parents: Parents, mix: Mix, how: Morphing) -> Iterator[Float32]:
    mapping = Mapping.of(PRESETS["octaves"].for_rate(parents.rate), parents.rate)
    return sound_of_columns(
        _pictures(parents, mix, mapping, Flow()),
        parents.channels,
        mapping,
        rounds=ROUNDS[how.quality],
        sample_count=parents.sample_count,
    )


def _pictures(parents: Parents, mix: Mix, mapping: Mapping, flow: Flow) -> Iterator[Columns]:
    """The columns of the morph, in order."""
    count, rows = mapping.columns(parents.sample_count), mapping.recipe.rows
    nothing = np.zeros((colours(parents.channels), 0, rows), np.float32)
    feeds = [Feed(Analysis([one], len(one), mapping), nothing) for one in parents.samples]
    peaks = [np.float32(2 * np.log(max(_peak(one), 1e-6))) for one in parents.samples]
    part = _parts_of_bins(mapping)
    around = (0, 0), (_AROUND_COLUMNS, _AROUND_COLUMNS)
    higher, there = (np.pad(one, around, mode="edge") for one in _seen_through(parents, mapping))
    for first in range(0, count, _BLOCK_COLUMNS):
        columns = min(_BLOCK_COLUMNS, count - first)
        begin, end = first - _AROUND_COLUMNS, first + columns + _AROUND_COLUMNS
        powers = [one.take(begin, end) for one in feeds]
        moments = (np.arange(begin, end) + 0.5) / count
        seen = slice(first, first + len(moments))
        timbre = mix.at("timbre", moments) * there[:, seen]
        shares = mix.at("pitch", moments), timbre / timbre.sum(axis=0)
        here = slice(_AROUND_COLUMNS, -_AROUND_COLUMNS)
        power = _between(powers, peaks, higher[0, seen], *shares, flow)[:, here]
        loudness = mix.at("loudness", moments[here])
        weighed = as_loud(power * part, [one[:, here] * part for one in powers], loudness)
        yield Columns(weighed / part)


def _parts_of_bins(mapping: Mapping) -> Float32:
    """``[rows]`` which part of a bin a row has to itself: low ones share theirs; 1 at most."""
    edges = hz_of_row(np.arange(mapping.recipe.rows + 1, dtype=np.float64) - 0.5, mapping.recipe)
    width = np.diff(edges) * (mapping.gabor.n_fft / mapping.rate)
    return np.minimum(width, 1).astype(np.float32)


def _seen_through(parents: Parents, mapping: Mapping) -> tuple[Float32, Float32]:
    """Both of ``parents`` as a whole.

    Returns:
        ``[1, columns]`` by how many rows the second is higher, on the whole; and
        ``[parents, columns]`` how loud they are beside what they usually are.
    """
    grid = Grid(parents, mapping.recipe)
    axis = Axis(grid.hz)
    loud = []

    def agreements() -> Iterator[Float32]:
        for stretch in grid.stretches():
            heard = stretch.heard
            sounding = np.minimum(*(one.sum(axis=1) > _SILENT for one in heard))
            loud.append(np.stack([loudness_of(one) for one in stretch.power]))
            yield agreement(*map(axis.shape, heard)) * sounding[:, None]

    higher = intervals(agreements())
    recipe = mapping.recipe
    rows = np.float32(recipe.rows / np.log(recipe.max_hz / recipe.min_hz))
    loudness = np.concatenate(loud, axis=1)
    total = np.maximum(loudness.sum(axis=1, keepdims=True), TINY)
    usual = np.maximum((loudness**2).sum(axis=1, keepdims=True) / total, TINY)
    return higher[None] * rows, loudness / usual + np.float32(1e-6)


def _between(
    powers: Sequence[Float32],
    peaks: Sequence[np.float32],
    higher: Float32,
    pitch: Float32,
    timbre: Float32,
    flow: Flow,
) -> Float32:
    """Power ``[colours, columns, rows]`` between those of two parents.

    Args:
        powers: of each, as that.
        peaks: of each, the logarithm of the power of its peak.
        higher: ``[columns]`` by how many rows the second is higher, about.
        pitch: ``[parents, columns]`` shares.
        timbre: ``[parents, columns]`` shares.
        flow: by which they go.
    """
    both = zip(powers, peaks, strict=True)
    seen = [_level(one[::2].mean(axis=0), peak - _SEEN) / _SEEN for one, peak in both]
    level, lit = np.zeros_like(powers[0]), np.zeros(powers[0].shape, np.bool_)
    for one, other, guess in ((0, 1, higher), (1, 0, -higher)):
        by = carried(flow.of(seen[one], seen[other], guess), pitch[other])
        black = peaks[one] - _BLACK
        for colour, power in enumerate(powers[one]):
            drawn = _level(power, black)
            level[colour] += timbre[one][:, None] * (flow.moved(drawn, by) + black)
            lit[colour] |= flow.moved(drawn, by, sharp=True) > 0
    return np.where(lit, np.exp(level), np.float32(0))


def _level(power: Float32, black: np.float32) -> Float32:
    """How far ``power`` is above ``black``, in nepers."""
    return np.maximum(np.log(np.maximum(power, TINY)) - black, np.float32(0))


def _peak(samples: Float32) -> float:
    return float(np.abs(samples).max(initial=0))


WARP = Method("warp", "One picture flows into the other, as faces do in films.", _make, most=2)
