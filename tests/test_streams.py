"""Streams: however blocks are cut, they are the same samples."""

import numpy as np
import pytest
import soxr
from hypothesis import given, settings
from hypothesis import strategies as st

from eidophone.base.streams import Feed, lasting, regrouped
from eidophone.sound.resample import resampled

SIZES = st.lists(st.integers(0, 9), max_size=12)
NOTHING = np.zeros((2, 0, 3), np.uint8)


def stream(sizes):
    """Blocks of these sizes, and all of them as one."""
    whole = np.arange(1, 6 * sum(sizes) + 1, dtype=np.uint8).reshape(2, -1, 3)
    return np.split(whole, np.cumsum(sizes)[:-1], axis=1) if sizes else [], whole


def joined(blocks):
    return np.concatenate([NOTHING, *blocks], axis=1)


@given(SIZES, st.lists(st.tuples(st.integers(0, 9), st.integers(0, 12)), max_size=9))
def test_a_feed_gives_what_lies_anywhere_and_nothing_around(sizes, hops):
    blocks, whole = stream(sizes)
    padded = np.pad(whole, ((0, 0), (5, 200), (0, 0)))
    feed, start = Feed(blocks, NOTHING), -5
    for step, length in hops:
        start += step
        taken = feed.take(start, start + length)
        assert taken.flags.c_contiguous
        np.testing.assert_array_equal(taken, padded[:, start + 5 : start + 5 + length])


@given(SIZES, st.integers(0, 120))
def test_a_feed_knows_how_far_it_reaches(sizes, position):
    blocks, whole = stream(sizes)
    feed = Feed(blocks, NOTHING)
    assert feed.reaches(position) == (position < whole.shape[1])
    assert feed.ended == (position >= whole.shape[1])


def test_a_feed_reads_no_further_than_it_must():
    feed = Feed(iter([np.ones((2, 3), np.float32)] * 2), np.zeros((2, 0), np.float32))
    assert feed.take(-2, 3).tolist() == [[0, 0, 1, 1, 1]] * 2
    assert (feed.stop, feed.ended) == (3, False)
    assert feed.take(1, 10).tolist() == [[1] * 5 + [0] * 4] * 2
    assert (feed.stop, feed.ended) == (6, True)


@given(SIZES, st.integers(1, 15))
def test_regrouped_blocks_are_of_one_size_and_the_same_whole(sizes, size):
    blocks, whole = stream(sizes)
    groups = list(regrouped(blocks, size))
    assert [group.shape[1] for group in groups[:-1]] == [size] * (len(groups) - 1)
    assert all(0 < group.shape[1] <= size and group.flags.c_contiguous for group in groups)
    np.testing.assert_array_equal(joined(groups), whole)


def test_a_group_stays_as_it_is_when_the_next_comes():
    first, second = regrouped([np.zeros((1, 4)), np.ones((1, 4))], 4)
    assert (first.max(), second.min()) == (0, 1)


@given(SIZES, st.integers(0, 120))
def test_lasting_blocks_are_cut_or_filled(sizes, length):
    blocks, whole = stream(sizes)
    told = []
    found = joined(lasting(blocks, length, NOTHING, told.append))
    there = min(length, whole.shape[1])
    np.testing.assert_array_equal(found[:, :there], whole[:, :there])
    assert found.shape[1] == length
    assert not found[:, there:].any()
    assert told == ([length - there] if there < length else [])


def test_lasting_blocks_are_read_no_further_than_they_must():
    blocks = iter([np.ones((1, 4))] * 3)
    assert sum(block.shape[1] for block in lasting(blocks, 8, np.zeros((1, 0)))) == 8
    assert len(list(blocks)) == 1
    assert list(lasting(blocks, 0, np.zeros((1, 0)))) == []


@pytest.mark.parametrize(("rate", "wanted"), [(48_000, 44_100), (8_000, 48_000)])
@settings(max_examples=20)
@given(sizes=st.lists(st.integers(0, 3000), min_size=1, max_size=9))
def test_a_resampled_sound_does_not_depend_on_its_blocks(rate, wanted, sizes):
    sound = np.random.default_rng(0).uniform(-1, 1, (2, sum(sizes))).astype(np.float32)
    blocks = list(resampled(np.split(sound, np.cumsum(sizes)[:-1], axis=1), 2, rate, wanted))
    found = np.concatenate([np.zeros((2, 0), np.float32), *blocks], axis=1)
    expected = soxr.resample(sound.T, rate, wanted, quality="VHQ").T
    assert all(block.shape[1] for block in blocks)
    assert abs(found.shape[1] - sound.shape[1] * wanted / rate) <= 1
    np.testing.assert_allclose(found, expected[:, : found.shape[1]], atol=1e-5)


def test_a_sound_of_the_right_rate_stays_as_it_is():
    blocks = [np.ones((1, 3), np.float32)] * 2
    assert list(map(id, resampled(iter(blocks), 1, 8_000, 8_000))) == list(map(id, blocks))
