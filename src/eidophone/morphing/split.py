"""Split: source and filter apart, and each of them moved.

The interval between the parents is followed; the partials of each move to the pitch between them,
and their envelopes, the throat or the body, are transported. So pitch and timbre can take
different mixes: one sound's melody with another one's throat.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from eidophone.base.arrays import Float32
from eidophone.base.parallel import map_ranges
from eidophone.morphing.envelope import Bands, between
from eidophone.morphing.grid import Grid, Stretch, drawn
from eidophone.morphing.interval import Axis, agreement, intervals
from eidophone.morphing.loudness import EXPONENT, as_loud, loudness_of, power_of_columns
from eidophone.morphing.method import Method
from eidophone.morphing.mix import Mix
from eidophone.morphing.moving import Window, morphed
from eidophone.morphing.parents import Parents
from eidophone.morphing.settings import Morphing
from eidophone.picture.pool import TINY

#: What is so far below the loudest moment of all parents is silent (60 dB), and has no timbre.
_SILENT = 1e-6

#: The level of a tone where it is no longer looked at, in nepers (60 dB).
_LOBE = 13.8


def _make(parents: Parents, mix: Mix, how: Morphing) -> Iterator[Float32]:
    grid = Grid(parents)
    split = _Split.of(grid)
    pictures = (drawn(split.column(stretch, mix)) for stretch in grid.stretches())
    return grid.sound(pictures, how.quality)


@dataclass(frozen=True, eq=False)
class _Split:
    """What is known of parents as a whole.

    Attributes:
        bands: of their envelopes.
        window: of the transform.
        shift: ``[parents, columns]`` natural logarithm of the ratio to the first one's pitch.
        usual: ``[parents, 1]`` loudness that their columns usually have.
    """

    bands: Bands
    window: Window
    shift: Float32
    usual: Float32

    @classmethod
    def of(cls, grid: Grid) -> _Split:
        """Follow the intervals between the parents."""
        seen = [np.stack([*map(power_of_columns, one.power)]) for one in grid.stretches()]
        power = np.concatenate(seen, axis=1)
        silent = np.float32(max(float(_SILENT * power.max()), 1e-20))
        heard = power / (power + silent)
        shift = np.stack(
            [
                np.zeros(grid.columns, np.float32),
                *(intervals(_agreements(grid, heard, n)) for n in range(1, len(heard))),
            ]
        )
        decay = grid.mapping.gabor.lobe_decay
        window = Window(np.float32(decay), np.float32(np.sqrt(_LOBE / decay)))
        loudness = power**EXPONENT
        usual = (loudness**2).sum(axis=1) / np.maximum(loudness.sum(axis=1), TINY)
        return cls(Bands.of(grid.hz), window, shift, np.maximum(usual, TINY)[:, None])

    def column(self, stretch: Stretch, mix: Mix) -> Float32:
        """The columns of ``stretch`` as ``mix`` wants them: power ``[colours, columns, bins]``."""
        pitch, timbre, loudness = (
            mix.at(aspect, stretch.moments) for aspect in ("pitch", "timbre", "loudness")
        )
        there = np.stack([loudness_of(power) for power in stretch.power]) / self.usual
        share = timbre * (there + np.float32(1e-6))
        share /= share.sum(axis=0)
        sums = stretch.heard
        bands = np.stack([self.bands.envelopes(one) for one in sums])
        envelope = np.stack([self.bands.on_bins(one) for one in bands])
        wanted = self.bands.on_bins(between(bands, share))
        level = np.stack([_log(one) for one in sums])
        power = np.stack([_log(one) for one in stretch.power])
        shift = self.shift[:, stretch.first : stretch.first + len(stretch.moments)]
        out = np.empty_like(stretch.power[0])

        def work(first: int, last: int) -> None:
            part = slice(first, last)
            morphed(
                power[:, :, part],
                level[:, part],
                envelope[:, part],
                wanted[part],
                shift[:, part],
                pitch[:, part],
                share[:, part],
                self.window,
                out[:, part],
            )

        map_ranges(work, len(stretch.moments))
        return as_loud(out, stretch.power, loudness)


def _log(power: Float32) -> Float32:
    return np.log(np.maximum(power, TINY))


def _agreements(grid: Grid, heard: Float32, parent: int) -> Iterator[Float32]:
    """How well a parent agrees with the first at each interval, stretch after stretch.

    Args:
        grid: of all parents.
        heard: ``[parents, columns]``: 1 where they can be heard, 0 in silence.
        parent: which.
    """
    axis = Axis(grid.hz)
    for stretch in grid.stretches():
        columns = slice(stretch.first, stretch.first + len(stretch.moments))
        sums = stretch.heard
        both = [axis.shape(sums[n]) for n in (0, parent)]
        yield agreement(*both) * (heard[0] * heard[parent])[columns, None]


SPLIT = Method("split", "Pitches and throats between those of all: one new voice.", _make)
