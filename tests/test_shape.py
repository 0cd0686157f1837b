"""Pictures of another shape: whether they were scaled or cut, by their size and what they show."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from eidophone import PRESETS, EidophoneWarning, Sound, decode, encode, watch
from eidophone.faces.cli import main
from eidophone.faces.comfy.pictures import DecodeSettings, sounds_of_drawn
from eidophone.faces.comfy.reference import BatchReference, EncodeSettings
from eidophone.picture.codec import shown_columns
from eidophone.picture.picture import Picture
from eidophone.picture.shape import columns_of, columns_shown

SOUNDS = Path(__file__).parent.parent / "sounds"
STANDARD = PRESETS["standard"]
WHOLE = EncodeSettings(STANDARD)
PREVIEW = DecodeSettings(quality="preview", keep="all")


@pytest.fixture(scope="module")
def guitar():
    sound = Sound.load(SOUNDS / "guit_e_slide.flac")
    return sound, encode(sound)


def scaled(pixels, width, height):
    return np.asarray(Image.fromarray(pixels).resize((width, height), Image.Resampling.LANCZOS))


def apart(sound, other):
    """Mean difference of their pictures where there is something to be heard, in dB."""
    a, b = (encode(one).pixels.astype(float) for one in (sound, other))
    assert a.shape == b.shape
    return np.abs(a - b)[a > 60].mean() * STANDARD.range_db / 255


# --- scaled ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(512, 512), (768, 512), (1024, 1024), (900, 400)])
def test_a_whole_picture_of_any_shape_lasts_as_long_in_a_node(guitar, size):
    sound, picture = guitar
    seen = [scaled(picture.pixels, *size)]
    (made,) = sounds_of_drawn(seen, BatchReference((sound,), WHOLE), WHOLE, PREVIEW)
    assert made.sample_count == sound.sample_count
    assert apart(sound, made) < 2


@pytest.mark.parametrize("knows", [True, False])
@pytest.mark.parametrize("size", [(512, 512), (900, 400)])
def test_and_with_its_reference_in_python_and_by_the_command_line(guitar, tmp_path, knows, size):
    sound, picture = guitar
    seen = scaled(picture.pixels, *size)
    squeezed = replace(picture, pixels=seen) if knows else Picture(seen)
    made = decode(squeezed, reference=sound, quality="preview")
    assert made.sample_count == sound.sample_count
    assert apart(sound, made) < 2
    squeezed.save(tmp_path / "a.png")
    if not knows:
        Image.fromarray(seen).save(tmp_path / "a.png")
    sound.save(tmp_path / "a.wav")
    how = ["--reference", str(tmp_path / "a.wav"), "--quality", "preview", "--quiet"]
    assert main(["decode", str(tmp_path / "a.png"), str(tmp_path / "b.wav"), *how]) == 0
    np.testing.assert_allclose(Sound.load(tmp_path / "b.wav").samples, made.samples, atol=1e-4)


@pytest.mark.filterwarnings("ignore:the original fits nowhere")
@pytest.mark.parametrize("with_reference", [True, False])
@pytest.mark.parametrize("part", [0.5, 1.5])
def test_who_makes_a_picture_wider_hears_it_slower(guitar, with_reference, part):
    sound, picture = guitar
    wider = replace(picture, pixels=scaled(picture.pixels, round(part * picture.width), 512))
    made = decode(wider, reference=sound if with_reference else None, quality="preview")
    assert made.duration_seconds == pytest.approx(part * sound.duration_seconds, abs=0.01)


def test_and_in_the_hot_folder(guitar, tmp_path):
    sound, _ = guitar
    look = partial(watch, tmp_path, quality="preview", once=True, interval_seconds=0.01)
    look()
    sound.save(tmp_path / "sounds-in" / "a.wav")
    look()
    sent = np.asarray(Image.open(tmp_path / "pictures-out" / "a.png"))
    Image.fromarray(scaled(sent, 512, 512)).save(tmp_path / "pictures-in" / "a.png")
    look()
    made = Sound.load(tmp_path / "sounds-out" / "a.wav")
    assert made.sample_count == sound.sample_count
    assert apart(sound, made) < 2


# --- or cut ---------------------------------------------------------------------------------------

HARMS = {
    "none": lambda pixels: pixels,
    "negative": lambda pixels: 255 - pixels,
    "noise": lambda pixels: pixels // 3 + np.random.default_rng(0).integers(0, 99, pixels.shape),
}


@pytest.mark.parametrize("harm", HARMS)
@pytest.mark.parametrize("part", [slice(0, 400), slice(200, 600), slice(400, 746), slice(0, 730)])
@pytest.mark.parametrize("zoom", [1, 1.37])
def test_an_original_tells_a_cut_picture_from_a_squeezed_one(guitar, harm, part, zoom):
    """A cut one may be enlarged too, and a squeezed one shows all."""
    _, picture = guitar
    pixels = HARMS[harm](picture.pixels).astype(np.uint8)
    cut = pixels[:, part]
    cut = scaled(cut, round(zoom * cut.shape[1]), round(zoom * 512))
    squeezed = scaled(pixels, *cut.shape[1::-1])
    width = part.stop - part.start
    for seen, columns in ((cut, width), (squeezed, picture.width)):
        shown = columns_shown(seen, STANDARD, 746, lambda: [picture.pixels], by_tools=True)
        assert shown == pytest.approx(columns, abs=1)


@pytest.mark.parametrize("size", [(32, 32), (200, 2)])
def test_an_original_stands_beside_a_picture_of_few_rows(guitar, size):
    sound, picture = guitar
    small = Picture(scaled(picture.pixels, *size), picture.recipe, picture.source)
    with pytest.warns(EidophoneWarning, match="the original fits nowhere"):
        again = decode(small, reference=sound, quality="preview")
    assert again.rate == sound.rate


def test_another_sound_does_not_tell(guitar):
    _, picture = guitar
    other = Sound.load(SOUNDS / "loop_safari.flac")
    square = replace(picture, pixels=picture.pixels[:, :512])
    assert shown_columns(square, other) == 512
    assert shown_columns(square, None) == 512


@pytest.mark.parametrize("size", [(512, 512), (1462, 1024)])
def test_what_may_be_a_part_or_squeezed_is_said_in_one_line(guitar, tmp_path, size, capsys):
    _, picture = guitar
    seen = replace(picture, pixels=scaled(picture.pixels, *size))
    with pytest.warns(
        EidophoneWarning, match=r"taken for a part.* of 4.33 s.*`seconds` 4.32"
    ) as told:
        part = decode(seen, quality="preview")
    assert len(told) == 1
    assert part.duration_seconds == pytest.approx(size[0] / size[1] * 2.972, abs=0.02)
    assert decode(seen, quality="preview", seconds=4.33).duration_seconds == 4.33
    seen.save(tmp_path / "a.png")
    text = PngInfo()
    text.add_text("eidophone", Image.open(tmp_path / "a.png").text["eidophone"])
    Image.fromarray(seen.pixels | 1).save(tmp_path / "a.png", pnginfo=text)
    how = ["--quality", "preview", "--gain", "0"]
    assert main(["decode", str(tmp_path / "a.png"), str(tmp_path / "b.wav"), *how]) == 0
    (line,) = [one for one in capsys.readouterr().err.splitlines() if "part" in one]
    assert "a.png" in line
    assert "--seconds 4.32" in line


@pytest.mark.parametrize(
    ("height", "width", "columns"),
    [
        (512, 1034, 1034),
        (1024, 2068, 1034),
        (256, 517, 1034),
        (384, 775, 1034),  # 775.5
        (171, 345, 1034),  # a third
        (1024, 2048, 1034),  # to multiples of 64, as networks want it
        (768, 1552, 1034),  # 1551
        (1024, 2027, 1014),  # cut by 2 %
        (1024, 2110, 1055),
        (512, 1013, 1013),
        (256, 300, 600),
    ],
)
def test_sizes_are_rounded_by_tools_and_others_were_cut(height, width, columns):
    assert columns_of(height, width, STANDARD, 1034) == columns
