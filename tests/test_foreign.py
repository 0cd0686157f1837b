"""Pictures that other programs drew: read as ours, and drawn for them."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from eidophone import PRESETS, Picture, PictureError, Sound, decode, encode
from eidophone.faces.cli import main
from eidophone.files.image import read_image
from eidophone.jobs.pictures import encode_file
from eidophone.jobs.settings import Encoding
from eidophone.picture.axis import hz_of_row
from eidophone.picture.foreign.colormaps import NAMES, line, match, undone
from eidophone.picture.foreign.drawing import RiffusionDrawing
from eidophone.picture.foreign.frames import _longest, find_plot, inner
from eidophone.picture.foreign.model import Hints
from eidophone.picture.foreign.riffusion import Params, params_in, tags_of
from eidophone.picture.foreign.ticks import value_of

ROOT = Path(__file__).parent.parent
FOREIGN = ROOT / "tests" / "foreign"
RIFFUSION = FOREIGN / "riffusion.png"
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


#: Who drew the pictures of two tones, 1000 Hz for a second and then 3000 Hz, and as what they read.
DRAWN = {
    "sox.png": "sox: colours sox, linear axis",
    "sox-light.png": "sox: colours sox (dark is loud), linear axis",
    "ffmpeg.png": "ffmpeg: colours ffmpeg, linear axis",
    "matplotlib.png": "matplotlib: colours viridis, linear axis",
    "matplotlib-gray.jpg": "matplotlib: colours gray (dark is loud), linear axis",
    "ffmpeg-viridis.png": "ffmpeg: colours of its legend, linear axis",
    "librosa-linear.png": "matplotlib or librosa: colours magma, linear axis",
    "librosa-log.png": "librosa: colours magma, logarithmic axis",
    "librosa-mel.png": "librosa: colours magma, mel axis",
}


def loudest_hz(samples, rate: int) -> float:
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(spectrum.argmax() * rate / len(samples))


@pytest.mark.parametrize("name", DRAWN)
def test_figures_of_other_programs_sound_at_the_right_pitch_and_time(name):
    picture = Picture.load(FOREIGN / f"{name}")
    assert picture.drawn_by.startswith(DRAWN[name])
    assert not picture.guessed
    heard = decode(picture, quality="preview", gain=-12)
    assert heard.duration_seconds == pytest.approx(2, abs=0.04)
    rate, samples = heard.rate, heard.samples[0]
    row = picture.recipe.max_hz / picture.recipe.rows
    for start, hz in [(0.2, 1000), (1.2, 3000)]:
        part = samples[round(start * rate) : round((start + 0.6) * rate)]
        assert loudest_hz(part, rate) == pytest.approx(hz, abs=max(0.03 * hz, 1.2 * row))


def test_the_axis_of_a_figure_is_read_to_a_fraction_of_a_row():
    picture = Picture.load(FOREIGN / "librosa-linear.png")
    recipe, width = picture.recipe, picture.width
    level = np.asarray(picture.pixels, float)[::-1, :, 1] ** (1 / recipe.gamma)
    hz = hz_of_row(np.arange(recipe.rows, dtype=float), recipe)  # a row is 50 Hz
    for start, wanted in [(0.1, 1000), (0.6, 3000)]:
        column = level[:, round(start * width) : round((start + 0.3) * width)].mean(axis=1)
        peak = slice(max(column.argmax() - 3, 0), column.argmax() + 4)
        weight = np.maximum(column[peak] - column.max() / 2, 0)
        assert np.average(hz[peak], weights=weight) == pytest.approx(wanted, abs=15)


def test_the_legend_says_how_many_decibels():
    assert Picture.load(FOREIGN / "librosa-mel.png").recipe.range_db == pytest.approx(80, abs=1)
    told = Picture.load(FOREIGN / "matplotlib.png", hints=Hints(decibels=90))
    assert told.recipe.range_db == 90


def bare(tmp_path) -> Path:
    """What is within the frame of a figure, without its numbers."""
    with Image.open(FOREIGN / "matplotlib.png") as image:
        pixels = np.asarray(image.convert("RGB"))
    plot = find_plot(pixels)
    Image.fromarray(pixels[inner(plot, pixels)]).save(tmp_path / "bare.png")
    return tmp_path / "bare.png"


def test_what_the_numbers_do_not_say_is_asked_for(tmp_path, capfd):
    path = bare(tmp_path)
    assert main(["decode", str(path), str(tmp_path / "a.wav"), "--quality", "preview"]) == 0
    (note, _) = capfd.readouterr().err.splitlines()
    assert "taken for matplotlib: colours viridis" in note
    assert note.endswith("settle it with --hz, --scale, --seconds, --decibels")
    answers = ["--hz", "0,22050", "--scale", "linear", "--seconds", "2", "--decibels", "140"]
    told = ["decode", str(path), str(tmp_path / "b.wav"), "--quality", "preview", *answers]
    assert main(told) == 0
    assert "guessed" not in capfd.readouterr().err
    heard = Sound.load(tmp_path / "b.wav")
    assert heard.duration_seconds == 2
    assert loudest_hz(heard.samples[0, :44_100], 44_100) == pytest.approx(1000, abs=140)


def test_info_says_what_a_picture_was_taken_for(capfd):
    assert main(["info", str(FOREIGN / "sox.png")]) == 0
    assert "drawn by  sox: colours sox, linear axis" in capfd.readouterr().out
    assert main(["info", str(FOREIGN / "librosa-log.png")]) == 0
    said = capfd.readouterr().out
    assert "logarithmic axis" in said
    assert " read as  220 rows on the mel axis" in said


#: Cut out of the window of Audacity 3.2, and which of its colours they have.
AUDACITY = {"audacity.png": "roseus", "audacity-classic.png": "audacity"}


@pytest.mark.parametrize("name", AUDACITY)
def test_what_was_cut_out_of_the_window_of_audacity_is_known_by_its_colours(name):
    guessed = Picture.load(FOREIGN / name)
    assert guessed.drawn_by.startswith(f"audacity: colours {AUDACITY[name]}, mel axis, ")
    assert "guessed, as nothing says it: hz, scale, seconds, decibels" in guessed.drawn_by
    assert guessed.recipe.max_hz == pytest.approx(20_000, rel=0.01)
    assert guessed.recipe.range_db == 80
    check_audacity(Picture.load(FOREIGN / name, hints=Hints(seconds=2)))


def check_audacity(picture):
    heard = decode(picture, quality="preview", gain=-24)
    assert heard.duration_seconds == pytest.approx(2, abs=0.01)
    for start, hz in [(0.2, 1000), (1.2, 3000)]:
        part = heard.samples[0, round(start * heard.rate) : round((start + 0.6) * heard.rate)]
        assert loudest_hz(part, heard.rate) == pytest.approx(hz, rel=0.01)


def test_the_greys_of_audacity_have_to_be_said(capfd):
    path = FOREIGN / "audacity-gray.png"
    assert not Picture.load(path).drawn_by
    told = Picture.load(path, hints=Hints("audacity", seconds=2))
    assert "colours gray (dark is loud), mel axis" in told.drawn_by
    assert np.median(told.pixels) == 0  # its light grey is silence
    check_audacity(told)


def test_the_legend_says_which_colours_are_loud(tmp_path):
    with Image.open(FOREIGN / "librosa-linear.png") as image:
        pixels = np.asarray(image.convert("RGB"))
    usual = np.asarray(Picture.load(FOREIGN / "librosa-linear.png").pixels)
    swapped = pixels[..., [1, 2, 0]]  # colours that no program has
    Image.fromarray(swapped).save(tmp_path / "swapped.png")
    read = Picture.load(tmp_path / "swapped.png")
    assert read.drawn_by.startswith("matplotlib: colours of its legend, linear axis")
    assert np.abs(np.asarray(read.pixels) - usual).mean() < 0.01


def test_the_scale_that_people_say_goes_before_the_numbers():
    path = FOREIGN / "librosa-mel.png"
    assert "mel axis, 6 to 7937 Hz" in Picture.load(path, hints=Hints(hz=(0, 8000))).drawn_by
    linear = Picture.load(path, hints=Hints(scale="linear", hz=(0, 8000)))
    assert "linear axis, 18 to 7982 Hz" in linear.drawn_by
    assert "guessed" not in linear.drawn_by
    assert "guessed, as nothing says it: hz;" in (
        Picture.load(FOREIGN / "audacity.png", hints=Hints("audacity", "mel", None, 80, 2)).drawn_by
    )


def test_the_legend_says_whether_light_is_loud(tmp_path):
    with Image.open(FOREIGN / "librosa-linear.png") as image:
        pixels = np.array(image.convert("RGB"))
    where = inner(find_plot(pixels), pixels)
    pixels[where] = pixels[where][::-1]  # louder above than below, as few sounds are
    Image.fromarray(pixels).save(tmp_path / "flipped.png")
    assert "dark is loud" not in Picture.load(tmp_path / "flipped.png").drawn_by


def note_of(capfd, *arguments) -> str:
    assert main(["decode", *map(str, arguments), "--quality", "preview", "--force"]) == 0
    notes = [line for line in capfd.readouterr().err.splitlines() if "not used" in line]
    assert len(notes) == 1
    return notes[0]


def test_hints_that_are_of_no_use_are_never_ignored_in_silence(tmp_path, capfd):
    ours, target = tmp_path / "ours.png", tmp_path / "a.wav"
    encode(Sound.load(CROW)).save(ours, strip=True)
    with Image.open(ours) as image:
        Image.fromarray(np.asarray(image)).save(tmp_path / "strip.png")
    Image.fromarray(encode(Sound.load(CROW)).pixels).save(tmp_path / "bare.png")
    note = note_of(capfd, ours, target, "--hz", "0,8000", "--drawn-by", "librosa")
    assert "--drawn-by, --hz are not used: Eidophone drew it, as its metadata say" in note
    note = note_of(capfd, tmp_path / "strip.png", target, "--drawn-by", "sox")
    assert "--drawn-by is not used: Eidophone drew it, as its margin strip says" in note
    note = note_of(capfd, tmp_path / "bare.png", target, "--scale", "mel", "--decibels", "80")
    assert "--scale, --decibels are not used: nothing shows that another program drew it" in note
    assert note.endswith("--drawn-by other says so")
    note = note_of(capfd, RIFFUSION, target, "--decibels", "80")
    assert "--decibels is not used: riffusion drew it" in note
    assert main(["decode", str(ours), str(target), "--force", "--drawn-by", "eidophone"]) == 0
    assert not capfd.readouterr().err


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--hz", "8000,0"], "--hz is 8000,0: it must be the lowest and the highest frequency"),
        (["--hz", "8000"], "--hz is 8000: it must be"),
        (["--hz", "0-8000", "--recipe", "linear"], "--recipe says it all: leave it out, or --hz"),
        (["--scale", "mel", "--drawn-by", "riffusion"], "leave --scale out: pictures of riffusion"),
        (["--hz", "0-8000", "--drawn-by", "eidophone"], "leave --hz out: it is for pictures of"),
    ],
)
def test_hints_that_make_no_sense_are_refused_before_any_work(tmp_path, capfd, given, said):
    assert main(["decode", str(FOREIGN), f"{tmp_path}/", *given]) == 1
    (error,) = capfd.readouterr().err.splitlines()
    assert said in error


def test_the_longest_line_of_each_row_is_found():
    drawn = np.zeros((4, 40), bool)
    drawn[0, 3:9] = drawn[0, 12:30] = True
    drawn[1, :] = True
    drawn[2, 7:11] = True  # too short to be of a frame
    np.testing.assert_array_equal(_longest(drawn), [[12, 30], [0, 40], [0, 0], [0, 0]])


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("encode crow.flac --recipe riffusion", "with --as riffusion, and decode hears it"),
        ("decode crow.png --recipe riffusion", "hears it with --drawn-by riffusion"),
        (
            "decode crow.png --as riffusion",
            "decode hears what another program drew with --drawn-by",
        ),
        ("encode crow.flac --drawn-by riffusion", "encode draws for another program with --as"),
        ("process crow.flac a.wav --as riffusion", "draw with encode --as, run the program"),
    ],
)
def test_what_strangers_try_is_answered_with_what_to_type(capfd, typed, said):
    with pytest.raises(SystemExit):
        main(typed.split())
    (error,) = capfd.readouterr().err.splitlines()
    assert said in error


def test_a_folder_for_riffusion_goes_on_where_it_was(tmp_path, capfd):
    sounds = tmp_path / "in"
    sounds.mkdir()
    for name in ("a.wav", "b.wav"):
        Sound(tone(440.0, 0.3, 44_100) * 0.25, 44_100).save(sounds / name)
    out = tmp_path / "out"
    run = ["encode", str(sounds), str(out), "--as", "riffusion", "--jobs", "1"]
    assert main(run) == 0
    kept = (out / "a.png").stat().st_mtime_ns
    (out / "b.png").unlink()
    assert main(run) == 0
    assert (out / "a.png").stat().st_mtime_ns == kept
    assert Picture.load(out / "b.png").drawn_by == "riffusion, as its tags say"
    capfd.readouterr()


def test_a_range_may_be_typed_as_one(tmp_path):
    given = ["decode", str(FOREIGN / "sox.png"), str(tmp_path / "a.wav"), "--quality", "preview"]
    assert main([*given, "--hz", "0-8000"]) == 0
    heard = Sound.load(tmp_path / "a.wav")
    assert loudest_hz(heard.samples[0, : heard.rate], heard.rate) == pytest.approx(364, abs=60)


def test_pictures_of_ours_and_photographs_are_not_taken_for_foreign(tmp_path):
    sound = Sound.load(CROW)
    for recipe in ("standard", "linear"):
        picture = encode(sound, recipe)
        for name, pixels in {
            "plain": picture.pixels,
            "negative": 255 - picture.pixels,
            "tinted": (picture.pixels * [1.0, 0.8, 0.6]).astype(np.uint8),
            "framed": np.pad(picture.pixels, ((40, 40), (40, 40), (0, 0)), constant_values=255),
        }.items():
            Image.fromarray(pixels).save(tmp_path / f"{name}.png")
            assert not Picture.load(tmp_path / f"{name}.png").drawn_by, name
    random = np.random.default_rng(3)
    smooth = Image.fromarray(random.integers(0, 256, (6, 8, 3), dtype=np.uint8))
    smooth.resize((400, 300), Image.Resampling.BICUBIC).save(tmp_path / "photograph.jpg")
    assert not Picture.load(tmp_path / "photograph.jpg").drawn_by
    for image in (ROOT / "docs" / "images").glob("*.jpg"):
        assert not Picture.load(image).drawn_by, image


def test_what_people_say_goes_before_what_is_seen():
    path = FOREIGN / "sox.png"
    assert not Picture.load(path, hints=Hints("eidophone")).drawn_by
    assert not Picture.load(path, recipe=PRESETS["linear"]).drawn_by
    with pytest.raises(PictureError, match="0,22050"):
        Hints(hz=(100.0, 100.0))


@pytest.mark.parametrize("name", NAMES)
def test_colour_maps_are_undone(name):
    colours = np.rint(line(name) * 255).astype(np.uint8)[None]
    place = undone(colours, line(name))[0]
    assert np.abs(place - np.linspace(0, 1, colours.shape[1])).mean() < 0.01
    found = match(np.repeat(colours, 4, axis=0))
    assert np.abs(line(found.name) - line(name)).mean() < 0.02  # or one just like it
    assert found.share > 0.99


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("20", 20),
        ("-40?8", -40),
        ("0.5", 0.5),
        ("1:30", 90),
        ("?", None),
        ("22-", 22),
        ("--", None),
    ],
)
def test_numbers_are_read(text, value):
    assert value_of(text) == value
