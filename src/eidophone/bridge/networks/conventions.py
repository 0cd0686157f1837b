"""How networks write pictures down: the order of their axes, and the numbers that mean light."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from eidophone.base.arrays import Float32
from eidophone.base.errors import ToolError

#: Order of the axes: number of pictures, channels, height, width.
LayoutName = Literal["NCHW", "NHWC", "CHW", "HWC"]
LAYOUTS: tuple[LayoutName, ...] = get_args(LayoutName)

_RANGE = re.compile(r"(-?\d+(?:\.\d+)?)\.\.(-?\d+(?:\.\d+)?)")


@dataclass(frozen=True)
class Values:
    """The numbers that mean light: ``light * scale + offset``, colour by colour.

    Attributes:
        name: what people call it: ``"0..1"``, ``"-1..1"``, ``"0..255"`` or any other range,
            ``"imagenet"`` or ``"caffe"``.
        scale, offset: of red, green and blue.
        bgr: blue comes first.
    """

    name: str
    scale: tuple[float, float, float]
    offset: tuple[float, float, float]
    bgr: bool = False

    @classmethod
    def between(cls, name: str, low: float, high: float) -> Values:
        """Black is ``low``, and full light ``high``."""
        return cls(name, (high - low,) * 3, (low,) * 3)

    def numbers(self, light: Float32) -> Float32:
        """The numbers that mean ``light``, ``[..., channels]`` in 0..1."""
        scale, offset = self._per_channel(light.shape[-1])
        return self._swapped(light) * scale + offset

    def light(self, numbers: Float32) -> Float32:
        """The inverse of `numbers`; may lie outside of 0..1."""
        scale, offset = self._per_channel(numbers.shape[-1])
        return (self._swapped((numbers - offset) / scale)).astype(np.float32)

    def _per_channel(self, channels: int) -> tuple[Float32, Float32]:
        """Scale and offset of grey, colours, or colours with alpha, in the network's order."""
        lines = np.array([self.scale, self.offset], np.float32)
        if channels == 1:
            lines = lines.mean(axis=1, keepdims=True)
        elif channels == 4:
            lines = np.concatenate([lines, lines.mean(axis=1, keepdims=True)], axis=1)
        return lines[0], lines[1]

    def _swapped(self, colours: Float32) -> Float32:
        order = {3: [2, 1, 0], 4: [2, 1, 0, 3]}.get(colours.shape[-1])
        return colours[..., order] if self.bgr and order else colours


#: Likelier ones first. torchvision's mean and deviation, and Caffe's mean, of ImageNet's colours.
PRESETS: dict[str, Values] = {
    "0..1": Values.between("0..1", 0, 1),
    "-1..1": Values.between("-1..1", -1, 1),
    "0..255": Values.between("0..255", 0, 255),
    "imagenet": Values(
        "imagenet",
        (1 / 0.229, 1 / 0.224, 1 / 0.225),
        (-0.485 / 0.229, -0.456 / 0.224, -0.406 / 0.225),
    ),
    "caffe": Values("caffe", (255, 255, 255), (-103.939, -116.779, -123.68), bgr=True),
}


def values_named(name: str) -> Values:
    """The values of this name: of `PRESETS`, or any range ``"low..high"``.

    Raises:
        ToolError: there are none.
    """
    if name in PRESETS:
        return PRESETS[name]
    if (match := _RANGE.fullmatch(name)) and float(match[1]) != float(match[2]):
        return Values.between(name, float(match[1]), float(match[2]))
    raise ToolError(f"values {name!r} are unknown: use {', '.join(PRESETS)}, or another low..high")


def arranged(pictures: NDArray[Any], layout: LayoutName) -> NDArray[Any]:
    """``pictures`` ``[n, height, width, channels]`` in ``layout``; without N there is one only."""
    axes = [("NHWC").index(axis) for axis in layout]
    array = pictures if "N" in layout else pictures[0]
    return np.ascontiguousarray(array.transpose([a - ("N" not in layout) for a in axes]))


def pictures_in(array: NDArray[Any], layout: LayoutName) -> NDArray[Any]:
    """The inverse of `arranged`."""
    array = array if "N" in layout else array[None]
    full = layout if "N" in layout else f"N{layout}"
    return array.transpose([full.index(axis) for axis in "NHWC"])
