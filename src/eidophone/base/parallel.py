"""Threads for work on columns: the FFTs and the compiled kernels all release the GIL."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from itertools import pairwise
from typing import TypeVar, cast

import numpy as np

Result = TypeVar("Result")

#: Fewer columns than this are not worth another thread.
_LEAST_COLUMNS = 32


def thread_count() -> int:
    """Threads to use: ``EIDOPHONE_THREADS`` if that is set, or else the cores we may run on."""
    wanted = os.environ.get("EIDOPHONE_THREADS", "")
    if wanted.isdecimal() and int(wanted) > 0:
        return int(wanted)
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


@lru_cache(maxsize=1)
def _pool(threads: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(threads, thread_name_prefix="eidophone")


if hasattr(os, "register_at_fork"):  # a forked process, such as a data loader's, has no threads
    os.register_at_fork(after_in_child=_pool.cache_clear)


def map_ranges(task: Callable[[int, int], Result], count: int) -> list[Result]:
    """``task(first, last)`` for a split of ``range(count)`` into one run for each thread."""
    threads = min(thread_count(), max(1, count // _LEAST_COLUMNS))
    if threads == 1:
        return [task(0, count)]
    edges = np.linspace(0, count, threads + 1).astype(int).tolist()
    return list(_pool(threads).map(task, edges[:-1], edges[1:]))


def ahead(items: Iterable[Result]) -> Iterator[Result]:
    """``items``, each made by another thread while the one before it is being used."""
    source = iter(items)
    end = object()
    with ThreadPoolExecutor(1, thread_name_prefix="eidophone-ahead") as worker:
        waiting = worker.submit(next, source, end)
        while (item := waiting.result()) is not end:
            waiting = worker.submit(next, source, end)
            yield cast("Result", item)


def blocks(first: int, last: int, size: int) -> Iterator[tuple[int, int]]:
    """``range(first, last)`` in runs of at most ``size``."""
    edges = [*range(first, last, size), last]
    return pairwise(edges) if first < last else iter(())
