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
from eidophone.morphing.grid import Grid, Stretch, drawn
from eidophone.morphing.loudness import EXPONENT, as_loud, loudness_of, power_of_columns
from eidophone.morphing.methods.method import Method
from eidophone.morphing.mix import Mix
from eidophone.morphing.parents import Parents
from eidophone.morphing.partials.carrying import carry, turns
from eidophone.morphing.partials.envelope import Bands, between
from eidophone.morphing.partials.interval import Axis, agreement, intervals
from eidophone.morphing.partials.moving import Moves, Window, aim, empty_moves
from eidophone.morphing.settings import Morphing
from eidophone.picture.columns import Columns
from eidophone.picture.pool import TINY, rows_of_spectrum

#: What is so far below the loudest moment of all parents is silent (60 dB), and has no timbre.
_SILENT = 1e-6

#: The level of a tone where it is no longer looked at, in nepers (60 dB).
_LOBE = 13.8


def _make(parents: Parents, mix: Mix, how: Morphing) -> Iterator[Float32]:
    grid = Grid(parents)
    split = _Split.of(grid)
    turned = np.zeros((len(parents.samples), grid.mapping.gabor.bins), np.float32)
    pictures = (split.columns(stretch, mix, grid, turned) for stretch in grid.stretches())
    return grid.sound(pictures, how.quality, guessed=True)


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

    def columns(self, stretch: Stretch, mix: Mix, grid: Grid, turned: Float32) -> Columns:
        """The columns of ``stretch`` as ``mix`` wants them; ``turned`` is `turns`' ``last``."""
        pitch, timbre, loudness = (
            mix.at(aspect, stretch.moments) for aspect in ("pitch", "timbre", "loudness")
        )
        there = np.stack([loudness_of(power) for power in stretch.power]) / self.usual
        share = timbre * (there + np.float32(1e-6))
        share /= share.sum(axis=0)
        spectrum = np.stack(stretch.spectrum)
        level = _log(np.stack([one[::2] for one in stretch.power]))
        moves = self._moves(stretch, level, pitch, share)
        count = len(stretch.moments)
        centres = grid.mapping.gabor.centres(max(stretch.first - 1, 0), stretch.first + count)
        steps = np.diff(centres, prepend=centres[:1])[-count:]
        turn = turns(moves, steps, 2 * np.pi / grid.mapping.gabor.n_fft, turned)
        out = np.empty(spectrum.shape[1:], np.complex64)
        map_ranges(lambda a, b: carry(spectrum, level, moves, turn, share, a, b, out), count)
        power = np.empty_like(stretch.power[0])
        rows_of_spectrum(out, grid.mapping.pooling, power)
        return drawn(as_loud(power, stretch.power, loudness), out)

    def _moves(self, stretch: Stretch, level: Float32, pitch: Float32, share: Float32) -> Moves:
        """Where the bins of ``stretch`` come from.

        Args:
            stretch: of all parents.
            level: ``[parents, channels, columns, bins]`` as natural logarithms.
            pitch: ``[parents, columns]`` weights.
            share: ``[parents, columns]`` weights of all else.
        """
        sums = stretch.heard
        whole = np.ascontiguousarray(level[:, 0]) if level.shape[1] == 1 else _log(np.stack(sums))
        shift = self.shift[:, stretch.first : stretch.first + len(stretch.moments)]
        envelope, wanted = np.empty_like(whole), np.empty_like(whole[0])
        moves = empty_moves(*whole.shape)

        def work(first: int, last: int) -> None:
            part = slice(first, last)
            bands = np.stack([self.bands.envelopes(one[part]) for one in sums])
            for parent, one in enumerate(bands):
                envelope[parent, part] = self.bands.on_bins(one)
            wanted[part] = self.bands.on_bins(between(bands, share[:, part]))
            aim(whole, envelope, wanted, shift, pitch, share, self.window, first, last, moves)

        map_ranges(work, len(stretch.moments))
        return moves


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
