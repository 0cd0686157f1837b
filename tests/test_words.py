"""The command line as a person types it."""

import argparse
import io
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
from test_cli import fails, misunderstood, tone

from eidophone import Picture, Sound
from eidophone.faces.cli import main
from eidophone.faces.cli.commands import commands_of, parser
from eidophone.faces.cli.completion import run as complete
from eidophone.faces.cli.talk import Bar, Talk
from eidophone.faces.cli.words import understood
from eidophone.files.kinds import held_by
from eidophone.film.film import Film
from eidophone.notes.midi import write_midi
from eidophone.notes.score import scored

QUICK = ("--quality", "preview")


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def names(folder="."):
    return sorted(path.name for path in Path(folder).iterdir())


def test_a_file_alone_becomes_what_is_likeliest_and_a_line_says_how_to_say_so(here, capsys):
    tone("my song.wav", 0.1)
    assert main(["my song.wav"]) == 0
    said = capsys.readouterr()
    assert said.out == "my song.png\n"
    assert said.err == "note: this is eidophone encode 'my song.wav' 'my song.png'\n"
    assert main(["my song.png", *QUICK]) == 0  # never in the place of the original
    assert "this is eidophone decode 'my song.png' 'my song_2.wav'" in capsys.readouterr().err
    assert names() == ["my song.png", "my song.wav", "my song_2.wav"]
    assert main(["encode", "my song.wav"]) == 0
    assert capsys.readouterr() == ("my song_2.png\n", "")
    assert main(["encode", "my song.wav", "--force", "--quiet", "--size", "64"]) == 0
    assert "my song-001.png" in names()


def test_a_film_is_heard_and_a_folder_is_what_it_has(here, capsys):
    tone("a.wav", 0.3)
    assert main(["encode", "a.wav", "film.mp4", "--size", "64", "--quiet"]) == 0
    assert main(["film.mp4", *QUICK]) == 0
    assert Path("film.wav").exists()
    Path("sounds").mkdir()
    shutil.move("a.wav", "sounds/a.wav")
    assert main(["sounds", "--jobs", "1"]) == 0
    assert names("sounds-pictures") == ["a.png"]
    assert main(["sounds-pictures/", "--jobs", "1", *QUICK]) == 0
    assert names("sounds-pictures-sounds") == ["a.wav"]
    shutil.copy("sounds-pictures/a.png", "sounds/")
    said = misunderstood(capsys, "sounds")
    assert "'eidophone encode sounds', or 'eidophone decode sounds'" in said
    Path("notes.txt").write_text("no sound")
    assert "no sound, picture, film or MIDI" in misunderstood(capsys, "notes.txt")


def test_midi_alone_is_drawn(here, capsys):
    pytest.importorskip("mido")
    write_midi("song.mid", scored([(0, 0.5, 60, 90, 0)]))
    assert main(["song.mid"]) == 0
    assert capsys.readouterr() == (
        "song.png\n",
        "note: this is 'eidophone encode song.mid song.png'\n",
    )


@pytest.mark.parametrize(
    ("name", "content", "held"),
    [
        ("a", b"RIFF....WAVEfmt ", {"sound"}),
        ("a.mp3", b"\x89PNG\r\n\x1a\n", {"picture"}),
        ("a.mka", b"\x1a\x45\xdf\xa3", {"sound"}),
        ("a.mkv", b"\x1a\x45\xdf\xa3", {"film"}),
        ("a.mp3", b"", {"sound"}),
        ("a.jpg", b"?", {"picture"}),
        ("a.mov", b"?", {"film"}),
        ("a.psd", b"8BPS\0", set()),
        ("a.txt", b"words", set()),
    ],
)
def test_what_a_file_holds(here, name, content, held):
    Path(name).write_bytes(content)
    assert held_by(Path(name)) == held_by(Path()) == held


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["encod", "a.wav"], "there is no command or file 'encod': did you mean encode?"),
        (["nothing.wav"], "there is no file 'nothing.wav' ("),
        (["encode", "a.wav", "--sise", "64"], "there is no option --sise: did you mean --size?"),
        (["encode", "a.wav", "--recipe=x"], "there is no recipe 'x'"),
        (["encode", "a.wav", "--format", "wepb"], "no --format 'wepb': did you mean webp?"),
        (["decode", "a.png", "--quality", "good"], "no --quality 'good': use preview, standard"),
        (["info", "a", "b"], "b is too much"),
        (["decode", "a.png", "-b.wav"], "no option -b.wav: if it is a file, write ./-b.wav"),
    ],
)
def test_what_may_have_been_meant_is_asked(here, capsys, arguments, said):
    tone("a.wav", 0.1)
    assert said in misunderstood(capsys, *arguments)


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        ([], "COMMAND"),
        (["help"], "COMMAND"),
        (["help", "encode"], "  eidophone encode voice.wav voice.png"),
        (["--help", "encode"], "  eidophone encode voice.wav voice.png"),
        (["--version", "encode"], "eidophone 0."),
        (["encode", "--version"], "eidophone 0."),
    ],
)
def test_help_and_version_are_answered_wherever_they_stand(capsys, arguments, shown):
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 0
    assert shown in capsys.readouterr().out


