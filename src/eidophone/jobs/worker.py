"""The process of a worker: does one task for each of the items that it is given.

It is started by `workers` and talks to nobody else. When the other side is gone, however that came,
so is this, and what it was making.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread
from typing import IO, Any

from eidophone.base.temporary import abandon


def main() -> None:
    """Do the task, which comes first, for what comes then, until there will be no more."""
    signal.signal(signal.SIGTERM, lambda *_: _end())
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what libraries print is lost
    asked: SimpleQueue[Any] = SimpleQueue()
    Thread(target=_listen, args=(sys.stdin.buffer, asked), daemon=True).start()
    task = asked.get()
    while True:
        answers.write(_answer(task, asked.get()))
        answers.flush()


def _listen(pipe: IO[bytes], asked: SimpleQueue[Any]) -> None:
    try:
        while True:
            asked.put(pickle.load(pipe))  # noqa: S301 (of ours)
    finally:
        _end()


def _answer(task: Callable[[Any], Any], item: Any) -> bytes:
    """What ``task`` makes of ``item``, and what it raises, one of which is None."""
    try:
        return pickle.dumps((task(item), None))
    except Exception as error:  # for the other side to raise
        try:
            return pickle.dumps((None, error))
        except Exception:  # it cannot be sent as it is
            return pickle.dumps((None, RuntimeError(f"{type(error).__name__}: {error}")))


def _end() -> None:
    abandon()
    os._exit(0)
