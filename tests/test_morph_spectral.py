"""Spectral morphs: levels between those of the parents, where they are."""

import numpy as np
import pytest

from eidophone.morphing.loudness import as_loud, power_of_columns
from eidophone.morphing.morph import morph
from eidophone.sound.sound import Sound

RATE = 8000


def tone(hz, amplitude=0.25, seconds=1.0):
    time = np.arange(round(seconds * RATE)) / RATE
    return Sound(amplitude * np.sin(2 * np.pi * hz * time), RATE)


def level_db(sound, hz):
    """Level of a tone in the middle of ``sound``, by its Fourier sum."""
    part = sound.samples[0, RATE // 4 : -RATE // 4].astype(np.float64)
    window = np.hanning(len(part))
    wave = np.exp(-2j * np.pi * hz * np.arange(len(part)) / RATE)
    return 20 * np.log10(2 * abs((part * window * wave).sum()) / window.sum() + 1e-12)


@pytest.mark.parametrize("mix", [0.1, 0.5, 0.8])
def test_a_tone_at_two_levels_is_between_them_as_we_hear_it(mix):
    made = morph(tone(1000, 0.5), tone(1000, 0.05), method="spectral", mix=mix)
    loudness = (1 - mix) * 0.5**0.6 + mix * 0.05**0.6
    assert level_db(made, 1000) == pytest.approx(20 * np.log10(loudness ** (1 / 0.6)), abs=0.2)


def test_two_tones_both_stay_where_they_are():
    made = morph(tone(500), tone(1500), method="spectral", mix=0.5)
    assert abs(level_db(made, 500) - level_db(made, 1500)) < 1
    assert level_db(made, 1000) < level_db(made, 500) - 40


def test_half_of_a_sound_and_half_of_silence_is_10_db_less():
    silence = Sound(np.zeros(RATE), RATE)
    made = morph(tone(1000), silence, method="spectral", mix=0.5)
    assert level_db(made, 1000) == pytest.approx(20 * np.log10(0.25) - 10.03, abs=0.6)


def test_silence_stays_silent_and_columns_as_loud_as_they_should_be():
    rng = np.random.default_rng(1)
    parents = [rng.random((3, 5, 9)).astype(np.float32) for _ in range(2)]
    parents[0][:, 2] = parents[1][:, 2] = 0
    weights = np.tile(np.float32([[0.3], [0.7]]), 5)
    scaled = as_loud(parents[0] + parents[1], parents, weights)
    a, b = (one[0].sum(axis=-1) + one[2].sum(axis=-1) for one in parents)
    expected = (0.3 * a**0.3 + 0.7 * b**0.3) ** (1 / 0.3)
    np.testing.assert_allclose(power_of_columns(scaled), expected, rtol=1e-4)
