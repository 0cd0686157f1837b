"""Morphing files: on the command line, by one method and by all, and what is refused."""

from importlib.util import find_spec

import numpy as np
import pytest
from PIL import Image
from signals import music

from eidophone import Sound
from eidophone.faces.cli import main
from eidophone.morphing.methods.known import METHODS
from eidophone.morphing.settings import METHOD_NAMES

#: Those that can be had: one needs OpenCV.
WAYS = [name for name in METHODS if name != "warp" or find_spec("cv2")]


@pytest.fixture
def two(tmp_path, monkeypatch):
    """Two short sounds."""
    monkeypatch.chdir(tmp_path)
    music(0.5, rate=16_000).save("one.wav")
    music(0.5, rate=16_000, seed=2).save("two.wav")
    return tmp_path


def test_the_settings_name_every_method():
    assert set(METHODS) == set(METHOD_NAMES)


def test_a_mix_of_one_alone_is_that_sound(two):
    assert main(["morph", "one.wav", "two.wav", "new.wav", "--mix", "1", "--align", "none"]) == 0
    assert np.array_equal(Sound.load("new.wav").samples, Sound.load("two.wav").samples)


@pytest.mark.parametrize("more", [["new.wav"], ["ways/", "--method", "all"]])
def test_what_is_no_mix_is_said_before_any_sound_is_read(two, capsys, monkeypatch, more):
    monkeypatch.setattr(Sound, "load", lambda *_, **__: pytest.fail("a sound was read"))
    assert main(["morph", "one.wav", "two.wav", *more, "--mix", "lots"]) == 1
    assert "--mix is 'lots'" in capsys.readouterr().err


def test_a_path_without_a_name_goes_beside(two, capsys):
    assert main(["morph", "one.wav", "two.wav", "--method", "crossfade", "--mix", "0:1"]) == 0
    assert capsys.readouterr().out == "one-two.wav\n"
    made, one, two = (Sound.load(name).samples[0] for name in ("one-two.wav", "one.wav", "two.wav"))
    assert np.abs(made - one)[:80].max() < 0.1 * np.abs(one).max()
    assert np.abs(made - two)[-80:].max() < 0.1 * np.abs(two).max()


@pytest.mark.filterwarnings("ignore:warp is left out")
def test_every_way_is_made_and_drawn(two, capsys):
    assert (
        main(["morph", "one.wav", "two.wav", "ways/", "--method", "all", "--quality", "preview"])
        == 0
    )
    names = [*(f"{name}.wav" for name in WAYS), "sheet.png"]
    assert capsys.readouterr().out.split() == [f"ways/{name}" for name in names]
    with Image.open("ways/sheet.png") as sheet:
        rows = np.asarray(sheet).reshape(2 + len(WAYS), -1)
    assert rows.max(axis=1).min() > 200  # each has its name
    assert len({row.tobytes() for row in rows}) == len(rows)
    before = Sound.load("ways/split.wav").samples
    assert main(["morph", "one.wav", "two.wav", "ways/", "--method", "all"]) == 1
    assert "crossfade.wav exists already" in capsys.readouterr().err
    assert np.array_equal(Sound.load("ways/split.wav").samples, before)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["one.wav"], "name the sounds"),
        (["one.wav", "none.wav", "x.wav"], "there is no sound none.wav"),
        (["one.wav", "two.wav", "x.wav", "--mix", "much"], "--mix is 'much'"),
        (["one.wav", "two.wav", "x.wav", "--mix", "0.1,0.2,0.7"], "2 sounds need one number"),
        (["one.wav", "two.wav", "two.wav"], "two.wav exists already"),
        (["one.wav", "two.wav", "x.wav", "--method", "all"], "x.wav must be a folder"),
        (["one.wav", "two.wav", "one.wav", "two.wav", "one.wav", "x.wav"], "give 2 to 4"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(two, capsys, typed, said):
    assert main(["morph", *typed]) == 1
    assert said in capsys.readouterr().err
    assert not (two / "x.wav").exists()


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("none/x.wav", "there is no folder none"),
        ("x.doc", "its name must end in one of .wav, "),
        (f"{'x' * 300}.wav", "too long"),
        ("one.wav/new.wav", "cannot write one.wav/new.wav"),
        ("two.wav", "exists already"),
    ],
)
@pytest.mark.parametrize(
    "typed", [["morph", "one.wav", "two.wav"], ["style", "one.wav", "two.wav"]]
)
def test_what_cannot_be_written_is_said_before_any_work(
    two, capsys, monkeypatch, typed, target, said
):
    monkeypatch.setattr(Sound, "load", None)
    before = sorted(two.iterdir())
    assert main([*typed, target]) == 1
    assert said in capsys.readouterr().err
    assert sorted(two.iterdir()) == before


