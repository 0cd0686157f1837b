"""What is too loud is turned down before it comes, and nothing is clipped."""

import numpy as np
import pytest

from eidophone import Sound
from eidophone.morphing.limiting import limited
from eidophone.morphing.morph import morph

RATE, TOP = 8000, 10 ** (3 / 20)


def joined(blocks, peak=0.5):
    return np.concatenate(list(limited(blocks, peak, RATE)), axis=1)


def tone(count=4000):
    return 0.5 * np.sin(2 * np.pi * 440 * np.arange(count) / RATE).astype(np.float32)[None]


def test_what_is_not_too_loud_is_left_as_it_is():
    np.testing.assert_array_equal(joined([TOP * tone()]), TOP * tone())


@pytest.mark.parametrize("burst", [1, 7, 800, 4000])
def test_nothing_is_louder_and_nothing_is_bent(burst):
    loud = np.repeat(tone(), 2, axis=0)
    loud[:, 1500 : 1500 + burst] *= 6
    made = joined([loud])
    assert np.abs(made).max() <= 0.5 * TOP * (1 + 1e-6)
    there = np.abs(loud) > 1e-3
    gain = (made[there] / loud[there]).reshape(2, -1)[0]
    assert gain.min() > 0
    assert np.abs(np.diff(gain)).max() < 0.03  # clipping changes it by far more
    far = np.abs(np.arange(4000) - 1500) > burst + 200
    np.testing.assert_array_equal(made[:, far], loud[:, far])


@pytest.mark.parametrize("length", [1, 13, 100, 1700])
def test_it_is_the_same_in_blocks(length):
    loud = tone()
    loud[:, ::900] = 3
    blocks = [loud[:, first : first + length] for first in range(0, 4000, length)]
    np.testing.assert_allclose(joined(blocks), joined([loud]), atol=1e-6)
    assert joined([np.zeros((1, 0), np.float32)]).shape == (1, 0)


@pytest.mark.parametrize("method", ["mosaic", "vocoder", "becoming"])
def test_clicks_that_tell_a_voice_are_not_louder_than_both(method):
    rng = np.random.default_rng(0)
    voice = 0.05 * rng.standard_normal((1, 6000)) * (1 + np.sin(np.arange(6000) / 300))
    clicks = np.zeros((1, 6000))
    clicks[:, rng.integers(0, 6000, 12)] = 0.1
    made = morph(Sound(voice, RATE), Sound(clicks, RATE), method=method, gain=0)
    assert np.abs(made.samples).max() <= TOP * np.abs(voice).max() * (1 + 1e-6)
    assert made.samples.any()


@pytest.mark.parametrize(("peak", "top"), [(0.1, 0.1 * TOP), (0.8, 10 ** (-1 / 20)), (1.2, 1.2)])
def test_nothing_comes_out_over_full_scale_that_did_not_go_in(peak, top):
    made = np.abs(joined([5 * peak * tone()], peak)).max()
    assert made == pytest.approx(top, rel=0.05)
    assert made <= top * (1 + 1e-6)


@pytest.mark.parametrize("mix", ["0.5", "timbre=0,rhythm=1"])
def test_what_was_brought_to_another_pace_is_not_louder_either(mix):
    rng = np.random.default_rng(4)
    loud, other = (np.tanh(3 * rng.standard_normal((1, count))) for count in (8000, 6100))
    made = morph(Sound(loud, RATE), Sound(0.5 * other, RATE), method="crossfade", mix=mix, gain=0)
    assert made.samples.shape[1] != 8000
    assert np.abs(made.samples).max() <= np.abs(loud).max() * (1 + 1e-6)
