"""Messages to a network's process and back: JSON, and arrays as their plain bytes; no pickles."""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Mapping
from typing import IO, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

_LENGTH = struct.Struct(">Q")


class Message(NamedTuple):
    """What is said, and arrays by their names."""

    words: Mapping[str, Any]
    arrays: Mapping[str, NDArray[Any]] = {}


def send(pipe: IO[bytes], message: Message) -> None:
    """Write ``message``.

    Raises:
        OSError: nobody listens any more.
    """
    arrays = [(name, np.ascontiguousarray(array)) for name, array in message.arrays.items()]
    kinds = [(name, array.dtype.str, array.shape) for name, array in arrays]
    head = json.dumps({"words": message.words, "arrays": kinds}).encode()
    pipe.write(_LENGTH.pack(len(head)) + head)
    for _, array in arrays:
        pipe.write(array.reshape(-1).view(np.uint8).data)
    pipe.flush()


def receive(pipe: IO[bytes], most_bytes: float = math.inf) -> Message | None:
    """The next message; None when there will be no more, or none that can be taken.

    Args:
        pipe: where it comes from.
        most_bytes: that its words may have, and its arrays together.
    """
    start = pipe.read(_LENGTH.size)
    if len(start) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(start)
    if length > most_bytes:
        return None
    try:
        said = json.loads(pipe.read(length))
        words = dict(said["words"])
        kinds = [(name, np.dtype(dtype), shape) for name, dtype, shape in said["arrays"]]
        count = sum(dtype.itemsize * abs(math.prod(shape)) for _, dtype, shape in kinds)
        if count > most_bytes or any(dtype.kind not in "biufc" for _, dtype, _ in kinds):
            return None
        arrays = {name: np.empty(shape, dtype) for name, dtype, shape in kinds}
    except (ValueError, TypeError, KeyError, RecursionError):  # cut off, or none
        return None
    for array in arrays.values():
        into = array.reshape(-1).view(np.uint8).data
        if pipe.readinto(into) < len(into):  # type: ignore[attr-defined]
            return None
    return Message(words, arrays)
