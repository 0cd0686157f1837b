"""The split morph: partials and envelopes move to between those of the parents."""

import numpy as np
import pytest

from eidophone.morphing.morph import morph
from eidophone.morphing.partials.envelope import Bands, between, faded
from eidophone.morphing.partials.interval import Axis, agreement, intervals
from eidophone.sound.sound import Sound

RATE = 8000


def tone(hz, amplitude=0.25, seconds=1.0, harmonics=1, rate=RATE):
    time = np.arange(round(seconds * rate)) / rate
    parts = [np.sin(2 * np.pi * hz * k * time + k) / k for k in range(1, harmonics + 1)]
    return Sound(amplitude * np.sum(parts, axis=0), rate)


def spectrum(samples, rate=RATE):
    """Level in dB and Hz of the middle half, by a window with side lobes at -92 dB."""
    quarter = len(samples) // 4
    part = samples[quarter:-quarter].astype(np.float64)
    n = np.arange(len(part)) / len(part)
    cosines = (0.35875, -0.48829, 0.14128, -0.01168)
    window = sum(a * np.cos(2 * np.pi * k * n) for k, a in enumerate(cosines))
    size = 16 * len(part)
    return 20 * np.log10(np.abs(np.fft.rfft(part * window, size)) + 1e-9), np.fft.rfftfreq(
        size, 1 / rate
    )


def partial(samples):
    """Where the loudest partial is, and the loudest of all else below it."""
    level, hz = spectrum(samples)
    at = level.argmax()
    return hz[at], level[np.abs(hz - hz[at]) > 20].max() - level[at]


@pytest.mark.parametrize("mix", [0.25, 0.5, 0.9])
def test_two_tones_become_one_at_the_pitch_between_them(mix):
    made = morph(tone(300), tone(500), mix=mix, method="split")
    hz, rest = partial(made.samples[0])
    assert hz == pytest.approx(300 ** (1 - mix) * 500**mix, rel=0.002)
    assert rest < -55


def test_three_tones_become_one():
    made = morph(tone(300), tone(400), tone(500), mix="0.2,0.3,0.5", method="split")
    hz, rest = partial(made.samples[0])
    assert hz == pytest.approx(300**0.2 * 400**0.3 * 500**0.5, rel=0.002)
    assert rest < -50


def test_pitch_and_timbre_take_different_mixes():
    low, high = tone(200, harmonics=3), tone(300, harmonics=12)
    made = morph(low, high, mix="pitch=0,timbre=1,loudness=1", method="split")
    level, hz = spectrum(made.samples[0])
    lines = [level[np.abs(hz - 200 * k) < 20].max() for k in range(1, 12)]
    between = [level[np.abs(hz - 200 * k - 100) < 20].max() for k in range(1, 12)]
    assert min(lines) > max(between) + 10  # the melody of the one
    assert lines[0] - lines[9] < 30  # with the throat of the other: -60 dB in the first


