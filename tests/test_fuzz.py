"""The fuzz campaign: its inputs are always the same, it sees what is wrong, and its cases hold."""

import multiprocessing
import os
import signal
import struct
import time
import warnings
from pathlib import Path
from random import Random

import numpy as np
import pytest
import soundfile

from eidophone.base.errors import EidophoneError
from fuzz import seeds, trials
from fuzz.campaign import Crew, minimised
from fuzz.mutate import mutated
from fuzz.trials import problem_of
from fuzz.worker import Given, Outcome, given_of

CASES = sorted((Path(__file__).parent / "cases").glob("*-*"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_once_went_wrong_does_not(case, tmp_path):
    (tmp_path / "work").mkdir()
    assert problem_of(case, tmp_path / "work") == ""


def test_inputs_are_always_the_same(tmp_path):
    given = {kind: [tmp_path / f"{kind}.json"] for kind in ("sound", "recipe")}
    for (path,) in given.values():
        path.write_text('{"a": [1, {"b": null}], "c": "text"}')
    once, again = ([given_of(given, seed, n) for n in range(50)] for seed in (1, 1))
    assert once == again
    assert once != [given_of(given, 2, n) for n in range(50)]
    assert len({one.data for one in once}) > 30


def test_seeds_are_always_the_same(tmp_path):
    """libsndfile and FFmpeg name OGG and Matroska files by random numbers, unless prevented."""
    pytest.importorskip("av")
    for name in "once", "again":
        (tmp_path / name).mkdir()
        seeds._sounds(tmp_path / name)
    for path in (tmp_path / "once").iterdir():
        assert path.read_bytes() == (tmp_path / "again" / path.name).read_bytes(), path.name
    for path in (tmp_path / "once").glob("*.o*"):
        assert soundfile.read(path)[0].any()


def test_a_picture_too_large_to_be_changed_is_changed_as_bytes():
    large = b"BM" + bytes(16) + struct.pack("<ii", 99_999, 99_999) + bytes(60)
    for seed in range(20):
        assert len(mutated(large, [large], Random(seed))) < 1 << 20


def test_whatever_is_mutated_stays_small(tmp_path):
    random = Random(0)
    arrays = b'{"__metadata__":{"a":"{}"},"x":{"dtype":"F32","shape":[9],"data_offsets":[0,36]}}'
    arrays = len(arrays).to_bytes(8, "little") + arrays + bytes(36)
    for data in (arrays, b"", b"{", b"[1]", b"II*\0", b"\x89PNG", b"BM", b"ftyp", bytes(64)):
        for _ in range(50):
            assert len(mutated(data, [b"", data], random)) < 1 << 20


def _says(text):
    def trial(path, folder):
        raise EidophoneError(text.format(name=path.name))

    return trial


def _leaves(path, folder):
    (folder / "left").touch()


@pytest.mark.parametrize(
    ("trial", "problem"),
    [
        (_says("{name} is damaged"), ""),
        (_says("it is damaged"), "does not name"),
        (_says("{name} is\ndamaged"), "_UnclearError"),
        (_says("{name} is \x1b[31mdamaged"), "_UnclearError"),
        (lambda *_: np.float32(1e30) * np.float32(1e30), "RuntimeWarning"),
        (lambda *_: 1 / 0, "ZeroDivisionError"),
        (lambda *_: print("hello"), "printed: hello"),  # noqa: T201
        (lambda *_: warnings.warn("old", DeprecationWarning, stacklevel=1), "DeprecationWarning"),
        (_leaves, "left behind: left"),
    ],
)
def test_what_is_wrong_is_seen(tmp_path, monkeypatch, trial, problem):
    monkeypatch.setitem(trials.TRIALS, "sound", trial)
    found = problem_of(tmp_path / "sound-x.wav", tmp_path)
    assert (problem in found) if problem else not found


def _crash(pipe, place, traces):
    """A worker that dies of inputs with an x, and is busy for ever with those with a y."""
    while True:
        given = pipe.recv()
        if b"x" in given.data:
            os.kill(os.getpid(), signal.SIGKILL)
        while b"y" in given.data:
            time.sleep(0)
        pipe.send(Outcome(given, ""))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of forks; others could not run _crash
def test_what_kills_its_process_is_found_and_made_shorter(tmp_path, monkeypatch):
    monkeypatch.setattr("fuzz.campaign._begin", _crash)
    monkeypatch.setattr("fuzz.campaign._MOST_SECONDS", 0.3)
    fork = multiprocessing.get_context("fork")
    monkeypatch.setattr(multiprocessing, "get_context", lambda _: fork)
    crew = Crew(tmp_path / "crew")
    (tmp_path / "crew.traces").touch()
    try:
        assert crew.try_at_once(Given("sound", ".wav", b"abc")).problem == ""
        assert crew.try_at_once(Given("sound", ".wav", b"y")).problem.startswith("over")
        found = crew.try_at_once(Given("sound", ".wav", b"abcxdef"))
        assert found.problem.startswith("SIGKILL")
        assert minimised(crew, found, tries=50).data == b"x"
    finally:
        crew.stop()
