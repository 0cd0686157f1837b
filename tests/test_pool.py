"""Pool: power of bins onto rows, and back."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from signals import music

from eidophone.picture.axis import hz_of_row
from eidophone.picture.codec import encode
from eidophone.picture.gabor import Gabor
from eidophone.picture.ink import power_of_pixels
from eidophone.picture.mapping import Mapping
from eidophone.picture.pool import bins_of_rows, colours, rows_of_spectrum
from eidophone.picture.recipe import PRESETS, Recipe


def parts(recipe, rate=44_100):
    return Mapping.of(recipe, rate).pooling


def matrix(band, columns):
    """``band`` as an ordinary matrix."""
    dense = np.zeros((len(band.start), columns))
    for line, start in enumerate(band.start.astype(int)):
        weight = band.weight[int(band.first[line]) : int(band.first[line + 1])]
        dense[line, start : start + len(weight)] = weight
    return dense


def random_spectrum(channels, columns, bins, seed=0):
    rng = np.random.default_rng(seed)
    shape = (channels, columns, bins)
    return (rng.standard_normal(shape) + 1j * rng.standard_normal(shape)).astype(np.complex64)


def rows_of(spectrum, pooled, rows=512):
    power = np.empty((colours(len(spectrum)), spectrum.shape[1], rows), np.float32)
    rows_of_spectrum(spectrum, pooled, power)
    return power


def test_mono_has_one_colour_and_stereo_three():
    assert (colours(1), colours(2)) == (1, 3)


def test_rows_are_weighted_sums_of_left_middle_and_right():
    pooled = parts(PRESETS["standard"])
    spectrum = random_spectrum(2, 3, pooled.bins)
    left, right = spectrum
    for colour, signal in enumerate([left, (left + right) / 2, right]):
        wanted = np.abs(signal) ** 2 @ matrix(pooled.pool, pooled.bins).T
        upper = slice(len(pooled.low.around), None)
        assert np.allclose(rows_of(spectrum, pooled)[colour, :, upper], wanted[:, upper], rtol=1e-4)


def test_low_rows_meet_the_lobe_of_a_gaussian_window_exactly():
    gabor = Gabor.of(PRESETS["standard"], 44_100)
    pooled = parts(PRESETS["standard"])
    low = len(pooled.low.around)
    at = hz_of_row(np.arange(float(low)), PRESETS["standard"]) * gabor.n_fft / gabor.rate
    for tone in (30.0, 30.3, 30.5, 60.7):
        lobe = np.exp(-gabor.lobe_decay / 2 * (np.arange(gabor.bins) - tone) ** 2)
        rows = rows_of(lobe[None, None].astype(np.complex64), pooled)[0, 0, :low]
        near = np.abs(at - tone) < 2.5
        wanted = np.exp(-gabor.lobe_decay * (at - tone) ** 2)
        assert np.abs(10 * np.log10(rows[near] / wanted[near])).max() < 0.05


def test_low_rows_are_hardly_louder_than_the_bins_around():
    """As loud as a lobe between them can be; a cubic through noise would overshoot by more."""
    pooled = parts(PRESETS["standard"])
    spectrum = random_spectrum(1, 50, pooled.bins)
    spectrum[:, :, ::5] *= 1e-4
    power = np.abs(spectrum[0]) ** 2
    low = rows_of(spectrum, pooled)[0, :, : len(pooled.low.around)]
    around = pooled.low.around[:, 1:3].astype(int)
    assert (low / power[:, around].max(axis=2)).max() == pytest.approx(np.exp(0.2), rel=1e-3)


def test_mono_rows_are_those_of_the_left():
    pooled = parts(PRESETS["octaves"])
    spectrum = random_spectrum(2, 3, pooled.bins)
    assert np.array_equal(rows_of(spectrum[:1], pooled)[0], rows_of(spectrum, pooled)[0])


@pytest.mark.parametrize("name", PRESETS)
def test_the_bins_of_rows_pool_onto_these_rows(name):
    """A few passes bring smooth spectra within 0.1 dB; none would be 3 dB off."""
    recipe = PRESETS[name]
    pooled = parts(recipe)
    bins = np.arange(pooled.bins)
    smooth = np.exp(-bins / 200) * (1.2 + np.sin(bins / 40))
    pool = matrix(pooled.pool, pooled.bins).T
    rows = (smooth[np.newaxis] @ pool).astype(np.float32)
    again = bins_of_rows(rows[np.newaxis], pooled)[0] @ pool
    assert np.abs(10 * np.log10(again / rows)[:, 30:-30]).mean() < 0.1


def test_silent_rows_are_silent_bins():
    pooled = parts(PRESETS["standard"])
    assert not bins_of_rows(np.zeros((3, 4, 512), np.float32), pooled).any()


@settings(max_examples=30)
@given(
    axis=st.sampled_from(["mel", "octaves", "linear"]),
    rows=st.integers(16, 300),
    rate=st.sampled_from([8_000, 44_100, 192_000]),
    loudness=st.floats(-190, 190),
    seed=st.integers(0, 99),
)
def test_bins_of_any_rows_are_finite_and_positive(axis, rows, rate, loudness, seed):
    recipe = Recipe(axis=axis, rows=rows, min_hz=20, max_hz=20_000)
    rng = np.random.default_rng(seed)
    power = rng.exponential(10 ** (loudness / 10), (1, 2, rows)) * (rng.random((1, 2, rows)) < 0.7)
    bins = bins_of_rows(power.astype(np.float32), parts(recipe, rate))
    assert np.isfinite(bins).all()
    assert (bins >= 0).all()


@pytest.mark.parametrize("rate", [44_100, 88_200, 192_000])
@pytest.mark.parametrize("rows", [64, 256, 512])
def test_bins_are_never_much_louder_than_rows(rows, rate):
    # 256 rows at 192 kHz: +100 dB without a limit
    recipe = PRESETS["standard"].with_rows(rows).for_rate(rate)
    pixels = encode(music(1.5, rate=rate), recipe).pixels
    power = power_of_pixels(pixels, recipe, 1)
    assert bins_of_rows(power, parts(recipe, rate)).max() < 10 * power.max()
