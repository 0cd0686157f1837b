"""Who does the work: the cores of this machine, or a Ray cluster."""

from __future__ import annotations

import multiprocessing
import os
import re
import socket
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from importlib import import_module
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Any

from eidophone.base.errors import EidophoneError, MissingExtraError
from eidophone.jobs.dataset.parts import make_part
from eidophone.jobs.dataset.plan import DatasetPlan
from eidophone.jobs.dataset.sources import SoundFile

#: A sound that was tried, and why it has no part, or "".
Done = tuple[SoundFile, str]

_ONE_THREAD = {"EIDOPHONE_THREADS": "1"}  # the processes share the cores

#: How often Ray gives a sound to another worker when one dies.
_RETRIES = 5
_WAITING_PER_CORE = 4

_PATIENCE_SECONDS = 10


def on_this_machine(
    sounds: Sequence[SoundFile], plan: DatasetPlan, parts: Path, jobs: int
) -> Iterator[Done]:
    """Make the parts of ``sounds`` in ``jobs`` processes; each as it is done."""
    if jobs == 1 or len(sounds) == 1:
        for sound in sounds:
            yield sound, _attempt(sound, plan, parts)
        return
    context = multiprocessing.get_context("spawn")  # forking would copy threads' locks
    with ProcessPoolExecutor(min(jobs, len(sounds)), context, _begin_worker) as pool:
        waiting = {pool.submit(_attempt, sound, plan, parts): sound for sound in sounds}
        try:
            for future in as_completed(waiting):
                try:
                    yield waiting[future], future.result()
                except BrokenProcessPool:
                    yield waiting[future], "a process died: too little memory?"
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def on_cluster(
    sounds: Sequence[SoundFile], plan: DatasetPlan, parts: Path, address: str
) -> Iterator[Done]:
    """Make the parts of ``sounds`` on a Ray cluster; each as it is done.

    The machines must see the sounds and the dataset's folder under the same names, and have
    Eidophone installed. When a worker dies, another does what it was doing.

    Args:
        sounds: what to draw.
        plan: how.
        parts: where to.
        address: as ``ray.init`` takes it: ``"auto"``, ``"local"``, ``"ray://HOST:PORT"``, ...

    Raises:
        MissingExtraError: Ray is not installed.
        EidophoneError: there is no cluster at ``address``.
    """
    with _connected(address) as ray:
        task = ray.remote(_attempt).options(num_cpus=1, max_retries=_RETRIES)
        at_once = _WAITING_PER_CORE * max(1, int(ray.cluster_resources().get("CPU", 1)))
        coming = iter(sounds)
        waiting: dict[Any, SoundFile] = {}
        while True:
            for sound in islice(coming, at_once - len(waiting)):
                waiting[task.remote(sound, plan, parts)] = sound
            if not waiting:
                return
            ready, _ = ray.wait(list(waiting))
            for reference in ready:
                sound = waiting.pop(reference)
                try:
                    yield sound, ray.get(reference)
                except ray.exceptions.RayError as error:
                    yield sound, str(error).partition("\n")[0]


@contextmanager
def _connected(address: str) -> Iterator[ModuleType]:
    try:
        ray = import_module("ray")
    except ImportError:
        raise MissingExtraError("a cluster needs Ray: pip install 'eidophone[scale]'") from None
    _check_reachable(address)
    try:
        ray.init(address, log_to_driver=False, runtime_env={"env_vars": _ONE_THREAD})
    except (ConnectionError, ValueError, RuntimeError, TimeoutError) as error:
        reason = str(error).partition("\n")[0]
        raise EidophoneError(f"there is no Ray cluster at {address!r}: {reason}") from None
    try:
        yield ray
    finally:
        ray.shutdown()


def _check_reachable(address: str) -> None:
    """Find out in seconds what Ray finds out in a quarter of an hour."""
    place = re.fullmatch(r"(?:ray://)?\[?(.+?)\]?:(\d{1,5})", address)
    if place is None:
        return
    try:
        socket.create_connection((place[1], int(place[2])), _PATIENCE_SECONDS).close()
    except (OSError, OverflowError) as error:
        raise EidophoneError(f"there is no Ray cluster at {address!r}: {error}") from None


def _attempt(sound: SoundFile, plan: DatasetPlan, parts: Path) -> str:
    try:
        make_part(sound, plan, parts)
    except (EidophoneError, OSError, MemoryError) as error:
        return str(error) or type(error).__name__
    return ""


def _begin_worker() -> None:
    os.environ.update(_ONE_THREAD)
