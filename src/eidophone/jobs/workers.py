"""Workers: one task for each of many items, on all cores."""

from __future__ import annotations

import pickle
import subprocess
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any, Generic, TypeVar

from eidophone.base.processes import start_worker, stop_workers

Item = TypeVar("Item")
Result = TypeVar("Result")

#: What every worker has in its environment: the processes share the cores.
ONE_THREAD = {"EIDOPHONE_THREADS": "1"}

#: What is to be said of an item that has no result.
DIED = "the process died: too little memory?"


def results(
    task: Callable[[Item], Result], items: Sequence[Item], jobs: int
) -> Iterator[tuple[Item, Result | None]]:
    """Each of ``items``, as its turn is over, with what ``task`` made of it.

    Args:
        task: can be pickled, as can the items, unless there is one process only.
        items: what is to be done.
        jobs: processes; 1 is this one.

    Yields:
        An item and its result, or None if the process that had it died.
    """
    if jobs == 1 or len(items) < 2:
        for item in items:
            yield item, task(item)
        return
    team = _Team(task, items)
    try:
        team.begin(min(jobs, len(items)))
        for _ in items:
            item, result, error = team.outcomes.get()
            if error is not None:
                raise error
            yield item, result
    finally:
        team.stop()


class _Team(Generic[Item, Result]):
    """Workers, each a process of its own and the thread that gives it one item after the other."""

    def __init__(self, task: Callable[[Item], Result], items: Sequence[Item]) -> None:
        self.outcomes: SimpleQueue[tuple[Item, Any, BaseException | None]] = SimpleQueue()
        self._task = task
        self._items = deque(items)
        self._workers: set[subprocess.Popen[bytes]] = set()
        self._lock = Lock()
        self._is_over = False

    def begin(self, count: int) -> None:
        """Let so many workers begin."""
        for _ in range(count):
            Thread(target=self._work, daemon=True, name="eidophone-worker").start()

    def stop(self) -> None:
        """Stop all workers, whatever they do."""
        self._items.clear()
        with self._lock:
            self._is_over = True
        stop_workers(set(self._workers))

    def _work(self) -> None:
        worker = None
        while self._items:
            try:
                item = self._items.popleft()
            except IndexError:  # another was faster
                break
            try:
                worker = worker or self._started()
                result, error = _asked(worker, item)
            except (EOFError, OSError, pickle.UnpicklingError):  # it has died
                self._ended(worker)
                result, error, worker = None, None, None
            except Exception as problem:  # it cannot be pickled
                result, error = None, problem
            self.outcomes.put((item, result, error))
        self._ended(worker)

    def _started(self) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._is_over:
                raise InterruptedError
            worker = start_worker("eidophone.jobs.worker", ONE_THREAD)
            self._workers.add(worker)
        _send(worker, self._task)
        return worker

    def _ended(self, worker: subprocess.Popen[bytes] | None) -> None:
        if worker is not None:
            stop_workers([worker])
            self._workers.discard(worker)
            for pipe in (worker.stdin, worker.stdout):
                with suppress(OSError):  # what was not yet written is lost
                    assert pipe is not None
                    pipe.close()


def _send(worker: subprocess.Popen[bytes], what: object) -> None:
    assert worker.stdin is not None
    worker.stdin.write(pickle.dumps(what))
    worker.stdin.flush()


def _asked(worker: subprocess.Popen[bytes], item: object) -> tuple[Any, BaseException | None]:
    """What a worker makes of ``item``, and what it raises."""
    assert worker.stdout is not None
    _send(worker, item)
    result, error = pickle.load(worker.stdout)  # noqa: S301 (of ours)
    return result, error