def test_options_stand_anywhere(here, capfd):
    tone("a.wav", 0.1)
    assert main(["--quiet", "encode", "--recipe", "octaves", "a.wav", "--size", "64", "s/"]) == 0
    assert main(["--recipe", "compact", "a.wav", "--quiet"]) == 0
    assert capfd.readouterr() == ("", "")
    assert Picture.load("s/a-001.png").recipe.axis == "octaves"
    assert Picture.load("a.png").recipe.name == "compact"


def test_the_wrong_way_round_says_which_command_was_meant(here, capsys):
    tone("a.wav", 0.1)
    main(["encode", "a.wav", "a.png"])
    to_hear = "a.png is a picture: to hear it, 'eidophone decode a.png"
    assert f"{to_hear} x.flac'" in fails(capsys, "encode", "a.png", "x.flac")
    assert f"{to_hear}'" in fails(capsys, "process", "a.png", "x.wav", "--with", "a {in} {out}")
    assert f"{to_hear}'" in fails(capsys, "features", "a.png", "x.npz")
    assert "to draw it, 'eidophone encode a.wav'" in fails(capsys, "decode", "a.wav")
    assert "watch takes a folder" in fails(capsys, "watch", "a.wav")
    assert names() == ["a.png", "a.wav"]


def test_several_and_globs_that_no_shell_has_seen_to(here, capsys):
    for name in ("one.wav", "two.flac", "two.wav"):
        tone(name, 0.1)
    assert main(["encode", "one.wav", "two.wav", "out/", "--jobs", "1"]) == 0
    assert names("out") == ["one.png", "two.png"]
    assert main(["encode", "*.wav", "*.flac", "--jobs", "1"]) == 0  # all are there to be drawn
    assert names("eidophone-pictures") == ["one.png", "two.flac.png", "two.wav.png"]
    assert main(["decode", "out/*.png", "joined.wav", *QUICK]) == 0
    assert Sound.load("joined.wav").duration_seconds == pytest.approx(0.2, abs=0.01)
    assert main(["decode", "out/one.png", "out/two.png", "back", "--jobs", "1", *QUICK]) == 0
    assert names("back") == ["one.wav", "two.wav"]
    assert "a folder: add a /" in fails(capsys, "encode", "one.wav", "two.wav", "x.png")
    assert "there is no sound *.ogg" in fails(capsys, "encode", "*.ogg", "x.png")


def test_squares_given_one_by_one_are_one_sound(here):
    tone("a.wav", 4.0)
    main(["encode", "a.wav", "squares/", "--size", "64"])
    squares = [f"squares/{name}" for name in names("squares")]
    assert main(["decode", *squares, "back/", "--jobs", "1", *QUICK]) == 0
    assert names("back") == ["a.wav"]
    assert Sound.load("back/a.wav").sample_count == 4 * 44_100


@pytest.mark.parametrize(
    ("command", "made"), [("encode a.wav out", "out.png"), ("decode a.png out", "out.wav")]
)
def test_a_name_without_suffix_is_a_file_unless_the_folder_is_there(here, command, made):
    tone("a.wav", 0.1)
    main(["encode", "a.wav", "a.png"])
    assert main([*command.split(), "--quiet"]) == 0
    assert made in names()
    Path("out").mkdir()
    assert main([*command.split(), "--quiet"]) == 0
    assert names("out") == ["a" + Path(made).suffix]
    assert main([*f"{command}2/".split(), "--quiet"]) == 0
    assert names("out2") == names("out")


