"""Colour profiles (ICC.1:2022, and PNG's gAMA and cHRM): pixels of any profile to sRGB."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

from eidophone.base.arrays import Pixels

_Curve = Callable[[NDArray[np.float64]], NDArray[np.float64]]

_D50 = np.array([0.9642, 1.0, 0.8249])

#: Linear sRGB to XYZ of the white D50 (ICC's profile of sRGB).
_SRGB = np.array(
    [
        [0.4360747, 0.3850649, 0.1430804],
        [0.2225045, 0.7168786, 0.0606169],
        [0.0139322, 0.0971045, 0.7141733],
    ]
)
_BRADFORD = np.array(
    [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]]
)

#: Pixels that are converted at once.
_BLOCK = 1 << 18

#: PNG's gAMA of sRGB, in its 100,000ths; programs write it for sRGB itself.
_SRGB_GAMMA, _NEARLY = 45_455, 500


@dataclass(frozen=True, eq=False)
class Colours:
    """What the numbers of pixels mean: light, by a curve a channel, and colours, by a matrix.

    Attributes:
        curves: of red, green and blue, from 0..1 to linear light.
        matrix: linear light to linear sRGB.
    """

    curves: tuple[_Curve, _Curve, _Curve]
    matrix: NDArray[np.float64]

    def to_srgb(self, pixels: Pixels) -> Pixels:
        """``pixels`` (uint8 or uint16) in sRGB, at the same depth; the same if they are so."""
        full = np.iinfo(pixels.dtype).max
        steps = np.linspace(0.0, 1.0, full + 1)
        light = np.stack([curve(steps) for curve in self.curves]).astype(np.float32)
        probe = np.linspace(0, full, 52).round().astype(pixels.dtype)
        colours = np.array([[1, 1, 1], [1, 0, 0], [0, 1, 0], [0, 0, 1]], pixels.dtype)
        probes = probe[:, np.newaxis] * colours[:, np.newaxis]
        changed = self._converted(probes, light, full)
        if np.abs(changed.astype(np.int64) - probes).max() <= max(1, full // 255):
            return pixels
        made = np.empty_like(pixels)
        rows = max(1, _BLOCK // pixels.shape[1])
        for row in range(0, len(pixels), rows):
            made[row : row + rows] = self._converted(pixels[row : row + rows], light, full)
        return made

    def _converted(self, pixels: Any, light: NDArray[np.float32], full: int) -> Pixels:
        linear = np.stack([light[channel][pixels[..., channel]] for channel in range(3)], axis=-1)
        linear = np.clip(linear @ self.matrix.T.astype(np.float32), 0, 1)
        coded = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
        rounded: Pixels = np.rint(coded * full).astype(pixels.dtype)
        return rounded


def to_srgb(pixels: Pixels, profile: bytes) -> tuple[Pixels, str]:
    """``pixels`` in sRGB by their ICC ``profile``; and what is to be said of it, or "".

    Floats are left as they are: they are light, or ours.
    """
    if pixels.dtype == np.float32:
        return pixels, ""
    try:
        if profile[16:20] == b"CMYK":  # the pixels are RGB already, see `through_lcms`
            ImageCms.ImageCmsProfile(io.BytesIO(profile))
            return pixels, ""
        colours = _colours_of(profile)
        if colours is not None:
            return colours.to_srgb(pixels), ""
        deep = pixels.dtype != np.uint8
        shallow = (pixels >> 8).astype(np.uint8) if deep else pixels
        converted = np.array(through_lcms(Image.fromarray(shallow), profile))
    except Exception as error:  # anything may be in a profile
        return pixels, f"its colour profile is broken, and taken as sRGB ({type(error).__name__})"
    return converted, "its colour profile is a table, which leaves it 8 bits" if deep else ""


def through_lcms(image: Image.Image, profile: bytes) -> Image.Image:
    """``image`` of 8 bits in sRGB."""
    source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    converted = ImageCms.profileToProfile(
        image,
        source,
        ImageCms.createProfile("sRGB"),
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
        outputMode="RGB",
        flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )
    if converted is None:
        raise ValueError("no image")
    return converted


def of_png(gamma: int | None, chromaticities: tuple[int, ...] | None) -> Colours | None:
    """What gAMA and cHRM say (https://www.w3.org/TR/png-3/, 11.3.2); None: nothing beyond sRGB."""
    is_srgb = gamma is None or abs(gamma - _SRGB_GAMMA) <= _NEARLY
    curve: _Curve = _srgb_light if is_srgb else _power(100_000 / max(gamma or 1, 1))
    matrix = np.eye(3) if chromaticities is None else _of_primaries(chromaticities)
    if is_srgb and chromaticities is None:
        return None
    return Colours((curve, curve, curve), matrix)


def _of_primaries(values: tuple[int, ...]) -> NDArray[np.float64]:
    """Linear light to linear sRGB, by the chromaticities of white, red, green and blue."""
    white, *primaries = [
        np.array([x / y, 1, (100_000 - x - y) / y])
        for x, y in zip(values[::2], values[1::2], strict=True)
    ]
    shares = np.stack(primaries, axis=1)
    to_xyz = shares * np.linalg.solve(shares, white)
    cones = (_BRADFORD @ _D50) / (_BRADFORD @ white)
    adapted = np.linalg.inv(_BRADFORD) @ np.diag(cones) @ _BRADFORD
    matrix: NDArray[np.float64] = np.linalg.inv(_SRGB) @ adapted @ to_xyz
    return matrix


def _colours_of(profile: bytes) -> Colours | None:
    """What an ICC profile says by curves and a matrix; None: it is made of tables."""
    if profile[36:40] != b"acsp":
        raise ValueError("it has no signature")
    (count,) = struct.unpack_from(">I", profile, 128)
    tags = {}
    for number in range(min(count, 100)):
        name, start, size = struct.unpack_from(">4sII", profile, 132 + 12 * number)
        tags[name] = profile[start : start + size]
    if b"A2B0" in tags or profile[16:20] not in (b"RGB ", b"GRAY"):
        return None
    if profile[16:20] == b"GRAY":
        curve = _curve_of(tags[b"kTRC"])
        if profile[20:24] == b"Lab ":
            curve = _lightness(curve)
        return Colours((curve, curve, curve), np.eye(3))
    red, green, blue = (_curve_of(tags[name]) for name in (b"rTRC", b"gTRC", b"bTRC"))
    columns = [_fixed(tags[name], 8, 3) for name in (b"rXYZ", b"gXYZ", b"bXYZ")]
    return Colours((red, green, blue), np.linalg.inv(_SRGB) @ np.stack(columns, axis=1))


def _fixed(data: bytes, start: int, count: int) -> NDArray[np.float64]:
    return np.array(struct.unpack_from(f">{count}i", data, start)) / 65_536


def _curve_of(tag: bytes) -> _Curve:
    """A curve (ICC.1:2022, 10.6 and 10.18)."""
    if tag[:4] == b"curv":
        (count,) = struct.unpack_from(">I", tag, 8)
        values = np.frombuffer(tag, ">u2", count, 12)
        if count == 1:
            return _power(values[0] / 256)
        table = values / 65_535 if count else np.array([0.0, 1.0])
        return lambda x: np.interp(x * (len(table) - 1), np.arange(len(table)), table)
    if tag[:4] != b"para":
        raise ValueError("an unknown curve")
    (kind,) = struct.unpack_from(">H", tag, 8)
    given = [float(value) for value in _fixed(tag, 12, (1, 3, 4, 5, 7)[kind])]
    g, a, b, c, d, e, f = given + [1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0][len(given) :]
    if kind in (1, 2):
        c, d, e, f = 0.0, -b / a, c, c  # kind 2 adds its c everywhere
    return lambda x: np.where(x >= d, np.maximum(a * x + b, 0) ** g + e, c * x + f)


def _power(exponent: float) -> _Curve:
    return lambda x: x**exponent


def _srgb_light(x: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(x <= 0.04045, x / 12.92, ((x + 0.055) / 1.055) ** 2.4)


def _lightness(curve: _Curve) -> _Curve:
    """Light of a ``curve`` that gives CIE lightness."""

    def light(x: NDArray[np.float64]) -> NDArray[np.float64]:
        cube = (100 * curve(x) + 16) / 116
        return np.where(cube > 6 / 29, cube**3, 3 * (6 / 29) ** 2 * (cube - 4 / 29))

    return light
