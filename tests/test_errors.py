"""Errors and warnings: what was not done quite as asked is told where it was asked for."""

import warnings

import numpy as np
import pytest

from eidophone import Sound, encode, encode_film
from eidophone.base.errors import EidophoneWarning, noted, tell
from eidophone.faces.cli import main

RATE = 8_000


def too_loud(folder):
    encode(Sound(100 * np.sin(np.arange(RATE)), RATE))


def clipped(folder):
    Sound(2 * np.sin(np.arange(RATE)), RATE).save(folder / "x.mp3")


def of_an_odd_size(folder):
    pytest.importorskip("av")
    film = encode_film(Sound(np.zeros(RATE), RATE), "scroll", size=65)
    film.save(folder / "x.mp4")


@pytest.mark.parametrize("work", [too_loud, clipped, of_an_odd_size])
def test_a_warning_points_at_the_line_that_asked(work, tmp_path):
    with pytest.warns(EidophoneWarning) as told:
        work(tmp_path)
    assert {warning.filename for warning in told} == {__file__}


def test_what_is_told_in_a_block_is_noted_once_and_no_further():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with noted() as notes:
            tell("a note")
            tell("a note")
            with noted() as inner:
                tell("another")
    assert (notes, inner) == (["a note"], ["another"])
    with pytest.warns(EidophoneWarning, match="outside"):
        tell("outside")


@pytest.mark.parametrize(
    ("error", "lacks"),
    [
        (MemoryError(), True),
        (type("ArrayMemoryError", (MemoryError,), {})(), True),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried 9 bytes"), True),
        (RuntimeError("CUDA out of memory. Tried to allocate 9 GiB"), True),
        (RuntimeError("can't start new thread"), True),
        (RuntimeError("could not create a primitive"), True),
        (RuntimeError("something else"), False),
        (ValueError("out of memory"), False),
    ],
)
def test_lack_of_memory_is_one_line_that_says_what_to_do(error, lacks, monkeypatch, capsys):
    def run(*_):
        raise error

    monkeypatch.setattr("eidophone.faces.cli.info.run", run)
    if not lacks:
        with pytest.raises(type(error)):
            main(["info", "x"])
        return
    assert main(["info", "x"]) == 1
    assert capsys.readouterr().err == (
        "eidophone: there is not enough memory for this: close other programs, or take less at "
        "once\n"
    )
