"""Pictures that other programs drew: read as ours, and drawn for them."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from eidophone import Picture, PictureError, Sound, decode
from eidophone.faces.cli import main
from eidophone.files.image import read_image
from eidophone.jobs.pictures import encode_file
from eidophone.jobs.settings import Encoding
from eidophone.picture.foreign.drawing import RiffusionDrawing
from eidophone.picture.foreign.model import Hints
from eidophone.picture.foreign.riffusion import Params, params_in, tags_of

ROOT = Path(__file__).parent.parent
CASES = ROOT / "tests" / "cases"
RIFFUSION = CASES / "foreign-riffusion.png"
CROW = ROOT / "sounds" / "misc_crow.flac"


def level_db(samples) -> float:
    return 10 * np.log10(np.mean(np.square(samples)))


def tone(hz: float, seconds: float, rate: int):
    return np.sin(2 * np.pi * hz * np.arange(round(seconds * rate)) / rate)


def drawn(tmp_path, sound, name="a.png", **how) -> Path:
    sound.save(tmp_path / "a.wav", overwrite=True)
    (path,) = encode_file(
        tmp_path / "a.wav", tmp_path / name, Encoding(drawn_for="riffusion", **how)
    )
    return path


def test_a_picture_of_riffusion_says_what_it_is_and_sounds_as_loud_as_its_sound():
    picture = Picture.load(RIFFUSION)
    assert picture.drawn_by == "riffusion, as its tags say"
    assert not picture.guessed
    assert picture.recipe.hop_seconds == 0.01
    heard = decode(picture, quality="preview", gain=-3)
    original = Sound.load(CROW)
    assert heard.rate == 44_100
    assert heard.duration_seconds == pytest.approx(0.49)
    assert level_db(heard.samples) == pytest.approx(level_db(original.samples) - 3, abs=1.5)


def test_what_is_drawn_for_riffusion_is_what_riffusion_draws(tmp_path):
    ours = read_image(drawn(tmp_path, Sound.load(CROW)))
    theirs = read_image(RIFFUSION)
    assert ours.pixels.shape[0] == 512
    columns = slice(6, 42)  # beside the ends, which they mirror and we fill with silence
    difference = ours.pixels[:, columns].astype(int) - theirs.pixels[:, columns]
    assert np.abs(difference).max() <= 1


@pytest.mark.parametrize("name", ["a.png", "a.jpg"])
def test_tags_come_back(tmp_path, name):
    path = drawn(tmp_path, Sound.load(CROW), name)
    with Image.open(path) as image:
        tags = dict(image.getexif())
    assert tags[11000] == 44_100
    assert tags[11040] == 512
    assert tags[11070] == 0.25
    said = params_in(read_image(path).text)
    assert said.max_value == pytest.approx(tags[11080])
    assert params_in(tags_of(said)) == said


@pytest.mark.parametrize("hz", [110.0, 440.0, 1234.0, 6000.0])
def test_a_tone_comes_back_at_its_pitch_and_its_level(tmp_path, hz):
    sound = Sound(tone(hz, 1.0, 44_100) * 0.25, 44_100)
    heard = decode(Picture.load(drawn(tmp_path, sound)), quality="preview").samples[0]
    middle = heard[8820:-8820]
    assert level_db(middle) == pytest.approx(level_db(sound.samples), abs=1.5)
    spectrum = np.abs(np.fft.rfft(middle * np.hanning(len(middle))))
    assert spectrum.argmax() * 44_100 / len(middle) == pytest.approx(hz, abs=0.005 * hz + 2)


def test_stereo_is_green_and_blue(tmp_path):
    left, right = tone(440.0, 1.0, 48_000), tone(2000.0, 1.0, 48_000)
    path = drawn(tmp_path, Sound(np.stack([left, right]) * 0.25, 48_000))
    pixels = read_image(path).pixels
    assert not pixels[..., 0].any()
    with Image.open(path) as image:
        image.save(tmp_path / "bare.png")  # without its tags
    for one in (path, tmp_path / "bare.png"):
        heard = decode(Picture.load(one), quality="preview").samples
        peaks = [np.abs(np.fft.rfft(channel)).argmax() / 1.0 for channel in heard]
        assert peaks[0] < peaks[1] / 3


def test_without_tags_it_is_riffusion_only_if_that_is_said(tmp_path):
    with Image.open(RIFFUSION) as image:
        Image.fromarray(np.asarray(image)).save(tmp_path / "bare.png")
    assert Picture.load(tmp_path / "bare.png").guessed
    told = Picture.load(tmp_path / "bare.png", hints=Hints("riffusion"))
    assert told.drawn_by == "riffusion, with its usual values"
    said = Picture.load(RIFFUSION)
    loud = np.asarray(said.pixels, float) > 0.6
    difference = (np.asarray(told.pixels, float) - said.pixels)[loud]
    assert difference.std() < 0.01  # the same, but for how loud it is


def test_tags_that_make_no_sense_are_none():
    good = tags_of(Params())
    assert params_in(good) == Params()
    for tag, value in [(11000, "1"), (11010, "0"), (11060, "nan"), (11040, "1e9"), (11070, "x")]:
        assert params_in(good | {f"exif:{tag}": value}) is None


def test_riffusion_reads_pictures_of_one_height(tmp_path, capfd):
    with pytest.raises(PictureError, match="512"):
        drawn(tmp_path, Sound.load(CROW), size=256)
    assert main(["encode", str(CROW), str(tmp_path / "a.tif"), "--as", "riffusion"]) == 1
    assert "riffusion reads .png and .jpg" in capfd.readouterr().err


def test_long_sounds_become_squares_of_one_loudness(tmp_path):
    sound = Sound(
        np.concatenate([tone(440.0, 5.0, 44_100) * 0.5, tone(440.0, 5.0, 44_100) * 0.05]), 44_100
    )
    sound.save(tmp_path / "a.wav")
    paths = encode_file(
        tmp_path / "a.wav", tmp_path / "a.png", Encoding(drawn_for="riffusion", size=512)
    )
    assert [path.name for path in paths] == ["a-001.png", "a-002.png"]
    first, second = (read_image(path) for path in paths)
    assert first.pixels.shape == second.pixels.shape == (512, 512, 3)
    assert second.pixels[:, -300:].min() > first.pixels[:, :300].min() + 50
    assert RiffusionDrawing(sound).params == params_in(first.text)
