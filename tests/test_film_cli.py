"""Films on the command line: containers, folders, options, and one line when it fails."""

import json
from fractions import Fraction
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import signals
from PIL import Image

from eidophone.base.errors import EidophoneWarning
from eidophone.faces.cli import main
from eidophone.files.video import VideoReader, VideoWriter, video_suffixes
from eidophone.film.codec import encode_film
from eidophone.film.film import TEXT_KEY, Film, is_film
from eidophone.film.settings import KINDS
from eidophone.sound.sound import Sound

RATE = 44_100

music = cache(signals.music)


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def voice(here):
    music(0.5, 2, rate=RATE).save("a.wav")
    return Sound.load("a.wav")


def works(*arguments):
    assert main([*arguments, "--quiet"]) == 0


def fails(capsys, *arguments):
    """The one line that a failing command prints."""
    capsys.readouterr()
    assert main(list(arguments)) == 1
    shown = capsys.readouterr().err.strip().splitlines()
    errors = [line for line in shown if line.startswith("eidophone: ")]
    assert len(errors) == 1, shown
    return errors[0]


def same(one, other):
    return np.array_equal(Sound.load(one).samples, Sound.load(other).samples)


def write(name, frames=None, text="", fps=10):
    frames = [np.full((64, 64, 3), 90, np.uint8)] * 3 if frames is None else frames
    with VideoWriter(name, 64, 64, Fraction(fps), text={TEXT_KEY: text} if text else {}) as film:
        for frame in frames:
            film.write(frame)


# --- there and back -------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", video_suffixes())
def test_every_container_is_written_and_heard(voice, suffix):
    works("encode", "a.wav", f"a{suffix}", "--film", "scroll", "--size", "64")
    works("decode", f"a{suffix}", "b.wav", "--quality", "preview")
    again = Sound.load("b.wav")
    assert again.channels == 2
    assert again.sample_count == pytest.approx(voice.sample_count, abs=RATE / 10)
    assert again.samples.any()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("target", ["a.mkv", "frames"])
def test_untouched_films_give_the_sound_back(voice, kind, target):
    works("encode", "a.wav", target, "--film", kind, "--size", "65")
    works("decode", target, "b.wav")
    assert same("a.wav", "b.wav")
    works("decode", target, "c.wav", "--ignore-track")
    assert not same("a.wav", "c.wav")


def test_folders_are_asked_for_by_a_slash_and_hear_as_one_sound(voice):
    works("encode", "a.wav", "frames/", "--film", "scroll", "--size", "64")
    assert len(list(Path("frames").glob("*.png"))) == 16
    works("decode", "frames/", "sounds/")
    assert same("a.wav", "sounds/frames.wav")


@pytest.mark.parametrize("suffix", [".gif", ".apng", ".webp"])
@pytest.mark.parametrize("name", ["walk", "walk.more"])
def test_animations_of_others_are_heard(here, suffix, name):
    rng = np.random.default_rng(0)
    frames = [Image.fromarray(one) for one in rng.integers(0, 256, (5, 40, 60, 3), np.uint8)]
    save = {"apng": "png"}.get(suffix[1:], suffix[1:])
    frames[0].save(
        name + suffix, format=save, save_all=True, append_images=frames[1:], duration=100
    )
    works("decode", name + suffix, "a.wav", "--quality", "preview", "--read", "sweep")
    assert Sound.load("a.wav").sample_count == pytest.approx(RATE / 2, abs=RATE / 50)


def test_stills_are_pictures_whatever_they_end_in(voice):
    picture = Image.fromarray(np.full((64, 64, 3), 90, np.uint8))
    for name in ("a.gif", "a.png", "a.webp"):
        picture.save(name)
        assert not is_film(Path(name))
        works("decode", name, name + ".wav", "--quality", "preview")


@pytest.mark.parametrize("suffix", ["gif", "apng", "webp"])
def test_a_film_of_one_frame_is_heard_in_any_case(voice, suffix):
    works("encode", "a.wav", f"a.{suffix}", "--film", "pages", "--size", "64")
    works("decode", f"a.{suffix}", "b.wav", "--quality", "preview")
    assert Sound.load("b.wav").samples.any()


@pytest.mark.parametrize("fps", ["1", "12.5", "24000/1001", "120"])
@pytest.mark.parametrize("size", ["64", "101"])
def test_frame_rates_and_sizes_of_all_sorts(voice, fps, size):
    works("encode", "a.wav", "a.mkv", "--fps", fps, "--size", size)
    with VideoReader("a.mkv") as film:
        assert (film.width, film.height) == (int(size), int(size))
        assert float(film.fps) == pytest.approx(float(Fraction(fps)), rel=1e-3)
    works("decode", "a.mkv", "b.wav")
    assert same("a.wav", "b.wav")


