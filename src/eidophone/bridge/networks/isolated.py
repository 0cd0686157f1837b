"""A network in a process of its own, bounded in time and memory, which does not outlive us.

Whatever a broken or hostile file does to the library that reads it, crash it, keep it busy for ever
or fill its memory, is one error here, and nothing else.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import weakref
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from eidophone.base.errors import MissingExtraError, ToolError
from eidophone.base.processes import our_python, start, stop
from eidophone.bridge.networks.messages import Message, receive, send
from eidophone.bridge.networks.network import Port, StoppedError

#: To import the library, from a slow disk, say; nothing of the file is read by then.
_PREPARE_SECONDS = 180.0

#: To try it on a small picture.
_TRIAL_SECONDS = 12.0

#: To load a file, beside a second for so many bytes of it.
_LOAD_SECONDS = 60.0
_LOAD_BYTES_PER_SECOND = 10e6

#: Memory beside what the library takes, and so many times the file. Style networks take .6 GB for
#: a megapixel, the most that they are given at a time.
_MOST_BYTES = 5 << 28
_COPIES = 4
#: Files with further weights are called as the network is, and then so.
_FURTHER = ("", ".data", "_data")

#: Of an answer; the process has been told to keep to less, but may not be what it was.
_MOST_ANSWERED = 1 << 30

#: How often to look at its memory. Linux says it in a file, others by a program.
_LOOK_SECONDS = 0.02 if sys.platform == "linux" else 0.25


class IsolatedNetwork:
    """A network file, loaded by a process of its own, which stays there for the next call.

    Args:
        path: the file.
        seconds: that it may take to be loaded; by its size, unless given.

    Attributes:
        inputs: what it wants.
        values: numbers that it takes and gives, if it says so: see `conventions`.
        seconds: that a call may take.

    Raises:
        ToolError: the file cannot be loaded.
        MissingExtraError: the library that it needs is not installed.
    """

    def __init__(self, path: Path, seconds: float | None = None) -> None:
        size = sum(
            part.stat().st_size
            for part in (path.with_name(path.name + further) for further in _FURTHER)
            if part.is_file()
        )
        self._path = path
        self._most_bytes = _MOST_BYTES + _COPIES * size
        self._load_seconds = seconds or _LOAD_SECONDS + size / _LOAD_BYTES_PER_SECOND
        self._lock = Lock()
        self._process, said = self._loaded()
        self.inputs = tuple(
            Port(name, None if shape is None else tuple(shape), np.dtype(dtype))
            for name, shape, dtype in said["inputs"]
        )
        self.values: str | None = said["values"]
        self.seconds = seconds or _TRIAL_SECONDS

    def run(self, feeds: Mapping[str, NDArray[Any]]) -> list[NDArray[Any]]:
        """All that it gives; the file is loaded again, if its process was stopped."""
        with self._lock:
            if self._process.has_ended:
                self._process, _ = self._loaded()
            return list(self._process.ask(Message({}, feeds), self.seconds).arrays.values())

    def _loaded(self) -> tuple[_Process, Mapping[str, Any]]:
        """A process that has loaded it, and what it says of itself."""
        process = _Process()
        try:
            process.ask(Message({"prepare": self._path.suffix.lower()}), _PREPARE_SECONDS)
            process.allow_further(self._most_bytes)
            said = process.ask(Message({"load": str(self._path)}), self._load_seconds)
        except BaseException:
            process.stop()
            raise
        return process, said.words


class _Process:
    """The process, and what it may take. It ends with us: its input does."""

    def __init__(self) -> None:
        command = our_python("eidophone.bridge.networks.worker")
        self._process = start(command, stdin=subprocess.PIPE)
        assert self._process.stdin is not None
        self._requests = self._process.stdin
        self.stop = weakref.finalize(self, _stop, self._process)
        self._most_bytes: int | None = None
        self._answers: SimpleQueue[Message | None] = SimpleQueue()
        listening = (self._process.stdout, self._answers)
        Thread(target=_listen, args=listening, daemon=True, name="eidophone-network").start()

    @property
    def has_ended(self) -> bool:
        """Whether it was stopped, or has stopped by itself."""
        if self._process.poll() is None:
            return False
        self.stop()  # what it has left behind
        return True

    def allow_further(self, most_bytes: int) -> None:
        """From now on, let it take so much memory beside what it has."""
        resident = _resident_bytes(self._process.pid)
        self._most_bytes = None if resident is None else resident + most_bytes

    def ask(self, request: Message, seconds: float) -> Message:
        """What it answers to ``request``.

        Raises:
            StoppedError: it crashed, or was stopped, because it took too long or too much memory.
            ToolError: it cannot do that; the message has the library's own words.
            MissingExtraError: the library is not installed.
        """
        Thread(target=_send, args=(self._requests, request), daemon=True).start()
        try:
            answer = self._wait(seconds)
        except BaseException:
            self.stop()
            raise
        if "missing" in answer.words:
            raise MissingExtraError(answer.words["missing"])
        if "error" in answer.words:
            raise ToolError(answer.words["error"])
        return answer

    def _wait(self, seconds: float) -> Message:
        end = time.monotonic() + seconds
        while True:
            with suppress(Empty):
                answer = self._answers.get(timeout=_LOOK_SECONDS)
                break
            if self._most_bytes and (_resident_bytes(self._process.pid) or 0) > self._most_bytes:
                raise StoppedError(
                    f"it took more than {self._most_bytes / 1e9:.1f} GB of memory, and was "
                    f"stopped: give it less at a time"
                )
            if time.monotonic() > end:
                raise StoppedError(
                    f"it took more than {seconds:g} seconds, and was stopped: raise "
                    f"`timeout_seconds` if it is only slow"
                )
        if answer is None:
            self.stop()  # it may be there still, and have said what nobody understands
            ending = _ending(self._process.returncode)
            raise StoppedError(
                f"what runs it crashed ({ending}): the file may be damaged, so export it anew"
            )
        return answer


def _send(pipe: IO[bytes], request: Message) -> None:
    """Send it, however long that takes: a network may never read it, and is stopped then."""
    with suppress(OSError, ValueError):  # it has ended, which is said by the one who waits
        send(pipe, request)


def _listen(pipe: IO[bytes], answers: SimpleQueue[Message | None]) -> None:
    with pipe:
        while (message := receive(pipe, _MOST_ANSWERED)) is not None:
            answers.put(message)
    answers.put(None)


def _stop(process: subprocess.Popen[bytes]) -> None:
    stop(process)
    if process.stdin:
        with suppress(OSError):  # what was not yet written is lost
            process.stdin.close()


def _ending(code: int) -> str:
    with suppress(ValueError):
        return signal.Signals(-code).name
    return f"exit code {code}"


def _resident_bytes(pid: int) -> int | None:
    """The memory that a process has; None where nobody says."""
    if sys.platform == "win32":
        return None
    with suppress(OSError, ValueError, IndexError):
        if sys.platform == "linux":
            pages = Path(f"/proc/{pid}/statm").read_text("ascii").split()[1]
            return int(pages) * os.sysconf("SC_PAGE_SIZE")
        ps = ["ps", "-o", "rss=", "-p", str(pid)]
        return int(subprocess.run(ps, capture_output=True, check=False).stdout) << 10  # noqa: S603
    return None
