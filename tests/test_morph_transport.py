"""Transport: power glides along the axis of pitch, with a phase of its own."""

import numpy as np
import pytest
from test_morph_split import RATE, partial, spectrum, tone

from eidophone.morphing.morph import morph
from eidophone.sound.sound import Sound


def chord(*notes):
    return Sound(np.mean([tone(hz).samples for hz in notes], axis=0), RATE)


@pytest.mark.parametrize("mix", [0.25, 0.5])
def test_two_tones_become_one(mix):
    hz, rest = partial(morph(tone(300), tone(500), mix=mix, method="transport").samples[0])
    assert hz == pytest.approx(300 ** (1 - mix) * 500**mix, rel=0.003)
    assert rest < -55


def test_every_note_of_a_chord_slides():
    made = morph(chord(400, 800, 1600), chord(500, 1100, 1300), mix=0.5, method="transport")
    level, hz = spectrum(made.samples[0])
    for a, b in ((400, 500), (800, 1100), (1600, 1300)):
        near = np.abs(hz - np.sqrt(a * b)) < 5
        assert level[near].max() > level.max() - 6
        assert max(level[np.abs(hz - one) < 20].max() for one in (a, b)) < level.max() - 30


def test_the_image_stays():
    both = [
        Sound(np.stack([one.samples[0], 0.1 * one.samples[0]]), RATE)
        for one in (tone(300), tone(500))
    ]
    made = morph(*both, mix=0.5, method="transport").samples[:, RATE // 4 : -RATE // 4]
    np.testing.assert_allclose(made[1], 0.1 * made[0], atol=1e-4)


def test_a_sound_and_silence_is_that_sound_but_quieter():
    made = morph(tone(300), Sound(np.zeros(RATE), RATE), mix=0.5, method="transport").samples[0]
    hz, rest = partial(made)
    assert hz == pytest.approx(300, rel=0.003)
    assert rest < -40
    assert np.abs(made).max() < 0.15
