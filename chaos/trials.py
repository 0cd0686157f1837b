"""Trials: a command that is killed at a moment, and run again, beside one that was left alone."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from chaos.commands import Command

#: Seconds that anything may take, and that what a killed process had started has to end.
_LIMIT_SECONDS, _GRACE_SECONDS = 120.0, 10.0

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
        run(place, command.arguments)  # the caches are warm now
        self._again()
        began = time.monotonic()
        run(place, command.arguments)
        self._seconds = time.monotonic() - began
        self._wanted = contents(place, command.writes)

    def kill(self, share: float) -> list[str]:
        """Kill it at a ``share`` of its duration, run it again; what was not as it should be."""
        self._again()
        process = start(self._place, self.command.arguments)
        try:
            process.wait(share * self._seconds)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
        code = process.wait()
        found = [f"{name} is there half" for name in self._half()]
        if not nobody_left():
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


def start(place: Path, arguments: Sequence[str]) -> subprocess.Popen[bytes]:
    """``eidophone`` with these arguments, in ``place``."""
    return subprocess.Popen(
        [sys.executable, "-m", "eidophone", *arguments],
        cwd=place,
        stdout=subprocess.DEVNULL,
        stderr=(place / "tmp.log").open("wb") if place.is_dir() else subprocess.DEVNULL,
        env={**os.environ, "TMPDIR": str(_made(place / "tmp")), _MARK: str(place)},
    )


def run(place: Path, arguments: Sequence[str]) -> str:
    """Run it to its end; what it said, if it failed."""
    process = start(place, arguments)
    try:
        code = process.wait(_LIMIT_SECONDS)
    except subprocess.TimeoutExpired:
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


def nobody_left() -> bool:
    """Whether all that the killed process had started ends soon."""
    end = time.monotonic() + _GRACE_SECONDS
    while _living():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def _living() -> list[int]:
    """Processes of a trial, known by their environment; none where that cannot be seen."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if _MARK.encode() + b"=" in (folder / "environ").read_bytes():
                found.append(int(folder.name))
        except OSError:  # it is not ours, or has just ended
            continue
    return found


def _made(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    return folder
