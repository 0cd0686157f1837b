"""Background: work that is done behind everybody's back, what was asked for last first."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Lock, Thread


class Background:
    """Some threads for any amount of work, which is done in steps.

    Args:
        threads: how many at most; there are none while there is nothing to do.
        name: of them.
    """

    def __init__(self, threads: int, name: str) -> None:
        self._most, self._name = threads, name
        self._lock = Lock()
        self._waiting: list[Iterator[None]] = []
        self._count = 0

    def do(self, steps: Iterator[None]) -> None:
        """Take these ``steps``, none of which may raise, before those of whatever waits."""
        with self._lock:
            self._waiting.append(steps)
            if self._count < self._most:
                self._count += 1
                Thread(target=self._work, daemon=True, name=self._name).start()

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._waiting:
                    self._count -= 1
                    return
                steps = self._waiting.pop()
            if next(steps, self) is not self:
                with self._lock:
                    self._waiting.append(steps)