def test_frames_of_others_are_heard_at_any_rate(here):
    (here / "walk").mkdir()
    for number in range(6):
        Image.fromarray(np.full((64, 64, 3), 40 * number, np.uint8)).save(f"walk/{number}.png")
    works("decode", "walk", "a.wav", "--read", "cycle", "--fps", "3", "--quality", "preview")
    works("decode", "walk", "b.wav", "--read", "sweep", "--seconds", "1", "--quality", "preview")
    assert Sound.load("a.wav").sample_count == 2 * RATE
    assert Sound.load("b.wav").sample_count == RATE


def test_a_recipe_and_a_reference(voice):
    works("encode", "a.wav", "a.mp4", "--size", "64", "--recipe", "octaves")
    works("decode", "a.mp4", "b.wav", "--reference", "a.wav", "--quality", "preview")
    again = Sound.load("b.wav")
    assert (again.rate, again.sample_count) == (voice.rate, voice.sample_count)
    works("decode", "a.mp4", "c.wav", "--recipe", "octaves", "--quality", "preview")


def test_two_of_many_channels(here):
    import soundfile

    soundfile.write("many.wav", np.random.default_rng(0).random((9000, 6)) / 2, RATE)
    works("encode", "many.wav", "many.mkv", "--channels", "4", "--size", "64")
    works("decode", "many.mkv", "one.wav")
    many, _ = soundfile.read("many.wav", dtype="float32")
    assert np.array_equal(Sound.load("one.wav").samples[0], many[:, 4])


# --- folders --------------------------------------------------------------------------------------


def test_a_folder_of_sounds_becomes_films_and_sounds_again(here, capsys):
    for name in ("a", "b"):
        (here / "sounds" / name).mkdir(parents=True)
        music(0.3, rate=RATE, seed=ord(name)).save(f"sounds/{name}/{name}.wav")
    works("encode", "sounds/", "films/", "--film", "scroll", "--format", "mkv", "--size", "64",
          "--jobs", "1")  # fmt: skip
    assert sorted(str(path) for path in (here / "films").rglob("*.*")) == [
        str(here / "films/a/a.mkv"),
        str(here / "films/b/b.mkv"),
    ]
    Image.fromarray(np.full((64, 32, 3), 90, np.uint8)).save("films/still.png")
    encode_film(music(0.3, rate=RATE), size=64).save("films/frames")
    assert main(["decode", "films/", "back/", "--jobs", "1", "--quality", "preview"]) == 0
    assert "4 of 4 done" in capsys.readouterr().out
    for name in ("a/a", "b/b"):
        assert same(f"sounds/{name}.wav", f"back/{name}.wav")
    assert Sound.load("back/still.wav").samples.any()
    assert Sound.load("back/frames.wav").sample_count == round(0.3 * RATE)


def test_folders_go_on_where_they_were_interrupted(here, capsys):
    (here / "sounds").mkdir()
    for name in "ab":
        music(0.2, rate=RATE).save(f"sounds/{name}.wav")
    command = ["encode", "sounds", "films", "--film", "pages", "--size", "64", "--jobs", "1"]
    works(*command)
    (here / "films/b.mp4").unlink()
    before = (here / "films/a.mp4").stat().st_mtime_ns
    works(*command)
    assert (here / "films/b.mp4").exists()
    assert (here / "films/a.mp4").stat().st_mtime_ns == before
    works(*command, "--force")
    assert (here / "films/a.mp4").stat().st_mtime_ns != before


def test_a_picture_and_a_film_of_one_name_are_two_sounds(voice):
    for name in ("all", "back"):
        Path(name).mkdir()
    works("encode", "a.wav", "all/a.mkv", "--size", "64")
    works("encode", "a.wav", "all/a.png")
    works("decode", "all", "back", "--jobs", "1", "--quality", "preview")
    assert same("a.wav", "back/a.mkv.wav")
    assert Sound.load("back/a.png.wav").samples.any()


def test_one_bad_film_does_not_stop_the_others(here, capsys):
    (here / "films").mkdir()
    encode_film(music(0.2, rate=RATE), size=64).save("films/good.mkv")
    (here / "films/bad.mp4").write_bytes(b"no film")
    assert "bad.mp4" in fails(capsys, "decode", "films", "back", "--jobs", "1")
    assert (here / "back/good.wav").exists()
    assert not (here / "back/bad.wav").exists()


