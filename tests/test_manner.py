"""A style picture lends its texture, follows the sound, and leaves silence silent."""

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter
from signals import music

from eidophone import Manner, Sound, StylePicture, ToolError, encode, process
from eidophone.base.errors import PictureError
from eidophone.faces.cli import main
from eidophone.files.image import write_image

SIDE = 128


def woven(side=SIDE):
    """Diagonal strokes of two colours, some lighter than others."""
    y, x = np.mgrid[:side, :side]
    light = 0.5 + 0.25 * np.sin((x + y) * 2 * np.pi / 8) + 0.2 * np.sin(x / 30) * np.cos(y / 25)
    return np.rint(255 * np.stack([light, 0.5 * light, 0.2 + 0.3 * light], 2)).astype(np.uint8)


def content(side=SIDE):
    """Black, with a bright square in it."""
    pixels = np.zeros((side, side, 3), np.uint8)
    pixels[side // 4 : side // 2, side // 4 : 3 * side // 4] = 200
    return pixels


def light(picture):
    picture = np.asarray(picture, np.float64)
    return picture.mean(axis=2) / (255 if picture.max() > 1 else 1)


def slants(plane):
    """How much steeper it is across the strokes of `woven` than along them."""
    dy, dx = np.gradient(gaussian_filter(plane, 0.7))
    return ((dx + dy) ** 2).mean() / ((dx - dy) ** 2).mean()


@pytest.fixture(scope="module")
def painted():
    (found,) = StylePicture(woven())([content()])
    return found


def test_the_strokes_are_those_of_the_style_picture(painted):
    """Neither matching histograms nor mixing halves makes slanted strokes of a square."""
    assert painted.shape == (SIDE, SIDE, 3)
    assert painted.dtype == np.float32
    mixed = light(woven()) / 2 + light(content()) / 2
    assert slants(light(content())) == pytest.approx(1, abs=0.1)
    assert slants(light(painted)) > max(4.0, slants(mixed))


def test_the_colours_are_those_of_the_style_picture(painted):
    known = woven().reshape(-1, 3) / 255
    off = np.abs(painted.reshape(-1, 1, 3)[::97] - known[None, ::7]).max(axis=2).min(axis=1)
    assert np.median(off) < 0.03


@pytest.mark.parametrize("follow", [0.5, 1.0])
def test_light_is_where_the_sound_is(follow):
    (found,) = StylePicture(woven(), Manner(follow=follow))([content()])
    smooth = gaussian_filter(light(found), 4)
    loud = content()[:, :, 0] > 0
    assert smooth[loud].mean() > smooth[~loud].mean() + 0.1


def test_without_following_there_is_texture_alone():
    one, other = (
        StylePicture(woven(), Manner(follow=0))([given])[0]
        for given in (content(), content()[::-1].copy())
    )
    loud = content()[:, :, 0] > 0
    assert abs(light(one)[loud].mean() - light(other)[loud].mean()) < 0.1


def test_no_part_of_the_style_picture_paints_everything():
    """What is even could all be painted with the one even part; that is used up sooner or later."""
    noise = gaussian_filter(np.random.default_rng(3).standard_normal((SIDE, SIDE)), 1)
    rough = np.where(np.arange(SIDE) < 96, 0.5 + 0.15 * noise / noise.std(), 0.5)
    style = np.rint(255 * np.clip(rough, 0, 1)).astype(np.uint8)[:, :, None].repeat(3, axis=2)
    (found,) = StylePicture(style)([np.full((SIDE, SIDE, 3), 100, np.uint8)])
    assert light(found).std() > 0.01


def test_it_is_the_same_each_time_and_for_each_of_several(painted):
    tool = StylePicture(woven())
    assert all(np.array_equal(one, painted) for one in tool([content(), content()]))
    assert tool([]) == []


@pytest.mark.parametrize("shape", [(16, 300), (300, 17), (40, 40)])
@pytest.mark.parametrize("strokes", [0.25, 4])
def test_style_pictures_of_any_shape_and_strokes_of_any_size(shape, strokes):
    style = np.random.default_rng(1).integers(0, 256, (*shape, 3), dtype=np.uint8)
    (found,) = StylePicture(style, Manner(strokes=strokes))([content(64)])
    assert found.shape == (64, 64, 3)
    assert 0 <= found.min() <= found.max() <= 1


@pytest.mark.parametrize("value", [0, 255])
def test_a_style_picture_of_one_colour_gives_that(value):
    (found,) = StylePicture(np.full((32, 32, 3), value, np.uint8))([content(64)])
    np.testing.assert_allclose(found, value / 255, atol=1e-6)


def test_silence_stays_silent():
    """The bridge takes back the tones: a painting that is light everywhere lights no silence."""
    samples = music(3.0, rate=44_100).samples.copy()
    samples[:, 44_100:88_200] = 0
    heard = process(Sound(samples, 44_100), StylePicture(woven()), size=SIDE, batch=2)
    was, became = (np.sqrt((one[:, 50_000:82_000] ** 2).mean()) for one in (samples, heard.samples))
    assert became <= was + 1e-4
    assert np.abs(heard.samples[:, :44_100] - samples[:, :44_100]).max() > 0.01


def test_what_cannot_be():
    with pytest.raises(ToolError, match="8 x 200 pixels is too small"):
        StylePicture(np.zeros((200, 8, 3), np.uint8))
    with pytest.raises(ToolError, match="`strokes` is 9"):
        Manner(strokes=9)
    with pytest.raises(PictureError, match=r"none\.png"):
        StylePicture("none.png")


def test_on_the_command_line(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    music(0.8, rate=22_050).save("voice.wav")
    write_image("style.png", woven())
    painting = ["process", "voice.wav", "out.wav", "--size", "64", "--style", "style.png"]
    assert main([*painting, "--strokes", "2", "--follow", "0.3"]) == 0
    sound = Sound.load("voice.wav")
    heard = Sound.load("out.wav")
    assert heard.samples.shape == sound.samples.shape
    assert not np.array_equal(encode(heard).pixels, encode(sound).pixels)
    assert main([*painting, "--force", "--with", "cp {in} {out}"]) == 1
    assert "--style is a tool" in capsys.readouterr().err
