"""What lies where in a picture with a strip, in its own pixels: the canvas.

From top to bottom: a dotted rule, the picture, a black gap, a clock of alternating modules, three
tracks of data, and the tones, which reach outward far enough that a crop of the outermost 5 %
leaves some. Along the width the data and the tones repeat with one period, and one period always
survives a crop of 5 % on either side.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eidophone.picture.strip import code

MAX_MESSAGE_BYTES = 68
MAX_SIDE = 65_535

#: The share of width or height that may be lost on each side.
_LOSS = 0.05
#: Modules this small still read at half size after JPEG; wide pictures get larger ones.
_MIN_MODULE, _MAX_MODULE = 4, 16
#: Heights in units: half a unit each for rule and gap, the clock, the data, and kept tones.
_RULE, _GAP, _CLOCK, _KEPT_TONES = 0.5, 0.5, 1.0, 1.5


def _unit(height: int) -> int:
    """Height of a track in pixels, even."""
    return max(_MIN_MODULE, 2 * round(height / 256))


def band_height(height: int) -> int:
    """Pixel rows that a strip adds to a picture of ``height`` rows, above and below it together."""
    kept = (_RULE + _GAP + _CLOCK + code.TRACKS + _KEPT_TONES) * _unit(height)
    return math.ceil((kept + _LOSS * height) / (1 - _LOSS))


def min_width(message_bytes: int) -> int:
    """Narrowest canvas, in pixels, that holds a message of so many bytes; others are padded."""
    return math.ceil((code.period(message_bytes) + 2) * _MIN_MODULE / (1 - 2 * _LOSS))


@dataclass(frozen=True)
class StripLayout:
    """Where everything is in the canvas of one picture; lengths in pixels, rows from the top.

    Attributes:
        height: rows of the picture proper.
        width: columns of the picture proper.
        message_bytes: length of the message.
    """

    height: int
    width: int
    message_bytes: int

    @property
    def canvas_height(self) -> int:
        """Rows of picture and strip together."""
        return self.height + band_height(self.height)

    @property
    def canvas_width(self) -> int:
        """Columns of the picture with the padding on its right."""
        return max(self.width, min_width(self.message_bytes))

    @property
    def unit(self) -> int:
        """Height of a track."""
        return _unit(self.height)

    @property
    def module(self) -> int:
        """Width of a module: as large as lets one period survive the crop, within limits."""
        fits = int((1 - 2 * _LOSS) * self.canvas_width / (code.period(self.message_bytes) + 2))
        return min(max(fits, _MIN_MODULE), _MAX_MODULE)

    @property
    def modules(self) -> int:
        """Modules along the width, the last perhaps cut."""
        return math.ceil(self.canvas_width / self.module)

    @property
    def top(self) -> int:
        """First row of the picture proper, and height of the rule above it."""
        return int(_RULE * self.unit)

    @property
    def clock(self) -> int:
        """First row of the clock; the tracks of data follow it, a unit each."""
        return self.top + self.height + int(_GAP * self.unit)

    @property
    def tones(self) -> int:
        """First row of the tones, which reach to the end of the canvas."""
        return self.clock + int(_CLOCK + code.TRACKS) * self.unit


#: Corners of the scale of tones: place in the period, red, green, blue. Greys from black to white
#: and back, then the hues at half strength, which no ordinary change of tones clips.
_TONES = np.array(
    [
        [0.00, 0.00, 0.00, 0.00],
        [0.04, 0.00, 0.00, 0.00],
        [0.22, 1.00, 1.00, 1.00],
        [0.28, 1.00, 1.00, 1.00],
        [0.46, 0.00, 0.00, 0.00],
        [0.52, 0.00, 0.00, 0.00],
        [0.56, 0.75, 0.25, 0.25],
        [0.64, 0.75, 0.75, 0.25],
        [0.72, 0.25, 0.75, 0.25],
        [0.80, 0.25, 0.75, 0.75],
        [0.88, 0.25, 0.25, 0.75],
        [0.96, 0.75, 0.25, 0.75],
        [1.00, 0.00, 0.00, 0.00],
    ]
)
#: Greys end, and hues begin, at these places in the period.
GREYS_END, HUES_START, HUES_END = 0.52, 0.56, 0.96


def tone_at(place: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """``[n, 3]`` colours, 0..1, of the scale of tones at ``place`` (``[n]``, in periods)."""
    place = place % 1.0
    return np.stack([np.interp(place, _TONES[:, 0], channel) for channel in _TONES.T[1:]], axis=1)


def corner_distance(place: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """Distance, in periods, from ``place`` to the nearest corner of the scale of tones."""
    distance = np.abs((place % 1.0)[:, None] - _TONES[:, 0])
    return np.asarray(distance.min(axis=1))
