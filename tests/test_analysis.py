"""Analysis: what of a sound lights which row and column, at every rate."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eidophone.picture.analysis import Analysis
from eidophone.picture.axis import row_of_hz
from eidophone.picture.codec import encode, encode_blocks
from eidophone.picture.ink import level_of
from eidophone.picture.mapping import Mapping
from eidophone.picture.recipe import PRESETS
from eidophone.sound.samples import LOUDEST
from eidophone.sound.sound import Sound

STANDARD = PRESETS["standard"]
RATES = [8_000, 11_025, 16_000, 22_050, 44_100, 48_000, 88_200, 96_000, 192_000, 384_000]


def sine(hz, rate=44_100, seconds=0.5, level=1.0):
    return Sound(level * np.sin(2 * np.pi * hz * np.arange(round(seconds * rate)) / rate), rate)


def noise(sample_count, channels=1, rate=44_100, seed=0):
    return Sound(0.2 * np.random.default_rng(seed).standard_normal((channels, sample_count)), rate)


def levels(sound, recipe=STANDARD):
    """Decibels ``[rows from the bottom, columns, colours]``, -102 where it is black."""
    picture = encode(sound, recipe, dtype=np.float32)
    level = level_of(picture.pixels[::-1], picture.recipe)
    return level * picture.recipe.range_db + picture.recipe.floor_db


# --- rows -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("name", ["standard", "octaves", "linear"])
def test_440_hz_lights_its_row_with_its_level_at_every_rate(name, rate):
    recipe = PRESETS[name].for_rate(rate)
    level = levels(sine(440, rate, level=0.1), recipe)[:, 20:-20]
    wanted = row_of_hz(440.0, recipe)
    assert np.abs(level[:, :, 1].argmax(axis=0) - wanted).max() <= 0.52
    brightest = level[:, :, 1].max(axis=0)
    assert np.ptp(brightest) < 0.5
    # Half-way between two wide rows a tone is shared between them.
    assert -20 - 3 * abs(2 * (wanted - np.rint(wanted))) - 0.1 < brightest.mean() < -19.9


def test_sounds_of_different_rates_make_the_same_picture():
    rng = np.random.default_rng(0)
    partials = [(rng.uniform(100, 3_500), rng.uniform(-50, -20)) for _ in range(12)]

    def picture(rate):
        parts = [sine(hz, rate, 0.5, 10 ** (db / 20)).samples for hz, db in partials]
        level = levels(Sound(np.sum(parts, axis=0), rate))
        return level[: int(row_of_hz(3_800.0, STANDARD)), 10:-10, 1]

    reference = picture(44_100)
    for rate in (8_000, 22_050, 48_000):
        difference = np.abs(picture(rate) - reference)
        assert difference[reference > -30].max() < 1  # the partials
        assert difference[reference > -55].mean() < 1  # and how they fall off between them


def test_a_row_above_nyquist_is_black():
    level = levels(noise(8_000, rate=8_000))
    assert level[int(row_of_hz(4_200.0, STANDARD)) :].max() == pytest.approx(-102)


@pytest.mark.parametrize("db", [-90, -60, -20, 0, 6])
def test_levels_are_linear_in_decibels(db):
    full = levels(sine(1_000))[:, 40, 1].max()
    assert levels(sine(1_000, level=10 ** (db / 20)))[:, 40, 1].max() - full == pytest.approx(
        db, abs=0.1
    )


def test_dc_is_at_the_bottom():
    level = levels(Sound(np.full(20_000, 0.5), 44_100))
    assert level[:, 30, 1].argmax() <= 3


def test_white_noise_is_brighter_where_rows_are_wider():
    level = levels(noise(200_000))[:, 20:-20, 1].mean(axis=1)
    assert level[450] > level[200] > level[60]


# --- columns --------------------------------------------------------------------------------------


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("seconds", [0.02, 0.1003, 0.25])
def test_an_impulse_lights_the_column_of_its_time_at_every_rate(rate, seconds):
    samples = np.zeros(round(0.3 * rate), np.float32)
    samples[round(seconds * rate)] = 1
    level = levels(Sound(samples, rate))
    column = level[100:300, :, 1].mean(axis=0).argmax()
    assert abs((column + 0.5) * STANDARD.hop_seconds - seconds) <= STANDARD.hop_seconds * 0.51


@pytest.mark.parametrize("rate", RATES)
def test_a_second_takes_as_many_columns_at_every_rate(rate):
    columns = encode(noise(rate, rate=rate)).width
    assert columns == np.ceil(1 / STANDARD.hop_seconds)


# --- colours --------------------------------------------------------------------------------------


def colours_of(left, right):
    """Mean level of red, green and blue over what is lit."""
    level = levels(Sound(np.stack([left, right]), 44_100))
    return level[:, 10:-10][level[:, 10:-10].max(axis=2) > -60].mean(axis=0)


def test_left_is_red_and_right_is_blue_with_green_6_db_below():
    signal, none = noise(20_000).samples[0], np.zeros(20_000)
    red, green, blue = colours_of(signal, none)
    assert blue == pytest.approx(-102)
    assert red - green == pytest.approx(20 * np.log10(2), abs=0.01)
    assert np.allclose(colours_of(none, signal), [blue, green, red], atol=1e-3)


def test_the_same_on_both_sides_is_grey_and_antiphase_has_dark_green():
    signal = noise(20_000).samples[0]
    assert np.ptp(colours_of(signal, signal)) < 1e-3
    red, green, blue = colours_of(signal, -signal)
    assert red == pytest.approx(blue)
    assert green == pytest.approx(-102)


def test_mono_is_grey():
    pixels = encode(noise(20_000)).pixels
    assert (pixels == pixels[:, :, :1]).all()


def test_silence_is_black():
    assert not encode(Sound(np.zeros((2, 5_000)), 44_100)).pixels.any()


# --- blocks ---------------------------------------------------------------------------------------


class InBlocks:
    """A sound that comes in blocks of these sizes, over and over."""

    def __init__(self, sound, sizes):
        self.rate, self.channels, self.sample_count = sound.rate, sound.channels, sound.sample_count
        self._samples, self._sizes = sound.samples, sizes

    def blocks(self, _):
        start = turn = 0
        while start < self.sample_count:
            size = self._sizes[turn % len(self._sizes)]
            yield self._samples[:, start : start + size]
            start, turn = start + size, turn + 1


@settings(max_examples=20)
@given(
    sample_count=st.integers(1, 30_000),
    channels=st.integers(1, 2),
    rate=st.sampled_from([8_000, 11_025, 44_100]),
    sizes=st.lists(st.integers(1, 9_000), min_size=1, max_size=4).filter(lambda s: max(s) > 300),
)
def test_encoding_in_blocks_is_encoding_at_once(sample_count, channels, rate, sizes):
    sound = noise(sample_count, channels, rate)
    recipe = STANDARD.with_rows(64)
    whole = encode(sound, recipe)
    assert whole.width == recipe.columns(sample_count, rate)
    blocks = list(encode_blocks(InBlocks(sound, sizes), recipe))
    assert np.array_equal(np.concatenate(blocks, axis=1), whole.pixels)


def test_long_sounds_come_in_several_blocks_that_fit():
    sound = noise(8_000 * 20, rate=8_000)
    blocks = [power.shape for power in Analysis([sound.samples], 1, Mapping.of(STANDARD, 8_000))]
    assert len(blocks) > 2
    assert sum(columns for _, columns, _ in blocks) == STANDARD.columns(sound.sample_count, 8_000)


@pytest.mark.parametrize("columns", [1, 2, 1023, 1024, 1025, 2048])
def test_sounds_that_end_at_the_edge_of_a_block(columns):
    sample_count = STANDARD.sample_count(columns, 8_000)
    blocks = list(
        Analysis([np.zeros((1, sample_count), np.float32)], 1, Mapping.of(STANDARD, 8_000))
    )
    assert sum(power.shape[1] for power in blocks) == columns


@pytest.mark.parametrize("columns", [1, 40, 172, 1024, 1100])
@pytest.mark.parametrize("channels", [1, 2])
def test_no_more_columns_are_made_than_there_are(columns, channels):
    """A short sound does not pay for a long one; and its columns are those made all at once."""
    made = []

    class Counted(Analysis):
        def take(self, columns, *, spectrum=False):
            made.append(columns)
            return super().take(columns, spectrum=spectrum)

    sound = noise(STANDARD.sample_count(columns, 8_000), channels, 8_000)
    given = [sound.samples], channels, Mapping.of(STANDARD, 8_000)
    blocks = list(Counted(*given))
    at_once, _ = Analysis(*given).take(columns)
    assert sum(made) == columns
    assert np.array_equal(np.concatenate(blocks, axis=1), at_once)


def test_columns_after_the_end_are_silent():
    analysis = Analysis([np.ones((1, 100), np.float32)], 1, Mapping.of(STANDARD, 8_000))
    analysis.take(20)
    power, spectrum = analysis.take(7, spectrum=True)
    assert power.shape == (1, 7, 512)
    assert spectrum.shape[1] == 7
    assert not power.any()
    assert not spectrum.any()


@pytest.mark.parametrize("recipe", PRESETS.values(), ids=lambda recipe: recipe.name)
def test_the_loudest_of_sounds_has_finite_power(recipe):
    both = np.full((2, 5000), LOUDEST, np.float32) * np.sign(noise(5000, 2).samples)
    for power in Analysis([both, np.abs(both)], 2, Mapping.of(recipe, 44_100)):
        assert np.isfinite(power).all()
