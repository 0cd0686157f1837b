"""Programs: outside programs run to their end, bounded in time and in talk; none outlives us."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from threading import Lock, Thread
from types import TracebackType
from typing import IO, TypeVar

from eidophone.base.errors import ToolError
from eidophone.base.processes import start, stop

Result = TypeVar("Result")

#: Bytes of what a program says that are kept: the last ones.
_KEPT_BYTES = 8192

#: Of these, what an error message quotes: the last lines, up to so many characters.
_QUOTED_LINES = 3
_QUOTED_CHARACTERS = 400

#: Seconds that we wait for the last words of a program that has ended: a child that left its group
#: may hold its end of the pipe for ever.
_LAST_WORDS_SECONDS = 1.0

_TERMINAL_CODES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*|.)?")


class Programs:
    """Workers that run programs. When the block is left by an error, all that run are stopped.

    A program reads nothing, has our environment and our working folder, and leads a process group
    of its own, so that what it started is stopped with it.

    Args:
        jobs: how many may run at a time.
    """

    def __init__(self, jobs: int = 1) -> None:
        self._workers = ThreadPoolExecutor(jobs, thread_name_prefix="eidophone-program")
        self._lock = Lock()
        self._running: set[subprocess.Popen[bytes]] = set()
        self._stopped = False

    def __enter__(self) -> Programs:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is not None:
            self._stop()
        self._workers.shutdown(cancel_futures=True)

    def submit(self, task: Callable[[], Result]) -> Future[Result]:
        """Let a worker do ``task``, which may `run` programs."""
        return self._workers.submit(task)

    def run(
        self,
        command: Sequence[str] | str,
        environment: Mapping[str, str] | None = None,
        *,
        shell: bool,
        timeout_seconds: float | None,
    ) -> None:
        """Run ``command`` to its end.

        Args:
            command: the program and its arguments, or for a shell, its line.
            environment: what it has in its environment besides what we have.
            shell: let a shell run it.
            timeout_seconds: stop it when it takes longer; None for no limit.

        Raises:
            ToolError: it cannot be started, fails, or takes too long; with its own last words.
        """
        process = self._start(command, environment, shell)
        talk = _Talk(process.stdout), _Talk(process.stderr)
        try:
            code = process.wait(timeout_seconds)
        except subprocess.TimeoutExpired:
            stop(process)
            raise ToolError(
                f"the tool was stopped after {timeout_seconds:g} seconds{_quoted(*talk)}"
            ) from None
        finally:
            stop(process)  # what it has left behind
            with self._lock:
                self._running.discard(process)
        if code:
            raise ToolError(f"{_ending(code)}{_quoted(*talk)}")

    def _start(
        self, command: Sequence[str] | str, environment: Mapping[str, str] | None, shell: bool
    ) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._stopped:
                raise ToolError("the tool was stopped")
            try:
                process = start(
                    command, shell=shell, stderr=subprocess.PIPE, environment=environment
                )
            except OSError as error:
                raise ToolError(f"the tool cannot be started: {error.strerror or error}") from error
            self._running.add(process)
        return process

    def _stop(self) -> None:
        with self._lock:
            self._stopped = True
            for process in self._running:
                stop(process)


def _ending(code: int) -> str:
    if code > 0:
        return f"the tool failed with exit code {code}"
    with suppress(ValueError):
        return f"the tool was killed by {signal.Signals(-code).name}"
    return f"the tool was killed by signal {-code}"


class _Talk:
    """The last of what a program says, read as it comes, so that it never waits for us."""

    def __init__(self, pipe: IO[bytes] | None) -> None:
        self._kept = b""
        self._thread = Thread(target=self._listen, args=(pipe,), daemon=True)
        self._thread.start()

    def _listen(self, pipe: IO[bytes]) -> None:
        with pipe:
            while heard := os.read(pipe.fileno(), _KEPT_BYTES):
                self._kept = (self._kept + heard)[-_KEPT_BYTES:]

    def lines(self) -> list[str]:
        """The last lines, without what is not to be printed."""
        self._thread.join(_LAST_WORDS_SECONDS)
        text = _TERMINAL_CODES.sub("", self._kept.decode("utf-8", "replace"))
        plain = ("".join(filter(str.isprintable, line)).strip() for line in text.splitlines())
        return [line for line in plain if line][-_QUOTED_LINES:]


def _quoted(output: _Talk, errors: _Talk) -> str:
    """The last words of a program: its errors, or if there are none, what else it said."""
    words = " | ".join(errors.lines() or output.lines())
    if len(words) > _QUOTED_CHARACTERS:
        words = "..." + words[-_QUOTED_CHARACTERS:]
    return f": {words}" if words else ", and said nothing"
