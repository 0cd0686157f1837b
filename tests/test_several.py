"""Pictures that forgot what they are: guessed aloud, or settled by what was asked."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from eidophone import EidophoneWarning, Picture, Sound, decode, encode
from eidophone.base.errors import PictureError
from eidophone.faces.cli import main
from eidophone.film.codec import encode_film
from eidophone.film.film import Film
from eidophone.picture.settings import RATE
from eidophone.sound.samples import MAX_RATE_HZ, MIN_RATE_HZ

SOUNDS = Path(__file__).parent.parent / "sounds"
GUITAR = SOUNDS / "guit_e_slide.flac"


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def sets(tmp_path_factory):
    """Squares of a sound, by size and overlap."""
    root = tmp_path_factory.mktemp("sets")

    def of(size, overlap, sound=GUITAR):
        folder = root / f"{sound.stem}-{size}-{overlap}"
        if not folder.exists():
            options = ("--size", str(size), "--overlap", str(overlap), "--quiet")
            assert main(["encode", str(sound), f"{folder}/", *options]) == 0
        return folder

    return of


def forget(path, **how):
    """Lose the metadata, as a tool does that saves pixels alone."""
    pixels = Image.open(path)
    pixels.load()
    clean = Image.fromarray(np.asarray(pixels))
    clean.save(path if not how else path.with_suffix(".jpg"), **how)
    if how:
        path.unlink()


def notes(capsys, *arguments):
    """What is said besides results."""
    assert main(list(arguments)) == 0
    return capsys.readouterr().err.splitlines()


def heard(folder, capsys, *more):
    said = notes(capsys, "decode", str(folder), "x.wav", "--force", "--quality", "preview", *more)
    return Sound.load("x.wav"), said


def level(sound):
    """Decibels of each tenth of a second."""
    tenth = sound.rate // 10
    power = (sound.samples**2).mean(axis=0)
    return 10 * np.log10(
        power[: len(power) // tenth * tenth].reshape(-1, tenth).mean(axis=1) + 1e-8
    )


def photograph(path):
    random = np.random.default_rng(3)
    Image.fromarray(random.integers(0, 90, (90, 60, 3), dtype=np.uint8)).save(path)


def test_what_is_guessed_is_said_in_one_line_with_what_settles_it(here, capsys):
    photograph("a.png")
    (said,) = [one for one in notes(capsys, "decode", "a.png", "a.wav") if "guessed" in one]
    for word in ("a.png", "standard", "44100 Hz", "1.98 s", "--recipe", "--rate", "--seconds"):
        assert word in said
    assert "--reference" in said
    settled = ("--recipe", "standard", "--rate", "22050", "--seconds", "1")
    told = notes(capsys, "decode", "a.png", "b.wav", *settled)
    assert not any("guessed" in one for one in told)
    assert Sound.load("b.wav").rate == Sound.load("b.wav").sample_count == 22_050


def test_what_was_asked_for_is_no_guess(here, capsys):
    photograph("a.png")
    (said,) = [
        one for one in notes(capsys, "decode", "a.png", "a.wav", "--seconds", "3") if "guess" in one
    ]
    assert "shape" not in said
    assert "--seconds" not in said
    assert Sound.load("a.wav").duration_seconds == 3


def test_what_knows_what_it_is_is_decoded_without_a_word(here, capsys, sets):
    encode(Sound.load(GUITAR)).save("a.png")
    assert notes(capsys, "decode", "a.png", "a.wav", "--quality", "preview") == []
    assert heard(sets(256, 0.125), capsys)[1] == []


def test_folders_say_once_what_was_guessed_and_of_how_many(here, capsys):
    Path("pictures").mkdir()
    for name in "ab":
        photograph(f"pictures/{name}.png")
    said = notes(capsys, "decode", "pictures/", "sounds/", "--quality", "preview")
    first, rest = (one for one in said if "guessed" in one)
    assert ".png: guessed" in first
    assert "and 1 more: guessed" in rest


def test_python_says_what_was_guessed_and_takes_the_same_names(tmp_path):
    photograph(tmp_path / "a.png")
    picture = Picture.load(tmp_path / "a.png")
    with pytest.warns(EidophoneWarning, match="guessed.*'standard', 44100 Hz, 1.98 s"):
        decode(picture, quality="preview")
    with pytest.warns(EidophoneWarning, match="guessed.*'standard'; settle it with `recipe`"):
        made = decode(picture, quality="preview", seconds=1.5, rate=48_000)
    assert (made.rate, made.sample_count) == (48_000, 72_000)
    known = Picture.load(tmp_path / "a.png", recipe=picture.recipe)
    assert decode(known, quality="preview", seconds=1).sample_count == 44_100


@pytest.mark.parametrize("wrong", [{"seconds": 0.0}, {"seconds": float("nan")}, {"rate": 100}])
def test_impossible_lengths_and_rates_are_refused(wrong):
    with pytest.raises(PictureError, match=next(iter(wrong))):
        decode(Picture(np.zeros((16, 16, 3), np.uint8)), **wrong)


def test_rates_are_those_that_sounds_may_have():
    assert (RATE.low, RATE.high) == (MIN_RATE_HZ, MAX_RATE_HZ)


def test_a_length_stretches_time_and_leaves_pitch(here, capsys):
    time = np.arange(44_100) / 44_100
    encode(Sound(np.sin(2 * np.pi * 1000 * time) / 2, 44_100)).save("tone.png")
    assert notes(capsys, "decode", "tone.png", "tone.wav", "--seconds", "2.5") == []
    made = Sound.load("tone.wav")
    assert made.duration_seconds == 2.5
    spectrum = np.abs(np.fft.rfft(made.samples[0][22_050:66_150]))
    assert abs(int(spectrum.argmax()) - 1000) <= 2


def test_squares_take_the_length_asked_for_together(here, capsys, sets):
    assert heard(sets(256, 0.125), capsys, "--seconds", "6")[0].duration_seconds == 6


@pytest.mark.parametrize(("size", "overlap"), [(256, 0.125), (512, 0.125), (512, 0.0)])
@pytest.mark.parametrize("lost", [0, 1])
def test_a_square_that_forgot_takes_everything_from_its_neighbours(
    here, capsys, sets, size, overlap, lost
):
    folder = Path(shutil.copytree(sets(size, overlap), "copy"))
    intact, _ = heard(folder, capsys)
    forget(sorted(folder.iterdir())[lost])
    again, said = heard(folder, capsys)
    assert len(said) == 1
    assert "1 of 2 pictures" in said[0]
    assert again.sample_count == intact.sample_count
    np.testing.assert_array_equal(again.samples, intact.samples)


@pytest.mark.parametrize("lost", [(0,), (1,), (3,), (4,), (0, 4), (1, 2), (2, 3, 4)])
def test_places_are_found_wherever_squares_forgot_them(here, capsys, sets, lost):
    folder = Path(shutil.copytree(sets(128, 0.25, SOUNDS / "guit_em9.flac"), "copy"))
    files = sorted(folder.iterdir())
    intact, _ = heard(folder, capsys)
    for number in lost:
        forget(files[number], quality=85)
    again, said = heard(folder, capsys)
    assert len(said) == 1
    assert again.sample_count == intact.sample_count
    levels = [level(one) for one in (intact, again)]
    assert np.abs(levels[0] - levels[1]).mean() < 0.5


@pytest.mark.parametrize("how", [{}, {"quality": 60}])
def test_where_all_forgot_what_they_share_is_found_by_content(here, capsys, sets, how):
    folder = Path(shutil.copytree(sets(512, 0.125), "copy"))
    for path in sorted(folder.iterdir()):
        forget(path, **how)
    made, said = heard(folder, capsys)
    assert len(said) == 1
    assert "overlap" in said[0]
    assert made.duration_seconds == pytest.approx(4.325, abs=0.05)
    longer, said = heard(folder, capsys, "--overlap", "0")
    assert "overlap" not in said[0]
    assert longer.duration_seconds > 5.5


def test_pictures_of_two_sounds_keep_their_lengths(here, capsys):
    sound = Sound.load(GUITAR)
    encode(Sound(sound.samples[:, :44_100], sound.rate)).save("a-001.png")
    Image.fromarray(encode(sound).pixels[:, :300]).save("a-002.png")
    assert notes(capsys, "decode", "a.png", "a.wav", "--quality", "preview") != []
    columns = 173 + 300
    assert Sound.load("a.wav").duration_seconds == pytest.approx(columns * 256 / 44_100, abs=0.01)


@pytest.mark.parametrize("kind", ["pages", "scroll"])
def test_frames_of_a_film_in_a_folder_are_said_to_be_such(here, capsys, kind):
    """Each is a picture, until it is said that they are a film."""
    sound = Sound.load(GUITAR)
    film = encode_film(Sound(sound.samples[:, : sound.rate // 2], sound.rate), kind, size=64)
    film.save("film.mp4")
    Path("frames").mkdir()
    for number, frame in enumerate(Film.load("film.mp4").frames()):
        Image.fromarray(frame.pixels).save(f"frames/{number:03d}.png")
    quick = ("--quality", "preview")
    (said,) = [one for one in notes(capsys, "decode", "frames/", "a.wav", *quick) if "film" in one]
    assert "`" not in said
    assert "--read auto and --fps 30" in said
    settled = notes(capsys, "decode", "frames/", "b.wav", "--read", "auto", "--fps", "30", *quick)
    assert not any("frames" in one for one in settled)
    assert Sound.load("b.wav").duration_seconds == pytest.approx(0.5, abs=2 / 30)
