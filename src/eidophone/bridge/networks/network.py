"""A network, what it wants and gives, and how to ask it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from eidophone.base.arrays import Float32
from eidophone.base.errors import ToolError
from eidophone.bridge.networks.conventions import PRESETS, LayoutName, Values, arranged, pictures_in


@dataclass(frozen=True)
class Port:
    """One input of a network.

    Attributes:
        name: as the network calls it.
        shape: its axes; None where any length will do; None altogether if it does not say.
        dtype: of its numbers.
    """

    name: str
    shape: tuple[int | None, ...] | None
    dtype: np.dtype[Any]


@dataclass(frozen=True)
class StyleInput:
    """A style picture for the input of a network that takes a second one.

    Attributes:
        port: the input.
        layout, channels: how it is given.
        light: the picture, ``[height, width, 3]`` in 0..1, of the size that is wanted.
    """

    port: Port
    layout: LayoutName
    channels: int
    light: Float32

    def feed(self, values: Values, count: int) -> NDArray[Any]:
        """The picture in these numbers, as often as the port wants it, or else ``count`` times."""
        wanted = self.port.shape[0] if self.port.shape and "N" in self.layout else None
        light = as_channels(self.light, self.channels)[None]
        return _feed(np.repeat(light, wanted or count, axis=0), values, self.layout, self.port)


class StoppedError(ToolError):
    """A network crashed, or had to be stopped: no use in asking it anything else."""


class Network(Protocol):
    """A network that has been loaded."""

    @property
    def inputs(self) -> tuple[Port, ...]:
        """What it wants."""

    @property
    def values(self) -> str | None:
        """The numbers that it takes and gives, if it says so: see `conventions`."""

    def run(self, feeds: Mapping[str, NDArray[Any]]) -> list[NDArray[Any]]:
        """All that it gives.

        Raises:
            ToolError: it fails; the message has its own words.
            StoppedError: for good.
        """


@dataclass(frozen=True)
class Geometry:
    """What becomes of the size of a picture: ``scale * size - lost``.

    Attributes:
        scale: times as large.
        lost: pixels that are missing along each axis, half of them at either end.
    """

    scale: Fraction
    lost: int

    @property
    def margin(self) -> int:
        """Pixels of what goes in, at each end, that do not come back."""
        return math.ceil(self.lost / (2 * self.scale))


@dataclass(frozen=True)
class Finding:
    """All that one has to know in order to send pictures through a network.

    Attributes:
        port: the input that takes pictures.
        others: what to give to its other inputs.
        layout, channels, values: how pictures go in.
        output: which of its outputs is the picture.
        output_layout, output_values: how it comes out.
        size: height and width that it takes; None where it takes any multiple of ``multiple``.
        multiple: see there.
        batch: how many pictures at a time; None for any number.
        geometry: what becomes of their size.
        marks: how much the probe looked like a picture after it.
        style: what its input for a second picture is given.
    """

    port: Port
    others: Mapping[str, NDArray[Any]]
    layout: LayoutName
    channels: int
    values: Values
    output: int = 0
    output_layout: LayoutName = "NCHW"
    output_values: Values = PRESETS["0..1"]
    size: tuple[int | None, int | None] = (None, None)
    multiple: int = 1
    batch: int | None = None
    geometry: Geometry = Geometry(Fraction(1), 0)
    marks: float = 0.0
    style: StyleInput | None = None

    def describe(self) -> str:
        """What was found, in one line."""
        sides = [self._side(side) for side in self.size]
        size = "any size" if sides == ["n", "n"] else f"{sides[1]} x {sides[0]} pixels"
        what = {1: "grey", 3: "RGB", 4: "RGBA"}[self.channels]
        values = f"{self.values.name} in, {self.output_values.name} out"
        scale = f", {self.geometry.scale} times as large" if self.geometry.scale != 1 else ""
        others = "".join(f", {name} {_briefly(given)}" for name, given in self.others.items())
        if self.style:
            height, width = self.style.light.shape[:2]
            others += f", {self.style.port.name} the style picture in {width} x {height} pixels"
        return f"{self.layout} {self.port.dtype} {what}, {size}, {values}{scale}{others}"

    def _side(self, side: int | None) -> str:
        return str(side or ("n" if self.multiple == 1 else f"{self.multiple}n"))

    def ask(self, network: Network, light: Float32) -> Float32:
        """What ``network`` makes of ``light``: ``[n, height, width, channels]`` each.

        Raises:
            ToolError: it fails.
        """
        answers = network.run(self.feeds(light))
        answer = pictures_in(answers[self.output], self.output_layout)
        return self.output_values.light(answer.astype(np.float32))

    def feeds(self, light: Float32) -> dict[str, NDArray[Any]]:
        """What all inputs are given, for ``light`` ``[n, height, width, channels]``."""
        feeds = {self.port.name: _feed(light, self.values, self.layout, self.port), **self.others}
        if self.style:
            feeds[self.style.port.name] = self.style.feed(self.values, len(light))
        return feeds


def _feed(light: Float32, values: Values, layout: LayoutName, port: Port) -> NDArray[Any]:
    """``light`` ``[n, height, width, channels]`` as ``port`` takes it."""
    numbers = values.numbers(light)
    if port.dtype.kind in "ui":
        numbers = np.rint(np.clip(numbers, 0, np.iinfo(port.dtype).max))
    return arranged(numbers.astype(port.dtype), layout)


def _briefly(given: NDArray[Any]) -> str:
    """A setting, as one would give it."""
    if given.size == 1:
        return f"{given.item():g}"
    chosen = np.flatnonzero(given)
    is_choice = len(chosen) == 1 and given.flat[chosen[0]] == 1
    return f"{chosen[0]} of 0..{given.size - 1}" if is_choice else f"{given.size} numbers"


def as_channels(light: Float32, channels: int) -> Float32:
    """``light`` ``[..., 3]`` with that many channels: grey, or with alpha."""
    if channels == 1:
        return light.mean(axis=-1, keepdims=True)
    if channels == 4:
        return np.concatenate([light, np.ones_like(light[..., :1])], axis=-1)
    return light
