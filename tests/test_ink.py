"""Ink: levels and pixel values, colours and channels."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eidophone.picture.ink import (
    level_change,
    pixels_of_power,
    power_of_pixels,
    sounding_columns,
    step_db,
)
from eidophone.picture.recipe import PRESETS, Recipe

STANDARD = PRESETS["standard"]
DEPTHS = ["uint8", "uint16", "float32"]


def power(db):
    """Power ``[1, 1, n]`` at these levels."""
    return (10 ** (np.atleast_1d(db) / 10)).astype(np.float32)[np.newaxis, np.newaxis]


def drawn(db, depth="uint8", recipe=STANDARD):
    """Pixel values at these levels."""
    return pixels_of_power(power(db), recipe, np.dtype(depth))[::-1, 0, 1]


# --- values ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("depth", "brightest"), [("uint8", 255), ("uint16", 65_535)])
def test_levels_are_values_in_a_straight_line(depth, brightest):
    values = drawn([6, -48, -102, -200, 30], depth)
    assert values.tolist() == [brightest, round(brightest / 2 + 0.01), 0, 0, brightest]


def test_float_pixels_keep_what_is_over_the_top():
    assert np.allclose(drawn([6, -48, -102, -200, 60], "float32"), [1, 0.5, 0, 0, 1.5], atol=1e-6)


def test_no_power_is_black_and_black_is_no_power():
    for depth in DEPTHS:
        black = pixels_of_power(np.zeros((1, 3, 16), np.float32), STANDARD, np.dtype(depth))
        assert not black.any()
        assert not power_of_pixels(black, STANDARD, 1).any()


@settings(max_examples=50)
@given(
    depth=st.sampled_from(DEPTHS),
    top=st.floats(-20, 20),
    span=st.floats(40, 150),
    seed=st.integers(0, 99),
)
def test_levels_return_within_half_a_step(depth, top, span, seed):
    recipe = Recipe(top_db=top, range_db=span)
    step = step_db(np.dtype(depth), recipe)
    level = np.random.default_rng(seed).uniform(recipe.floor_db + step, top, 100)
    pixels = pixels_of_power(power(level), recipe, np.dtype(depth))
    back = 10 * np.log10(power_of_pixels(pixels, recipe, 1)[0, 0])
    assert np.abs(back - level).max() <= step / 2 + 0.002


@pytest.mark.parametrize("depth", ["uint8", "uint16"])
def test_every_value_returns_as_itself(depth):
    values = np.arange(np.iinfo(depth).max + 1, dtype=depth)
    pixels = np.repeat(values[:, np.newaxis, np.newaxis], 3, axis=2)
    for recipe in (STANDARD, replace(STANDARD, top_db=0.0, range_db=60.0)):
        again = pixels_of_power(power_of_pixels(pixels, recipe, 3), recipe, np.dtype(depth))
        assert np.array_equal(again, pixels)


def test_absurd_float_values_give_finite_power():
    pixels = np.array([0.0, -1, 1, 3, 100, 65_504, 3e38], np.float32)
    made = power_of_pixels(np.repeat(pixels[:, None, None], 3, axis=2), STANDARD, 3)
    assert np.isfinite(made).all()
    assert made[0, 0, ::-1].tolist() == sorted(made[0, 0, ::-1])


# --- places and colours ---------------------------------------------------------------------------


def test_low_rows_are_at_the_bottom_and_time_goes_right():
    lit = np.zeros((1, 5, 16), np.float32)
    lit[0, 3, 2] = 1
    pixels = pixels_of_power(lit, STANDARD, np.uint8)
    assert pixels.shape == (16, 5, 3)
    assert np.argwhere(pixels[:, :, 0]).tolist() == [[13, 3]]


def test_left_middle_right_are_red_green_blue():
    three = np.stack([power(0)[0], power(-10)[0], power(-20)[0]])
    red, green, blue = pixels_of_power(three, STANDARD, np.float32)[0, 0] * 108 - 102
    assert np.allclose([red, green, blue], [0, -10, -20], atol=1e-3)
    assert np.allclose(power_of_pixels(np.zeros((4, 4, 3), np.uint8), STANDARD, 3), 0)


def test_one_colour_of_pixels_is_green():
    pixels = np.array([[[10, 200, 30]]], np.uint8)
    one = power_of_pixels(pixels, STANDARD, 1)
    assert one.shape == (1, 1, 1)
    assert np.array_equal(one[0], power_of_pixels(pixels, STANDARD, 3)[1])


@pytest.mark.parametrize("depth", DEPTHS)
def test_the_change_of_level_is_in_decibels(depth):
    before, after = (
        pixels_of_power(np.repeat(power(db), 3, axis=0), STANDARD, np.dtype(depth))
        for db in ([-60, -50], [-40, -55])
    )
    change = level_change(before, after, STANDARD)
    assert change.shape == (3, 1, 2)
    assert np.allclose(change[:, 0], [[20, -5]] * 3, atol=step_db(np.dtype(depth), STANDARD) + 1e-3)


@pytest.mark.parametrize(("depth", "full"), [("uint8", 255), ("uint16", 65_535), ("float32", 1)])
def test_a_sound_ends_where_more_than_noise_is_drawn(depth, full):
    pixels = np.zeros((4, 9, 3), depth)
    pixels[1, 2, 0] = full * 9 / 255
    pixels[1, 6, 2] = full * 7 / 255
    assert sounding_columns(pixels) == 3
    assert sounding_columns(np.zeros_like(pixels)) == 0
