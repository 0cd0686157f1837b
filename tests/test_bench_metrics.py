"""The measures of the benchmark, against what they must say of known differences."""

import sys
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("zimtohrli", reason="the benchmark's opinions need zimtohrli")
sys.path.insert(0, str(Path(__file__).parents[1]))  # bench is no part of the package

from bench.figures import Figure
from bench.metrics import (
    coherence_error,
    log_spectral_distance_db,
    mos,
    psnr_db,
    si_sdr_db,
    views,
)

RATE = 44_100


def hiss(seed=0, seconds=1.0, loudness=0.1):
    samples = np.random.default_rng(seed).standard_normal(round(seconds * RATE))
    return (loudness * samples).astype(np.float32)


def tone(hz=440.0, seconds=1.0):
    return (0.3 * np.sin(2 * np.pi * hz * np.arange(round(seconds * RATE)) / RATE)).astype(
        np.float32
    )


def test_the_same_sound_is_no_different():
    assert mos(hiss(), hiss(), RATE) == 5.0


def test_more_noise_is_a_worse_opinion():
    opinions = [mos(tone(), tone() + hiss(loudness=level), RATE) for level in (1e-3, 1e-2, 1e-1)]
    assert 5 > opinions[0] > opinions[1] > opinions[2] >= 1


@pytest.mark.parametrize("rate", [8_000, 44_100, 192_000])
def test_opinions_are_had_at_every_rate_and_of_unequal_lengths(rate):
    assert mos(hiss()[:30_000], hiss()[:29_000], rate) == 5.0


def test_views_of_stereo():
    left, right = hiss(1), hiss(2)
    seen = views(np.stack([left, right]))
    np.testing.assert_array_equal(seen["left"], left)
    np.testing.assert_array_equal(seen["right"], right)
    np.testing.assert_allclose(seen["middle"] + seen["side"], left, atol=1e-6)
    np.testing.assert_allclose(seen["middle"] - seen["side"], right, atol=1e-6)


@pytest.mark.parametrize(("difference", "heard"), [(0.0, False), (5e-4, False), (5e-3, True)])
def test_a_silent_side_is_left_out(difference, heard):
    middle = hiss()
    stereo = np.stack([middle * (1 + difference), middle * (1 - difference)])
    assert ("side" in views(stereo)) is heard


def test_coherence_of_the_same_sound_is_right():
    stereo = np.stack([hiss(1), hiss(2)])
    assert coherence_error(stereo, stereo) == 0
    assert coherence_error(stereo, 0.5 * stereo) == pytest.approx(0, abs=1e-6)


def test_antiphase_for_phase_is_the_whole_error():
    both = hiss()
    assert coherence_error(np.stack([both, both]), np.stack([both, -both])) == pytest.approx(2)


def test_an_open_angle_errs_by_its_cosine():
    """A quarter of a period between the channels has the coherence of cos 90 degrees: 0."""
    hz = 441.0
    sine = tone(hz)
    cosine = np.roll(sine, round(RATE / hz / 4))
    error = coherence_error(np.stack([sine, sine]), np.stack([sine, cosine]))
    assert error == pytest.approx(1, abs=0.05)


def test_silence_has_no_coherence_to_err_in():
    silence = np.zeros((2, RATE), np.float32)
    assert coherence_error(silence, silence) == 0


def test_a_gain_is_its_spectral_distance():
    assert log_spectral_distance_db(hiss(), hiss()) == 0
    louder = log_spectral_distance_db(hiss(), hiss() * np.float32(10 ** (3 / 20)))
    assert louder == pytest.approx(3, abs=0.01)


def test_what_is_80_db_down_has_no_spectral_distance():
    faint = hiss(3, loudness=1e-9)
    assert log_spectral_distance_db(tone(), tone() + faint) < 0.01


def test_psnr_of_one_step_everywhere():
    grey = np.full((8, 8, 3), 100, np.uint8)
    assert psnr_db(grey, grey + np.uint8(1)) == pytest.approx(20 * np.log10(255))
    assert psnr_db(grey, grey - np.uint8(1)) == pytest.approx(20 * np.log10(255))
    assert psnr_db(np.zeros_like(grey), np.full_like(grey, 255)) == pytest.approx(0)
    assert psnr_db(grey, grey) == np.inf


def test_si_sdr_is_blind_to_loudness_and_sees_noise():
    sound, noise = hiss(1).astype(np.float64), hiss(2).astype(np.float64)
    noise -= sound * (noise @ sound) / (sound @ sound)
    noise *= np.linalg.norm(sound) / np.linalg.norm(noise) / 10
    assert si_sdr_db(sound, sound) > 200
    assert si_sdr_db(sound, sound + noise) == pytest.approx(20)
    assert si_sdr_db(sound, 3 * (sound + noise)) == pytest.approx(20)
    assert si_sdr_db(sound[None], (sound + noise)[None]) == pytest.approx(20)


def test_a_figure_is_met_by_its_mean_as_printed():
    at_least = Figure("opinion", {"a": 4.9, "b": 4.8}, target=4.85)
    assert (at_least.mean, at_least.worst, at_least.met) == (pytest.approx(4.85), 4.8, True)
    at_most = Figure("error", {"a": 0.02, "b": 0.05}, target=0.03, at_most=True)
    assert (at_most.worst, at_most.met) == (0.05, False)
    assert Figure("free", {"": 1.0}).met is None
