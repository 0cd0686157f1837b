"""Mapping: a recipe at one sample rate, with the transform and the pooling that follow from it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from eidophone.picture.axis import Pooling, bins_alone, pooling
from eidophone.picture.gabor import Gabor, Span
from eidophone.picture.recipe import Recipe


@dataclass(frozen=True)
class Mapping:
    """All that samples become columns by, and columns samples.

    Attributes:
        recipe: what pictures mean.
        rate: of the sound, in Hz.
    """

    recipe: Recipe
    rate: int

    @classmethod
    @lru_cache(maxsize=8)
    def of(cls, recipe: Recipe, rate: int) -> Mapping:
        """The mapping of ``recipe`` for sounds of ``rate`` Hz; the latest ones are kept."""
        return cls(recipe, rate)

    @cached_property
    def gabor(self) -> Gabor:
        """Between samples and bins.

        Raises:
            RecipeError: windows so long and so dense that memory would not hold them.
        """
        return Gabor.of(self.recipe, self.rate)

    @cached_property
    def pooling(self) -> Pooling:
        """Between bins and rows."""
        return pooling(self.recipe, self.gabor)

    def columns(self, sample_count: int) -> int:
        """Columns that so many samples make."""
        return self.recipe.columns(sample_count, self.rate)

    def sample_count(self, columns: int) -> int:
        """Samples that so many columns last."""
        return self.recipe.sample_count(columns, self.rate)

    def span(self, first: int, last: int) -> Span:
        """The columns ``first`` to ``last`` (exclusive), and the samples under them."""
        return Span(self.gabor, first, last)


class BinMapping(Mapping):
    """A mapping whose rows are the bins themselves, for what works on pictures of full detail."""

    @classmethod
    @lru_cache(maxsize=8)
    def of(cls, recipe: Recipe, rate: int) -> BinMapping:
        """The window and the hop of ``recipe``, on a linear axis with a row for each bin."""
        bins = Gabor.of(recipe, rate).bins
        half = rate / 2
        return cls(replace(recipe, name="bins", axis="linear", rows=bins, max_hz=half), rate)

    @cached_property
    def pooling(self) -> Pooling:
        """Between bins and rows: nothing is pooled."""
        return bins_alone(self.gabor)
