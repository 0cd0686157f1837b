"""Trials: a command that is killed at a moment, and run again, beside one that was left alone."""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from chaos.commands import Command
from eidophone import Sound, decode, encode
from eidophone.__main__ import run as program

#: Seconds that anything may take, and that what a killed process had started has to end.
_LIMIT_SECONDS, _GRACE_SECONDS = 120.0, 60.0

#: By this in its environment, a process is known that a trial has started.
_MARK = "CHAOS_TRIAL"


class Trial:
    """Kills of one command.

    Args:
        command: which.
        ground: the folder with what it reads; it is copied.
        place: a folder to work in; made anew for each kill.
    """

    def __init__(self, command: Command, ground: Path, place: Path) -> None:
        self.command = command
        self._ground = ground
        self._place = place
        self._again()
        began = time.monotonic()
        run(place, command.arguments)
        self._seconds = time.monotonic() - began
        self._wanted = contents(place, command.writes)

    def kill(self, share: float) -> list[str] | None:
        """Kill it at a ``share`` of its duration, run it again; what was not as it should be.

        None if it was faster this time, and had come to its end.
        """
        self._again()
        process = Process(self._place, self.command.arguments)
        if process.wait(share * self._seconds) is not None:
            return None
        code = process.kill()
        found = [f"{name} is there half" for name in self._half()]
        if not nobody_left(self._place):
            found.append("a process outlives it")
        more = self.command.again if self._is_finished() else ()
        again = run(self._place, [*self.command.arguments, *more])
        if again:
            found.append(f"run again after {code}, it fails: {again}")
        now = contents(self._place, self.command.writes)
        if now != self._wanted:
            names = sorted(
                name for name in {*now, *self._wanted} if now.get(name) != self._wanted.get(name)
            )
            found.append(f"run again after {code}, it made other files: {', '.join(names[:5])}")
        found += [f"{path} is left behind" for path in self._left()]
        return found

    def _again(self) -> None:
        shutil.rmtree(self._place, ignore_errors=True)
        shutil.copytree(self._ground, self._place)
        _made(self._place / "tmp")

    def _is_finished(self) -> bool:
        return all((self._place / name).exists() for name in self.command.writes)

    def _half(self) -> list[str]:
        """Files under their final names that are not what they are to be."""
        there = contents(self._place, self.command.writes)
        return [
            name
            for name, data in there.items()
            if name in self._wanted and self._wanted[name] != data and not _is_hidden(name)
        ]

    def _left(self) -> list[str]:
        """What is hidden or temporary and does not belong to what is made."""
        found = [
            str(path.relative_to(self._place))
            for path in self._place.rglob("*")
            if path.name.startswith(".eidophone-") and path.name != ".eidophone-watch.json"
        ]
        return found + [f"tmp/{path.name}" for path in (self._place / "tmp").iterdir()]


def warm_up() -> None:
    """Load what the commands need, once for all of them: `start` gives them a copy."""
    os.environ["EIDOPHONE_THREADS"] = "1"
    wave = Sound(np.float32(0.1) * np.sin(np.arange(8000, dtype=np.float32))[None], 44_100)
    decode(encode(wave), quality="preview")
    decode(encode(wave), reference=wave)


class Process:
    """``eidophone`` with these arguments, in ``place``: a copy of this process becomes it."""

    def __init__(self, place: Path, arguments: Sequence[str]) -> None:
        self.place = place
        self._pid = os.fork()
        if self._pid == 0:
            try:
                _become(place, arguments)
            finally:
                os._exit(70)

    def wait(self, seconds: float) -> int | None:
        """Its exit code, or the number of the signal that ended it, below 0; None if it goes on."""
        end = time.monotonic() + seconds
        while True:
            pid, status = os.waitpid(self._pid, os.WNOHANG)
            if pid:
                return os.waitstatus_to_exitcode(status)
            if time.monotonic() > end:
                return None
            time.sleep(0.002)

    def kill(self) -> int:
        """End it now, as it is."""
        os.kill(self._pid, signal.SIGKILL)
        return os.waitstatus_to_exitcode(os.waitpid(self._pid, 0)[1])


def _become(place: Path, arguments: Sequence[str]) -> None:
    os.chdir(place)
    nowhere, log = os.open(os.devnull, os.O_RDWR), os.open("tmp.log", os.O_WRONLY | os.O_CREAT)
    for number, descriptor in enumerate((nowhere, nowhere, log)):
        os.dup2(descriptor, number)
    os.truncate(log, 0)
    os.environ |= {"TMPDIR": str(_made(place / "tmp")), _MARK: str(place)}
    tempfile.tempdir = None
    sys.argv = ["eidophone", *arguments]
    try:
        program()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
        code = 1
    atexit._run_exitfuncs()
    os._exit(code)


def run(place: Path, arguments: Sequence[str]) -> str:
    """Run it to its end; what it said, if it failed."""
    process = Process(place, arguments)
    code = process.wait(_LIMIT_SECONDS)
    if code is None:
        process.kill()
        return f"it takes more than {_LIMIT_SECONDS:g} seconds"
    said = (place / "tmp.log").read_text("utf-8", "replace").strip()
    if code or "Traceback" in said:
        return f"exit code {code}: {said[-300:]}"
    return ""


def contents(place: Path, names: Sequence[str]) -> dict[str, bytes]:
    """The files under ``names``, hidden temporary ones aside."""
    paths = [path for name in names for path in ((place / name), *(place / name).rglob("*"))]
    return {
        str(path.relative_to(place)): path.read_bytes()
        for path in paths
        if path.is_file()
        and not path.name.startswith(".eidophone-")
        and not any(_is_hidden(part) for part in path.relative_to(place).parts)
    }


def _is_hidden(name: str) -> bool:
    return name.startswith(".eidophone")


def nobody_left(place: Path) -> bool:
    """Whether all that the process killed in ``place`` had started ends soon."""
    end = time.monotonic() + _GRACE_SECONDS
    mark = f"{_MARK}={place}\0".encode()
    while _living(mark):
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def _living(mark: bytes) -> list[int]:
    """Processes with this in their environment; none where that cannot be seen."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (folder / "environ").read_bytes():
                found.append(int(folder.name))
        except OSError:  # it is not ours, or has just ended
            continue
    return found


def _made(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    return folder