@pytest.mark.parametrize("name", ["show.mkv", "show/"])
def test_a_film_for_looking_is_heard_by_its_sound_track(voice, capsys, name):
    works("encode", "a.wav", name, "--film", "instants", "--look", "dusk", "--size", "64")
    assert main(["decode", name, "b.wav"]) == 0
    assert same("a.wav", "b.wav")
    (note,) = capsys.readouterr().err.splitlines()
    assert note.startswith("note: this film was coloured for looking, with the --look dusk")
    assert note.endswith("this is its own sound track")
    for how in (["--ignore-track"], ["--reference", "a.wav"], ["--seconds", "2"]):
        assert "draw it again without" in fails(capsys, "decode", name, "c.wav", *how)


def test_a_film_for_looking_without_a_sound_track_cannot_be_heard(voice, capsys):
    works("encode", "a.wav", "show.gif", "--look", "ice", "--size", "64", "--fps", "25")
    assert "draw it again without" in fails(capsys, "decode", "show.gif")


# --- options --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["a.png", "--fps", "30"], "--fps is only for films"),
        (["a.png", "--now-line", "--look", "ice"], "--look, --now-line is only for films"),
        (["a.png", "--crf", "20"], "--crf is only for films"),
        (["a.png", "--crf", "0"], "--crf is only for films"),
        (["a.png", "--format", "mp4"], "does not end in .mp4"),
        (["a.mp4", "--carry-original"], "carries its sound anyway"),
        (["a.mp4", "--as", "riffusion"], "--as is only for pictures"),
        (["a.mp4", "--format", "mkv"], "does not end in .mkv"),
        (["a.mp4", "--film", "pages", "--format", "png"], "no film format 'png'"),
        (["a.xyz", "--film", "pages"], "does not end like a film"),
        (["a.avi"], "does not end like a film"),
        (["a.mp4", "--size", "63"], "--size is 63: it must be 64 to 8192 pixels"),
        (["a.mp4", "--fps", "1/9"], "leaves out"),
        (["a.mp4", "--film", "instants", "--fps", "5"], "instants at 5 frames"),
        (["a.mp4", "--film", "pages", "--fps", "0.1"], "too few"),
        (["a.mp4", "--overlap", "0.1"], "only pages"),
        (["a.mp4", "--film", "pages", "--now-line"], "only a scroll"),
        (["a.mp4", "--strip", "--size", "128"], "too small for a margin strip"),
        (["a.mp4", "--strip", "--look", "ice"], "cannot be decoded"),
        (["a.mp4", "--crf", "63"], "crf is 63"),
        (["a.mkv", "--crf", "20"], "no crf"),
        (["a.mp4", "--codec", "h265"], "'h265'"),
        (["a.gif", "--film", "instants"], "50 frames a second"),
        (["no/a.mp4"], "no"),
    ],
)
def test_what_makes_no_film_is_said_in_one_line(voice, capsys, arguments, said):
    assert said in fails(capsys, "encode", "a.wav", *arguments)
    assert [path.name for path in Path().iterdir()] == ["a.wav"]


@pytest.mark.parametrize(
    "option",
    ["--film disc", "--look neon", "--fps fast", "--fps 1/0", "--fps 0", "--fps 1000",
     "--crf low", "--crf 99", "--format avi", "--size 0", "--size 9000", "--overlap 1",
     "--recipe best"],
)  # fmt: skip
def test_what_is_no_value_is_a_mistake_of_usage(voice, option, capsys):
    option = option.split()
    with pytest.raises(SystemExit) as caught:
        main(["encode", "a.wav", "a.mp4", *option])
    assert caught.value.code == 2
    assert option[0] in capsys.readouterr().err


@pytest.mark.parametrize("seconds", ["0", "-1", "nan", "inf", "1e9"])
def test_no_sound_lasts_as_long(voice, seconds, capsys):
    with pytest.raises(SystemExit) as caught:
        main(["decode", "a.mkv", "b.wav", f"--seconds={seconds}"])
    assert caught.value.code == 2
    assert f"--seconds: {seconds} is out of range" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["a.mkv", "b.wav", "--reference-picture", "a.png"], "is only for pictures"),
        (["a.mkv", "b.wav", "--seconds", "3", "--reference", "a.wav"], "reference"),
        (["a.mkv", "b.wav", "--reference", "no.wav"], "no.wav"),
        (["a.mkv", "b.xyz"], "b.xyz"),
        (["a.mkv", "a.wav"], "exists already"),
        (["a.mkv", "b.wav", "--max-pixels", "100"], "over the limit of 100"),
        (["a.png", "b.wav", "--fps", "3"], "--fps is only for films, and a.png is none"),
        (["a.mkv", "b.wav", "--rate", "8000"], "--rate is only for pictures, and a.mkv is a film"),
        (["a.mkv", "b.wav", "--drawn-by", "sox", "--hz", "0,22050"], "--drawn-by, --hz is only"),
        (["a.png", "b.wav", "--read", "cycle"], "a.png"),
        (["a.wav", "b.wav", "--read", "sweep"], "a.wav"),
        (["no.mp4", "b.wav"], "no.mp4"),
    ],
)
def test_what_cannot_be_heard_is_said_in_one_line(voice, capsys, arguments, said):
    works("encode", "a.wav", "a.mkv", "--size", "64")
    works("encode", "a.wav", "a.png")
    assert said in fails(capsys, "decode", *arguments)
    assert not list(Path().glob("b.*"))


