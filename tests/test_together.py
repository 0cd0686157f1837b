"""Sounds of one folder: brought down by one amount, whatever moment a run is interrupted at."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from signals import music

from eidophone import encode
from eidophone.faces.cli import main
from eidophone.jobs import together
from eidophone.jobs.together import Together
from eidophone.sound.sound import Sound

RATE = 44_100
KEEP = together.Made.keep
TOP = pytest.approx(-1, abs=0.02)


def peak(path):
    return 20 * np.log10(np.abs(Sound.load(path).samples).max())


def page(light):
    columns = np.random.default_rng(3).integers(light // 2, light, (1, 40, 1), np.uint8)
    return np.broadcast_to(columns, (50, 40, 3))


@pytest.fixture
def here(tmp_path, monkeypatch):
    """Two pages that nobody vouches for, one of them light, and a picture of ours."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    Image.fromarray(page(82)).save("in/dark.png")
    Image.fromarray(page(250)).save("in/light.png")
    encode(music(0.3, 1, rate=RATE)).save("in/ours.png")
    return tmp_path


def run(*more, target="out"):
    arguments = ["decode", "in", f"{target}/", "--quality", "preview", "--jobs", "1", *more]
    return main(arguments)


def results(target="out"):
    return {path.name: path.read_bytes() for path in sorted(Path(target).iterdir())}


def test_a_folder_is_brought_down_by_one_amount(here, capsys):
    assert run() == 0
    said = capsys.readouterr().err
    assert "\nnote: nothing says how loud" in said  # all of them, and not the first
    assert said.count("brought down by") == 1
    assert "2 sounds, all by one amount, brought down by" in said
    assert run("--as-drawn", target="drawn") == 0
    drawn, now = ({name: peak(f"{t}/{name}") for name in results(t)} for t in ("drawn", "out"))
    assert list(now) == ["dark.wav", "light.wav", "ours.wav"]
    assert now["light.wav"] == TOP
    assert now["dark.wav"] - now["light.wav"] == pytest.approx(
        drawn["dark.wav"] - drawn["light.wav"], abs=0.01
    )
    assert now["ours.wav"] == drawn["ours.wav"]


def test_a_folder_that_is_not_too_loud_is_as_it_was_drawn(here, capsys):
    Image.fromarray(page(53)).save("in/light.png")
    assert run() == 0
    assert "brought down" not in capsys.readouterr().err
    assert run("--as-drawn", target="drawn") == 0
    assert results() == results("drawn")


def test_what_there_was_stays_and_what_is_new_is_no_louder(here, capsys):
    Path("in/dark.png").rename("dark.png")
    assert run() == 0
    before = results()
    Path("dark.png").rename("in/dark.png")
    assert run() == 0
    assert "2 of 3 are there already, and stay as loud as they are" in capsys.readouterr().err
    assert results().items() >= before.items()
    assert peak("out/dark.wav") < -0.98


class Killed(BaseException):
    """At once, and nothing is tidied up."""


@pytest.mark.parametrize("moment", range(4))
def test_an_interrupted_run_goes_on(here, monkeypatch, moment):
    assert run(target="whole") == 0
    calls = []

    def until_then(do):
        def done(*arguments, **options):
            calls.append(do)
            if len(calls) > moment:
                raise Killed
            return do(*arguments, **options)

        return done

    with monkeypatch.context() as patch:
        patch.setattr(together.Made, "keep", until_then(together.Made.keep))
        patch.setattr(together, "_write", until_then(together._write))
        with pytest.raises(Killed):
            run()
    if moment == 3:
        Image.fromarray(page(255)).save("in/new.png")  # which does not belong to the others
    kept = []
    monkeypatch.setattr(together.Made, "keep", lambda *_: kept.append(1) or KEEP(*_))
    assert run() == 0
    assert len(kept) == {0: 2, 1: 1, 2: 0, 3: 1}[moment]
    assert results().items() >= results("whole").items()


def test_what_waits_is_made_again_if_its_picture_has_changed(here, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(Together, "settle", lambda *_, **__: (_ for _ in ()).throw(Killed))
        with pytest.raises(Killed):
            run()
    Image.fromarray(page(251)).save("in/dark.png")
    assert run() == 0
    assert run(target="whole") == 0
    assert results() == results("whole")


def test_what_cannot_be_written_fails_alone_and_waits(here, monkeypatch, capsys):
    assert run(target="whole") == 0
    write = together._write

    def full(place, target, *more):
        if target.stem == "light":
            raise OSError("the disk is full")
        write(place, target, *more)

    with monkeypatch.context() as patch:
        patch.setattr(together, "_write", full)
        assert run() == 1
    said = capsys.readouterr()
    assert "the disk is full" in said.err
    assert "2 of 3 done" in said.out
    assert run() == 0
    assert results() == results("whole")
