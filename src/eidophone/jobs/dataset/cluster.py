"""A Ray cluster, instead of the cores of this machine."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from itertools import islice
from types import ModuleType
from typing import Any

from eidophone.base.errors import EidophoneError, MissingExtraError
from eidophone.jobs.workers import ONE_THREAD, Item

#: What workers and the cluster's own pages call the work.
_NAME = "eidophone"

#: How often Ray gives an item to another worker when one dies.
_RETRIES = 5
_WAITING_PER_CORE = 4

_PATIENCE_SECONDS = 10


def on_cluster(
    task: Callable[[Item], str], items: Sequence[Item], address: str
) -> Iterator[tuple[Item, str]]:
    """Each of ``items``, as its turn on a Ray cluster is over, with its error.

    The machines must see the sounds and the dataset's folder under the same names, and have
    Eidophone installed. When a worker dies, another does what it was doing.

    Args:
        task: gives an error, or "".
        items: what is to be done.
        address: as ``ray.init`` takes it: ``"auto"``, ``"local"``, ``"ray://HOST:PORT"``, ...

    Raises:
        MissingExtraError: Ray is not installed.
        EidophoneError: there is no cluster at ``address``.
    """
    with _connected(address) as ray:
        function = lambda item: task(item)  # noqa: E731, PLW0108 (Ray takes no `partial`)
        remote = ray.remote(function).options(name=_NAME, num_cpus=1, max_retries=_RETRIES)
        at_once = _WAITING_PER_CORE * max(1, int(ray.cluster_resources().get("CPU", 1)))
        coming = iter(items)
        waiting: dict[Any, Item] = {}
        while True:
            for item in islice(coming, at_once - len(waiting)):
                waiting[remote.remote(item)] = item
            if not waiting:
                return
            ready, _ = ray.wait(list(waiting))
            for reference in ready:
                try:
                    error = ray.get(reference)
                except ray.exceptions.RayError as failure:
                    error = str(failure).partition("\n")[0]
                yield waiting.pop(reference), error


@contextmanager
def _connected(address: str) -> Iterator[ModuleType]:
    try:
        ray = import_module("ray")
    except ImportError:
        raise MissingExtraError("a cluster needs Ray: pip install 'eidophone[scale]'") from None
    _check_reachable(address)
    try:
        ray.init(address, log_to_driver=False, runtime_env={"env_vars": ONE_THREAD})
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
