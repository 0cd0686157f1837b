"""A sound beside another: of its rate, length and channels, at its place and speed."""

import numpy as np
import pytest
import signals
import soxr

from eidophone.sound.aligned import Aligned
from eidophone.sound.sound import Sound

RATE = 44_100


def samples_of(sound, block=9999):
    return np.concatenate(list(sound.blocks(block)), axis=1)


@pytest.mark.parametrize("block", [1, 1000, 44_100, 10**6])
@pytest.mark.parametrize("sample_count", [1, 20_000, 100_000])
def test_a_sound_is_cut_or_filled_to_the_length_that_is_wanted(sample_count, block):
    if block == 1 and sample_count > 1:
        block = 7777
    sound = signals.music(1.2, 2, rate=RATE)
    found = list(Aligned(sound, rate=RATE, sample_count=sample_count).blocks(block))
    assert [one.shape[1] for one in found[:-1]] == [block] * (len(found) - 1)
    got = np.concatenate(found, axis=1)
    there = min(sample_count, sound.sample_count)
    assert got.shape == (2, sample_count)
    assert np.array_equal(got[:, :there], sound.samples[:, :there])
    assert not got[:, there:].any()


def test_a_sound_is_brought_to_the_rate_that_is_wanted():
    sound = signals.music(1, rate=48_000)
    got = np.concatenate(list(Aligned(sound, rate=RATE).blocks(9999)), axis=1)
    expected = soxr.resample(sound.samples[0], 48_000, RATE, quality="VHQ")
    assert got[0] == pytest.approx(expected, abs=1e-5)


def test_a_sound_that_goes_on_is_not_read_to_its_end():
    class Endless:
        rate, channels, sample_count = RATE, 1, 10**12
        given = 0

        def blocks(self, size):
            while True:
                self.given += size
                yield np.zeros((1, size), np.float32)

    endless = Endless()
    aligned = Aligned(endless, rate=RATE, sample_count=100)
    assert sum(block.shape[1] for block in aligned.blocks(64)) == 100
    assert endless.given < 10**6


@pytest.mark.parametrize("delay", [-70_000, -1000, 0, 1000])
def test_a_sound_is_put_where_it_begins(delay):
    sound = Sound(np.arange(1, 66_001)[None] / 1e5, RATE)
    got = samples_of(Aligned(sound, rate=RATE, delay=delay, sample_count=70_000))[0]
    wanted = np.zeros(70_000, np.float32)
    there = sound.samples[0, max(0, -delay) :]
    wanted[max(0, delay) : max(0, delay) + len(there)] = there[: 70_000 - max(0, delay)]
    assert np.array_equal(got, wanted)


def test_what_was_slowed_to_half_is_played_at_twice_the_speed():
    sound = signals.music(1, rate=RATE)
    slow = Sound(soxr.resample(sound.samples[0], RATE, 2 * RATE, quality="VHQ"), RATE)
    again = Aligned(slow, rate=RATE, speed=2.0)
    assert again.sample_count == sound.sample_count
    error = (samples_of(again) - sound.samples)[0, 500:-500]
    assert error.std() < 0.02 * sound.samples.std()


def test_channels_are_swapped_or_mixed():
    sound = signals.music(0.1, 2, rate=RATE)
    left, right = sound.samples
    assert np.array_equal(samples_of(Aligned(sound, rate=RATE, swapped=True)), [right, left])
    mixed = Aligned(sound, rate=RATE, channels=1)
    assert mixed.channels == 1
    assert samples_of(mixed)[0] == pytest.approx((left + right) / 2, abs=1e-7)
