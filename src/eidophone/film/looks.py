"""Looks: colourings of films that are for looking only; what was coloured cannot be decoded."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from eidophone.base.arrays import Pixels
from eidophone.base.errors import FilmError
from eidophone.film.settings import LOOKS

#: Colours from silence to full scale, in sRGB. The levels at which they lie are evenly spaced.
_COLOURS: dict[str, tuple[str, ...]] = {
    "ember": ("000000", "0d0508", "3b0f12", "8f2410", "e8681a", "ffd27a", "fffdf0"),
    "aurora": ("000000", "02070d", "07263a", "0b6b6b", "3fc98a", "c8f7a8", "ffffff"),
    "dusk": ("000000", "08051a", "2a1458", "7b2a86", "e0567a", "ffb37a", "fff6e0"),
    "ice": ("000000", "03060c", "0c2340", "1f5f99", "6fb7e0", "d3f0fa", "ffffff"),
    "paper": ("f6f1e4", "f1eadb", "d9cdb8", "a08f7c", "5e5046", "2b2320", "100c0b"),
}


def check_look(look: str) -> None:
    """Refuse what is no look.

    Raises:
        FilmError: there is no such look.
    """
    if look not in _COLOURS:
        raise FilmError(f"there is no look {look!r}: use one of {', '.join(LOOKS)}")


def apply_look(pixels: Pixels, look: str) -> Pixels:
    """``pixels`` in the colours of ``look``, by the level of the middle.

    Args:
        pixels: uint8 ``[height, width, 3]``.
        look: one of `LOOKS`.
    """
    return _palette(look)[pixels[:, :, 1]]


@lru_cache(maxsize=8)
def _palette(look: str) -> NDArray[np.uint8]:
    """``[256, 3]``: a colour for each level, evenly graded to the eye."""
    named = np.array([tuple(bytes.fromhex(colour)) for colour in _COLOURS[look]]) / 255
    stops = np.linspace(0, 255, len(named))
    lab = _oklab_of_srgb(named)
    between = np.stack([np.interp(np.arange(256), stops, channel) for channel in lab.T], axis=1)
    return np.rint(255 * np.clip(_srgb_of_oklab(between), 0, 1)).astype(np.uint8)


# Oklab (Ottosson, 2020), in which equal steps look equal: https://bottosson.github.io/posts/oklab/
_LMS_OF_RGB = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_LAB_OF_LMS = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def _oklab_of_srgb(srgb: NDArray[np.float64]) -> NDArray[np.float64]:
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    return np.cbrt(linear @ _LMS_OF_RGB.T) @ _LAB_OF_LMS.T


def _srgb_of_oklab(lab: NDArray[np.float64]) -> NDArray[np.float64]:
    linear = (lab @ np.linalg.inv(_LAB_OF_LMS).T) ** 3 @ np.linalg.inv(_LMS_OF_RGB).T
    linear = np.clip(linear, 0, 1)
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
