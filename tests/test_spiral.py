"""Spiral: where frequencies lie, and columns drawn and read again."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from eidophone.base.errors import PictureError, RecipeError
from eidophone.film.instants import instants_recipe
from eidophone.film.spiral import Spiral, _patches
from eidophone.picture.axis import hz_of_row
from eidophone.picture.recipe import PRESETS

C4_HZ = 440 * 2 ** (-9 / 12)


def spiral(size=256, fps=60, *, rate=44_100, subs=None):
    recipe = instants_recipe(PRESETS["standard"], fps, size).for_rate(rate)
    return Spiral(size, recipe, subs or round(1 / (fps * recipe.hop_seconds)))


def smooth_columns(spiral, seed=0):
    """Levels that vary by some 20 dB within a semitone."""
    rng = np.random.default_rng(seed)
    steps = rng.normal(0, 0.04, (spiral.recipe.rows, spiral.subs, 3))
    return np.abs(np.cumsum(steps, axis=0) % 2 - 1).astype(np.float32)


def lit(spiral, row, level=1.0):
    """Columns in which only ``row``, counted from the bottom, is lit."""
    columns = np.zeros((spiral.recipe.rows, spiral.subs, 3), np.float32)
    columns[-1 - row] = level
    return columns


def place_of_light(frame):
    """x and y of the centre of the light."""
    light = frame.astype(np.float64).sum(axis=2)
    y, x = np.mgrid[: len(frame), : len(frame)]
    return (x * light).sum() / light.sum(), (y * light).sum() / light.sum()


def polar(spiral, x, y):
    """Radius in pixels, and angle in degrees, clockwise from twelve o'clock."""
    x, y = x - (spiral.size - 1) / 2, y - (spiral.size - 1) / 2
    return math.hypot(x, y), math.degrees(math.atan2(x, -y)) % 360


# --- where frequencies lie ------------------------------------------------------------------------


