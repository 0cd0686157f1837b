"""The arrays of this project, by what one value is."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

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

#: ``[height, width, channels]``: uint8, uint16, or float32 with 1 as white.
Pixels = NDArray[Any]
