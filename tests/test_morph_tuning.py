"""The notes of a content, told by a substance that has none."""

import numpy as np
import pytest
from signals import music

from eidophone import EidophoneWarning, Sound
from eidophone.morphing.morph import morph
from eidophone.morphing.styling import style
from eidophone.morphing.telling.told import Turn
from eidophone.morphing.telling.tuning import is_music, steadiness, tuned

RATE = 16_000


def course(movement):
    def at(moments):
        some = np.full(len(moments), movement, np.float32)
        return Turn(own=0 * some, told=some, movement=some, mean=some, loudness=0 * some)

    return at


def notes(hertz, seconds=1.0):
    time = np.arange(round(seconds * RATE)) / RATE
    whole = [sum(np.sin(2 * np.pi * hz * k * time) / k for k in (1, 2, 3)) for hz in hertz]
    return 0.1 * np.concatenate(whole).astype(np.float32)[None]


def noise(seconds=1.0, seed=0):
    return 0.1 * np.random.default_rng(seed).standard_normal((1, round(seconds * RATE)), "f4")


def syllables(seconds=3.0):
    """A voice-like buzz that glides all the time, and hisses between."""
    time = np.arange(round(seconds * RATE)) / RATE
    hz = 160 * 2 ** (0.5 * np.sin(2 * np.pi * 1.7 * time))
    voice = sum(np.sin(2 * np.pi * k * np.cumsum(hz) / RATE) / k for k in range(1, 12))
    hissing = np.sin(2 * np.pi * 3 * time) > 0.6
    return np.where(hissing, noise(seconds)[0], 0.1 * voice).astype(np.float32)[None]


def power_at(samples, hz):
    power = np.abs(np.fft.rfft(samples[0] * np.hanning(samples.shape[1]))) ** 2
    near = np.abs(np.fft.rfftfreq(samples.shape[1], 1 / RATE) - hz) < hz * 0.02
    return power[near].mean()


def test_noise_takes_notes_through_the_octaves_and_nothing_else():
    content, substance = notes((440, 523.25)), noise(2.0)
    made = tuned(content, substance, RATE, course(1.0))
    halves = made[:, 2000:14_000], made[:, 18_000:30_000]
    a, c = (power_at(halves[0], hz) / power_at(halves[1], hz) for hz in (440, 523.25))
    assert a > 4
    assert c < 1 / 4
    assert power_at(halves[0], 220) > 4 * power_at(halves[1], 220)
    above = [np.abs(np.fft.rfft(one))[0, 24_000 // 8 * 5 :] for one in (made, substance)]
    np.testing.assert_allclose(above[0].std(), above[1].std(), rtol=0.02)
    np.testing.assert_allclose(tuned(content, substance, RATE, course(0.0)), substance, atol=1e-5)


def test_a_steady_content_is_known_from_a_voice():
    assert is_music(notes((440, 523.25, 330)), RATE)
    assert is_music(music(3, rate=RATE).samples, RATE)
    assert not is_music(syllables(), RATE)
    assert abs(steadiness(noise(2.0), RATE)) < 0.2
    assert steadiness(np.zeros((1, 5000), np.float32), RATE) == 0
    assert steadiness(noise(0.01), RATE) == 0


def test_music_is_told_by_its_notes_and_that_is_said():
    content, bees = Sound(notes((440, 523.25)), RATE), Sound(noise(1.5, 3), RATE)
    with pytest.warns(EidophoneWarning, match="told by its notes: `content` settles it"):
        made = style(content, bees)
    np.testing.assert_array_equal(made.samples, style(content, bees, content="music").samples)
    plain = style(content, bees, content="speech", articulation=0.0)

    def tells(sound):
        halves = sound.samples[:, 2000:14_000], sound.samples[:, 18_000:30_000]
        return power_at(halves[0], 440) / power_at(halves[1], 440)

    assert tells(made) > 2 * tells(plain)
    with pytest.warns(EidophoneWarning, match="its notes are told"):
        morph(content, bees, method="mosaic")


def test_a_voice_is_not():
    voice, bees = Sound(syllables(1.0), RATE), Sound(noise(1.5, 3), RATE)
    auto, speech = style(voice, bees), style(voice, bees, content="speech")
    np.testing.assert_array_equal(auto.samples, speech.samples)


@pytest.mark.parametrize("count", [1, 40, 3000])
def test_hardly_any_samples_and_silence(count):
    sound, silent = noise()[:, :count], np.zeros((1, count), np.float32)
    for content, substance in ((sound, sound), (silent, sound), (sound, silent)):
        made = tuned(content, substance, RATE, course(1.0))
        assert made.shape == content.shape
        assert np.isfinite(made).all()
        assert np.abs(made).max() <= 6 * np.abs(substance).max()