@pytest.mark.parametrize("rate", [44_100, 96_000, 384_000])
def test_every_c_is_at_twelve_o_clock_and_a_semitone_is_30_degrees(rate):
    it = spiral(1024, rate=rate)
    for row in range(0, it.recipe.rows, it.recipe.rows // 20):
        radius, angle = polar(it, *place_of_light(it.draw(lit(it, row))))
        semitones = 12 * math.log2(float(hz_of_row(row, it.recipe)) / C4_HZ)
        off = (angle - 30 * semitones + 180) % 360 - 180
        assert radius * math.radians(off) == pytest.approx(0, abs=1.5)


def test_a_rising_tone_moves_outwards_by_as_much_in_every_octave():
    it = spiral(1024)
    rows = np.arange(20, it.recipe.rows - 20, it.recipe.rows // 60)
    radii = [polar(it, *place_of_light(it.draw(lit(it, row))))[0] for row in rows]
    octaves = np.log2(hz_of_row(rows, it.recipe))
    width, hole = np.polyfit(octaves, radii, 1)
    assert np.abs(hole + width * octaves - radii).max() < 1
    assert width > 30


def test_time_crosses_the_ribbon_outwards():
    it = spiral(512, subs=3)
    radii = []
    for sub in range(3):
        columns = lit(it, 400)
        columns[:, np.arange(3) != sub] = 0
        radii.append(polar(it, *place_of_light(it.draw(columns)))[0])
    assert radii[0] + 3 < radii[1] < radii[2] - 3


def test_the_whole_axis_lies_in_the_frame():
    it = spiral()
    frame = it.draw(np.ones((it.recipe.rows, it.subs, 3), np.float32))
    assert not any(edge.any() for edge in (frame[0], frame[-1], frame[:, 0], frame[:, -1]))
    for row in (0, it.recipe.rows - 1):
        assert it.draw(lit(it, row)).any()


# --- drawing --------------------------------------------------------------------------------------


def test_silence_is_black():
    it = spiral()
    assert not it.draw(np.zeros((it.recipe.rows, it.subs, 3), np.uint8)).any()


def test_the_corners_and_the_middle_are_black_and_full_scale_is_white():
    it = spiral()
    frame = it.draw(np.full((it.recipe.rows, it.subs, 3), 255, np.uint8))
    corner = round(it.size * (1 - math.sqrt(0.5)) / 2)
    for part in (frame[:corner], frame[::-1][:corner]):
        assert not part[:, :corner].any()
        assert not part[:, -corner:].any()
    assert not frame[124:132, 124:132].any()
    assert frame.max() == 255


def test_light_is_the_square_of_the_level():
    it = spiral()
    columns = np.full((it.recipe.rows, it.subs, 3), 0.5, np.float32)
    assert it.draw(columns).max() == round(255 / 4)


def test_colours_stay_apart():
    it = spiral()
    frame = it.draw(lit(it, 100) * np.float32([1, 0.5, 0]))
    assert frame[..., 0].max() > 240
    assert 58 < frame[..., 1].max() <= 64
    assert not frame[..., 2].any()


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_all_kinds_of_pixels_draw_the_same(dtype):
    it = spiral(128)
    full = np.iinfo(dtype).max
    columns = np.random.default_rng(0).integers(0, full, (it.recipe.rows, it.subs, 3)).astype(dtype)
    assert np.array_equal(it.draw(columns), it.draw(columns / np.float32(full)))


def test_float_pixels_beyond_white_are_cut():
    it = spiral(128)
    assert np.array_equal(it.draw(lit(it, 100, 3.0)), it.draw(lit(it, 100, 1.0)))


# --- reading --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "fps"), [(1024, 60), (1024, 24), (1024, 10), (512, 30), (256, 60), (256, 10), (64, 60)]
)
def test_what_was_drawn_is_read_to_less_than_a_grey_level(size, fps):
    it = spiral(size, fps)
    columns = smooth_columns(it)
    light = it.read(it.draw(columns)) ** 2 * 255
    error = np.abs(light - columns**2 * 255)
    assert error[columns > 0.1].max() < 1
    assert error.max() <= 1.5


@settings(max_examples=15)
@given(seed=st.integers(0, 1000), size=st.integers(64, 400), fps=st.sampled_from([10, 24, 50, 120]))
def test_frames_of_any_size_are_read(seed, size, fps):
    it = spiral(size, fps)
    columns = smooth_columns(it, seed)
    error = it.read(it.draw(columns)) ** 2 - columns**2
    assert np.sqrt((error**2).mean()) * 255 < 0.5


def test_drawing_what_was_read_gives_the_frame_again():
    it = spiral()
    frame = it.draw(0.2 + 0.8 * smooth_columns(it))
    again = it.draw(it.read(frame))
    assert np.abs(again.astype(int) - frame).max() <= 1


@pytest.mark.parametrize("size", [(512, 512), (384, 768), (1500, 1500)])
def test_a_scaled_frame_is_read_without_being_told(size):
    it = spiral(1024)
    # A spectrum as sounds have: no sharper than a window's lobe.
    rows = np.arange(it.recipe.rows)[:, None, None]
    columns = (0.5 + 0.4 * np.sin(rows / 9 + np.arange(3))).astype(np.float32)
    columns = np.repeat(columns, it.subs, axis=1)
    frame = np.asarray(Image.fromarray(it.draw(columns)).resize(size, Image.Resampling.BICUBIC))
    assert np.abs(it.read(frame) - columns).mean() * 255 < 1


def test_one_colour_is_read_as_the_middle_of_three():
    it = spiral()
    frame = it.draw(smooth_columns(it))
    assert np.allclose(it.read(frame[:, :, 1:2]), it.read(frame)[:, :, 1:2], atol=1e-6)


def test_float_and_integer_frames_read_the_same():
    it = spiral()
    frame = it.draw(smooth_columns(it))
    assert np.allclose(it.read(frame / np.float32(255)), it.read(frame), atol=1e-3)


def test_noise_of_the_trip_averages_out():
    it = spiral(512)
    columns = np.full((it.recipe.rows, it.subs, 3), 0.7, np.float32)
    frame = it.draw(columns)
    noisy = np.clip(frame + np.random.default_rng(0).normal(0, 5, frame.shape), 0, 255)
    error = it.read(noisy.astype(np.uint8)) ** 2 - columns**2
    assert np.sqrt((error[:-48] ** 2).mean()) * 255 < 2.5


def test_the_darkest_step_is_silence():
    it = spiral()
    assert not it.read(np.full((256, 256, 3), 0, np.uint8)).any()
    faint = it.draw(np.full((it.recipe.rows, it.subs, 3), 0.05, np.float32))
    assert faint.max() == 1
    assert not it.read(faint // 2).any()


# --- what cannot be -------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [0, 63, 4097, -5])
def test_impossible_sizes_are_refused(size):
    recipe = instants_recipe(PRESETS["standard"], 60, 256)
    with pytest.raises(PictureError, match=f"{size} pixels"):
        Spiral(size, recipe, 2)


def test_other_axes_are_refused():
    with pytest.raises(RecipeError, match="'mel'"):
        Spiral(256, PRESETS["standard"], 2)


@pytest.mark.parametrize("subs", [0, -1, 65])
def test_impossible_numbers_of_columns_are_refused(subs):
    with pytest.raises(RecipeError, match=f"{subs} columns"):
        Spiral(256, instants_recipe(PRESETS["standard"], 60, 256), subs)


def test_more_cells_than_memory_are_refused():
    recipe = replace(instants_recipe(PRESETS["standard"], 60, 256), rows=8192)
    with pytest.raises(RecipeError, match="8192 rows"):
        Spiral(256, recipe, 64)


@pytest.mark.parametrize("shape", [(256, 256), (256, 256, 4), (256, 256, 0), (30, 256, 3)])
def test_what_is_no_frame_is_refused(shape):
    with pytest.raises(PictureError):
        spiral().read(np.zeros(shape, np.uint8))


def test_columns_of_another_shape_are_refused():
    it = spiral()
    with pytest.raises(PictureError, match="columns are"):
        it.draw(np.zeros((it.recipe.rows + 1, it.subs, 3), np.uint8))


def drawn_slowly(spiral, columns):
    """The frame as its definition says: every pixel is a weighted sum of four cells."""
    patches = _patches(spiral.recipe, spiral.subs, spiral.size, spiral.size)
    patch = np.repeat(np.arange(len(patches.first) - 1), np.diff(patches.first))
    row, sub = np.divmod(patch, spiral.subs + 1)
    low, high = np.maximum(row - 1, 0), np.minimum(row, spiral.recipe.rows - 1)
    early, late = np.maximum(sub - 1, 0), np.minimum(sub, spiral.subs - 1)
    light = columns[::-1] ** 2 * np.float32(255)
    up, inner, outer = (part[:, None] for part in (patches.across, patches.inner, patches.outer))
    value = inner * (light[low, early] + up * (light[high, early] - light[low, early]))
    value += outer * (light[low, late] + up * (light[high, late] - light[low, late]))
    frame = np.zeros((spiral.size**2, 3), np.uint8)
    frame[patches.pixel] = (value + np.float32(0.5)).astype(np.uint8)
    return frame.reshape(spiral.size, spiral.size, 3)


@pytest.mark.parametrize("colours", ["grey", "coloured", "partly black"])
def test_what_is_drawn_quickly_is_what_the_definition_says(colours):
    it = spiral()
    columns = smooth_columns(it)
    if colours == "grey":
        columns = np.repeat(columns[:, :, :1], 3, axis=2)
    if colours == "partly black":
        columns[columns < 0.6] = 0
        columns[: len(columns) // 2, :, 1:] = columns[: len(columns) // 2, :, :1]
    assert np.array_equal(it.draw(columns), drawn_slowly(it, columns))