def test_jpg_is_jpeg(here):
    tone("a.wav", 0.1)
    assert main(["encode", "a.wav", "pictures/", "--format", "jpg"]) == 0
    assert names("pictures") == ["a.jpg"]
    assert understood(["watch", "x", "--format", "JPG"]).format == "jpeg"


def test_nothing_is_left_of_what_cannot_be_made(here, capsys):
    tone("a.wav", 0.1)
    Path("b.wav").write_text("no sound")
    assert "16 to 8192" in misunderstood(capsys, "encode", "a.wav", "out/", "--size", "100000")
    assert "does not fit" in fails(capsys, "encode", "a.wav", "o/ut/", "--size", "16", "--strip")
    assert "b.wav" in fails(capsys, "encode", "b.wav", "out/")
    assert main(["encode", "b.wav", "b.wav", "out/", "--jobs", "1"]) == 1
    assert names() == ["a.wav", "b.wav"]


@pytest.mark.parametrize(
    "arguments",
    [
        "encode -- -x.wav",
        "encode -x.wav",  # as a shell makes it of *.wav
        "-- -x.wav",
        "-x.wav",
        "--quiet -x.wav",
        "-hx.wav --force",
        "--x.wav --force",
        "encode --x.wav ./-x.png",
        "encode --recipe octaves -- --x.wav -x.png",
        "encode ./-x.wav -- -x.png",
    ],
)
def test_names_may_begin_with_a_dash(here, capsys, arguments):
    for name in ("-x.wav", "--x.wav", "-hx.wav"):
        tone(f"./{name}", 0.1)
    assert main([*arguments.split()]) == 0
    made = "-hx.png" if "-hx" in arguments else "--x.png" if "--f" in arguments else "-x.png"
    assert made in names()
    capsys.readouterr()
    assert main([made, *QUICK]) == 0
    assert f"this is 'eidophone decode ./{made} ./{made[:-4]}_2.wav'" in capsys.readouterr().err


def test_a_sound_that_is_named_twice_is_drawn_once(here, capsys):
    Path("in").mkdir()
    tone("in/a.wav", 0.1)
    tone("b.wav", 0.1)
    assert main(["encode", "in/", "b.wav", "in/a.wav", "./b.wav", "out/", "--jobs", "1"]) == 0
    assert names("out") == ["a.png", "b.png"]
    said = capsys.readouterr()
    assert "2 of 2 done" in said.out
    assert said.err == "note: named more than once, and drawn once: in/a.wav and 1 more\n"


def test_the_formats_of_pictures_and_films_are_told_apart(here, capsys):
    tone("a.wav", 0.1)
    said = fails(capsys, "encode", "a.wav", "x.pdf")
    assert "no format '.pdf' (x.pdf): pictures are png, png16, jpeg" in said
    assert "films mp4, m4v" in said


@pytest.mark.parametrize(
    "command",
    ["encode a.wav no/a.png", "features a.wav no/a.npz", "process a.wav no/a.wav --with {tool}"],
)
def test_a_folder_that_is_not_there_is_said_before_the_work_and_made_if_meant(
    here, capsys, monkeypatch, command
):
    tone("a.wav", 0.1)
    tool = (
        f"'{sys.executable}' -S -c 'import shutil, sys; shutil.copy(*sys.argv[1:])' {{in}} {{out}}"
    )
    words = [word.replace("{tool}", tool) for word in command.split()]
    with monkeypatch.context() as patched:
        patched.setattr("eidophone.sound.sound.SoundReader.blocks", None)  # so nothing is read
        assert "there is no folder no" in fails(capsys, *words)
    assert names() == ["a.wav"]
    assert (
        main([word.replace(Path(word).name, "") if "no/" in word else word for word in words]) == 0
    )
    assert names("no") == [f"a{Path(words[2]).suffix}"]


@pytest.fixture
def piped(monkeypatch, capfdbinary):
    """The program with a pipe on either side: its exit code, what comes out, and what it says."""

    def run(*arguments, given=b""):
        given = io.BufferedReader(io.BytesIO(given))
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(given))
        try:
            code = main(list(arguments))
        except SystemExit as exit_:
            code = exit_.code
        return code, *capfdbinary.readouterr()

    return run


