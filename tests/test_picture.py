"""Pictures: what they accept, what they remember in files, and what they make of other pictures."""

import json
import warnings
from dataclasses import asdict, replace

import numpy as np
import pytest
import tifffile
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from eidophone.base.errors import (
    EidophoneError,
    EidophoneWarning,
    OutputError,
    PictureError,
    RecipeError,
    StripDamagedError,
)
from eidophone.files.image import read_image, write_image
from eidophone.picture import facts, strip
from eidophone.picture.facts import MESSAGE_VERSION, Facts, from_message, message_of
from eidophone.picture.picture import Picture, Source, numbered, numbered_files, to_depth
from eidophone.picture.recipe import PRESETS, Recipe

SOURCE = Source(rate=48_000, channels=2, sample_count=123_456, first_column=7)
CUSTOM = Recipe(name="mine", axis="octaves", rows=300, min_hz=20.1, max_hz=9_000.5, top_db=0.3)


def noise(dtype="uint8", height=64, width=90, seed=0):
    values = np.random.default_rng(seed).random((height, width, 3), np.float32)
    return values if dtype == "float32" else (values * np.iinfo(dtype).max).astype(dtype)


def hills(height=512, width=700):
    """A smooth picture with black in it, as sounds make them."""
    y, x = np.mgrid[:height, :width]
    wave = 120 * np.sin(x / 40) * np.cos(y / 50) + np.linspace(-60, 120, height)[:, None]
    return np.clip(np.stack([wave, wave * 0.9, wave * 0.7], -1), 0, 255).astype(np.uint8)


def without_text(path, target):
    """Save again as a tool does that keeps the pixels and nothing else."""
    with Image.open(path) as image:
        Image.fromarray(np.asarray(image)).save(target, lossless=True)
    return target


# Pixels --------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_pixels_are_kept_in_their_depth(dtype):
    pixels = noise(dtype)
    picture = Picture(pixels)
    assert picture.pixels.dtype == dtype
    np.testing.assert_array_equal(picture.pixels, pixels)
    assert (picture.height, picture.width) == (64, 90)


def test_grey_and_alpha_become_rgb():
    grey = noise()[..., 0]
    repeated = np.stack([grey] * 3, -1)
    np.testing.assert_array_equal(Picture(grey).pixels, repeated)
    np.testing.assert_array_equal(Picture(grey[..., None]).pixels, repeated)
    rgba = np.array([[[10, 200, 255, 255], [10, 200, 255, 51], [10, 200, 255, 0]]], np.uint8)
    expected = [[[10, 200, 255], [2, 40, 51], [0, 0, 0]]]
    np.testing.assert_array_equal(Picture(rgba).pixels, expected)
    half = Picture(np.array([[[1.0, 0.5, 0.25, 0.5]]], np.float32)).pixels
    np.testing.assert_array_equal(half, [[[0.5, 0.25, 0.125]]])


def test_float64_and_lists_of_numbers_become_float32():
    assert Picture(np.zeros((2, 2, 3))).pixels.dtype == np.float32
    assert Picture([[0.0, 1.0]]).pixels.shape == (1, 2, 3)


@pytest.mark.parametrize(
    ("pixels", "reason"),
    [
        (np.zeros((4, 5, 2), np.uint8), "1, 3 or 4 channels, not 2"),
        (np.zeros((3, 4, 5), np.uint8), "1, 3 or 4 channels, not 5"),
        (np.zeros(7, np.uint8), r"\[height, width, 3\], not \[7\]"),
        (np.zeros((0, 5, 3), np.uint8), r"not \[0, 5, 3\]"),
        (np.zeros((1, 2, 3, 4), np.uint8), r"not \[1, 2, 3, 4\]"),
        (np.zeros((4, 5, 3), bool), "not bool"),
        (np.zeros((4, 5, 3), np.int32), "not int32"),
        (np.zeros((4, 5, 3), complex), "not complex128"),
        (np.full((4, 5), "a"), "not <U1"),
        (np.full((4, 5, 3), np.nan), "60 pixel values are not finite"),
        (np.array([[0.5, np.inf]], np.float32), "1 pixel values are not finite"),
    ],
)
def test_pixels_that_are_no_picture(pixels, reason):
    with pytest.raises(PictureError, match=reason):
        Picture(pixels)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"rate": 0}, "rate is 0"),
        ({"channels": 3}, "channels is 3: it must be a whole number, 1 to 2"),
        ({"sample_count": 0}, "sample_count is 0"),
        ({"sample_count": 2**40}, "sample_count is 1099511627776"),
        ({"sample_count": 1.5}, "sample_count is 1.5"),
        ({"channels": True}, "channels is True"),
        ({"first_column": -1}, "first_column is -1"),
    ],
)
def test_sources_that_cannot_be(values, reason):
    with pytest.raises(PictureError, match=reason):
        replace(SOURCE, **values)


