"""Mapping: one for each recipe and rate, and made once."""

import pytest

from eidophone.base.errors import RecipeError
from eidophone.picture.mapping import Mapping
from eidophone.picture.recipe import PRESETS, Recipe


def test_what_follows_from_recipe_and_rate_is_made_once():
    mapping = Mapping.of(Recipe(rows=64), 8_000)
    again = Mapping.of(Recipe(rows=64), 8_000)
    assert again.gabor is mapping.gabor
    assert again.pooling is mapping.pooling
    assert mapping == Mapping(Recipe(rows=64), 8_000) != Mapping.of(Recipe(rows=64), 16_000)


@pytest.mark.parametrize("rate", [8_000, 44_100, 192_000])
@pytest.mark.parametrize("name", PRESETS)
def test_its_parts_fit_each_other(name, rate):
    mapping = Mapping.of(PRESETS[name].for_rate(rate), rate)
    assert mapping.gabor.rate == rate
    assert mapping.pooling.bins == mapping.gabor.bins
    assert len(mapping.pooling.pool.start) == mapping.recipe.rows
    assert mapping.columns(mapping.sample_count(100)) == 100
    span = mapping.span(3, 10)
    assert span.columns == 7
    assert span.stop - span.start >= mapping.sample_count(6)


def test_what_memory_would_not_hold_is_refused():
    with pytest.raises(RecipeError, match="too dense"):
        _ = Mapping.of(Recipe(hop_seconds=0.0005, window_seconds=0.5), 384_000).gabor