@pytest.mark.parametrize(
    ("folder", "said"),
    [("one.wav/ways/", "cannot make one.wav/ways"), ("ways/", "sheet.png: it exists and is not")],
)
def test_a_folder_that_cannot_be_is_said_before_any_work(two, capsys, monkeypatch, folder, said):
    monkeypatch.setattr(Sound, "load", None)
    (two / "ways" / "sheet.png").mkdir(parents=True)
    typed = ["morph", "one.wav", "two.wav", folder, "--method", "all", "--force"]
    assert main(typed) == 1
    assert said in capsys.readouterr().err
    assert [one.name for one in (two / "ways").iterdir()] == ["sheet.png"]


def test_a_folder_without_permission_is_said_before_any_work(two, capsys, monkeypatch):
    monkeypatch.setattr(Sound, "load", None)

    def refuse(folder, suffix):
        raise PermissionError(13, "Permission denied", str(folder / f".eidophone-1{suffix}"))

    monkeypatch.setattr("eidophone.base.atomic.new_file", refuse)
    assert main(["morph", "one.wav", "two.wav", "x.wav"]) == 1
    assert "cannot write x.wav: Permission denied" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["morph", "one.wav", "many", "x.wav"], "'eidophone style SOUND FOLDER OUT'"),
        (["morph", "many", "one.wav", "x.wav"], "many is a folder, and no sound: only style takes"),
        (["style", "many", "one.wav", "x.wav"], "name the sound that is told first"),
    ],
)
def test_a_folder_is_no_parent(two, capsys, typed, said):
    (two / "many").mkdir()
    assert main(typed) == 1
    assert said in capsys.readouterr().err


def test_a_sound_is_told_by_a_folder(two, capsys, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(two / "cache"))
    (two / "many").mkdir()
    for number in range(3):
        sound = music(0.5, rate=16_000, seed=3 + number)
        Sound(sound.samples * 10.0 ** -(2 * number), 16_000).save(two / "many" / f"{number}.wav")
    assert main(["style", "one.wav", "many", "told.wav"]) == 0
    first = Sound.load("told.wav")
    assert (first.rate, first.sample_count) == (16_000, 8_000)
    assert np.abs(first.samples).max() > 0.1
    (kept,) = (two / "cache" / "eidophone" / "substances").iterdir()
    before = kept.stat().st_mtime_ns
    assert main(["style", "one.wav", "many", "told.wav", "--force"]) == 0
    assert kept.stat().st_mtime_ns == before  # it was not looked through again
    assert np.array_equal(Sound.load("told.wav").samples, first.samples)
    assert main(["style", "one.wav", "none", "x.wav"]) == 1
    assert "there is no sound none" in capsys.readouterr().err


def test_three_sounds_have_even_shares_unless_one_chooses(two):
    music(0.5, rate=16_000, seed=5).save("three.wav")
    names = ["one.wav", "two.wav", "three.wav"]
    assert main(["morph", *names, "new.wav", "--method", "crossfade", "--align", "none"]) == 0
    shares = sum(Sound.load(name).samples for name in names) * 3**-0.5
    assert np.abs(Sound.load("new.wav").samples - shares).max() < 1e-4
