"""Interrupts: one line, whenever they come, nothing left behind, and what is said is so."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile
from signals import wait_until

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals")

RATE = 44_100

#: Waits, with a child that does, for ever.
#: It says more than a pipe holds first: so whoever started it is there, and listens.
HANG = (
    "import subprocess, sys, time\n"
    "from pathlib import Path\n"
    "child = subprocess.Popen([sys.executable, '-S', '-c', 'import time; time.sleep(600)'])\n"
    "print('.' * 300_000, flush=True)\n"
    "Path('note').write_text(str(child.pid))\n"
    "time.sleep(600)\n"
)


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tmp").mkdir()
    return tmp_path


def noise(path, seconds):
    path.parent.mkdir(exist_ok=True)
    samples = 0.1 * np.random.default_rng(0).standard_normal(int(seconds * RATE))
    soundfile.write(path, samples, RATE)


def begin(here, *arguments, **options):
    """The program, as from a terminal."""
    code = (
        "import signal\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from eidophone.__main__ import run\nrun()"
    )
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "TMPDIR": str(here / "tmp")},
        **options,
    )


def interrupted(ours, number=signal.SIGINT, times=1):
    """What it says when its whole group is sent a signal, as by a terminal."""
    for _ in range(times):
        os.killpg(ours.pid, number)
    out, errors = ours.communicate(timeout=60)
    assert out == ""
    assert ours.returncode == 128 + number
    (line,) = errors.splitlines()
    assert line.startswith("eidophone: interrupted: ")
    return line.removeprefix("eidophone: interrupted: ")


def leftovers(here):
    return [path for path in here.rglob("*") if path.name.startswith(".eidophone-")]


def is_alive(number):
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_is_one_line(here, number):
    noise(here / "long.wav", 120)
    ours = begin(here, "encode", "long.wav", "squares/", "--size", "64")
    wait_until(lambda: len(list(here.glob("squares/*.png"))) > 2)
    said = interrupted(ours, number, times=2)
    assert not leftovers(here)
    kept = sorted(here.glob("squares/*.png"))
    # The signal may come when a file has its name, and is not counted yet.
    assert said in [
        f"{count} finished files are kept, squares/{kept[count - 1].name} being the last"
        for count in (len(kept), len(kept) - 1)
    ]


def test_at_any_moment_of_the_start(here):
    """From where Python lets us have a word, over all imports, to the work itself."""
    noise(here / "a.wav", 300)
    for share in range(8):
        ours = begin(here, "encode", "a.wav", f"{share}.png")
        wait_until(lambda ours=ours: handles(ours.pid, signal.SIGHUP))
        time.sleep(0.06 * share)
        assert interrupted(ours) == "nothing was written"
    assert sorted(path.name for path in here.iterdir()) == ["a.wav", "tmp"]
    assert not leftovers(here)


def handles(process, number):
    """Whether a process has a handler for a signal."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return False
    caught = next(line for line in status.splitlines() if line.startswith("SigCgt"))
    return bool(int(caught.split()[1], 16) >> (number - 1) & 1)


def test_a_whole_folder_says_how_far_it_got(here):
    for index in range(40):
        noise(here / "sounds" / f"{index}.wav", 3)
    ours = begin(here, "encode", "sounds", "pictures/", "--jobs", "2", "--quiet")
    wait_until(lambda: len(list(here.glob("pictures/*.png"))) > 12)  # it hears of them later
    said = interrupted(ours)
    assert said.endswith(" of 40 are done and kept: run it again to go on")
    assert 0 < int(said.split()[0]) <= len(list(here.glob("pictures/*.png"))) < 40
    assert not leftovers(here)


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes in /proc")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_a_program_ends_with_us_however_we_end(here, number):
    noise(here / "a.wav", 1)
    (here / "hang.py").write_text(HANG)
    tool = f"'{sys.executable}' hang.py {{in}} {{out}}"
    ours = begin(here, "process", "a.wav", "b.wav", "--size", "64", "--with", tool)
    wait_until(lambda: (here / "note").exists() and (here / "note").read_text())
    child = int((here / "note").read_text())
    assert is_alive(child)
    if number == signal.SIGKILL:
        ours.kill()
        ours.communicate()
    else:
        assert interrupted(ours, number) == "nothing was written"
        assert not leftovers(here)
    wait_until(lambda: not is_alive(child))


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes in /proc")
def test_workers_end_with_us_and_remove_what_they_were_making(here):
    for index in range(4):
        noise(here / "sounds" / f"{index}.wav", 240)
    ours = begin(here, "encode", "sounds", "pictures/", "--jobs", "2", "--size", "64")
    wait_until(lambda: len(list(here.glob("pictures/*.png"))) > 4)
    children = [
        int(path.parent.name)
        for path in Path("/proc").glob("[0-9]*/stat")
        if is_child(path, ours.pid)
    ]
    assert len(children) == 2
    ours.kill()
    ours.communicate()
    wait_until(lambda: not any(map(is_alive, children)))
    assert not leftovers(here)


def is_child(stat, parent):
    try:
        return int(stat.read_text().rpartition(")")[2].split()[1]) == parent
    except OSError:
        return False


def test_what_is_ignored_stays_ignored(here):
    noise(here / "a.wav", 30)
    code = (
        "import os, signal, sys\nsignal.signal(signal.SIGHUP, signal.SIG_IGN)\n"
        "sys.argv[1:] = ['encode', 'a.wav', 'a.png']\n"
        "def hook(event, arguments):\n"
        "    if event == 'os.rename':\n"
        "        os.kill(os.getpid(), signal.SIGHUP)\n"
        "sys.addaudithook(hook)\n"
        "from eidophone.__main__ import run\nrun()"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert (run.returncode, run.stderr) == (0, b"")
    assert (here / "a.png").exists()


@pytest.mark.parametrize("arguments", ["--help", "encode --help", "info a.wav"])
def test_when_nobody_listens_it_ends_without_a_word(here, arguments):
    noise(here / "a.wav", 0.1)
    reader, writer = os.pipe()
    os.close(reader)
    code = "from eidophone.__main__ import run\nrun()"
    run = subprocess.run(
        [sys.executable, "-c", code, *arguments.split()],
        stdout=writer,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writer)
    assert run.stderr == b""
    assert run.returncode == (0 if "--help" in arguments else 141)  # argparse is silent by itself
