"""Workers: one task for each of many items, on all cores."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

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
    context = multiprocessing.get_context("spawn")  # forking would copy threads' locks
    workers = min(jobs, len(items))
    with ProcessPoolExecutor(workers, context, _begin) as pool:
        waiting = {pool.submit(task, item): item for item in items}
        try:
            for future in as_completed(waiting):
                try:
                    result = future.result()
                except BrokenProcessPool:
                    result = None
                yield waiting[future], result
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _begin() -> None:
    os.environ.update(ONE_THREAD)