def test_a_path_glides():
    made = morph(tone(300), tone(500), mix="0:1", method="split").samples[0]
    for place in (0.25, 0.5, 0.75):
        middle = round(place * len(made))
        hz, _ = partial(made[middle - RATE // 8 : middle + RATE // 8])
        assert hz == pytest.approx(300 * (5 / 3) ** place, rel=0.01)


@pytest.mark.parametrize("mix", [0.01, 0.99])
def test_near_its_ends_it_is_near_the_parents(mix):
    parents = tone(220, harmonics=6), tone(330, 0.1, harmonics=9)
    made = morph(*parents, mix=mix, method="split")
    parent = parents[round(mix)]
    level, hz = spectrum(made.samples[0])
    wanted, _ = spectrum(parent.samples[0])
    base = (220, 330)[round(mix)] * ((1.5) ** (mix - round(mix)))
    for k in range(1, 6):
        near = np.abs(hz - base * k) < 12 + 3 * k
        assert level[near].max() == pytest.approx(wanted[near].max(), abs=1)


def test_the_image_stays():
    left = Sound(np.stack([tone(300).samples[0], 0.1 * tone(300).samples[0]]), RATE)
    other = Sound(np.stack([tone(500).samples[0], 0.1 * tone(500).samples[0]]), RATE)
    made = morph(left, other, mix=0.5, method="split").samples[:, RATE // 4 : -RATE // 4]
    ratio = np.sqrt((made[1] ** 2).mean() / (made[0] ** 2).mean())
    assert ratio == pytest.approx(0.1, rel=0.05)
    assert np.corrcoef(made)[0, 1] > 0.99


def test_a_sound_and_silence_is_that_sound_but_quieter():
    made = morph(tone(300), Sound(np.zeros(RATE), RATE), mix=0.5, method="split").samples[0]
    hz, rest = partial(made)
    assert hz == pytest.approx(300, rel=0.002)
    assert rest < -55
    loud = np.sqrt((made[RATE // 4 : -RATE // 4] ** 2).mean()) * np.sqrt(2)
    assert 20 * np.log10(loud / 0.25) == pytest.approx(-10, abs=0.5)


def test_a_formant_moves():
    hz = np.arange(513) * 8000 / 512
    bands = Bands.of(hz)
    power = [np.exp(-0.5 * ((hz - centre) / 150) ** 2) + 1e-5 for centre in (700, 2000)]
    envelopes = np.stack([bands.envelopes(np.float32(one)[None]) for one in power])
    for share in (0.0, 0.5, 1.0):
        made = between(envelopes, np.float32([[1 - share], [share]]))
        peak = hz[bands.on_bins(made)[0].argmax()]
        mel = (1 - share) * np.log1p(700 / 700) + share * np.log1p(2000 / 700)
        assert peak == pytest.approx(700 * np.expm1(mel), rel=0.25)
    np.testing.assert_allclose(between(envelopes, np.float32([[1], [0]])), envelopes[0], atol=1e-3)


def test_half_of_an_envelope_and_nothing_is_10_db_less():
    sound, nothing = np.float32([[0, -3, 2]]), np.float32([[-40, -40, -40]])
    made = faded(np.stack([sound, nothing]), np.float32([[0.5], [0.5]]))
    np.testing.assert_allclose(made, sound - np.log(10), atol=0.05)


def test_an_attack_stays_an_attack():
    noise = np.random.default_rng(0).standard_normal((2, RATE // 50)).astype(np.float32)
    hits = np.zeros((2, RATE), np.float32)
    hits[:, RATE // 2 : RATE // 2 + RATE // 50] = 0.2 * noise
    made = morph(*(Sound(one, RATE) for one in hits), mix=0.5, method="split").samples[0]
    power = made.astype(np.float64) ** 2
    assert power[RATE // 2 - RATE // 200 : RATE // 2 + RATE // 40].sum() > 0.95 * power.sum()


@pytest.mark.parametrize("semitones", [-7, 0, 4.3, 15])
def test_intervals_of_harmonic_sounds(semitones):
    hz = np.arange(1025) * 11025 / 1024
    axis, shapes = Axis(hz), []
    for base in (240, 240 * 2 ** (semitones / 12)):
        lines = [np.exp(-0.7 * ((hz - base * k) / hz[1]) ** 2) / k for k in range(1, 12)]
        power = np.float32(np.sum(lines, axis=0) + 1e-7)[None].repeat(40, axis=0)
        shapes.append(axis.shape(power))
    found = intervals([agreement(*shapes)]) * 12 / np.log(2)
    np.testing.assert_allclose(found, semitones, atol=0.2)


def test_noise_has_no_interval_to_a_tone():
    rng = np.random.default_rng(3)
    hz = np.arange(1025) * 11025 / 1024
    axis, shapes = Axis(hz), []
    tone = np.exp(-0.7 * ((hz - 400) / hz[1]) ** 2)[None].repeat(60, axis=0)
    for power in (tone, rng.exponential(1, (60, 1025))):
        shapes.append(axis.shape(np.float32(power + 1e-7)))
    np.testing.assert_array_equal(intervals([agreement(*shapes)]), 0)


def test_a_thud_has_no_interval_to_noise():
    rng = np.random.default_rng(1)
    hz = np.arange(1025) * 11025 / 1024
    noise = rng.exponential(1, 1025)
    thud = np.exp(-0.5 * ((hz - 50) / 40) ** 2) * rng.exponential(1, 1025)
    thud += 1e-9 * (100 / (hz + 50)) ** 6
    axis = Axis(hz)
    shapes = [axis.shape(np.float32(one + 1e-12)[None].repeat(60, axis=0)) for one in (noise, thud)]
    np.testing.assert_array_equal(intervals([agreement(*shapes)]), 0)


def test_intervals_of_long_sounds_are_those_of_all_at_once():
    rng = np.random.default_rng(1)
    agreed = np.float32(0.2 * rng.standard_normal((1500, 193)))
    for first, interval in ((0, 110), (300, 80), (500, 120), (1100, 60)):
        agreed[first : first + 250, interval] += 1
    stretches = [agreed[first : first + 512] for first in range(0, 1500, 512)]
    np.testing.assert_array_equal(intervals(stretches), intervals([agreed]))
