"""Levels: known sounds keep theirs, and nothing else is louder than -1 dBFS unless it was asked."""

import warnings
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageDraw
from signals import music

from eidophone import EidophoneError, EidophoneWarning, Film, decode, decode_film, encode, process
from eidophone.faces.cli import main
from eidophone.picture.picture import Picture
from eidophone.picture.recipe import PRESETS
from eidophone.sound.sound import Sound

RATE = 44_100
STANDARD = PRESETS["standard"]
TOP = pytest.approx(-1, abs=0.02)


def peak(sound):
    return 20 * np.log10(np.abs(sound.samples).max())


def photograph():
    """1/f noise, as light falls on most things."""
    rng = np.random.default_rng(1)
    hz = np.hypot(np.fft.fftfreq(150)[:, None], np.fft.fftfreq(200))
    hz[0, 0] = 1
    planes = [np.fft.ifft2(np.exp(2j * np.pi * rng.random(hz.shape)) / hz**1.2).real] * 2
    planes.append(np.roll(planes[0], 3, axis=1))
    return np.clip(128 + 50 * np.stack(planes, 2) / planes[0].std(), 0, 255).astype(np.uint8)


def screenshot():
    image = Image.new("RGB", (200, 120), (240, 240, 240))
    for y in range(10, 110, 12):
        ImageDraw.Draw(image).text((5, y), "the quick brown fox", fill=(20, 20, 20))
    return np.asarray(image)


def gradient():
    return np.tile(np.arange(256, dtype=np.uint8), (256, 1))


def white():
    return np.full((150, 200, 3), 255, np.uint8)


FOREIGN = [photograph, screenshot, gradient, white]


@pytest.mark.parametrize("drawn", FOREIGN)
def test_what_nobody_vouches_for_is_brought_down(drawn):
    picture = Picture(drawn())
    with pytest.warns(EidophoneWarning, match="nothing says how loud .* brought down by") as told:
        assert peak(decode(picture, quality="preview")) == TOP
    assert len(told) == 1
    lowered = float(str(told[0].message).split("down by ")[1].split(" dB")[0])
    with pytest.warns(EidophoneWarning, match="over full scale"):
        loud = decode(picture, quality="preview", as_drawn=True)
    assert peak(loud) == pytest.approx(lowered - 1, abs=0.06)
    quiet = decode(picture, quality="preview", gain=-60)
    np.testing.assert_allclose(quiet.samples, loud.samples / 1000, rtol=1e-5, atol=1e-9)


def test_what_is_dark_stays_dark():
    picture = encode(music(1, rate=RATE))
    dark = Picture(picture.pixels // 3)
    assert peak(decode(dark, quality="preview")) < -40


def test_known_sounds_keep_their_level_and_over_full_scale_it_is_told():
    sound = Sound(2 * np.sin(np.arange(RATE) * 0.1), RATE)
    with pytest.warns(EidophoneWarning, match=r"peaks at \+6\.\d dBFS") as told:
        again = decode(encode(sound))
    assert len(told) == 1
    assert peak(again) == pytest.approx(6, abs=1)


def test_an_ordinary_sound_of_ours_comes_back_without_a_word():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        decode(encode(music(1, rate=RATE)))


def test_a_picture_of_ours_that_was_painted_white_is_no_sound():
    picture = encode(music(1, rate=RATE))
    with pytest.warns(EidophoneWarning, match="louder than sounds are"):
        assert peak(decode(replace(picture, pixels=picture.pixels | 255))) == TOP


def test_beside_a_reference_nothing_is_much_louder_than_that():
    sound = music(1, rate=RATE)
    pixels = encode(sound).pixels.copy()
    pixels[:, -40:] = 255
    with pytest.warns(EidophoneWarning, match="louder than what it was made of"):
        assert peak(decode(Picture(pixels), reference=sound, quality="preview")) == TOP


@pytest.mark.filterwarnings("ignore:the sound peaks")
def test_a_negative_is_not_a_weapon():
    sound = music(1, rate=RATE)
    how = {"keep": "all", "size": 128, "quality": "preview"}
    with pytest.warns(EidophoneWarning, match="louder than what it was made of"):
        assert peak(process(sound, lambda pixels: 255 - pixels, **how)) == TOP
    assert peak(process(sound, lambda pixels: 255 - pixels, as_drawn=True, **how)) > 10


def test_what_a_tool_left_alone_keeps_its_peaks_over_full_scale():
    sound = Sound(1.8 * np.sin(np.arange(RATE) * 0.1), RATE)
    with pytest.warns(EidophoneWarning, match="over full scale"):
        again = process(sound, lambda pixels: pixels, size=128)
    np.testing.assert_array_equal(again.samples, sound.samples)


def test_films_of_others_are_brought_down():
    frames = [photograph(), photograph()[:, ::-1]]
    with pytest.warns(EidophoneWarning, match="nothing says how loud"):
        sound = decode_film(Film.of(frames, 2), read="cycle", quality="preview")
    assert peak(sound) == TOP


def test_files_are_levelled_as_they_are_written(tmp_path, capsys):
    page, out = tmp_path / "page.png", tmp_path / "page.wav"
    Image.fromarray(white()).save(page)
    assert main(["decode", str(page), str(out), "--quality", "preview"]) == 0
    assert peak(Sound.load(out)) == TOP
    assert capsys.readouterr().err.count("brought down by") == 1
    asked = ["--quality", "preview", "--force", "--gain", "-60"]
    assert main(["decode", str(page), str(out), *asked]) == 0
    assert "dBFS" not in capsys.readouterr().err
    assert -25 < peak(Sound.load(out)) < -10
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["page.png", "page.wav"]


@pytest.mark.parametrize("suffix", [".wav", ".flac"])
def test_known_sounds_over_full_scale_are_kept_where_a_format_can(tmp_path, capsys, suffix):
    picture, out = tmp_path / "loud.png", tmp_path / f"loud{suffix}"
    encode(Sound(1.9 * np.sin(np.arange(RATE) * 0.1), RATE)).save(picture)
    assert main(["decode", str(picture), str(out), "--quality", "preview"]) == 0
    said = capsys.readouterr().err
    if suffix == ".wav":
        assert peak(Sound.load(out)) == pytest.approx(5.6, abs=0.7)
        assert said.count("over full scale") == 1
    else:
        assert peak(Sound.load(out)) == TOP
        assert said.count("holds nothing over full scale: brought down") == 1


@pytest.mark.parametrize(
    "floats",
    [lambda p: p.astype(np.float32), lambda p: p / 127.5 - 1, lambda p: p / np.float32(255)],
    ids=["0..255", "-1..1", "0..1"],
)
def test_floats_of_a_function_mean_what_they_are(floats):
    sound = music(0.5, rate=RATE)
    how = {"size": 128, "quality": "preview", "keep": "all"}
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        same = process(sound, lambda pixels: floats(pixels.astype(np.float64)), **how)
    np.testing.assert_array_equal(same.samples, sound.samples)
    assert len(told) == (floats(np.zeros(1))[0] < 0 or floats(np.full(1, 255.0))[0] > 1)


@pytest.mark.parametrize("factor", [4, 1000])
def test_floats_that_mean_nothing_known_are_refused(factor):
    sound = music(0.5, rate=RATE)
    with pytest.raises(EidophoneError, match="cannot be told which is white"):
        process(sound, lambda pixels: pixels / 255.0 * factor, size=128)


def test_an_impossible_gain_is_refused():
    with pytest.raises(EidophoneError, match="`gain` is 1000: it must be -200 to 60 dB"):
        decode(Picture(white()), gain=1000)
