"""From two folders to new sounds, as people come by them."""

import errno
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import eidophone
from eidophone import Sound
from eidophone.base.errors import EidophoneWarning, LearnError
from eidophone.faces.cli import main

RATE = 22_050


def tones(seconds, seed, tilt, tremolo_hz):
    """Chords of harmonic tones that swell: dull and slow, or bright and quick."""
    rng = np.random.default_rng(seed)
    time = np.arange(round(seconds * RATE)) / RATE
    samples = 1e-3 * rng.normal(size=len(time))
    for _ in range(3):
        pitch = 110 * 2 ** (rng.integers(24) / 12)
        for harmonic in range(1, 12):
            phase = rng.uniform(0, 2 * np.pi)
            samples += harmonic**-tilt * np.sin(2 * np.pi * pitch * harmonic * time + phase)
    samples *= 0.6 + 0.4 * np.sin(2 * np.pi * tremolo_hz * time)
    return Sound((0.1 * samples).astype(np.float32)[None], RATE)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Two folders, and the model of them."""
    folder = tmp_path_factory.mktemp("learn")
    for name, tilt, tremolo in (("dull", 2.0, 2), ("bright", 0.4, 8)):
        (folder / name).mkdir()
        for seed in range(4):
            tones(5, seed, tilt, tremolo).save(folder / name / f"{seed}.wav")
    tones(4, 99, 2.0, 2).save(folder / "new.wav")
    (folder / "empty").mkdir()
    (folder / "still").mkdir()
    Sound(np.zeros((1, RATE), np.float32), RATE).save(folder / "still" / "still.wav")
    with pytest.warns(EidophoneWarning):  # so few seconds are little
        model = eidophone.learn({"dull": folder / "dull", "bright": folder / "bright"})
    model.save(folder / "two.eido")
    return folder


@pytest.fixture
def _in(place, monkeypatch):
    monkeypatch.chdir(place)


def brightness(sound):
    """Its mean frequency in Hz."""
    power = np.abs(np.fft.rfft(sound.samples.mean(axis=0))) ** 2
    return float((power * np.fft.rfftfreq(sound.sample_count, 1 / sound.rate)).sum() / power.sum())


@pytest.mark.usefixtures("_in")
@pytest.mark.filterwarnings("ignore::eidophone.base.errors.EidophoneWarning")
def test_a_translation_goes_where_it_is_asked_to():
    model = eidophone.Model.load("two.eido")
    sound = Sound.load("new.wav")
    whole = eidophone.translate(model, sound, to="bright", quality="preview")
    half = eidophone.translate(model, sound, to="bright=1,dull=1", quality="preview")
    assert (whole.rate, whole.sample_count) == (sound.rate, sound.sample_count)
    assert brightness(sound) < brightness(half) < brightness(whole)
    assert brightness(whole) > 1.3 * brightness(sound)
    for one in (half, whole):
        assert np.abs(level_db(one) - level_db(sound)) < 1.5


def level_db(sound):
    return float(10 * np.log10((sound.samples**2).mean()))


@pytest.mark.usefixtures("_in")
@pytest.mark.filterwarnings("ignore::eidophone.base.errors.EidophoneWarning")
def test_sliders_move_a_translation_and_what_stays_as_it_is():
    model = eidophone.Model.load("two.eido")
    sound = Sound.load("new.wav")
    way = {"to": "bright", "quality": "preview"}
    made = [eidophone.translate(model, sound, **way, set=(f"level={n}",)) for n in (0, -2)]
    assert louder(*made) < -1
    quiet = eidophone.translate(model, sound, to="dull", set=("level=-2",), quality="preview")
    assert louder(sound, quiet) < -1
    with pytest.raises(LearnError, match="'speed' in 'speed=1' is no slider"):
        eidophone.translate(model, sound, to="bright", set=("speed=1",))


def louder(before, after):
    """By how many dB."""
    return 10 * np.log10((after.samples**2).mean() / (before.samples**2).mean())


@pytest.mark.usefixtures("_in")
def test_what_is_likest_already_is_moved_by_sliders_and_that_is_said():
    model, sound = eidophone.Model.load("two.eido"), Sound.load("new.wav")
    with pytest.warns(EidophoneWarning, match="stays as it is, but for the sliders"):
        told = eidophone.translate(model, sound, to="dull", set=("level=-1",), quality="preview")
    assert louder(sound, told) < -0.5


@pytest.mark.usefixtures("_in")
def test_nothing_is_done_where_nothing_is_to_be_done():
    model = eidophone.Model.load("two.eido")
    sound = Sound.load("new.wav")
    with pytest.warns(EidophoneWarning, match="likest dull already"):
        same = eidophone.translate(model, sound, to="dull")
    np.testing.assert_array_equal(same.samples, sound.samples)
    still = eidophone.translate(model, sound, to="bright", strength=0)
    np.testing.assert_array_equal(still.samples, sound.samples)
    silence = Sound(np.zeros((1, 4000), np.float32), RATE)
    with pytest.warns(EidophoneWarning, match="silent"):
        same = eidophone.translate(model, silence, to="bright")
    np.testing.assert_array_equal(same.samples, silence.samples)


@pytest.mark.usefixtures("_in")
@pytest.mark.filterwarnings("ignore::eidophone.base.errors.EidophoneWarning")
def test_sounds_are_generated_again_by_their_seed_and_never_too_loud():
    model = eidophone.Model.load("two.eido")
    how = {"mix": "dull=0.3,bright=0.7", "seconds": 3, "quality": "preview"}
    one, two = eidophone.generate(model, count=2, seed=7, **how)
    (again,) = eidophone.generate(model, seed=8, **how)
    np.testing.assert_array_equal(two.samples, again.samples)
    assert not np.array_equal(one.samples, two.samples)
    assert one.duration_seconds == pytest.approx(3, abs=0.01)
    assert 0.01 < np.abs(one.samples).max() <= 1


@pytest.mark.usefixtures("_in")
@pytest.mark.filterwarnings("ignore::eidophone.base.errors.EidophoneWarning")
def test_what_continues_a_sound_begins_with_it():
    model = eidophone.Model.load("two.eido")
    sound = Sound.load("new.wav")
    (made,) = eidophone.generate(model, after=sound, mix="dull", seconds=2, quality="preview")
    kept = sound.resampled(made.rate).samples
    count = round(3.9 * made.rate)
    np.testing.assert_allclose(made.samples[:1, :count], kept[:, :count], atol=1e-6)
    assert made.duration_seconds == pytest.approx(6, abs=0.1)
    loud = [np.sqrt((one**2).mean()) for one in (kept, made.samples[:, -made.rate :])]
    assert 0.3 < loud[1] / loud[0] < 3


@pytest.mark.usefixtures("_in")
def test_the_command_line(capsys):
    assert main(["learn", "made", "dull", "loud=bright", "--minutes", "0"]) == 0
    said = capsys.readouterr()
    assert said.out == "made.eido\n"
    assert "15 minutes are good" in said.err
    assert main(["learn", "made", "dull", "bright", "--minutes", "0"]) == 1
    assert "--force" in capsys.readouterr().err
    assert (
        main(["translate", "made", "new.wav", "told", "--to", "loud", "--quality", "preview"]) == 0
    )
    assert "taken for one of dull" in capsys.readouterr().err
    assert Sound.load("told.wav").duration_seconds == pytest.approx(4)
    words = ["--count", "2", "--seconds", "2", "--quality", "preview"]
    assert main(["generate", "made", "some", *words]) == 0
    assert capsys.readouterr().out == "some-001.wav\nsome-002.wav\n"


@pytest.mark.usefixtures("_in")
def test_a_slider_of_ones_own_and_a_map(capsys, place):
    (place / "slid.eido").write_bytes((place / "two.eido").read_bytes())
    (place / "labels.csv").write_text("file,value\ndull/0.wav,0\nbright/0.wav,2.5\n")
    assert main(["learn", "slid", "--slider", "shine=bright,dull", "--slider", "x=labels.csv"]) == 0
    words = ["--mix", "dull=1,bright=1", "--seconds", "4", "--quality", "preview"]
    for name, value in (("less", -2), ("more", 2)):
        assert main(["generate", "slid", name, *words, "--set", f"shine={value}"]) == 0
    assert brightness(Sound.load("more.wav")) > 1.1 * brightness(Sound.load("less.wav"))
    words = ["--to", "dull", "--strength", "0", "--quality", "preview"]
    assert main(["translate", "slid", "new.wav", "shone.wav", *words, "--set", "shine=2"]) == 0
    assert brightness(Sound.load("shone.wav")) > 1.1 * brightness(Sound.load("new.wav"))
    assert main(["explore", "slid", "map/"]) == 0
    lines = (place / "map" / "map.csv").read_text().splitlines()
    assert lines[0] == "collection,track,second,x,y,like dull,like bright"
    assert len(lines) > 10
    with Image.open(place / "map" / "map.png") as picture:
        assert picture.size == (1200, 1200)


@pytest.mark.usefixtures("_in")
def test_a_report_is_told_what_to_judge_beside(monkeypatch):
    told = {}
    monkeypatch.setattr(
        "eidophone.learning.report.page.write_report", lambda *_, **given: told.update(given)
    )
    words = ["--judge", "dull=dull", "--judge", " bright=bright/"]
    assert main(["report", "two", "page", *words]) == 0
    assert told["elsewhere"] == [("dull", Path("dull")), ("bright", Path("bright"))]


@pytest.mark.usefixtures("_in")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["learn", "x", "one=nowhere", "dull"], "there is no folder nowhere for 'one'"),
        (["learn", "x", "round", "dull"], "there is no folder round for 'round'"),
        (["learn", "x", "dull"], "name 2 to 8 collections, each as NAME=FOLDER: there is 1"),
        (["learn", "x", "a:b=dull", "bright"], "a collection cannot be called 'a:b'"),
        (["learn", "x", "a\nb=dull", "bright"], "a collection cannot be called 'a\\nb'"),
        (["learn", "x", "=dull", "bright"], "a collection cannot be called ''"),
        (["learn", "x", "a=dull", "a=bright"], "two collections are called 'a'"),
        (["learn", "two", "--resume"], "there is no training to resume"),
        (["learn", "two", "a=dull", "--resume"], "name no folders with --resume"),
        (["translate", "two", "new.wav", "x.wav"], "--to is one of dull, bright"),
        (["translate", "two", "new.wav", "x.wav", "--to", "opeth"], "'opeth' in 'opeth' is no"),
        (["translate", "two", "new.wav", "x.wav", "--to", "dull:bright"], "is a path"),
        (["translate", "new.wav", "new.wav", "x.wav", "--to", "dull"], "no model"),
        (["translate", "nothing", "new.wav", "x.wav", "--to", "dull"], "there is no model"),
        (["generate", "two", "x.wav", "--like", "new.wav", "--continue", "new.wav"], "choose"),
        (["generate", "two", "x.wav", "--loop", "--continue", "new.wav"], "cannot be a loop"),
        (["generate", "two", "x.wav", "--like", "none.wav"], "there is no sound none.wav"),
        (["generate", "two", "x.wav", "--set", "speed=1"], "'speed' in 'speed=1' is no slider"),
        (["learn", "two", "--slider", "rough"], "no NAME=MORE/,LESS/"),
        (["learn", "two", "--slider", "rough=dull"], "made of two folders"),
        (["learn", "two", "--slider", "level=dull,bright"], "cannot be called 'level'"),
        (["report", "two", "x.html", "--judge", "dull"], "'dull' is no NAME=FOLDER"),
        (["report", "two", "x.html", "--judge", "opeth=dull"], "'opeth' is no collection"),
        (["report", "two", "x.html", "--judge", "dull=none"], "there is no folder none for 'dull'"),
        (["report", "two", "x.html", "--judge", "dull=empty"], "there are no sounds in empty"),
        (["report", "two", "x.html", "--judge", "dull=still"], "nothing sounds in still"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(words, said, capsys, place):
    if not (place / "round").is_symlink():
        (place / "round").symlink_to("round")
    before = sorted(place.rglob("*"))
    assert main(words) == 1
    assert said in capsys.readouterr().err
    assert sorted(place.rglob("*")) == before


def test_two_collections_that_are_the_same_give_the_source(place):
    with pytest.warns(EidophoneWarning) as told:
        model = eidophone.learn({"dull": place / "dull", "again": place / "dull"})
    assert any("dull and again hold the same sounds" in str(one.message) for one in told)
    sound = Sound.load(place / "new.wav")
    with pytest.warns(EidophoneWarning):
        same = eidophone.translate(model, sound, to="again", quality="preview")
    np.testing.assert_array_equal(same.samples, sound.samples)


def test_a_few_seconds_are_learnt_from_with_a_warning(tmp_path):
    for name, seconds in (("long", (1.0,) * 5), ("short", (3.2, 0.5))):
        (tmp_path / name).mkdir()
        for seed, one in enumerate(seconds):
            tones(one, seed, 1, 3).save(tmp_path / name / f"{seed}.wav")
    with pytest.warns(EidophoneWarning) as told:
        model = eidophone.learn({name: tmp_path / name for name in ("long", "short")})
    assert sum("are little to learn from" in str(one.message) for one in told) == 2
    (made,) = eidophone.generate(model, mix="long=1,short=1", seconds=5, quality="preview")
    assert made.duration_seconds == pytest.approx(5, abs=0.01)


@pytest.mark.parametrize(
    ("sources", "said"),
    [
        ({"dull": "dull"}, "there is 1"),
        ({}, "there are 0"),
        ({"a,b": "dull", "c": "bright"}, "cannot be called 'a,b'"),
        ({"a=b": "dull", "c": "bright"}, "cannot be called 'a=b'"),
        ({" a": "dull", "c": "bright"}, "cannot be called ' a'"),
        ({3: "dull", "c": "bright"}, "cannot be called 3"),
        ({"a": "nowhere", "c": "bright"}, "there is no folder nowhere for 'a'"),
    ],
)
@pytest.mark.usefixtures("_in")
def test_collections_that_cannot_be_are_refused(sources, said):
    with pytest.raises(LearnError, match=said):
        eidophone.learn(sources)


@pytest.mark.usefixtures("_in")
@pytest.mark.filterwarnings("ignore::eidophone.base.errors.EidophoneWarning")
def test_sliders_can_be_a_list_too():
    model, how = eidophone.Model.load("two.eido"), {"mix": "dull", "seconds": 2}
    ways = (["level=-2"], ("level=-2",))
    one, two = (eidophone.generate(model, **how, set=way)[0].samples for way in ways)
    np.testing.assert_array_equal(one, two)
    with pytest.raises(LearnError, match="`set` is 'level=-2': it must be a tuple"):
        eidophone.generate(model, **how, set="level=-2")


@pytest.mark.usefixtures("_in")
def test_where_the_disk_is_full_there_is_no_half_of_a_map(monkeypatch, capsys, place):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Image.Image, "save", full)
    assert main(["explore", "two", "half/"]) == 1
    assert "cannot write half/map.png: No space left on device" in capsys.readouterr().err
    assert not (place / "half").exists()
