"""Mirror: the low end tells the phase of whole columns."""

from dataclasses import replace

import numpy as np
import pytest

from eidophone import Sound, decode, encode
from eidophone.picture import synthesis
from eidophone.picture.gabor import Span
from eidophone.picture.mapping import Mapping
from eidophone.picture.mirror import narrowed, turns
from eidophone.picture.recipe import PRESETS

RATE = 16_000
GABOR = Mapping.of(PRESETS["standard"], RATE).gabor
COLUMNS = 200

#: The turns that are tried are so far apart; rounds go the rest of the way.
STEP = np.pi / 8 + 0.01

SPAN, LOW = Span(GABOR, 0, COLUMNS), Span(narrowed(GABOR), 0, COLUMNS)


def low_tones(phases, samples=SPAN.samples):
    """Tones of 47 and 71 Hz, and one that is too high to have a mirror image."""
    turn = 2 * np.pi * np.arange(samples) / RATE
    first, second, third = phases
    low = 0.3 * np.sin(47 * turn + first) + 0.2 * np.sin(71 * turn + second)
    return (low + 0.2 * np.sin(900 * turn + third)).astype(np.float32)


def spectrum_of(signal):
    out = np.empty((len(signal), COLUMNS, GABOR.bins), np.complex64)

    def visit(first, last, part):
        out[:, first:last] = part

    SPAN.analyse(signal, visit)
    return out


def turns_of(signal, turned, settled=0):
    """What `turns` says of the phases of ``signal``, all ``turned`` by so much."""
    spectrum = spectrum_of(np.atleast_2d(signal))
    colours = [spectrum[0]] if len(spectrum) == 1 else [spectrum[0], spectrum.mean(0), spectrum[1]]
    phase = (np.angle(spectrum) + turned).astype(np.float32)
    known = np.zeros(phase.shape[1:], np.bool_)
    known[:settled] = True
    return turns(np.abs(np.stack(colours)) ** 2, phase, LOW, known)


def off(radians):
    """How far an angle is from a multiple of half a turn."""
    return np.abs((radians + np.pi / 2) % np.pi - np.pi / 2)


@pytest.mark.parametrize("turned", np.arange(8) * np.pi / 8)
@pytest.mark.parametrize("channels", [1, 2])
def test_the_low_end_tells_by_how_much_phases_are_turned(channels, turned):
    signals = [low_tones((0, 0.3, 1)), low_tones((0.4, 0.9, 2))][:channels]
    found = turns_of(np.stack(signals), turned)
    assert off(found + turned).max() < STEP


def test_a_turn_that_drifts_is_followed():
    drift = np.linspace(0, np.pi, COLUMNS)[None, :, None]
    found = turns_of(low_tones((0, 0.3, 1)), drift)
    assert off(found + drift.ravel()).max() < 1.5 * STEP


def test_columns_that_are_settled_are_not_turned():
    found = turns_of(low_tones((0, 0.3, 1)), np.pi / 2, settled=40)
    np.testing.assert_allclose(found[:20], 0, atol=1e-6)
    assert off(found[-40:] + np.pi / 2).max() < STEP


def test_a_tone_that_does_not_meet_its_image_is_not_turned():
    """Noise at -100 dB is all that is near 0 Hz; it once turned tones by 1 Hz."""
    noise = 1e-5 * np.random.default_rng(0).standard_normal(SPAN.samples)
    tone = 0.2 * np.sin(2 * np.pi * 387.3 * np.arange(SPAN.samples) / RATE) + noise
    np.testing.assert_array_equal(turns_of(tone.astype(np.float32), 0.7), 0)


@pytest.mark.parametrize("signal", [np.zeros(SPAN.samples, np.float32), low_tones((0, 0, 0)) * 0])
def test_silence_is_left_as_it_is(signal):
    np.testing.assert_array_equal(turns_of(signal, 0.0), 0)


def test_a_small_transform_stays_as_it_is():
    small = replace(GABOR, n_fft=48)
    assert narrowed(small).n_fft == 48
    assert narrowed(GABOR).hop / narrowed(GABOR).n_fft == pytest.approx(GABOR.hop / GABOR.n_fft)


def test_low_tones_come_back_more_as_they_were_drawn(monkeypatch):
    decay = np.exp(-np.arange(RATE, dtype=np.float32) / RATE)
    pictures = [
        encode(Sound(low_tones((start, 2 * start, 0), RATE) * decay, RATE))
        for start in (0.0, 0.8, 1.6, 2.4)
    ]

    def misfit():
        """Mean square of the steps by which the lowest rows are off."""
        return np.mean(
            [
                (encode(decode(one)).pixels[-64:].astype(np.float32) - one.pixels[-64:]) ** 2
                for one in pictures
            ]
        )

    turned = misfit()
    monkeypatch.setattr(synthesis, "turns", lambda power, *_: np.zeros(power.shape[1], np.float32))
    assert turned < 0.65 * misfit()  # .51
