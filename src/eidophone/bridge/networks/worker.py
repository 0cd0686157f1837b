"""The process of a network: loads it, and runs it as often as it is asked to.

It is started by `isolated` and talks to nobody else: requests come by its standard input, and it
answers by what was its standard output, which the libraries do not get to see. When the other side
is gone, however that came, so is this.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from eidophone.base.errors import MissingExtraError
from eidophone.bridge.networks.messages import Message, receive, send
from eidophone.bridge.networks.network import Network

#: Of all that a network gives at a time; a picture of a megapixel has 12 MB.
_MOST_BYTES = 256 << 20

_QUOTED_CHARACTERS = 300


def main() -> None:
    """Answer requests until there will be no more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _leave_no_core()
    answers = _own_output()
    requests: SimpleQueue[Message] = SimpleQueue()
    Thread(target=_listen, args=(sys.stdin.buffer, requests), daemon=True).start()
    worker = Worker()
    while True:
        send(answers, worker.answer(requests.get()))


def _leave_no_core() -> None:
    with suppress(ImportError):  # there is no such module on Windows
        import resource  # noqa: PLC0415

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _own_output() -> IO[bytes]:
    """What was the standard output; what anybody else writes there is lost from now on."""
    answers = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    return answers


def _listen(pipe: IO[bytes], requests: SimpleQueue[Message]) -> None:
    while (message := receive(pipe)) is not None:
        requests.put(message)
    os._exit(0)


class Worker:
    """One network, from the library that it needs to what it gives."""

    def __init__(self) -> None:
        self._load: Callable[[Path], Network]
        self._network: Network

    def answer(self, request: Message) -> Message:
        """What ``request`` asks for, or why that cannot be."""
        words = request.words
        try:
            if "prepare" in words:
                self._load = loader(words["prepare"])
                return Message({})
            if "load" in words:
                self._network = self._load(Path(words["load"]))
                return _introduction(self._network)
            return _bounded(self._network.run(request.arrays))
        except MissingExtraError as error:
            return Message({"missing": str(error)})
        except Exception as error:  # of the libraries' many classes, which share no base
            return Message({"error": _one_line(error)})


def loader(ending: str) -> Callable[[Path], Network]:
    """What loads files of this ending, with the library it needs."""
    if ending == ".onnx":
        from eidophone.bridge.networks import onnx  # noqa: PLC0415

        return onnx.loader()
    from eidophone.bridge.networks import torch  # noqa: PLC0415

    return torch.loader(ending)


def _introduction(network: Network) -> Message:
    for port in network.inputs:
        if not port.name.isprintable():
            raise ValueError("it has an input with a name that cannot be printed")
    ports = [(port.name, port.shape, port.dtype.str) for port in network.inputs]
    return Message({"inputs": ports, "values": network.values})


def _bounded(answers: list[NDArray[Any]]) -> Message:
    numbers: Mapping[str, NDArray[Any]] = {
        str(index): answer if answer.dtype.kind in "fiub" else np.empty(0)
        for index, answer in enumerate(answers)
    }
    if sum(answer.nbytes for answer in numbers.values()) > _MOST_BYTES:
        raise ValueError(f"it gives more than {_MOST_BYTES >> 20} MiB at a time")
    return Message({}, numbers)


def _one_line(error: Exception) -> str:
    """What a library says first, without its codes and what is not to be printed."""
    text = str(error).strip().partition("\n")[0].rpartition(" : ")[2].partition(". ")[0]
    plain = "".join(filter(str.isprintable, text))[:_QUOTED_CHARACTERS].rstrip()
    return plain or type(error).__name__