def test_films_are_replaced_only_by_force(voice, capsys):
    works("encode", "a.wav", "a.mp4", "--size", "64")
    assert "--force" in fails(capsys, "encode", "a.wav", "a.mp4", "--size", "64")
    works("encode", "a.wav", "a.mp4", "--size", "64", "--force")
    works("decode", "a.mp4", "b.wav", "--quality", "preview")
    assert "--force" in fails(capsys, "decode", "a.mp4", "b.wav")
    works("decode", "a.mp4", "b.wav", "--quality", "preview", "--force")


# --- hostile films --------------------------------------------------------------------------------


def facts(**changes):
    film = encode_film(music(0.3, rate=RATE), size=64)
    return json.dumps(json.loads(film.facts.to_json()) | changes)


@pytest.mark.parametrize(
    "text",
    ["{", "null", "[" * 5000, facts(fps="1e999999999"), facts(width=10**9), facts(recipe={}),
     facts(look=["ember"]), facts(source={"rate": 44_100, "channels": 9, "frames": 1})],
    ids=range(8),
)  # fmt: skip
def test_films_that_talk_nonsense_are_taken_for_what_they_show(here, text):
    write("a.mkv", text=text)
    with pytest.warns(EidophoneWarning, match="make no sense|a film"):
        film = Film.load("a.mkv")
    assert film.facts is None


def test_films_that_say_they_were_huge_are_refused(here, capsys):
    recipe = json.loads(facts())["recipe"] | {"rows": 8192}
    write("a.mkv", text=facts(width=8192, height=8192, recipe=recipe))
    assert "8192 x 8192" in fails(capsys, "decode", "a.mkv", "b.wav")


def test_films_that_say_they_lasted_for_years_last_as_long_as_they_do(here):
    source = {"rate": 8000, "channels": 1, "frames": 2**40 - 1}
    write("a.mkv", text=facts(source=source))
    works("decode", "a.mkv", "b.wav", "--quality", "preview")
    assert Sound.load("b.wav").sample_count < 8000


def test_films_of_newer_programs_are_named_as_such(here, capsys):
    recipe = json.loads(facts())["recipe"] | {"version": 2}
    write("a.mkv", text=facts(recipe=recipe))
    assert "newer Eidophone" in fails(capsys, "decode", "a.mkv", "b.wav")


@pytest.mark.filterwarnings("ignore::eidophone.base.errors.EidophoneWarning")
@pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.webm", "a.gif", "a.apng", "a.webp", "a.mpg"])
@pytest.mark.parametrize("part", [0.0, 0.02, 0.5, 0.95])
def test_films_that_were_cut_short_are_heard_or_refused(voice, capsys, name, part):
    works("encode", "a.wav", name, "--film", "scroll", "--size", "64")
    data = Path(name).read_bytes()
    Path(name).write_bytes(data[: int(part * len(data))])
    assert main(["decode", name, "b.wav", "--quality", "preview"]) in (0, 1)
    errors = [one for one in capsys.readouterr().err.splitlines() if one.startswith("eidophone: ")]
    assert len(errors) == (not Path("b.wav").exists())


def test_frames_far_over_the_limit_are_refused_by_their_header(here, capsys):
    write("a.gif")
    data = bytearray(Path("a.gif").read_bytes())
    data[6:10] = 2 * (10_000).to_bytes(2, "little")
    Path("a.gif").write_bytes(bytes(data))
    assert "10000 x 10000" in fails(capsys, "decode", "a.gif", "b.wav", "--read", "cycle")


@pytest.mark.parametrize("make", [lambda path: path.mkdir(), lambda path: path.write_bytes(b"")])
def test_nothing_is_no_film(here, capsys, make):
    make(here / "a.mp4")
    fails(capsys, "decode", "a.mp4", "b.wav")


def test_info_tells_what_a_film_is(voice, capsys):
    works("encode", "a.wav", "a.mp4", "--size", "64", "--film", "instants")
    assert main(["info", "a.mp4"]) == 0
    said = capsys.readouterr().out
    for word in ("instants", "30 frames of 64 x 64", "60 a second", "44100 Hz, stereo"):
        assert word in said
