"""Measures of glides, against sounds of which the answer is known."""

import numpy as np
import pytest

pytest.importorskip("librosa", reason="measures of the benchmark need librosa")

from bench.morph import gliding

RATE = 44_100
TIME = np.arange(RATE) / RATE


def tones(*hz):
    return 0.1 * np.sum([np.sin(2 * np.pi * one * TIME + one) for one in hz], axis=0)


def test_the_loudest_partial_and_the_rest():
    found = gliding.partial(tones(400) + 0.001 * tones(700), RATE)
    assert found.hz == pytest.approx(400, abs=0.1)
    assert found.rest_db == pytest.approx(-60, abs=0.1)


def test_peaks_are_counted():
    assert gliding.peaks(tones(300, 500, 900, 2000), RATE) == pytest.approx(4, abs=0.3)


def test_partials_that_beat_are_rough():
    assert gliding.roughness(tones(1000, 1070), RATE) > 10 * gliding.roughness(tones(1000), RATE)


def test_what_is_on_the_comb():
    assert gliding.on_comb(tones(200, 400, 600), RATE, 200) > 0.999
    assert gliding.on_comb(tones(400, 500), RATE, 200) == pytest.approx(0.5, abs=0.01)


def test_a_path_by_levels_is_even_and_one_that_leaps_is_not():
    rng = np.random.default_rng(0)
    low, high = (np.cumsum(rng.standard_normal(RATE)), rng.standard_normal(RATE))
    low = low / low.std() * np.exp(-((TIME - 0.5) ** 2)) * 0.1
    weights = (0, 0.25, 0.5, 0.75, 1)
    sudden = [low, low * 0.999, low, high * 0.1, high * 0.1]
    faded = [low * (1 - w) + 0.1 * high * w for w in weights]
    assert gliding.path(faded, weights, RATE).monotone
    assert gliding.path(sudden, weights, RATE).unevenness > 100