def test_repr_is_short():
    picture = Picture(noise(width=6000), source=SOURCE)
    assert repr(picture).startswith("Picture(6000 x 64 uint8, 'standard', ")
    assert len(repr(picture)) < 80


# Duration ------------------------------------------------------------------------------------


def test_a_square_lasts_the_same_at_any_size():
    seconds = PRESETS["standard"].square_seconds
    for side in (1, 16, 100, 512, 1000):
        picture = Picture(np.zeros((side, side, 3), np.uint8))
        assert picture.duration_seconds == pytest.approx(seconds)


@pytest.mark.parametrize("height", [512, 256, 1024, 100])
def test_a_whole_picture_lasts_as_long_as_its_sound(height):
    sample_count, rate = 1_000_003, 44_100
    columns = PRESETS["standard"].columns(sample_count, rate)
    pixels = np.zeros((height, round(columns * height / 512), 3), np.uint8)
    whole = Source(rate=rate, channels=1, sample_count=sample_count)
    assert Picture(pixels, source=whole).duration_seconds == sample_count / rate


def test_part_of_a_picture_lasts_as_long_as_it_is_wide():
    whole = Source(rate=44_100, channels=1, sample_count=512 * 256)
    half = Picture(np.zeros((512, 256, 3), np.uint8), source=whole)
    assert half.duration_seconds == pytest.approx(256 * 256 / 44_100)
    page = replace(whole, first_column=256)
    second = Picture(np.zeros((512, 512, 3), np.uint8), source=page)
    assert second.duration_seconds == pytest.approx(512 * 256 / 44_100)


# Files ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("suffix", "dtype"),
    [
        (".png", "uint8"),
        (".png", "uint16"),
        (".webp", "uint8"),
        (".tif", "uint8"),
        (".tif", "uint16"),
        (".tif", "float32"),
        (".exr", "float32"),
    ],
)
@pytest.mark.parametrize("source", [SOURCE, None])
def test_files_remember_everything(tmp_path, suffix, dtype, source):
    Picture(noise(dtype), CUSTOM, source).save(tmp_path / f"a{suffix}")
    picture = Picture.load(tmp_path / f"a{suffix}")
    np.testing.assert_array_equal(picture.pixels, noise(dtype))
    assert (picture.recipe, picture.source) == (CUSTOM, source)
    assert (picture.guessed, picture.untouched) == (False, True)


@pytest.mark.parametrize(("suffix", "quality"), [(".jpg", None), (".jpg", 60), (".webp", 80)])
def test_lossy_files_remember_the_meaning(tmp_path, suffix, quality):
    Picture(hills(), CUSTOM, SOURCE).save(tmp_path / f"a{suffix}", quality=quality)
    picture = Picture.load(tmp_path / f"a{suffix}")
    assert np.abs(picture.pixels - hills().astype(float)).mean() < 4
    assert (picture.recipe, picture.source) == (CUSTOM, SOURCE)
    assert (picture.guessed, picture.untouched) == (False, False)


@pytest.mark.parametrize("suffix", [".png", ".webp", ".tif"])
def test_files_carry_the_original(tmp_path, suffix):
    Picture(noise(), source=SOURCE, original=b"RIFF...").save(tmp_path / f"a{suffix}")
    assert Picture.load(tmp_path / f"a{suffix}").original == b"RIFF..."