def test_the_standard_input_and_output(here, piped):
    sound = tone("a.wav", 0.2)
    code, drawn, said = piped("encode", "-", given=Path(sound).read_bytes())
    assert (code, said) == (0, b"")
    Path("a.png").write_bytes(drawn)
    assert Picture.load("a.png").untouched
    code, heard, said = piped("decode", "-", "-", *QUICK, "--format", "flac", given=drawn)
    assert soundfile.info(io.BytesIO(heard)).format == "FLAC"
    code, heard, said = piped(
        *("process", "-", "-", "--size", "64", "--with", "cp {in} {out}"),
        given=Path(sound).read_bytes(),
    )
    assert soundfile.info(io.BytesIO(heard)).frames == 0.2 * 44_100
    assert names() == ["a.png", "a.wav"]


@pytest.mark.parametrize("how", [["--film", "scroll"], ["--film", "pages"], ["--format", "mp4"]])
def test_a_film_goes_to_the_standard_output(here, piped, how):
    sound = Path(tone("a.wav", 0.2)).read_bytes()
    code, film, said = piped("encode", "-", "-", "--size", "64", *how, given=sound)
    assert (code, said) == (0, b"")
    Path("a.mp4").write_bytes(film)
    assert Film.load("a.mp4").facts.kind == ("pages" if "pages" in how else "scroll")


def test_what_comes_in_without_a_command_becomes_what_is_likeliest(here, piped):
    sound = Path(tone("a.wav", 0.2)).read_bytes()
    code, drawn, said = piped("-", given=sound)
    assert (code, said) == (0, b"note: this is 'eidophone encode - -'\n")
    code, heard, said = piped(*QUICK, "-", "b.flac", given=drawn)
    assert (code, heard, said) == (0, b"b.flac\n", b"note: this is 'eidophone decode - b.flac'\n")
    assert Sound.load("b.flac").sample_count == 0.2 * 44_100
    code, _, said = piped("-", given=b"words")
    ways = b"'eidophone encode -' draws a sound, 'eidophone decode -' hears a picture or a film"
    assert code == 2
    assert ways in said


def test_what_a_pipe_cannot_hold_is_one_line(here, piped):
    tone("a.wav", 4.0)
    code, out, said = piped("encode", "-", given=b"nothing")
    assert (code, out) == (1, b"")
    assert said.startswith(b"eidophone: the standard input is not a sound")
    code, out, said = piped("encode", "a.wav", "-", "--size", "16")
    assert (code, out) == (1, b"")
    assert said == b"eidophone: 2 files cannot go to the standard output: name a folder\n"
    code, out, said = piped("encode", "-", "-", "out/", given=b"nothing")
    assert (code, out) == (1, b"")


def test_a_terminal_is_refused(here, capsys, monkeypatch):
    tone("a.wav", 0.1)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert "a terminal shows no files" in fails(capsys, "encode", "a.wav", "-")
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    assert "let a file or a program come in" in fails(capsys, "encode", "-", "a.png")
    assert "'eidophone encode -' draws" in misunderstood(capsys, "-")


@pytest.mark.skipif(os.name != "posix", reason="numbered streams")
def test_a_stream_that_is_closed_leads_nowhere(here):
    tone("a.wav", 0.1)
    lines = (
        '"$0" -m eidophone encode a.wav b.png <&- >&- 2>&- && '
        '"$0" -m eidophone encode - c.png <&- >&-'
    )
    shell = ["sh", "-c", lines, sys.executable]
    run = subprocess.run(shell, check=False, capture_output=True, text=True)
    assert Picture.load("b.png").untouched
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr.startswith("eidophone: the standard input is empty")


def test_watch_says_at_once_what_it_watches(here, capsys, monkeypatch):
    monkeypatch.setattr("eidophone.jobs.hot.watch.watch_as", lambda *_: None)
    assert main(["watch", "studio"]) == 0
    sounds, pictures = Path("studio/sounds-in"), Path("studio/pictures-in")
    said = capsys.readouterr().out
    assert said.startswith("watching studio: put sounds into ")
    assert str(sounds) in said
    assert str(pictures) in said


