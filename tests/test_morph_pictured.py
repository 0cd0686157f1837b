"""Articulation as something done to pictures."""

from dataclasses import replace

import numpy as np
import pytest
import scipy.signal

from eidophone import MorphError, Sound, decode, encode
from eidophone.morphing.pictured import articulated_picture

RATE = 16_000


def noise(band, seed, seconds=0.5):
    rng = np.random.default_rng(seed)
    through = scipy.signal.butter(4, band, "band", fs=RATE, output="sos")
    return 0.2 * scipy.signal.sosfilt(through, rng.standard_normal(round(seconds * RATE)))


@pytest.fixture
def pair():
    content = np.concatenate([noise((400, 700), 1), 0.3 * noise((2200, 3000), 2)])
    substance = 0.1 * np.random.default_rng(3).standard_normal(RATE)
    return Sound(content, RATE), Sound(substance, RATE)


def power_in(samples, low, high):
    power = np.abs(np.fft.rfft(samples)) ** 2
    hz = np.fft.rfftfreq(len(samples), 1 / RATE)
    return power[(hz >= low) & (hz < high)].mean()


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_the_picture_moves_as_the_contents_does_and_so_does_its_sound(pair, dtype):
    content, substance = pair
    drawn = [encode(one, dtype=dtype) for one in pair]
    made = articulated_picture(*drawn, 1.0)
    assert made.pixels.shape == drawn[1].pixels.shape
    assert not made.untouched
    sound = decode(made, reference=substance, reference_picture=drawn[1], quality="preview")
    first, second = sound.samples[0, 800:7200], sound.samples[0, 8800:15_200]
    ratio = [power_in(one, 400, 700) / power_in(one, 2200, 3000) for one in (first, second)]
    assert ratio[0] > 20 * ratio[1]
    louder = 20 * np.log10(first.std() / second.std())
    wanted = 20 * np.log10(content.samples[0, :8000].std() / content.samples[0, 8000:].std())
    assert louder == pytest.approx(wanted, abs=2)
    assert abs(np.corrcoef(sound.samples[0], content.samples[0])[0, 1]) < 0.2


def test_without_articulation_rows_stay_as_they_were_beside_each_other(pair):
    drawn = [encode(one, dtype=np.float32) for one in pair]
    made = articulated_picture(*drawn, 0.0)
    with np.errstate(divide="ignore"):
        levels = [one.pixels[:, 5:-5, 1] ** (1 / one.recipe.gamma) for one in (made, drawn[1])]
    lit = (levels[0] > 0.1) & (levels[1] > 0.1)
    change = np.where(lit, levels[0] - levels[1], np.nan)
    assert np.nanmax(np.nanstd(change, axis=0)) < 1e-4


def test_silence_stays_black_and_other_pictures_are_refused(pair):
    content, substance = (encode(one) for one in pair)
    silent = encode(Sound(np.zeros(RATE), RATE))
    assert not articulated_picture(content, silent).pixels.any()
    assert np.isfinite(articulated_picture(silent, substance).pixels).all()
    assert articulated_picture(silent, substance).pixels.max() < 0.1
    with pytest.raises(MorphError, match="one length with one recipe"):
        articulated_picture(replace(content, pixels=content.pixels[:, :50]), substance)
