"""The transform: where its columns lie, forward, and back."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eidophone.base.errors import RecipeError
from eidophone.picture.gabor import Gabor, Span
from eidophone.picture.recipe import PRESETS, Recipe

RATES = [8_000, 11_025, 44_100, 48_000, 96_000, 384_000]


def gabor(hop=64.0, n_fft=256, rate=8_000):
    return Gabor.of(Recipe(hop_seconds=hop / rate, window_seconds=n_fft / rate), rate)


def noise(channels, samples, seed=0):
    return np.random.default_rng(seed).standard_normal((channels, samples)).astype(np.float32)


def spectrum_of(span, signal):
    out = np.empty((len(signal), span.columns, span.gabor.bins), np.complex64)

    def visit(first, last, part):
        out[:, first:last] = part

    span.analyse(signal, visit)
    return out


# --- where they lie -------------------------------------------------------------------------------


@pytest.mark.parametrize("rate", RATES)
def test_columns_are_the_same_time_at_every_rate(rate):
    recipe = PRESETS["standard"]
    seconds = Gabor.of(recipe, rate).centres(0, 1000) / rate
    wanted = (np.arange(1000) + 0.5) * recipe.hop_seconds
    assert np.abs(seconds - wanted).max() <= 0.5 / rate + 1e-9


@pytest.mark.parametrize("rate", RATES)
def test_the_window_is_as_long_in_seconds_at_every_rate(rate):
    g = Gabor.of(PRESETS["standard"], rate)
    half = round(PRESETS["standard"].window_seconds / 2 * rate)
    edge = g.window[g.n_fft // 2 - half :][0]
    assert edge / g.window.max() == pytest.approx(0.001, rel=0.1)
    assert g.window.sum() == pytest.approx(2, rel=1e-5)
    assert g.n_fft % 2 == 0
    assert g.bins == g.n_fft // 2 + 1


def test_a_span_of_columns_knows_its_samples():
    g = gabor(hop=63.7)
    span = Span(g, 100, 117)
    assert span.columns == 17
    assert span.start == g.centres(100, 101)[0] - 128
    assert span.stop == g.centres(116, 117)[0] + 128
    assert np.array_equal(span.centres + span.start, g.centres(100, 117))


def test_windows_too_dense_for_memory_are_refused():
    recipe = Recipe(window_seconds=0.5, hop_seconds=1e-4)
    with pytest.raises(RecipeError, match=r"384000 Hz, windows of 0.5 s every 0.0001 s"):
        Gabor.of(recipe, 384_000)
    for name in PRESETS:
        Gabor.of(PRESETS[name].with_rows(8192).for_rate(384_000), 384_000)


# --- forward --------------------------------------------------------------------------------------


def test_the_transform_is_the_windowed_fourier_sum():
    span = Span(gabor(hop=50.3), 0, 40)
    signal = noise(2, span.samples)
    n = np.arange(256) - 128
    spectrum = spectrum_of(span, signal)
    for channel, column, k in [(0, 0, 3), (1, 17, 0), (1, 39, 128), (0, 20, 77)]:
        centre = span.centres[column]
        frame = signal[channel, centre - 128 : centre + 128] * span.gabor.window
        wanted = (frame * np.exp(-2j * np.pi * k * n / 256)).sum()
        assert abs(spectrum[channel, column, k] - wanted) < 1e-5


def test_a_sine_has_its_amplitude_and_its_phase_at_the_centre():
    span = Span(gabor(hop=50.3), 0, 40)
    hz = 20 * 8_000 / 256
    time = np.arange(span.samples) / 8_000
    signal = (0.3 * np.cos(2 * np.pi * hz * time + 1))[np.newaxis].astype(np.float32)
    wanted = 0.3 * np.exp(1j * (2 * np.pi * hz * span.centres / 8_000 + 1))
    assert np.abs(spectrum_of(span, signal)[0, :, 20] - wanted).max() < 1e-4


@pytest.mark.parametrize("columns", [1, 2, 15, 16, 17, 63, 64, 65, 200])
def test_every_column_is_visited_once(columns):
    span = Span(gabor(), 0, columns)
    seen = np.zeros(columns, int)

    def visit(first, last, part):
        seen[first:last] += 1
        assert part.shape == (1, last - first, span.gabor.bins)

    span.analyse(noise(1, span.samples), visit)
    assert (seen == 1).all()


def test_the_number_of_threads_changes_nothing(monkeypatch):
    span = Span(gabor(), 0, 300)
    signal = noise(2, span.samples)
    monkeypatch.setenv("EIDOPHONE_THREADS", "1")
    alone = spectrum_of(span, signal)
    monkeypatch.setenv("EIDOPHONE_THREADS", "3")
    assert np.array_equal(spectrum_of(span, signal), alone)


# --- back -----------------------------------------------------------------------------------------


@settings(max_examples=40)
@given(
    n_fft=st.integers(8, 300).map(lambda half: 2 * half),
    overlap=st.floats(2.5, 12),
    first=st.integers(0, 1000),
    columns=st.integers(1, 150),
    channels=st.integers(1, 2),
    seed=st.integers(0, 99),
)
def test_there_and_back_is_the_same(n_fft, overlap, first, columns, channels, seed):
    g = gabor(hop=n_fft / overlap, n_fft=n_fft)
    span = Span(g, first, first + columns)
    signal = noise(channels, span.samples, seed)
    spectrum = spectrum_of(span, signal)
    back = span.synthesise(channels, lambda a, b: spectrum[:, a:b].copy())
    centres = span.centres
    inner = slice(centres[0], centres[-1] + 1)  # outside of these, samples fade out
    assert np.abs(back[:, inner] - signal[:, inner]).max() < 1e-4


@pytest.mark.parametrize("rate", [8_000, 11_025, 48_000])
@pytest.mark.parametrize("name", PRESETS)
def test_presets_reconstruct_at_rates_with_fractional_hops(name, rate):
    span = Span(Gabor.of(PRESETS[name], rate), 0, 100)
    signal = noise(1, span.samples)
    back = span.project(signal, lambda *_: None)
    inner = slice(span.centres[0], span.centres[-1])
    error = back[:, inner] - signal[:, inner]
    assert 10 * np.log10((signal[:, inner] ** 2).mean() / (error**2).mean()) > 110


def test_synthesis_is_least_squares():
    """What is left over has no part that any signal could explain."""
    span = Span(gabor(), 0, 50)
    rng = np.random.default_rng(3)
    shape = (1, 50, span.gabor.bins)
    wanted = (rng.standard_normal(shape) + 1j * rng.standard_normal(shape)).astype(np.complex64)
    wanted[..., [0, -1]] = wanted[..., [0, -1]].real
    nearest = span.synthesise(1, lambda a, b: wanted[:, a:b].copy())
    rest = wanted - spectrum_of(span, nearest)
    again = span.synthesise(1, lambda a, b: rest[:, a:b].astype(np.complex64))
    inner = slice(span.centres[0], span.centres[-1])
    assert np.abs(again[:, inner]).max() < 1e-5 * np.abs(nearest).max()


def test_project_alters_what_it_is_told_to():
    span = Span(gabor(), 0, 80)
    signal = noise(1, span.samples)

    def halve(first, last, spectrum):
        spectrum *= 0.5

    inner = slice(span.centres[0], span.centres[-1])
    assert np.allclose(span.project(signal, halve)[:, inner], signal[:, inner] / 2, atol=1e-5)


def test_the_tightest_hop_is_a_sample():
    recipe = Recipe(hop_seconds=1e-4, window_seconds=0.002)
    span = Span(Gabor.of(recipe, 8_000), 0, 500)  # 0.8 samples
    signal = noise(1, span.samples)
    inner = slice(span.centres[0], span.centres[-1])
    back = span.project(signal, lambda *_: None)
    assert np.abs(back[:, inner] - signal[:, inner]).max() < 1e-4