def test_a_single_changed_value_is_noticed(tmp_path):
    Picture(noise(), CUSTOM, SOURCE).save(tmp_path / "a.png")
    image = read_image(tmp_path / "a.png")
    image.pixels[40, 50, 1] ^= 1
    write_image(tmp_path / "b.png", image.pixels, image.text)
    picture = Picture.load(tmp_path / "b.png")
    assert (picture.recipe, picture.source) == (CUSTOM, SOURCE)
    assert not picture.untouched


def test_another_shape_of_the_same_values_is_noticed(tmp_path):
    Picture(noise(height=30, width=60)).save(tmp_path / "a.png")
    image = read_image(tmp_path / "a.png")
    write_image(tmp_path / "b.png", image.pixels.reshape(60, 30, 3), image.text)
    assert not Picture.load(tmp_path / "b.png").untouched


def test_a_foreign_picture_is_guessed(tmp_path):
    Image.fromarray(noise()).save(tmp_path / "a.png")
    picture = Picture.load(tmp_path / "a.png")
    assert picture.recipe == PRESETS["standard"]
    assert (picture.source, picture.original) == (None, None)
    assert (picture.guessed, picture.untouched) == (True, False)


@pytest.mark.parametrize(
    ("floats", "said"),
    [
        (lambda drawn: drawn, None),
        (lambda drawn: 255 * drawn, "0..255"),
        (lambda drawn: 2 * drawn - 1, "-1..1"),
        (lambda drawn: np.where(drawn > 0.99, 40, drawn), None),  # lights far above white
    ],
)
def test_floats_of_files_that_say_nothing_mean_what_they_are(tmp_path, floats, said):
    drawn = np.random.default_rng(5).random((40, 50, 3), np.float32)
    tifffile.imwrite(tmp_path / "a.tif", floats(drawn).astype(np.float32), photometric="rgb")
    with warnings.catch_warnings(record=True) as notes:
        warnings.simplefilter("always")
        pixels = Picture.load(tmp_path / "a.tif").pixels
    assert [said in str(note.message) for note in notes] == ([True] if said else [])
    np.testing.assert_allclose(pixels, drawn if said else floats(drawn), atol=1e-5)


def test_our_own_floats_are_taken_at_their_word(tmp_path):
    loud = Picture(np.full((8, 8, 3), 100, np.float32))
    loud.save(tmp_path / "a.tif")
    assert Picture.load(tmp_path / "a.tif").pixels.max() == 100


def test_the_callers_recipe_goes_before_the_files(tmp_path):
    Picture(noise(), CUSTOM, SOURCE).save(tmp_path / "a.png")
    picture = Picture.load(tmp_path / "a.png", recipe=PRESETS["fine"])
    assert (picture.recipe, picture.source) == (PRESETS["fine"], SOURCE)
    assert not picture.guessed
    Image.fromarray(noise()).save(tmp_path / "b.png")
    picture = Picture.load(tmp_path / "b.png", recipe=CUSTOM)
    assert picture.recipe == CUSTOM
    assert not picture.guessed


def file_saying(path, text):
    info = PngImagePlugin.PngInfo()
    info.add_itxt("eidophone", text)
    Image.fromarray(noise()).save(path, pnginfo=info)


def facts_with(**changes):
    return json.dumps({**json.loads(Facts(CUSTOM, SOURCE).to_json()), **changes})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{",
        '{"recipe": 1}',
        "[" * 100_000,
        facts_with(recipe={}),
        facts_with(recipe={**asdict(CUSTOM), "rows": -1}),
        facts_with(recipe={**asdict(CUSTOM), "rows": 1e400}),
        facts_with(recipe={**asdict(CUSTOM), "extra": 1}),
        facts_with(recipe={**asdict(CUSTOM), "version": "1"}),
        facts_with(source={}),
        facts_with(source=[1]),
        facts_with(source={**asdict(SOURCE), "channels": 9}),
        facts_with(source={**asdict(SOURCE), "rate": "fast"}),
    ],
)
def test_broken_metadata_are_ignored_with_a_warning(tmp_path, text):
    file_saying(tmp_path / "a.png", text)
    with pytest.warns(EidophoneWarning, match=r"a\.png: its Eidophone metadata are broken") as said:
        picture = Picture.load(tmp_path / "a.png")
    assert len(str(said[0].message)) < 600
    assert "Error" not in str(said[0].message)  # nor what Python calls it
    assert picture.guessed
    np.testing.assert_array_equal(picture.pixels, noise())


