"""Values: what functions take for a sound or a picture, that nobody changes them, how they show."""

import re
import sys
from base64 import b64decode
from io import BytesIO

import numba
import numpy as np
import pytest
import soundfile
from PIL import Image
from signals import music

import eidophone
from eidophone import Picture, PictureError, Sound, SoundError, decode, encode
from eidophone.base.arrays import immutable, sealed

RATE = 22_050


@pytest.fixture
def voice(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    sound = music(1, 2, rate=RATE)
    sound.save("voice.wav")
    return sound


def same(one, other):
    return np.array_equal(one.pixels, other.pixels) and one.recipe == other.recipe


def test_a_sound_is_named_by_its_path_or_given_as_samples_and_rate(voice, tmp_path):
    drawn = encode(voice)
    for again in (
        encode("voice.wav"),
        encode(tmp_path / "voice.wav"),
        encode(voice.samples, RATE),
        encode(voice.samples, np.int64(RATE)),
        encode(voice.samples.tolist(), rate=RATE),
    ):
        assert same(again, drawn)
        assert again.source == drawn.source
    with eidophone.open_sound("voice.wav") as reader:
        assert same(encode(reader), drawn)
    octaves = encode(voice, recipe="octaves")
    for again in (
        encode("voice.wav", "octaves"),
        encode(voice.samples, RATE, "octaves"),
        encode(voice.samples, RATE, recipe="octaves"),
    ):
        assert same(again, octaves)


def test_films_and_tools_take_paths_too(voice):
    eidophone.encode_film("voice.wav", "pages", size=64).save("film.mkv")
    by_path = eidophone.decode_film("film.mkv", reference="voice.wav")
    given = eidophone.decode_film(eidophone.Film.load("film.mkv"), reference=voice)
    np.testing.assert_array_equal(by_path.samples, given.samples)
    same = eidophone.process("voice.wav", lambda pixels: pixels, size=64)
    np.testing.assert_array_equal(same.samples, Sound.load("voice.wav").samples)


def test_a_picture_and_its_original_are_named_by_their_paths(voice, tmp_path):
    picture = encode(voice)
    picture.save("x.png")
    picture.save("y.jpg")
    quick = decode(picture, quality="preview")
    assert np.array_equal(decode("x.png", quality="preview").samples, quick.samples)
    assert np.array_equal(decode(tmp_path / "x.png", quality="preview").samples, quick.samples)
    leaning = decode("x.png", reference="voice.wav", reference_picture="x.png")
    assert np.abs(leaning.samples - voice.samples).max() < 1e-3


@pytest.mark.parametrize(
    ("wrong", "error", "said"),
    [
        (lambda: encode(np.zeros(100)), SoundError, "without their rate"),
        (lambda: encode("voice.wav", 44_100), SoundError, "44100 Hz was given for a sound"),
        (lambda: encode(Sound([0.0], RATE), 44_100), SoundError, "leave it out"),
        (lambda: encode("none.wav"), SoundError, "none.wav"),
        (lambda: encode(np.zeros(100), 3), SoundError, "3 Hz"),
        (lambda: decode("none.png"), PictureError, "none.png"),
    ],
)
def test_what_is_neither_is_said(voice, wrong, error, said):
    with pytest.raises(error, match=said):
        wrong()


def test_nobody_changes_a_sound_or_a_picture(voice):
    for value in (voice.samples, encode(voice).pixels, decode(encode(voice)).samples):
        with pytest.raises(ValueError, match="read-only"):
            value[0] = 0
        with pytest.raises(ValueError, match="WRITEABLE"):
            value.flags.writeable = True
    mine = np.zeros((1, 100), np.float32)
    sound, whole, part = Sound(mine, RATE), Sound(mine[0], RATE), Sound(mine[:, 50:], RATE)
    pixels = np.zeros((10, 10, 3), np.uint8)
    picture, tensor = Picture(pixels), Picture(memoryview(pixels))
    mine += 1
    pixels += 1
    for one in (sound.samples, whole.samples, part.samples, picture.pixels, tensor.pixels):
        assert not one.any()


def test_what_nobody_can_change_is_not_copied(voice):
    picture = encode(voice)
    assert np.shares_memory(Picture(picture.pixels).pixels, picture.pixels)
    assert np.shares_memory(Sound(voice.samples, RATE).samples, voice.samples)
    fresh = sealed(np.ones((2, 10), np.float32))
    assert np.shares_memory(immutable(fresh, fresh), fresh)
    of_a_list = np.array([1.0, 2.0])
    assert np.shares_memory(immutable(of_a_list, [1.0, 2.0]), of_a_list)
    text = np.frombuffer(bytes(8), np.uint8)
    assert np.shares_memory(immutable(text, text), text)


def test_no_kernel_is_compiled_anew_for_what_cannot_be_written(voice):
    decode(encode(Sound(voice.samples.copy(), RATE)), reference=voice)
    modules = [module for name, module in sys.modules.items() if name.startswith("eidophone.")]
    kernels = [one for module in modules for one in vars(module).values() if is_kernel(one)]
    assert sum(len(one.signatures) for one in kernels) > 10
    assert not [one for one in kernels if "readonly" in str(one.signatures)]


def is_kernel(thing):
    return isinstance(thing, numba.core.dispatcher.Dispatcher)


def embedded(html):
    (data,) = re.findall(r"base64,([^\"]+)", html)
    return BytesIO(b64decode(data))


def test_a_picture_shows_itself(voice):
    picture = encode(voice)
    with Image.open(BytesIO(picture._repr_png_())) as image:
        assert np.array_equal(np.asarray(image), picture.pixels)
    html = picture._repr_html_()
    assert "&#x27;standard&#x27;, 1.00 s)</figcaption>" in html
    with Image.open(embedded(html)) as image:
        assert image.size == (picture.width, picture.height)
    long = Picture(np.zeros((2048, 30_000, 3), np.float32))
    with Image.open(embedded(long._repr_html_())) as image:
        assert image.size == (2048, 1024)
    assert "the first 5.94 s" in long._repr_html_()


def test_a_sound_has_a_player(voice):
    samples, rate = soundfile.read(embedded(voice._repr_html_()))
    assert rate == RATE
    assert np.abs(samples.T - voice.samples).max() < 2**-15
    assert "Sound(2 x 22050 samples at 22050 Hz)</figcaption>" in voice._repr_html_()


def test_a_player_is_bounded_and_hurts_no_ear():
    loud = Sound(np.full((1, 70 * 8000), 4.0), 8000)
    samples, _ = soundfile.read(embedded(loud._repr_html_()))
    assert len(samples) == 60 * 8000
    assert np.abs(samples).max() == pytest.approx(10 ** (-1 / 20), abs=1e-3)
    assert "the first 60 s" in loud._repr_html_()
    high = Sound(np.zeros((1, 19_200)), 192_000)
    assert soundfile.info(embedded(high._repr_html_())).samplerate == 48_000
