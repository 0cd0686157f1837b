"""Effects that nobody is to tell collections apart by."""

import numpy as np
import pytest

from eidophone.learning.effects import altered

RATE = 43.0


def passages(count=40, seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(-40, 8, (count, 64, 40)).astype(np.float32)


def test_each_passage_is_altered_in_a_way_of_its_own_and_alike_each_time():
    one = np.repeat(passages(1), 6, axis=0)
    first, second = (altered(one, RATE, 0.25, np.random.default_rng(3)) for _ in range(2))
    assert first.dtype == np.float32
    assert np.array_equal(first, second)
    assert len(np.unique(first.mean(axis=(1, 2)).round(3))) == 6
    assert np.array_equal(one, np.repeat(passages(1), 6, axis=0))


def test_movement_is_squeezed_and_stretched_by_as_much_as_is_asked():
    heard = passages(400)
    for depth in (0.1, 0.5):
        made = altered(heard, RATE, depth, np.random.default_rng(0))
        # quick movement in the upper half of levels, which noise and rooms hardly reach
        ratio = np.diff(made, axis=1).std(axis=(1, 2)) / np.diff(heard, axis=1).std(axis=(1, 2))
        assert np.median(ratio) == pytest.approx(1, abs=0.25)
        assert np.log(ratio).std() > depth / 2


def test_none_is_below_the_noise_of_a_recording():
    silence = np.full((50, 20, 40), -120, np.float32)
    made = altered(silence, RATE, 0.25, np.random.default_rng(0))
    assert made.min() >= -85
    assert np.isfinite(made).all()
    assert np.unique(made.min(axis=(1, 2))).size > 40
