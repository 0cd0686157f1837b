"""Every method of morphing, given what nobody would call a sound."""

from importlib.util import find_spec
from itertools import pairwise

import numpy as np
import pytest
from signals import music

from eidophone import Sound
from eidophone.base.errors import MorphError
from eidophone.morphing.methods.known import METHODS
from eidophone.morphing.morph import morph

pytestmark = pytest.mark.filterwarnings("ignore::eidophone.base.errors.EidophoneWarning")

RATE = 8_000

#: How much louder than its loudest parent a morph may peak before it is brought down: 6 dB. Phase
#: that is found anew has 3 dB of these.
MOST = 2

needs_opencv = pytest.mark.skipif(find_spec("cv2") is None, reason="OpenCV is an extra")
methods = pytest.mark.parametrize(
    "method", [pytest.param(one, marks=needs_opencv if one == "warp" else ()) for one in METHODS]
)


def noise(samples, channels=1, level=0.3, seed=0):
    return level * np.random.default_rng(seed).standard_normal((channels, samples))


def silence(samples, channels=1):
    return np.zeros((channels, samples))


def sound(samples, rate=RATE):
    return Sound(samples, rate)


def notes(seconds=0.5, channels=1, rate=RATE, seed=0):
    return music(seconds, channels, rate=rate, seed=seed)


BAD = {
    "silence and a sound": lambda: (sound(silence(4000)), notes()),
    "a sound and silence": lambda: (notes(), sound(silence(4000))),
    "silence and silence": lambda: (sound(silence(3000)), sound(silence(4000))),
    "one sample and a sound": lambda: (sound([[0.5]]), notes()),
    "a sound and one sample": lambda: (notes(), sound([[0.5]])),
    "one sample and one sample": lambda: (sound([[0.5]]), sound([[-0.25]])),
    "two samples and three": lambda: (sound([[0.5, -0.5]]), sound([[0.1, 0.2, 0.3]])),
    "a click and a hundred times as much": lambda: (sound(noise(50)), sound(noise(5000, seed=1))),
    "a long one and a hundredth of it": lambda: (sound(noise(5000)), sound(noise(50, seed=1))),
    "mono and stereo": lambda: (notes(), notes(channels=2, seed=1)),
    "stereo and mono": lambda: (notes(channels=2), notes(seed=1)),
    "8 and 96 kHz": lambda: (notes(0.2), notes(0.2, rate=96_000, seed=1)),
    "very loud": lambda: (sound(noise(4000, level=50)), sound(noise(4000, level=30, seed=1))),
    "very quiet": lambda: (sound(noise(4000, level=1e-6)), sound(noise(4000, level=1e-7, seed=1))),
    "loud and quiet": lambda: (sound(noise(4000, level=10)), sound(noise(4000, level=1e-5))),
    "a constant": lambda: (sound(np.full((1, 4000), 0.7)), sound(np.full((1, 4000), -0.4))),
    "a constant and a sound": lambda: (sound(np.full((1, 4000), 0.7)), notes()),
    "antiphase": lambda: tuple(sound(noise(4000, seed=n) * [[1], [-1]]) for n in (0, 1)),
    "one side each": lambda: (
        sound(np.concatenate([noise(4000), silence(4000)])),
        sound(np.concatenate([silence(4000), noise(4000, seed=1)])),
    ),
    "an impulse": lambda: (sound(np.eye(1, 4000, 2000)), sound(np.eye(1, 4000, 100))),
}


@methods
@pytest.mark.parametrize("mix", ["0.5", "0:1"])
@pytest.mark.parametrize("bad", BAD)
def test_bad_inputs_become_sounds_like_others(method, mix, bad):
    a, b = BAD[bad]()
    made = morph(a, b, method=method, mix=mix, as_drawn=True, quality="preview")
    assert (made.rate, made.channels) == (max(a.rate, b.rate), max(a.channels, b.channels))
    seconds = [one.duration_seconds for one in (a, b)]
    assert min(seconds) - 0.01 <= made.duration_seconds <= max(seconds) + 0.01
    loudest = max(float(np.abs(one.samples).max()) for one in (a, b))
    assert np.abs(made.samples).max() <= MOST * loudest


@methods
@pytest.mark.parametrize("clicks", [0, 1])
def test_a_click_does_not_become_a_constant(method, clicks):
    pair = [notes(), notes()]
    pair[clicks] = sound([[0.5]])
    made = morph(*pair, method=method, quality="preview").samples
    if made.shape[1] > 1:  # what tells is as long as what is told
        assert np.abs(made.mean()) < 0.01


@methods
def test_the_same_sound_twice_is_that_sound(method):
    one = notes(channels=2)
    for align in ("none", "stretch", "dtw"):
        for mix in ("0.3", "0:1", "pitch=0.2,timbre=0.9,rhythm=0.4"):
            made = morph(one, one, method=method, mix=mix, align=align)
            assert np.array_equal(made.samples, one.samples)


@methods
@pytest.mark.parametrize("align", ["none", "stretch", "dtw"])
def test_the_ends_are_the_parents(method, align):
    a, b = notes(0.4), notes(0.5, seed=1)
    for mix, one in ((0, a), (1, b), ("0 %", a), ("0,1", b), ("1:1", b)):
        assert np.array_equal(morph(a, b, method=method, mix=mix, align=align).samples, one.samples)


def levels(samples):
    """How loud it is, octave by octave, in dB."""
    power = np.abs(np.fft.rfft(samples * np.hanning(len(samples)))) ** 2
    edges = len(power) // 2 ** np.arange(6, -1, -1)
    bands = [power[low:high].sum() for low, high in pairwise(edges)]
    return 10 * np.log10(np.array(bands) / max(bands) + 1e-3)


@methods
def test_a_path_begins_as_one_and_ends_as_the_other(method):
    time = np.arange(8000) / RATE
    low = sum(np.sin(2 * np.pi * 150 * k * time) / k for k in (1, 2, 3))
    high = sum(np.sin(2 * np.pi * 170 * k * time) / (11 - k) for k in range(4, 10))
    a, b = (Sound(0.1 * one, RATE) for one in (low, high))
    made = morph(a, b, method=method, mix="0:1").samples[0]
    for part, near, far in ((slice(0, 600), a, b), (slice(-600, None), b, a)):
        heard = levels(made[part])
        off = [np.abs(heard - levels(one.samples[0, part])).mean() for one in (near, far)]
        assert off[0] < 0.5 * off[1]


@methods
def test_seconds_are_as_many_as_are_asked_for(method):
    a, b = notes(0.3), notes(0.5, seed=1)
    for seconds in (0.1, 1.2):
        for align in ("none", "stretch", "dtw"):
            made = morph(a, b, method=method, seconds=seconds, align=align, quality="preview")
            assert made.sample_count == round(seconds * RATE)


@methods
def test_three_and_four_where_it_takes_them(method):
    sounds = [notes(0.3 + 0.05 * seed, seed=seed) for seed in range(4)]
    for count in range(3, METHODS[method].most + 1):
        mix = ",".join(["0.25"] * count)
        made = morph(*sounds[:count], method=method, mix=mix, quality="preview")
        assert np.isfinite(made.samples).all()
        assert np.abs(made.samples).max() > 0.01


def test_more_than_it_takes_are_refused_with_those_that_take_them():
    sounds = [notes(0.1, seed=seed) for seed in range(3)]
    several = ", ".join(name for name, one in METHODS.items() if one.most >= 3)
    with pytest.raises(MorphError, match=f"mosaic morphs 2 sounds: 3 .* morphed by {several}$"):
        morph(*sounds, method="mosaic")
