"""Pace: how many steps fit into the time, and with how many threads they are fastest."""

from __future__ import annotations

import time
from collections.abc import Callable

from eidophone.base.parallel import thread_count
from eidophone.learning.flow.extra import torch

#: More threads must be so much faster, or else they only get in the way of other programs.
_FASTER = 1.25


def seconds_of(task: Callable[[], object]) -> float:
    """How long ``task`` takes."""
    start = time.monotonic()
    task()
    return time.monotonic() - start


def choose_threads(step: Callable[[], object]) -> tuple[float, float]:
    """Let PyTorch use one thread or all, whichever is faster now.

    Threads of PyTorch that wait for each other spin: beside a busy program, two of them can be ten
    times slower than one.

    Args:
        step: a trial.

    Returns:
        Seconds of a step, and of one with one thread.
    """
    most = thread_count()
    torch.set_num_threads(1)
    step()  # the first of all is slower
    alone = seconds_of(step)
    if most == 1:
        return alone, alone
    torch.set_num_threads(most)
    together = seconds_of(step)
    if together < 2 * alone:  # or else it is hopeless, and not worth another trial
        together = max(together / 2, seconds_of(step))
    if together * _FASTER < alone:
        return together, alone
    torch.set_num_threads(1)
    return alone, alone
