"""Grid: parents as pictures of full detail, a row a bin; and such pictures as a sound."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from eidophone.base.arrays import Complex64, Float32, Float64
from eidophone.morphing.parents import Parents
from eidophone.picture.analysis import Analysis
from eidophone.picture.columns import Columns
from eidophone.picture.mapping import BinMapping
from eidophone.picture.recipe import PRESETS, Recipe
from eidophone.picture.settings import ROUNDS, Quality
from eidophone.picture.synthesis import sound_of_columns

#: Columns that are worked on at a time, about 3 seconds.
_BLOCK_COLUMNS = 512


@dataclass(frozen=True)
class Stretch:
    """Some columns of all parents.

    Attributes:
        first: which of the columns is the first.
        moments: ``[columns]`` of their centres, as `Mix.at` takes them.
        power: of each parent ``[colours, columns, bins]``: left, middle and right, or one alone.
        spectrum: of each parent ``[channels, columns, bins]``.
    """

    first: int
    moments: Float64
    power: tuple[Float32, ...]
    spectrum: tuple[Complex64, ...]

    @property
    def heard(self) -> tuple[Float32, ...]:
        """Of each parent the power of all channels together ``[columns, bins]``."""
        return tuple(one[::2].sum(axis=0) for one in self.power)


class Grid:
    """Columns and bins of parents that are all of one length.

    Args:
        parents: the sounds.
        recipe: whose window and hop it has.
    """

    def __init__(self, parents: Parents, recipe: Recipe = PRESETS["standard"]) -> None:
        self._parents = parents
        self.mapping = BinMapping.of(recipe, parents.rate)
        self.columns = self.mapping.columns(parents.sample_count)

    @property
    def hz(self) -> Float64:
        """``[bins]`` frequency of each bin."""
        gabor = self.mapping.gabor
        return np.arange(gabor.bins, dtype=np.float64) * (gabor.rate / gabor.n_fft)

    def stretches(self, columns: int = _BLOCK_COLUMNS) -> Iterator[Stretch]:
        """All columns of all parents, in order, some at a time."""
        analyses = [
            Analysis([one], self._parents.channels, self.mapping) for one in self._parents.samples
        ]
        for first in range(0, self.columns, columns):
            count = min(columns, self.columns - first)
            seen = [one.take(count, spectrum=True) for one in analyses]
            moments = (first + np.arange(count) + 0.5) / self.columns
            yield Stretch(
                first, moments, tuple(one[0] for one in seen), tuple(one[1] for one in seen)
            )

    def sound(
        self, pictures: Iterable[Columns], quality: Quality, *, guessed: bool = False
    ) -> Iterator[Float32]:
        """The sound of ``pictures``, whose rows are bins, ``[channels, n]`` block after block.

        Args:
            pictures: in order.
            quality: how much work goes into the phase.
            guessed: all of them have a guess, which needs half of the rounds.
        """
        return sound_of_columns(
            pictures,
            self._parents.channels,
            self.mapping,
            rounds=ROUNDS[quality] // 2 if guessed else ROUNDS[quality],
            sample_count=self._parents.sample_count,
        )


def drawn(power: Float32, guess: Complex64 | None = None) -> Columns:
    """``power`` ``[colours, columns, bins]`` as columns of a `Grid`, and whose phases are near."""
    return Columns(power, bins=power, guess=guess)
