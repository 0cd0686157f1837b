"""The bridge on the command line."""

import json
import sys

import numpy as np
import pytest
from signals import music
from test_bridge_networks import onnx_file

from eidophone import Sound
from eidophone.faces.cli import main

RATE = 44_100

COPY = "import shutil, sys; shutil.copy(sys.argv[1], sys.argv[2])"
COPY_FOLDER = "import shutil, sys; shutil.copytree(sys.argv[1], sys.argv[2], dirs_exist_ok=True)"


@pytest.fixture
def voice(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    sound = music(1.2, 2, rate=RATE)
    sound.save("voice.wav")
    (tmp_path / "a tool").mkdir()  # names with spaces need no quotes
    (tmp_path / "a tool" / "copy.py").write_text(COPY)
    (tmp_path / "a tool" / "folders.py").write_text(COPY_FOLDER)
    return sound


def program(name):
    return f"'{sys.executable}' 'a tool/{name}.py' {{in}} {{out}}"


def sdr(sound, path):
    other = Sound.load(path)
    error = sound.samples - other.samples
    return 10 * np.log10((sound.samples**2).sum() / max(1e-20, (error**2).sum()))


@pytest.mark.parametrize(
    "arguments",
    [
        ["--with", program("copy")],
        ["--with", program("folders"), "--folders"],
        ["--with", program("copy"), "--work", "kept/", "--attempts", "2"],
        ["--with", program("copy"), "--calibrate", program("copy")],
        ["--with", program("copy"), "--keep", "tone", "--strength", "0.5"],
    ],
    ids=["pictures", "folders", "work", "calibrate", "tone"],
)
def test_a_program_that_copies(voice, arguments, capsys):
    assert main(["process", "voice.wav", "out.wav", "--size", "128", *arguments]) == 0
    assert capsys.readouterr().out.strip() == "out.wav"
    assert sdr(voice, "out.wav") > 60


def test_a_program_that_copies_films(voice):
    arguments = ["--with", program("copy"), "--film", "scroll", "--size", "128", "--quiet"]
    assert main(["process", "voice.wav", "out.wav", *arguments]) == 0
    assert sdr(voice, "out.wav") > 15


def test_what_was_kept_is_not_made_again(voice, tmp_path):
    arguments = ["process", "voice.wav", "out.wav", "--size", "128", "--work", "kept/", "--force"]
    assert main([*arguments, "--with", program("copy")]) == 0
    made = {path: path.stat().st_mtime_ns for path in tmp_path.glob("kept/**/*.png")}
    assert main([*arguments, "--with", program("copy")]) == 0
    assert made
    assert {path: path.stat().st_mtime_ns for path in tmp_path.glob("kept/**/*.png")} == made


def test_a_network_in_a_file(voice, tmp_path, capsys):
    pytest.importorskip("onnxruntime")
    onnx_file(tmp_path / "same.onnx", [("Identity", ["x"], "y")])
    arguments = ["--network", "same.onnx", "--values", "0..1", "--size", "128"]
    assert main(["process", "voice.wav", "out.wav", *arguments]) == 0
    assert "same.onnx" in capsys.readouterr().err
    assert sdr(voice, "out.wav") > 60


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "name one tool"),
        (["--with", "a {in} {out}", "--network", "b.onnx"], "name one tool"),
        (["--film", "scroll"], "--film needs a program"),
        (["--with", "surely-no-such-program {in} {out}"], "surely-no-such-program"),
        (["--with", "cp {in}"], "{out}"),
        (["--with", f"'{sys.executable}' -c 'pass' {{in}} {{out}}"], "wrote nothing"),
        (["--network", "none.onnx"], "none.onnx"),
        (["--network", "none.onnx", "--strokes", "2"], "--strokes and --follow are for a style"),
        (["--with", "a {in} {out}", "--workflow", "a.json"], "--workflow is for a running ComfyUI"),
        (["--style", "none.png"], "none.png"),
        (["--network", "none.onnx", "--work", "kept/"], "--work is for programs"),
        (["--network", "none.pt2"], "none.pt2"),
        (["--network", "net.pt"], "trusted: say so with --trust"),
    ],
)
def test_mistakes_are_one_line(voice, arguments, said, capsys, tmp_path):
    (tmp_path / "net.pt").write_bytes(b"any program")
    assert main(["process", "voice.wav", "out.wav", *arguments]) == 1
    error = capsys.readouterr().err.strip().splitlines()
    assert said in error[-1]
    assert error[-1].startswith("eidophone: ")
    assert not (tmp_path / "out.wav").exists()


@pytest.mark.parametrize(
    "option",
    ["--set style", "--set style=a", "--batch 0", "--attempts x", "--size 3", "--strength 1.5"],
)
def test_what_is_no_value_is_a_mistake_of_usage(voice, option):
    with pytest.raises(SystemExit) as caught:
        main(["process", "voice.wav", "out.wav", *option.split()])
    assert caught.value.code == 2


def test_nothing_is_replaced_unasked(voice, tmp_path, capsys):
    (tmp_path / "out.wav").write_text("mine")
    assert main(["process", "voice.wav", "out.wav", "--with", program("copy")]) == 1
    assert "--force" in capsys.readouterr().err
    assert (tmp_path / "out.wav").read_text() == "mine"


def test_a_dataset(voice, tmp_path, capsys):
    for label in ("bells", "birds"):
        (tmp_path / "sounds" / label).mkdir(parents=True)
        voice.save(tmp_path / "sounds" / label / "one.wav")
    arguments = ["--size", "64", "--splits", "1", "--jobs", "1"]
    assert main(["dataset", "sounds", "out", *arguments]) == 0
    assert "2 labels, 2 sounds" in capsys.readouterr().out
    lines = (tmp_path / "out" / "train" / "metadata.jsonl").read_text().splitlines()
    assert {json.loads(line)["label"] for line in lines} == {"bells", "birds"}
    assert main(["decode", "out/train/bells", "back.wav", "--quality", "preview"]) == 0


def test_a_dataset_with_a_broken_sound_says_so_and_fails(voice, tmp_path, capsys):
    (tmp_path / "sounds").mkdir()
    voice.save(tmp_path / "sounds" / "one.wav")
    (tmp_path / "sounds" / "two.wav").write_text("no sound")
    assert main(["dataset", "sounds", "out", "--size", "64", "--jobs", "1"]) == 1
    assert "two.wav" in capsys.readouterr().err


@pytest.mark.parametrize("splits", ["half", "0.5,x"])
def test_shares_are_numbers(voice, splits):
    with pytest.raises(SystemExit) as caught:
        main(["dataset", "sounds", "out", "--splits", splits])
    assert caught.value.code == 2


def test_a_hot_folder(voice, tmp_path, capsys):
    arguments = ["watch", "hot", "--once", "--interval", "0.05"]
    assert main(arguments) == 0
    voice.save(tmp_path / "hot" / "sounds-in" / "voice.wav")
    assert main(arguments) == 0
    assert list((tmp_path / "hot" / "pictures-out").glob("voice*.png"))
    assert "voice" in capsys.readouterr().out
