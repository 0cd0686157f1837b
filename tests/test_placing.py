"""Placing: an original that does not lie where its picture begins is found, or left out."""

from dataclasses import replace

import numpy as np
import pytest
import signals
import soxr

from eidophone.base.errors import EidophoneWarning
from eidophone.base.streams import Begun
from eidophone.picture.codec import decode, encode
from eidophone.picture.placing import Place, find
from eidophone.picture.several import Several
from eidophone.sound.sound import Sound

RATE = 22_050


def music(seconds=2.0, channels=1, seed=0):
    return signals.music(seconds, channels, rate=RATE, noise=0.01, seed=seed)


def late(sound, samples):
    return Sound(np.pad(sound.samples, ((0, 0), (samples, 0))), sound.rate)


def slower(sound, times):
    samples = soxr.resample(sound.samples.T, sound.rate, sound.rate * times, quality="VHQ").T
    return Sound(samples, sound.rate)


def painted(picture):
    """The second half runs backwards."""
    pixels = picture.pixels.copy()
    half = picture.width // 2
    pixels[:, half:] = pixels[:, half:][:, ::-1]
    return replace(picture, pixels=pixels)


def found(sound, picture):
    return find(sound, lambda: iter([picture.pixels]), picture.recipe, picture.source)


def snr(again, sound):
    """Of the first half, but for its end, in dB."""
    first = slice(0, sound.sample_count // 2 - RATE // 10)
    true = sound.samples[:, first]
    return 10 * np.log10((true**2).sum() / ((again.samples[:, first] - true) ** 2).sum())


@pytest.mark.parametrize("samples", [0, 3, 100, 1000, 30_000])
def test_a_late_original_is_placed_to_the_sample(samples):
    sound = music()
    picture = painted(encode(sound))
    assert found(late(sound, samples), picture) == Place(delay=-samples)
    assert snr(decode(picture, reference=late(sound, samples)), sound) > 60


def test_an_original_whose_beginning_is_missing_is_placed():
    sound = music()
    assert found(Sound(sound.samples[:, 2000:], RATE), encode(sound)) == Place(delay=2000)


@pytest.mark.parametrize("samples", [0, 700])
def test_swapped_channels_are_found(samples):
    sound = music(channels=2)
    swapped = late(Sound(sound.samples[::-1], RATE), samples)
    assert found(swapped, encode(sound)) == Place(delay=-samples, swapped=True)
    assert snr(decode(painted(encode(sound)), reference=swapped), sound) > 60


@pytest.mark.parametrize("times", [0.5, 1.001, 2.0])
def test_another_speed_is_found(times):
    sound = music()
    place = found(slower(sound, times), encode(sound))
    assert place.speed == pytest.approx(times, rel=5e-5)
    assert abs(place.delay) <= 2


@pytest.mark.parametrize("channels", [1, 2])
def test_another_sound_is_left_out(channels):
    picture = painted(encode(music(channels=channels)))
    alone = decode(picture)
    with pytest.warns(EidophoneWarning, match="fits nowhere"):
        again = decode(picture, reference=music(3, channels, seed=1))
    assert np.array_equal(again.samples, alone.samples)


def test_another_sound_tells_nothing_to_a_picture_that_says_nothing():
    picture = replace(painted(encode(music())), source=None)
    alone = decode(picture)
    with pytest.warns(EidophoneWarning, match="fits nowhere"):
        again = decode(picture, reference=music(2, 2, seed=1))
    assert again.rate == alone.rate == 44_100
    assert np.array_equal(again.samples, alone.samples)


def test_the_picture_decides_rate_length_and_channels():
    sound = music()
    picture = painted(encode(sound))
    both = Sound(np.repeat(sound.resampled(44_100).samples, 2, axis=0), 44_100)
    again = decode(picture, reference=late(both, 300))
    assert (again.rate, again.channels, again.sample_count) == (RATE, 1, sound.sample_count)
    assert snr(again, sound) > 20


def test_a_picture_that_says_nothing_is_told_by_its_original():
    sound = music(channels=2)
    picture = replace(painted(encode(sound)), source=None)
    several = Several(lambda: [picture], 1, reference=sound)
    joined = several.made(quality="standard").sound()
    for again in (decode(picture, reference=sound), joined):
        assert (again.rate, again.channels, again.sample_count) == (RATE, 2, sound.sample_count)
        assert snr(again, sound) > 60


def test_a_copy_of_fewer_hertz_does_not_take_what_a_picture_shows_above():
    sound = signals.music(2, rate=44_100, noise=0.01)
    picture = replace(encode(sound), source=None)
    again = decode(picture, reference=sound.resampled(RATE))
    assert again.rate == 44_100
    assert abs(again.sample_count - sound.sample_count) <= 2


@pytest.mark.parametrize("noise", [0.02, 0.5])
def test_a_poor_copy_is_worse_than_none_and_left_out(noise):
    """Where a copy's noise is more than that of the picture, only its phase serves, or nothing."""
    sound = music()
    rng = np.random.default_rng(0)
    hiss = noise * np.abs(sound.samples).max() * rng.standard_normal(sound.samples.shape)
    picture = encode(sound)

    def loss(again):
        drawn = encode(again).pixels.astype(float)
        return np.abs(drawn - picture.pixels).mean()

    poor = decode(picture, reference=Sound(sound.samples + hiss, RATE))
    assert loss(poor) < 1.1 * loss(decode(picture))


def test_only_the_part_that_fits_is_leant_on():
    sound, other = music(4), music(4, seed=5)
    half = sound.sample_count // 2
    spliced = Sound(np.concatenate([sound.samples[:, :half], other.samples[:, half:]], 1), RATE)
    alone, again = (decode(encode(sound), reference=one) for one in (None, spliced))
    assert snr(again, sound) > 60
    last = slice(half + RATE // 2, None)
    power = [(one.samples[:, last] ** 2).sum() for one in (alone, again)]
    assert np.allclose(*power, rtol=0.05)


def test_silence_is_looked_past():
    sound = music()
    silent = Sound(np.pad(sound.samples, ((0, 0), (8 * RATE, 0))), RATE)
    assert found(late(silent, 500), encode(silent)) == Place(delay=-500)


def test_blocks_that_were_begun_are_made_only_once():
    made = []

    def make():
        for number in range(4):
            made.append(number)
            yield np.full((1, 1), number)

    begun = Begun(make)
    next(iter(begun()))
    for _ in range(2):
        assert [int(block[0, 0]) for block in begun()] == [0, 1, 2, 3]
    assert made == [0, 1, 2, 3, 0, 1, 2, 3]
