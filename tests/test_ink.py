"""Ink: levels and pixel values, colours and channels."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eidophone.picture.ink import (
    ink_of_pixels,
    ink_of_power,
    level_change,
    level_of,
    pixels_of_power,
    power_of_pixels,
    sounding_columns,
    step_db,
    value_of,
)
from eidophone.picture.recipe import PRESETS, Recipe

STANDARD = PRESETS["standard"]
STRAIGHT = Recipe(gamma=1)
DEPTHS = ["uint8", "uint16", "float32"]


def power(db):
    """Power ``[1, 1, n]`` at these levels."""
    return (10 ** (np.atleast_1d(db) / 10)).astype(np.float32)[np.newaxis, np.newaxis]


def drawn(db, depth="uint8", recipe=STANDARD):
    """Pixel values at these levels."""
    return pixels_of_power(power(db), recipe, np.dtype(depth))[::-1, 0, 1]


# --- values ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("depth", "brightest"), [("uint8", 255), ("uint16", 65_535)])
@pytest.mark.parametrize("gamma", [0.25, 1, 1.5, 3])
def test_levels_raised_to_gamma_are_values(depth, brightest, gamma):
    values = drawn([6, -48, -75, -103, -200, 30], depth, Recipe(gamma=gamma))
    half, quarter = (int(brightest * level**gamma + 0.5) for level in (0.5, 0.25))
    assert np.abs(values - [brightest, half, quarter, 0, 0, brightest]).max() <= 1
    assert values[[0, 3, 4, 5]].tolist() == [brightest, 0, 0, brightest]


def test_float_pixels_keep_what_is_over_the_top():
    values = drawn([6, -48, -102, -200, 60], "float32", STRAIGHT)
    assert np.allclose(values, [1, 0.5, 0, 0, 1.5], atol=1e-6)
    assert np.allclose(drawn([6, 33, 60], "float32", Recipe(gamma=2)), [1, 1.5625, 2.25], atol=1e-5)


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
    gamma=st.floats(0.5, 3),
    seed=st.integers(0, 99),
)
def test_levels_return_within_half_a_step(depth, top, span, gamma, seed):
    recipe = Recipe(top_db=top, range_db=span, gamma=gamma)
    full = 1e9 if depth == "float32" else np.iinfo(depth).max
    value = np.random.default_rng(seed).uniform(max(1.5 / full, 1e-3), 1, 100)
    bounds = [np.clip(value + half / full, 0, 1) ** (1 / gamma) for half in (-0.5, 0.5)]
    level = value ** (1 / gamma) * span + recipe.floor_db
    pixels = pixels_of_power(power(level), recipe, np.dtype(depth))
    back = (10 * np.log10(power_of_pixels(pixels, recipe, 1)[0, 0]) - recipe.floor_db) / span
    assert (back >= bounds[0] - 1e-4).all()
    assert (back <= bounds[1] + 1e-4).all()


def test_levels_and_values_are_inverses_and_ink_is_of_both():
    value = np.linspace(0, 1.5, 31, dtype=np.float32)
    for recipe in (STANDARD, STRAIGHT, Recipe(gamma=0.25)):
        assert np.allclose(value_of(level_of(value, recipe), recipe), value, atol=1e-5)
        level_db = np.array([-150.0, -90, -40, -3])
        pixels = pixels_of_power(power(level_db), recipe, np.float32)
        drawn, seen = ink_of_power(power(level_db), recipe), ink_of_pixels(pixels, recipe, 1)
        assert np.allclose(drawn, seen, atol=1e-4)
    assert np.allclose(ink_of_power(power(level_db), STRAIGHT), [0, 12, 62, 99], atol=1e-4)


def test_halfway_up_a_step_is_as_long_as_it_is_said_to_be():
    for recipe in (STANDARD, STRAIGHT, Recipe(gamma=2.5)):
        pixels = np.array([127, 128], np.uint8)[:, None, None].repeat(3, axis=2)
        below, above = power_of_pixels(pixels, recipe, 1)[0, 0, ::-1]
        assert 10 * np.log10(above / below) == pytest.approx(step_db(np.uint8, recipe), rel=0.02)
    assert step_db(np.float32, STANDARD) == 0


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
    red, green, blue = pixels_of_power(three, STRAIGHT, np.float32)[0, 0] * 108 - 102
    assert np.allclose([red, green, blue], [0, -10, -20], atol=1e-3)
    assert np.allclose(power_of_pixels(np.zeros((4, 4, 3), np.uint8), STANDARD, 3), 0)


def test_one_colour_of_pixels_is_green():
    pixels = np.array([[[10, 200, 30]]], np.uint8)
    one = power_of_pixels(pixels, STANDARD, 1)
    assert one.shape == (1, 1, 1)
    assert np.array_equal(one[0], power_of_pixels(pixels, STANDARD, 3)[1])


@pytest.mark.parametrize("depth", DEPTHS)
def test_the_change_of_level_is_in_decibels(depth):
    dark, light = (
        ink_of_pixels(
            pixels_of_power(np.repeat(power(db), 3, axis=0), STANDARD, np.dtype(depth)), STANDARD, 3
        )
        for db in ([-60, -50], [-40, -55])
    )
    change = level_change(dark, light, STANDARD)
    assert change.shape == (3, 1, 2)
    assert np.allclose(change[:, 0], [[20, -5]] * 3, atol=step_db(np.dtype(depth), STANDARD) + 1e-3)
    assert ((light > dark) == (change > 0)).all()


@pytest.mark.parametrize(("depth", "full"), [("uint8", 255), ("uint16", 65_535), ("float32", 1)])
def test_a_sound_ends_where_more_than_noise_is_drawn(depth, full):
    pixels = np.zeros((4, 9, 3), depth)
    pixels[1, 2, 0] = full * 9 / 255
    pixels[1, 6, 2] = full * 7 / 255
    assert sounding_columns(pixels) == 3
    assert sounding_columns(np.zeros_like(pixels)) == 0
