"""Plan: what a film is to become, from which columns, and what these lean on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from eidophone.base.arrays import Float32, Pixels
from eidophone.base.errors import tell
from eidophone.picture.codec import decode_blocks
from eidophone.picture.facts import Source
from eidophone.picture.placing import DOES_NOT_FIT, under
from eidophone.picture.recipe import Recipe
from eidophone.picture.settings import Quality
from eidophone.sound.making import Made, Measured, limit_of
from eidophone.sound.sound import SoundSource

_BLOCK_SAMPLES = 1 << 18


@dataclass(frozen=True)
class DecodingPlan:
    """What a film is to become, and from which columns.

    Attributes:
        target: the sound to be made; it may turn out shorter if the film was cut.
        recipe: of the columns.
        columns: gives ``[rows, any number, 3]`` blocks.
        reference: what to lean on.
        original: what to give instead, as nothing was altered.
        known: the film says which sound it shows.
    """

    target: Source
    recipe: Recipe
    columns: Callable[[], Iterator[Pixels]]
    reference: SoundSource | None = None
    original: SoundSource | None = None
    known: bool = False

    @property
    def seconds(self) -> float:
        """How long the sound is to be."""
        return self.target.sample_count / self.target.rate

    def made(self, quality: Quality) -> Made:
        """The sound."""
        if self.original is not None:
            return Made(self.target, self.original.blocks(_BLOCK_SAMPLES))
        leaned_on = None if self.reference is None else Measured(self.reference)
        return Made(
            self.target,
            self._blocks(quality, leaned_on),
            lambda: limit_of(known=self.known, original=leaned_on),
        )

    def _blocks(self, quality: Quality, reference: SoundSource | None) -> Iterator[Float32]:
        counted = _Counted(self.columns())
        given = 0
        for block in decode_blocks(
            counted, self.recipe, self.target, quality=quality, reference=reference
        ):
            there = self.recipe.sample_count(counted.columns, self.target.rate)
            yield block[:, : max(there - given, 0)]
            given += block.shape[1]


class _Counted:
    """Blocks of columns, and how many there were."""

    def __init__(self, blocks: Iterator[Pixels]) -> None:
        self._blocks = blocks
        self.columns = 0

    def __iter__(self) -> Iterator[Pixels]:
        for block in self._blocks:
            self.columns += block.shape[1]
            yield block


def leaning(
    reference: SoundSource,
    columns: Callable[[], Iterator[Pixels]],
    recipe: Recipe,
    told: Source | None,
    target: Source,
) -> DecodingPlan:
    """A plan that leans on ``reference``, if it fits: as ``told`` by it, or as the film is."""
    if told is not None:
        lean = under(reference, columns, recipe, told, in_step=True)
        if lean is not None:
            return DecodingPlan(told, recipe, columns, lean)
    lean = under(reference, columns, recipe, target)
    if lean is None:
        tell(DOES_NOT_FIT)
    return DecodingPlan(target, recipe, columns, lean)
