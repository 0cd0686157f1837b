"""Looks: how films that are for looking only are coloured, and how their light lives on.

A look is a ground, colours from dark to bright, and what becomes of light: it glows, fades slowly
and drifts while it does. What was drawn so cannot be decoded.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from eidophone.base.arrays import Float64
from eidophone.base.errors import FilmError
from eidophone.film.settings import LOOKS

#: Colours are told apart by so many shades, and so many steps from dark to bright.
SHADES, STEPS = 48, 512


@dataclass(frozen=True, kw_only=True)
class Look:
    """One look. What changes from frame to frame is said for 60 frames a second.

    Attributes:
        colours: from dark to bright, in sRGB, for the first shade to the last; none: a circle of
            all hues.
        shade: what the shade of a pixel is: its place from the bottom to the top of the frame, its
            pitch from low to high, or its pitch class.
        curve: exponent of levels.
        glow: how bright what has been is, beside what is.
        halo: how far all light is spread over the whole frame.
        fading: what is left of light in the next frame.
        rise: frames that light rises in each frame.
        spread: how much it moves away from the middle.
        turn: how far it turns around the middle, in turns.
        sway: how much it sways while it rises.
        folds: how often all notes are seen around a spiral, mirrored in turn; 1: as they are.
    """

    colours: tuple[tuple[str, ...], ...] = ()
    shade: Literal["up", "pitch", "class"] = "pitch"
    curve: float = 1.35
    glow: float = 0.7
    halo: float = 0.25
    fading: float = 0.95
    rise: float = 0.0
    spread: float = 0.0
    turn: float = 0.0
    sway: float = 0.0
    folds: int = 1


_LOOKS: dict[str, Look] = {
    "aurora": Look(
        colours=(
            ("03080f", "04262c", "07604e", "1fc97c", "a9ffb4", "f6fff0"),
            ("040916", "07233f", "0a5f78", "1cc3ae", "9fffe2", "f2fffb"),
            ("08081c", "1d1548", "4d2386", "9a45c8", "f29be6", "fff2fc"),
        ),
        shade="up",
        glow=0.85,
        fading=0.975,
        rise=0.006,
        sway=0.0015,
    ),
    "ember": Look(
        colours=(
            ("0c0403", "2c0a06", "7c1a08", "d9480f", "ffa43a", "fff2cc"),
            ("0c0503", "2e0f06", "84340a", "e67c1e", "ffcc66", "fffbe8"),
        ),
        curve=1.5,
        glow=0.75,
        fading=0.95,
        rise=0.0022,
        sway=0.0012,
        spread=0.002,
    ),
    "dusk": Look(
        colours=(
            ("0d0722", "251055", "56208e", "a4389f", "f86f92", "ffdcd2"),
            ("120824", "381456", "86286e", "e35a4a", "ffae50", "fff3d2"),
        ),
        glow=0.8,
        fading=0.96,
        spread=0.010,
    ),
    "ice": Look(
        colours=(
            ("020815", "062244", "0b4c8c", "2c9bdc", "a4e4ff", "ffffff"),
            ("03101d", "08324e", "156c98", "52c0e6", "ccf5ff", "ffffff"),
        ),
        glow=0.55,
        fading=0.93,
        spread=0.004,
        folds=6,
    ),
    "paper": Look(
        colours=(
            ("f5efe0", "d5d4d6", "8f97b8", "3a4a94", "1c2668", "0d1138"),
            ("f5efe0", "f3d3bd", "ea9678", "d8402a", "a31d1c", "5a0f12"),
        ),
        curve=1.15,
        glow=0.6,
        halo=0.1,
        fading=0.975,
    ),
    "prism": Look(shade="class", glow=0.7, fading=0.955, turn=0.0016, spread=-0.003),
}


def look_of(name: str) -> Look:
    """The look called ``name``.

    Raises:
        FilmError: there is no such look.
    """
    if name not in _LOOKS:
        raise FilmError(f"there is no look {name!r}: use one of {', '.join(LOOKS)}")
    return _LOOKS[name]


def look_values(look: Look) -> dict[str, float | str]:
    """All of ``look`` but its colours, for whoever draws by it elsewhere."""
    values = asdict(look)
    del values["colours"]
    return values


@lru_cache(maxsize=8)
def colours_of(look: Look) -> NDArray[np.uint8]:
    """``[SHADES, STEPS, 3]``: a colour for each shade and step of light, graded in Oklab."""
    lab = _circle() if not look.colours else oklab_of_srgb(_named(look.colours))
    steps = _between(lab, 1, STEPS)
    return np.rint(255 * srgb_of_oklab(_between(steps, 0, SHADES))).astype(np.uint8)


def _named(colours: tuple[tuple[str, ...], ...]) -> Float64:
    return np.array([[tuple(bytes.fromhex(one)) for one in shade] for shade in colours]) / 255


def _between(lab: Float64, axis: int, count: int) -> Float64:
    """``count`` colours, as evenly as those of ``lab`` are along ``axis``."""
    place = np.linspace(0, lab.shape[axis] - 1, count)
    before = np.minimum(place.astype(int), max(lab.shape[axis] - 2, 0))
    after = np.minimum(before + 1, lab.shape[axis] - 1)
    part = (place - before).reshape([-1 if n == axis else 1 for n in range(3)])
    return (1 - part) * lab.take(before, axis) + part * lab.take(after, axis)


#: Lightness of the steps of the circle, and the most chroma they have.
_LIGHTNESS = (0.15, 0.28, 0.43, 0.62, 0.80, 0.97)
_CHROMA = (0.0, 0.11, 0.16, 0.19, 0.15, 0.03)


def _circle() -> Float64:
    """All hues, from red around to red, each as colourful as sRGB can show them."""
    hue = np.linspace(0, 2 * np.pi, SHADES)[:, None] + 0.35
    light, chroma = np.array(_LIGHTNESS), np.array(_CHROMA) * np.ones_like(hue)
    for _ in range(40):
        lab = np.stack(
            [light * np.ones_like(hue), chroma * np.cos(hue), chroma * np.sin(hue)], axis=-1
        )
        linear = _linear_of_oklab(lab)
        outside = ((linear < 0) | (linear > 1)).any(axis=-1)
        chroma = np.where(outside, chroma * 0.95, chroma)
    lab[:, 0] = oklab_of_srgb(np.array([7, 7, 14]) / 255)  # one ground for all
    return lab


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


def oklab_of_srgb(srgb: Float64) -> Float64:
    """Oklab of sRGB from 0 to 1, ``[..., 3]``."""
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    return np.cbrt(linear @ _LMS_OF_RGB.T) @ _LAB_OF_LMS.T


def srgb_of_oklab(lab: Float64) -> Float64:
    """Colours in sRGB from 0 to 1, of Oklab, ``[..., 3]``."""
    linear = np.clip(_linear_of_oklab(lab), 0, 1)
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)


def _linear_of_oklab(lab: Float64) -> Float64:
    linear: Float64 = (lab @ np.linalg.inv(_LAB_OF_LMS).T) ** 3 @ np.linalg.inv(_LMS_OF_RGB).T
    return linear