def test_a_bar_counts_pictures_and_tells_the_time_left(monkeypatch):
    now = [100.0]
    monkeypatch.setattr("eidophone.faces.cli.talk.time.monotonic", lambda: now[0])
    bar, shown = Bar("sending", shown=True), []
    monkeypatch.setattr(
        bar,
        "_progress",
        argparse.Namespace(
            task_ids=[0], update=lambda _, **what: shown.append(what["description"])
        ),
    )
    bar.counted(0, 4)
    assert bar._left() == ""
    now[0] += 50
    bar.one_more()
    assert shown == ["sending: picture 1 of 4", "sending: picture 2 of 4"]
    assert bar._left() == "2:30 left"
    now[0] += 30
    assert bar._left() == "2:00 left"
    now[0] += 200
    assert bar._left() == ""


def test_every_option_has_a_sentence():
    whole = parser()
    for name, command in {"eidophone": whole, **commands_of(whole)}.items():
        actions = [one for one in command._actions if one.metavar != "COMMAND"]
        assert all(len((one.help or "").split()) > 1 for one in actions), name


def script(shell, capsys):
    capsys.readouterr()
    complete(argparse.Namespace(shell=shell), Talk(quiet=False))
    return capsys.readouterr().out


@pytest.mark.skipif(not shutil.which("bash"), reason="no bash")
@pytest.mark.parametrize(
    ("line", "completed"),
    [
        ("eidophone enc", "encode"),
        ("eidophone help wa", "watch"),
        ("eidophone encode a.wav --rec", "--recipe"),
        ("eidophone encode --recipe oct", "octaves"),
        ("eidophone --quiet decode --quality b", "best"),
        ("eidophone process --ca", "--calibrate"),
        ("eidophone completion f", "fish"),
        ("eidophone --ver", "--version"),
        ("eidophone encode a", ""),  # files are bash's own
    ],
)
def test_bash_completes(here, capsys, line, completed):
    (here / "script").write_text(script("bash", capsys))
    asked = (
        f"source ./script; COMP_WORDS=({line}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); "
        '_eidophone; echo "${COMPREPLY[*]}"'
    )
    run = subprocess.run(["bash", "-c", asked], capture_output=True, text=True, check=True)
    assert (run.stdout.strip(), run.stderr) == (completed, "")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_shell_is_told_of_every_option(capsys, shell):
    text = script(shell, capsys)
    for name, command in commands_of(parser()).items():
        assert name in text
        for action in command._actions:
            for option in action.option_strings[-1:]:
                assert (option if shell != "fish" else f" -l {option[2:]}") in text
    if shell != "bash" and shutil.which(shell):
        subprocess.run([shell, "-n"], input=text, text=True, check=True)


@pytest.mark.skipif(os.name != "posix", reason="a program named python")
def test_a_python_that_is_our_own_is_said(here, capsys, monkeypatch):
    tone("a.wav", 0.1)
    Path("bin").mkdir()
    Path("bin/python").symlink_to(sys.executable)
    monkeypatch.setenv("PATH", str(here / "bin"))
    copy = "python -c 'import shutil, sys; shutil.copy(*sys.argv[1:])' {in} {out}"
    arguments = ["process", "a.wav", "b.wav", "--size", "64", "--force", "--with", copy]
    monkeypatch.setattr(sys, "prefix", "/elsewhere")
    assert main(arguments) == 0
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys, "prefix", str(here))
    assert main(arguments) == 0
    (note,) = capsys.readouterr().err.splitlines()
    assert note.startswith(f"note: python is {here / 'bin' / 'python'}, which Eidophone itself")


@pytest.mark.parametrize(("batch", "most"), [([], 2), (["--batch", "1"], 1)])
def test_programs_run_side_by_side_as_asked(here, monkeypatch, batch, most):
    monkeypatch.setenv("EIDOPHONE_THREADS", "2")
    (here / "tool.py").write_text(
        "import os, shutil, sys, time\n"
        "open(f'running-{os.getpid()}', 'w').close()\n"
        "time.sleep(.2)\n"
        "with open('seen', 'a') as file:\n"
        "    print(sum(name.startswith('running') for name in os.listdir()), file=file)\n"
        "shutil.copy(*sys.argv[1:])\n"
        "os.remove(f'running-{os.getpid()}')\n"
    )
    samples = np.random.default_rng(0).uniform(-0.1, 0.1, 6 * 8000)
    soundfile.write("a.wav", samples, 8000)
    tool = f"'{sys.executable}' -S tool.py {{in}} {{out}}"
    arguments = ["process", "a.wav", "b.wav", "--size", "64", "--with", tool, *batch]
    assert main(arguments) == 0
    assert max(map(int, Path("seen").read_text().split())) == most
