"""The campaign: processes that are kept busy, killed where they must be, and replaced."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path

from fuzz.worker import Given, Outcome, work

#: An input may take so much time of a core; and of the clock, on a machine that is busy.
_MOST_SECONDS, _MOST_PATIENCE = 20.0, 200.0


@dataclass
class _Run:
    """An input that is being tried."""

    given: Given
    begun: float
    begun_on_core: float


class Crew:
    """One process that tries inputs, replaced whenever it dies.

    Args:
        place: a folder of its own.
    """

    def __init__(self, place: Path) -> None:
        self._place = place
        self._run: _Run | None = None
        self._start()

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self._traces = self._place.with_suffix(".traces")
        arguments = (theirs, str(self._place), str(self._traces))
        self._process = context.Process(target=_begin, args=arguments, daemon=True)
        self._process.start()
        theirs.close()

    @property
    def is_free(self) -> bool:
        """Whether it waits for an input."""
        return self._run is None

    def give(self, given: Given) -> None:
        """Have it try ``given``."""
        self._run = _Run(given, time.monotonic(), self._core_seconds())
        self.pipe.send(given)

    def outcome(self) -> Outcome | None:
        """What came of its input, if it is through with that, or had to be killed."""
        if self._run is None:
            return None
        run = self._run
        with suppress(EOFError, ConnectionError):
            if self.pipe.poll():
                found: Outcome = self.pipe.recv()
                self._run = None
                return found
            if not self._is_late(run):
                return None
            return self._replaced(run, f"over {_MOST_SECONDS:g} s")
        return self._replaced(run, self._death())

    def try_at_once(self, given: Given) -> Outcome:
        """Have it try ``given``, and wait for what comes of it."""
        self.give(given)
        while (found := self.outcome()) is None:
            wait([self.pipe], timeout=0.2)
        return found

    def stop(self) -> None:
        """End it, and all that it started."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid or 0, signal.SIGKILL)
        self._process.kill()
        self._process.join()
        self.pipe.close()

    def _replaced(self, run: _Run, problem: str) -> Outcome:
        self.stop()
        self._run = None
        self._start()
        return Outcome(run.given, problem)

    def _death(self) -> str:
        """What killed it, and in which function of ours."""
        self._process.join()
        code = self._process.exitcode or 0
        name = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        traces = self._traces.read_text(encoding="utf-8", errors="replace").splitlines()
        ours = [line.split("/")[-1] for line in traces if "eidophone/" in line and "File" in line]
        return f"{name} in {ours[0] if ours else 'fuzz'}"

    def _is_late(self, run: _Run) -> bool:
        if time.monotonic() - run.begun > _MOST_PATIENCE:
            return True
        return self._core_seconds() - run.begun_on_core > _MOST_SECONDS

    def _core_seconds(self) -> float:
        """How long it has kept a core busy."""
        with suppress(OSError, IndexError):
            text = Path(f"/proc/{self._process.pid}/stat").read_text(encoding="utf-8")
            fields = text.rpartition(")")[2].split()
            return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        return 0.0


def _begin(pipe: Connection, place: str, traces: str) -> None:
    os.setsid()
    work(pipe, place, traces)


def outcomes(inputs: Iterator[Given], crews: list[Crew]) -> Iterator[Outcome]:
    """What became of each of ``inputs``, tried by ``crews``, in the order in which it is known."""
    left = True
    while left or not all(crew.is_free for crew in crews):
        for crew in crews:
            found = crew.outcome()
            if found is not None:
                yield found
            if crew.is_free and left:
                given = next(inputs, None)
                left = given is not None
                if given is not None:
                    crew.give(given)
        wait([crew.pipe for crew in crews if not crew.is_free], timeout=0.2)


def minimised(crew: Crew, outcome: Outcome, *, tries: int) -> Given:
    """The shortest input found in so many ``tries`` that has the same problem."""
    least, size = outcome.given, max(1, len(outcome.given.data) // 2)
    key = key_of(outcome)
    while size and tries:
        at = 0
        while at < len(least.data) and tries:
            tries -= 1
            shorter = Given(least.kind, least.ending, least.data[:at] + least.data[at + size :])
            if key_of(crew.try_at_once(shorter)) == key:
                least = shorter
            else:
                at += size
        size //= 2
    return least


def key_of(outcome: Outcome) -> tuple[str, str]:
    """What makes two findings the same: the kind, and the problem but for its words."""
    return outcome.given.kind, outcome.problem.partition(": ")[0]
