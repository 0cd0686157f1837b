"""The arrays of this project, by what one value is."""

from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Kind = TypeVar("Kind", bound=np.generic)

#: Samples of a sound, levels and powers.
Float32 = NDArray[np.float32]

#: Frequencies of an axis, and whatever needs their precision.
Float64 = NDArray[np.float64]

#: Real numbers of either precision.
Floats = NDArray[np.floating[Any]]

#: Bins of a transform.
Complex64 = NDArray[np.complex64]

#: Whether something is so, for each cell.
Mask = NDArray[np.bool_]

#: Small whole numbers, of which there are many.
Int16 = NDArray[np.int16]

#: Places in a picture of cells.
Int32 = NDArray[np.int32]

#: Places in a sound.
Int64 = NDArray[np.int64]

#: Zeros and ones.
Bits = NDArray[np.uint8]

#: Ink of 0 to 255.
UInt8 = NDArray[np.uint8]

#: ``[height, width, channels]``: uint8, uint16, or float32 with 1 as white.
Pixels = NDArray[Any]


def immutable(array: NDArray[Kind], given: object) -> NDArray[Kind]:
    """``array``, which nobody can write into any more; copied only if somebody else still could.

    Args:
        array: made of ``given``, or that itself.
        given: what somebody else may have.
    """
    chain = _chain(array)
    owner = chain[-1]
    foreign = owner.base is not None and not isinstance(owner.base, bytes)  # of a tensor, a map
    shared = isinstance(given, np.ndarray) and np.may_share_memory(owner, given)
    if (foreign or shared) and any(one.flags.writeable for one in chain):
        array = array.copy()
    return sealed(array).view()


def sealed(array: NDArray[Kind]) -> NDArray[Kind]:
    """``array`` of our own, of which nobody else knows; from now on nobody can write into it."""
    for one in _chain(array):
        one.flags.writeable = False
    return array


def _chain(array: NDArray[Any]) -> list[NDArray[Any]]:
    """``array``, and the arrays that it is a view of."""
    chain = [array]
    while isinstance(chain[-1].base, np.ndarray):
        chain.append(chain[-1].base)
    return chain
