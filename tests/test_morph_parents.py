"""Parents: sounds made alike; and sounds that go round."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eidophone import Sound
from eidophone.base.errors import EidophoneWarning, MorphError
from eidophone.morphing.looping import looped, period
from eidophone.morphing.morph import morph
from eidophone.morphing.parents import Parents

RATE = 8_000


def tone(hz, seconds=0.5, rate=RATE, channels=1):
    wave = 0.5 * np.sin(2 * np.pi * hz * np.arange(round(seconds * rate)) / rate)
    return Sound(np.tile(wave, (channels, 1)), rate)


@pytest.mark.parametrize("count", [0, 1, 5])
def test_there_are_two_to_four(count):
    with pytest.raises(MorphError, match=f"{count} sounds were given: give 2 to 4"):
        morph(*[tone(200)] * count)


def test_all_are_brought_to_the_highest_rate():
    with pytest.warns(EidophoneWarning, match="all were brought to 16000 Hz"):
        found = Parents.of([tone(200), tone(200, rate=16_000)])
    assert [one.shape for one in found.samples] == [(1, 8000)] * 2
    inside = slice(500, -500)
    assert np.allclose(found.samples[0][0, inside], found.samples[1][0, inside], atol=1e-3)


def test_all_are_stereo_if_one_is():
    found = Parents.of([tone(200), tone(300, channels=2)])
    assert [one.shape for one in found.samples] == [(2, 4000)] * 2
    assert np.array_equal(found.samples[0][0], found.samples[0][1])


def test_what_memory_would_not_hold_is_refused():
    long = Sound(np.zeros((1, 100_000), np.float32), RATE)
    short = Sound(np.ones((2, 10), np.float32), 192_000)
    found = Parents.of([long, long])
    found.check(10**6)
    with pytest.raises(MorphError, match="`seconds` is 125000: 16777 at most"):
        found.check(10**9)
    with pytest.raises(MorphError, match="`seconds` is 3600: 349 at most"):
        morph(short, short, mix=0.3, seconds=3600)


@given(st.integers(8, 900), st.integers(1, 4000))
def test_a_sound_goes_round_after_its_period(length, count):
    samples = np.random.default_rng(length).uniform(-1, 1, (2, length)).astype(np.float32)
    found = looped(samples, count, RATE)
    turn = period(length, RATE)
    assert found.shape == (2, count)
    seam = length - turn
    assert np.array_equal(found[:, : min(turn, count)], samples[:, : min(turn, count)])
    assert np.allclose(found[:, seam + turn :], found[:, seam : max(count - turn, seam)], atol=1e-6)


def test_a_tone_goes_round_without_a_click():
    found = looped(tone(100).samples, 3 * RATE, RATE)[0]
    assert np.abs(np.diff(found)).max() < 1.5 * np.abs(np.diff(tone(100).samples[0])).max()


@given(st.integers(1, 7), st.integers(1, 4000))
def test_a_click_is_heard_once(length, count):
    click = np.full((2, length), 0.5, np.float32)
    found = looped(click, count, RATE)
    assert found.shape == (2, count)
    assert found.sum() == min(length, count)