def test_a_newer_recipe_is_not_guessed_at(tmp_path):
    newer = {**asdict(CUSTOM), "version": 2, "new": "thing"}
    file_saying(tmp_path / "a.png", facts_with(recipe=newer))
    with pytest.raises(RecipeError, match=r"a\.png: .*version 2.*install a newer Eidophone"):
        Picture.load(tmp_path / "a.png")
    assert Picture.load(tmp_path / "a.png", recipe=CUSTOM).recipe == CUSTOM


def test_saving_is_careful(tmp_path):
    picture = Picture(noise())
    picture.save(tmp_path / "a.png")
    with pytest.raises(OutputError, match="exists already"):
        picture.save(tmp_path / "a.png")
    picture.save(tmp_path / "a.png", overwrite=True)
    with pytest.raises(PictureError, match="cannot hold float32"):
        Picture(noise("float32")).save(tmp_path / "b.png")
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]


def test_loading_is_bounded(tmp_path):
    Picture(noise()).save(tmp_path / "a.png")
    with pytest.raises(PictureError, match="over the limit of 100"):
        Picture.load(tmp_path / "a.png", max_pixels=100)


def test_pixels_of_a_float_file_must_be_finite(tmp_path):
    write_image(tmp_path / "a.tif", np.full((2, 2, 3), np.nan, np.float32))
    with pytest.raises(PictureError, match=r"a\.tif: 12 pixel values are not finite"):
        Picture.load(tmp_path / "a.tif")


# The margin strip ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("suffix", "dtype"), [(".png", "uint8"), (".png", "uint16"), (".tif", "float32")]
)
def test_a_strip_is_drawn_and_cut_off_again(tmp_path, suffix, dtype):
    pixels = to_depth(hills(), dtype)
    Picture(pixels, PRESETS["standard"], SOURCE).save(tmp_path / f"a{suffix}", strip=True)
    assert read_image(tmp_path / f"a{suffix}").pixels.shape[0] > 512
    picture = Picture.load(tmp_path / f"a{suffix}")
    np.testing.assert_array_equal(picture.pixels, pixels)
    assert (picture.source, picture.untouched) == (SOURCE, True)


@pytest.mark.parametrize("recipe", [PRESETS["standard"], CUSTOM])
def test_a_strip_speaks_when_metadata_are_lost(tmp_path, recipe):
    Picture(hills(), recipe, SOURCE).save(tmp_path / "a.png", strip=True)
    picture = Picture.load(without_text(tmp_path / "a.png", tmp_path / "b.png"))
    np.testing.assert_array_equal(picture.pixels, hills())
    assert replace(picture.recipe, name="") == replace(
        recipe, name="", top_db=float(np.float32(recipe.top_db))
    )
    assert picture.source == SOURCE
    assert (picture.guessed, picture.untouched) == (False, False)


