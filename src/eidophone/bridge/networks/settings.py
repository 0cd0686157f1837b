"""Settings: what to give to the inputs of a network that do not take the picture."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eidophone.base.errors import ToolError
from eidophone.bridge.networks.network import Port

#: Numbers that one input may take: descriptions of styles and texts have less than a hundredth.
_MOST_NUMBERS = 1 << 22

#: For the other inputs of a network, by name: a number, or a list of them.
Settings = Mapping[str, float | Sequence[float]]


def other_inputs(ports: Sequence[Port], settings: Settings) -> dict[str, NDArray[Any]]:
    """What to give to inputs which take numbers.

    A list is given as it is, and a number to those that take one. To those that take several, a
    whole number is a choice among them, from 0 on: 1 there, and 0 for the others. Without a
    setting it is 1, or the first choice.

    Raises:
        ToolError: a setting for what there is not, or of the wrong length; an input that takes
            something else.
    """
    if unknown := set(settings) - {port.name for port in ports}:
        known = ", ".join(port.name for port in ports) or "nothing"
        raise ToolError(f"the network has no setting {sorted(unknown)[0]!r}: it has {known}")
    return {port.name: _setting(port, settings.get(port.name)) for port in ports}


def _setting(port: Port, value: float | Sequence[float] | None) -> NDArray[Any]:
    several = value if isinstance(value, Sequence) else ()
    said = (len(several),) * bool(several) if port.shape is None else port.shape
    shape = tuple(length or 1 for length in said)
    count = math.prod(shape)
    if count > _MOST_NUMBERS:
        raise ToolError(f"the network's input {port.name!r} takes {count:,} numbers: too many")
    if isinstance(value, Sequence):
        numbers = np.array(value, np.float64)
    elif count == 1:
        numbers = np.array([1 if value is None else value], np.float64)
    else:
        choice = 0 if value is None else value
        if choice not in range(count):
            raise ToolError(f"setting {port.name} {choice} is out of range: 0 to {count - 1}")
        numbers = np.eye(1, count, int(choice))[0]
    if numbers.size != count:
        raise ToolError(f"setting {port.name} has {numbers.size} numbers: it takes {count}")
    return numbers.astype(port.dtype).reshape(shape)
