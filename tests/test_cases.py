"""Damaged files that once ended in a library's own error: one line that names them, or a sound."""

from pathlib import Path

import pytest

from eidophone.base.errors import EidophoneError
from eidophone.faces.cli import main
from eidophone.film.film import Film
from eidophone.picture.picture import Picture
from eidophone.sound.sound import Sound

CASES = Path(__file__).parent / "cases"
REFUSED = ["caf_oserror.caf", "webp_stopiteration.webp", "webp_runtimeerror.webp"]


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("command", ["info", "encode", "decode"])
def test_a_damaged_file_gives_one_line_that_names_it(tmp_path, capfd, name, command):
    pytest.importorskip("av")
    target = {"info": [], "encode": [f"{tmp_path}/a.png"], "decode": [f"{tmp_path}/a.wav"]}[command]
    assert main([command, str(CASES / name), *target]) == 1
    told = capfd.readouterr()
    assert told.out == ""
    (line,) = told.err.splitlines()
    assert line.startswith("eidophone: ")
    assert name in line
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", REFUSED)
def test_in_python_it_is_an_error_of_ours(name):
    pytest.importorskip("av")
    for read in (Sound.load, Picture.load, lambda path: list(Film.load(path).frames())):
        with pytest.raises(EidophoneError, match=name):
            read(CASES / name)


def test_what_can_be_heard_of_a_damaged_mp3_is(tmp_path, capfd):
    path = CASES / "mp3_valueerror.mp3"
    assert main(["encode", str(path), str(tmp_path / "a.png")]) == 0
    (note,) = capfd.readouterr().err.splitlines()
    assert note.startswith(f"note: {path} is cut short: it has 0.26 of the 5.21 s")