def test_a_strip_survives_a_jpeg_of_another_size(tmp_path):
    Picture(hills(), PRESETS["compact"], SOURCE).save(tmp_path / "a.png", strip=True)
    with Image.open(tmp_path / "a.png") as image:
        smaller = image.resize((image.width * 3 // 4, image.height * 3 // 4))
        smaller.save(tmp_path / "b.jpg", quality=85)
    picture = Picture.load(tmp_path / "b.jpg")
    assert (picture.recipe, picture.source) == (PRESETS["compact"], SOURCE)
    assert "scaled" in picture.harm
    assert picture.pixels.shape == hills().shape
    error = to_depth(picture.pixels, "float32") - to_depth(hills(), "float32")
    assert np.abs(error).mean() < 0.02


@pytest.mark.parametrize("how", [np.fliplr, np.flipud, np.rot90])
def test_a_strip_sets_a_picture_right_with_a_word(tmp_path, how):
    picture = Picture(np.random.default_rng(3).integers(0, 255, (480, 512, 3), np.uint8))
    picture.save(tmp_path / "a.png", strip=True)
    Image.fromarray(how(np.asarray(Image.open(tmp_path / "a.png")))).save(tmp_path / "b.png")
    with pytest.warns(
        EidophoneWarning, match="b.png was (mirr|rot|turn).*as its margin strip shows"
    ):
        again = Picture.load(tmp_path / "b.png")
    np.testing.assert_array_equal(again.pixels, picture.pixels)


def test_no_strip_is_looked_for_where_there_is_none(tmp_path, monkeypatch):
    def forbidden(_pixels):
        pytest.fail("there was no need to look")

    monkeypatch.setattr("eidophone.picture.picture.read_strip", forbidden)
    Picture(noise()).save(tmp_path / "a.png")
    assert Picture.load(tmp_path / "a.png").untouched


@pytest.mark.parametrize("has_text", [True, False])
def test_a_damaged_strip_gives_a_warning(tmp_path, monkeypatch, has_text):
    def damaged(_pixels):
        raise StripDamagedError("its strip is too damaged to read")

    path = tmp_path / "a.png"
    Picture(hills(), CUSTOM).save(path, strip=True)
    if not has_text:
        path = without_text(path, tmp_path / "b.png")
    monkeypatch.setattr("eidophone.picture.picture.read_strip", damaged)
    with pytest.warns(EidophoneWarning, match=rf"{path.name}: its strip is too damaged to read"):
        picture = Picture.load(path)
    assert picture.guessed != has_text
    assert picture.recipe == (CUSTOM if has_text else PRESETS["standard"])


def test_a_strip_that_makes_no_sense_gives_a_warning(tmp_path):
    nonsense = strip.draw_strip(hills(), bytes([MESSAGE_VERSION, 77, 9, 9]))
    Image.fromarray(nonsense).save(tmp_path / "a.png")
    with pytest.warns(EidophoneWarning, match=r"a\.png: its strip makes no sense"):
        assert Picture.load(tmp_path / "a.png").guessed


def test_a_strip_of_a_newer_program_is_not_guessed_at(tmp_path):
    Image.fromarray(strip.draw_strip(hills(), b"\x02abcdef")).save(tmp_path / "a.png")
    with pytest.raises(RecipeError, match=r"a\.png: its strip is of version 02: install a newer"):
        Picture.load(tmp_path / "a.png")
    assert Picture.load(tmp_path / "a.png", recipe=CUSTOM).recipe == CUSTOM


# Messages ------------------------------------------------------------------------------------

sources = st.none() | st.builds(
    Source,
    rate=st.integers(8_000, 384_000),
    channels=st.integers(1, 2),
    sample_count=st.integers(1, 2**40 - 1),
    first_column=st.integers(0, 2**32 - 1),
)


@pytest.mark.parametrize("name", PRESETS)
@pytest.mark.parametrize("rate", [8_000, 44_100, 96_000, 384_000])
@pytest.mark.parametrize("rows", [512, 1024, 2048])
def test_presets_make_short_messages_and_come_back_exactly(name, rate, rows):
    recipe = PRESETS[name].with_rows(rows).for_rate(rate)
    source = Source(rate=rate, channels=1, sample_count=99)
    message = message_of(recipe, source)
    assert len(message) == 18
    assert from_message(message) == Facts(recipe, source)


def test_every_preset_has_a_number():
    assert {from_message(message_of(recipe, None)).recipe.name for recipe in PRESETS.values()} == (
        set(PRESETS)
    )


@settings(max_examples=150)
@given(
    st.sampled_from(["mel", "octaves", "linear"]),
    st.integers(16, 8192),
    st.floats(1, 99_999),
    st.floats(100, 400_000),
    st.floats(1e-4, 0.25),
    st.floats(1e-3, 0.5),
    st.floats(-60, 60, width=32),
    st.floats(12, 200, width=32),
    st.floats(0.25, 4, width=32),
    sources,
)
def test_any_recipe_comes_back_from_its_message(
    axis, rows, low, high, hop, window, top, span, gamma, source
):
    assume(low < high and hop <= window / 2)
    recipe = Recipe(
        axis=axis,
        rows=rows,
        min_hz=low,
        max_hz=high,
        hop_seconds=hop,
        window_seconds=window,
        top_db=top,
        range_db=span,
        gamma=gamma,
    )
    message = message_of(recipe, source)
    assert len(message) <= strip.MAX_MESSAGE_BYTES
    assert from_message(message) == Facts(recipe, source)


@settings(max_examples=300)
@given(st.binary(max_size=70))
def test_no_message_does_anything_but_raise_or_speak(data):
    try:
        spoken = from_message(bytes([MESSAGE_VERSION]) + data)
    except EidophoneError:
        return
    assert isinstance(spoken.recipe, Recipe)


def test_preset_numbers_never_change():
    assert facts._PRESETS[:5] == ("standard", "fine", "compact", "octaves", "linear")
    assert message_of(PRESETS["compact"], None).hex() == "01020002" + 14 * "00"


# Depths --------------------------------------------------------------------------------------


def test_depths_that_hold_more_lose_nothing():
    every8 = np.arange(256, dtype=np.uint8).reshape(16, 16)
    every16 = np.arange(65_536, dtype=np.uint16).reshape(256, 256)
    for between in ("uint16", "float32"):
        np.testing.assert_array_equal(to_depth(to_depth(every8, between), "uint8"), every8)
    np.testing.assert_array_equal(to_depth(to_depth(every16, "float32"), "uint16"), every16)


def test_depths_that_hold_less_round_to_the_nearest():
    every16 = np.arange(65_536, dtype=np.uint16)
    error = to_depth(every16, "uint8").astype(int) * 257 - every16.astype(int)
    assert np.abs(error).max() <= 128
    floats = np.linspace(0, 1, 10_001, dtype=np.float32)
    for depth, full in (("uint8", 255), ("uint16", 65_535)):
        error = to_depth(floats, depth) - floats.astype(float) * full
        assert np.abs(error).max() <= 0.5 + full * 2**-24  # exact but for float32


def test_full_scale_stays_full_scale_and_beyond_is_clipped():
    assert to_depth(np.array([255], np.uint8), "float32")[0] == 1.0
    assert to_depth(np.array([255], np.uint8), "uint16")[0] == 65_535
    beyond = np.array([-3.0, 0.0, 1.0, 7.0], np.float32)
    np.testing.assert_array_equal(to_depth(beyond, "uint8"), [0, 0, 255, 255])
    np.testing.assert_array_equal(to_depth(beyond, np.uint16), [0, 0, 65_535, 65_535])


def test_there_is_no_other_depth():
    with pytest.raises(PictureError, match="no depth int32: use uint8, uint16, float32"):
        to_depth(noise(), np.int32)


# Sequences -----------------------------------------------------------------------------------


def test_numbers_in_names(tmp_path):
    assert numbered("a/name.png", 1, 9).as_posix() == "a/name-001.png"
    assert numbered("name.b.tif", 1234, 5000).name == "name.b-1234.tif"
    assert numbered(tmp_path / "x.png", 7, 1000).name == "x-0007.png"


def test_numbered_files_come_in_natural_order(tmp_path):
    base = tmp_path / "a+b[1].png"
    wanted = [numbered(base, index, 12) for index in (1, 2, 10, 999)] + [numbered(base, 1000, 2000)]
    others = ["a+b[1].png", "a+b[1]-1.png", "a+b[1]-001.jpg", "aab1-001.png", "a+b[1]-x01.png"]
    for path in [*reversed(wanted), *(tmp_path / name for name in others)]:
        path.touch()
    numbered(base, 5, 12).mkdir()
    assert numbered_files(base) == wanted


def test_no_numbered_files(tmp_path):
    assert numbered_files(tmp_path / "a.png") == []
    assert numbered_files(tmp_path / "none" / "a.png") == []
