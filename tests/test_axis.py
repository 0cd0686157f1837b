"""Axis: rows and Hz, and the pooling of bins onto rows."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from eidophone.picture.axis import Band, Stencil, hz_of_row, row_of_hz
from eidophone.picture.mapping import Mapping
from eidophone.picture.recipe import PRESETS, Recipe

RATES = [8_000, 44_100, 48_000, 96_000, 384_000]


def matrix(band, columns):
    """``band`` as an ordinary matrix."""
    dense = np.zeros((len(band.start), columns))
    for line, start in enumerate(band.start.astype(int)):
        weight = band.weight[int(band.first[line]) : int(band.first[line + 1])]
        dense[line, start : start + len(weight)] = weight
    return dense


def pooled(recipe, rate):
    mapping = Mapping.of(recipe, rate)
    gabor = mapping.gabor
    return mapping.pooling, np.arange(gabor.bins) * rate / gabor.n_fft


# --- rows and Hz ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PRESETS)
def test_hz_of_row_is_the_inverse_of_row_of_hz(name):
    recipe = PRESETS[name]
    rows = np.linspace(0, recipe.rows - 1, 100)
    assert np.allclose(row_of_hz(hz_of_row(rows, recipe), recipe), rows, atol=1e-6)


@pytest.mark.parametrize("name", PRESETS)
def test_the_ends_of_the_axis_are_the_edges_of_the_outer_rows(name):
    recipe = PRESETS[name]
    assert hz_of_row(-0.5, recipe) == pytest.approx(recipe.min_hz, abs=1e-6)
    assert hz_of_row(recipe.rows - 0.5, recipe) == pytest.approx(recipe.max_hz)


def test_mel_rows_are_those_of_the_mel_formula():
    mel = 2595 * np.log10(1 + np.array([440.0, 22_050.0]) / 700)
    assert row_of_hz(440.0, PRESETS["standard"]) == pytest.approx(512 * mel[0] / mel[1] - 0.5)


def test_octave_rows_are_48_an_octave_with_every_a_in_the_middle_of_one():
    rows = row_of_hz(np.array([13.75, 27.5, 440.0, 880.0]), PRESETS["octaves"])
    assert np.allclose(rows, [0, 48, 240, 288], atol=1e-6)


def test_linear_rows_are_equally_wide():
    recipe = PRESETS["linear"]
    assert np.allclose(np.diff(hz_of_row(np.arange(512.0), recipe)), 22_050 / 512)


@pytest.mark.parametrize("scale", [0.25, 0.5, 2.0])
def test_a_frequency_is_at_the_same_height_of_pictures_of_any_height(scale):
    recipe = PRESETS["standard"]
    scaled = recipe.with_rows(round(recipe.rows * scale))
    height = (row_of_hz(1000.0, recipe) + 0.5) / recipe.rows
    assert (row_of_hz(1000.0, scaled) + 0.5) / scaled.rows == pytest.approx(height)


# --- bands ----------------------------------------------------------------------------------------


@settings(max_examples=30)
@given(seed=st.integers(0, 1000), lines=st.integers(1, 9), columns=st.integers(1, 9))
def test_a_band_is_its_matrix(seed, lines, columns):
    rng = np.random.default_rng(seed)
    dense = rng.uniform(1, 2, (lines, columns)) * (rng.random((lines, columns)) < 0.3)
    assert np.allclose(matrix(Band.of(csr_array(dense)), columns), dense)


# --- stencils -------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", [0.0, 0.3, 1.5, 7.2, 8.4, 9.0])
def test_a_stencil_meets_every_cubic_that_is_mirrored_at_its_ends(place):
    """Beyond 0 Hz, and beyond Nyquist, bins come back in the other direction."""
    stencil = Stencil.of(np.array([place]), 10)
    levels = np.cos(np.pi * np.arange(-3, 13) / 9)  # mirrored at bins 0 and 9
    at = int(np.floor(place)) + np.arange(-1, 3)
    cubic = np.polynomial.Polynomial.fit(at, levels[at + 3], 3)
    found = (stencil.weight[0] * levels[stencil.around[0].astype(int) + 3]).sum()
    assert found == pytest.approx(cubic(place), abs=1e-6)
    assert stencil.reach == stencil.around.max() + 1 <= 10


# --- pooling --------------------------------------------------------------------------------------


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("name", PRESETS)
def test_a_row_takes_in_the_bins_near_its_frequency(name, rate):
    recipe = PRESETS[name].for_rate(rate)
    parts, hz = pooled(recipe, rate)
    pool = matrix(parts.pool, parts.bins)
    inside = np.flatnonzero(hz_of_row(np.arange(float(recipe.rows)), recipe) <= rate / 2)
    assert (pool[inside].sum(axis=1) > 0).all()
    place = row_of_hz(np.maximum(hz, hz[1] / 2), recipe)
    reach = np.maximum(1, np.abs(np.gradient(place))).max()
    line, column = np.nonzero(pool)
    assert (np.abs(line - place[column]) <= reach + 1e-3).all()


@pytest.mark.parametrize("name", PRESETS)
def test_where_rows_are_narrower_than_bins_they_interpolate(name):
    recipe = PRESETS[name]
    parts, hz = pooled(recipe, 44_100)
    place = row_of_hz(np.maximum(hz, hz[1] / 2), recipe)
    flat = matrix(parts.pool, parts.bins).sum(axis=1)
    narrow = (np.arange(recipe.rows) > place[3]) & (
        np.interp(np.arange(recipe.rows), place, np.gradient(place)) > 1.5
    )
    assert np.allclose(flat[narrow], 1, atol=0.17)


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("name", PRESETS)
def test_spread_has_the_weights_of_pool_scaled_to_sum_1_for_each_bin(name, rate):
    recipe = PRESETS[name].for_rate(rate)
    parts, _ = pooled(recipe, rate)
    pool, spread = matrix(parts.pool, parts.bins), matrix(parts.spread, parts.bins)
    sums = pool.sum(axis=0)
    assert np.allclose(spread, pool / np.where(sums > 0, sums, 1), atol=1e-6)


def test_rows_above_nyquist_have_no_bins():
    parts, _ = pooled(PRESETS["standard"], 8_000)
    centres = hz_of_row(np.arange(512.0), PRESETS["standard"])
    weights = matrix(parts.pool, parts.bins).sum(axis=1)
    assert weights[centres > 4_200].max() == 0
    assert weights[centres < 4_000].min() > 0


def test_bins_outside_the_axis_belong_to_no_row():
    recipe = Recipe(min_hz=1_000, max_hz=5_000)
    parts, hz = pooled(recipe, 44_100)
    heard = matrix(parts.pool, parts.bins).sum(axis=0) > 0
    assert not heard[(hz < 900) | (hz > 5_200)].any()
    assert heard[(hz > 1_000) & (hz < 5_000)].all()


def test_the_name_of_a_recipe_has_no_effect():
    recipe = PRESETS["standard"]
    one, _ = pooled(recipe, 44_100)
    other, _ = pooled(replace(recipe, name="mine"), 44_100)
    assert np.array_equal(one.pool.weight, other.pool.weight)
