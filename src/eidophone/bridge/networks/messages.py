"""Messages to a network's process and back: JSON, and arrays as their plain bytes; no pickles."""

from __future__ import annotations

import json
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


def receive(pipe: IO[bytes]) -> Message | None:
    """The next message; None when there will be no more."""
    start = pipe.read(_LENGTH.size)
    if len(start) < _LENGTH.size:
        return None
    head = pipe.read(*_LENGTH.unpack(start))
    try:
        said = json.loads(head)
    except ValueError:  # cut off in the middle
        return None
    arrays = {}
    for name, dtype, shape in said["arrays"]:
        array = np.empty(shape, dtype)
        into = array.reshape(-1).view(np.uint8).data
        if pipe.readinto(into) < len(into):  # type: ignore[attr-defined]
            return None
        arrays[name] = array
    return Message(said["words"], arrays)
