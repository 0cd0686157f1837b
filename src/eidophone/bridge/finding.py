"""Find out what an image-to-image network wants and gives, by what it says and by trying.

Axes and sizes are taken from its description where there is one; the rest is tried on a probe
picture: what runs, what size comes back, and which numbers make it give the best picture.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from eidophone.bridge.conventions import (
    LAYOUTS,
    PRESETS,
    LayoutName,
    Values,
    arranged,
    pictures_in,
    values_named,
)
from eidophone.bridge.probing import marks, probe
from eidophone.errors import ToolError
from eidophone.gabor import Float32

#: For the other inputs of a network, by name: a number, or a list of them.
Settings = Mapping[str, float | list[float]]

#: Sides of pictures have at least this many pixels.
_LEAST_SIDE = 16
#: Networks shrink or enlarge by no more than this.
_MOST_SCALE = 16

#: Sizes that are multiples of the number, but of no larger one: two, so that growth and loss show.
_FREE_SIZES = {
    1: (131, 186),
    2: (130, 188),
    4: (132, 184),
    8: (136, 176),
    16: (144, 224),
    32: (160, 192),
    64: (192, 128),
}
#: Networks that say any size would do, but mean only one, mean one of these.
_COMMON_SIDES = (256, 512, 224, 384, 128, 320, 640, 1024, 64)

#: What these numbers in make likely out, over and above how the pictures look.
_USUAL = {("imagenet", "0..1"): 0.0, ("0..1", "0..255"): -0.1, ("imagenet", "0..255"): -0.1}
_UNUSUAL = -0.2
_SAME = 0.1


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


class Network(Protocol):
    """A network that has been loaded."""

    @property
    def inputs(self) -> tuple[Port, ...]:
        """What it wants."""

    def run(self, feeds: Mapping[str, NDArray[Any]]) -> list[NDArray[Any]]:
        """All that it gives.

        Raises:
            ToolError: it fails; the message has its own words.
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
    """

    port: Port
    others: Mapping[str, NDArray[Any]]
    layout: LayoutName
    channels: int
    values: Values
    output: int
    output_layout: LayoutName
    output_values: Values
    size: tuple[int | None, int | None]
    multiple: int
    batch: int | None
    geometry: Geometry
    marks: float = 0.0

    def describe(self) -> str:
        """What was found, in one line."""
        sides = [self._side(side) for side in self.size]
        size = "any size" if sides == ["n", "n"] else f"{sides[1]} x {sides[0]} pixels"
        what = {1: "grey", 3: "RGB", 4: "RGBA"}[self.channels]
        values = f"{self.values.name} in, {self.output_values.name} out"
        scale = f", {self.geometry.scale} times as large" if self.geometry.scale != 1 else ""
        others = "".join(f", {name} {_briefly(given)}" for name, given in self.others.items())
        return f"{self.layout} {self.port.dtype} {what}, {size}, {values}{scale}{others}"

    def _side(self, side: int | None) -> str:
        return str(side or ("n" if self.multiple == 1 else f"{self.multiple}n"))

    def ask(self, network: Network, light: Float32) -> Float32:
        """What ``network`` makes of ``light``: ``[n, height, width, channels]`` each.

        Raises:
            ToolError: it fails.
        """
        numbers = self.values.numbers(light)
        if self.port.dtype.kind in "ui":
            numbers = np.rint(np.clip(numbers, 0, np.iinfo(self.port.dtype).max))
        feed = arranged(numbers.astype(self.port.dtype), self.layout)
        answers = network.run({self.port.name: feed, **self.others})
        answer = pictures_in(answers[self.output], self.output_layout)
        return self.output_values.light(answer.astype(np.float32))


def _briefly(given: NDArray[Any]) -> str:
    """A setting, as one would give it."""
    if given.size == 1:
        return f"{given.item():g}"
    chosen = np.flatnonzero(given)
    is_choice = len(chosen) == 1 and given.flat[chosen[0]] == 1
    return f"{chosen[0]} of 0..{given.size - 1}" if is_choice else f"{given.size} numbers"


def find(
    network: Network,
    *,
    layout: LayoutName | None = None,
    values: str | None = None,
    settings: Settings | None = None,
) -> Finding:
    """Find out how to use ``network``.

    Args:
        network: takes a picture and gives a picture.
        layout: order of the axes that it takes, if known.
        values: numbers that it takes, and after a comma gives, if known: ``"0..1"``,
            ``"imagenet,0..255"``.
        settings: for its other inputs, by name: see `other_inputs`.

    Raises:
        ToolError: nothing works.
    """
    port = _picture_port(network, settings or {})
    others = other_inputs([other for other in network.inputs if other != port], settings or {})
    shaped = _find_shape(network, port, others, layout)
    return _find_values(network, shaped, values)


def other_inputs(ports: list[Port], settings: Settings) -> dict[str, NDArray[Any]]:
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


def _setting(port: Port, value: float | list[float] | None) -> NDArray[Any]:
    shape = tuple(length or 1 for length in port.shape or ())
    count = int(np.prod(shape))
    if value is None and count > 1 and _layouts(port):
        raise ToolError(f"the network wants a second picture, {port.name!r}: this is not supported")
    if isinstance(value, list):
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


def _picture_port(network: Network, settings: Mapping[str, Any]) -> Port:
    for port in network.inputs:
        if port.name not in settings and _layouts(port):
            return port
    shapes = ", ".join(f"{port.name} {_shown(port.shape)}" for port in network.inputs) or "nothing"
    raise ToolError(f"the network takes no picture: it takes {shapes}")


def _shown(shape: tuple[int | None, ...] | None) -> str:
    return "[" + ", ".join(str(n or "?") for n in shape) + "]" if shape is not None else ""


def _layouts(port: Port) -> list[LayoutName]:
    """Orders of the axes that fit what the port says; where it says channels, only that."""
    if port.shape is None:
        return list(LAYOUTS)
    fitting = [layout for layout in LAYOUTS if _fits(port.shape, layout)]
    certain = [layout for layout in fitting if port.shape[layout.index("C")] is not None]
    return certain or fitting


def _fits(shape: tuple[int | None, ...], layout: LayoutName) -> bool:
    if len(shape) != len(layout):
        return False
    sides = [shape[layout.index(axis)] or _LEAST_SIDE for axis in "HW"]
    return shape[layout.index("C")] in (None, 1, 3, 4) and min(sides) >= _LEAST_SIDE


def _find_shape(
    network: Network, port: Port, others: Mapping[str, NDArray[Any]], layout: LayoutName | None
) -> Finding:
    """Axes, sizes and output: the first that work."""
    first_error = None
    values = PRESETS["0..255" if port.dtype.kind in "ui" else "0..1"]
    for tried, channels in _axes(port, layout):
        blank = Finding(
            port, others, tried, channels, values, 0, tried, values,
            _size(port, tried), 1, _batch(port, tried), Geometry(Fraction(1), 0),
        )  # fmt: skip
        for guess in _sizes(blank):
            try:
                return _with_output(network, guess)
            except ToolError as error:
                first_error = first_error or error
    raise first_error or ToolError(f"the network does not take pictures as {layout}")


def _axes(port: Port, layout: LayoutName | None) -> Iterator[tuple[LayoutName, int]]:
    for tried in [layout] if layout else _layouts(port):
        said = (
            port.shape[tried.index("C")] if port.shape and len(port.shape) == len(tried) else None
        )
        yield from product([tried], [said] if said else [3, 1, 4])


def _size(port: Port, layout: LayoutName) -> tuple[int | None, int | None]:
    if port.shape is None:
        return None, None
    return port.shape[layout.index("H")], port.shape[layout.index("W")]


def _batch(port: Port, layout: LayoutName) -> int | None:
    if "N" not in layout:
        return 1
    return port.shape[0] if port.shape else None


def _sizes(blank: Finding) -> Iterator[Finding]:
    """``blank`` with everything that may be said of sizes, likelier ones first."""
    if None not in blank.size:
        yield blank
        return
    for multiple in _FREE_SIZES:
        yield replace(blank, multiple=multiple)
    for side in _COMMON_SIDES:
        yield replace(blank, size=(blank.size[0] or side, blank.size[1] or side))


def _probed(finding: Finding) -> Float32:
    """The probe as the network takes it: ``[n, height, width, channels]``."""
    height, width = _FREE_SIZES[finding.multiple]
    light = probe(finding.size[0] or height, finding.size[1] or width)
    return np.repeat(as_channels(light, finding.channels)[None], finding.batch or 1, axis=0)


def as_channels(light: Float32, channels: int) -> Float32:
    """``light`` ``[..., 3]`` with that many channels: grey, or with alpha."""
    if channels == 1:
        return light.mean(axis=-1, keepdims=True)
    if channels == 4:
        return np.concatenate([light, np.ones_like(light[..., :1])], axis=-1)
    return light


def _with_output(network: Network, guess: Finding) -> Finding:
    """``guess`` with the output that is a picture: in colour, and large, rather than not.

    Raises:
        ToolError: it fails, or gives no picture.
    """
    light = _probed(guess)
    feed = arranged(guess.values.numbers(light).astype(guess.port.dtype), guess.layout)
    answers = network.run({guess.port.name: feed, **guess.others})
    found = [
        (min(channels, 3), geometry.scale, -index, layout, geometry)
        for index, answer in enumerate(answers)
        for layout, channels, geometry in _readings(guess, light.shape, answer)
    ]
    if not found:
        shapes = ", ".join(_shown(answer.shape) for answer in answers)
        raise ToolError(f"the network gives no picture: given {_shown(feed.shape)}, {shapes}")
    _, _, index, layout, geometry = max(found, key=lambda one: one[:3])
    return replace(guess, output=-index, output_layout=layout, geometry=geometry)


def _readings(
    guess: Finding, given: tuple[int, ...], answer: NDArray[Any]
) -> list[tuple[LayoutName, int, Geometry]]:
    """The ways in which ``answer`` is a picture; the same order of axes as before goes first."""
    ways: list[tuple[LayoutName, int, Geometry]] = []
    for layout in sorted(LAYOUTS, key=lambda name: name != guess.layout):
        if not _fits(answer.shape, layout) or answer.dtype.kind not in "fui":
            continue
        count, height, width, channels = pictures_in(answer, layout).shape
        geometry = _geometry(guess, given[1:3], (height, width))
        if geometry and count == given[0]:
            ways.append((layout, channels, geometry))
    return ways[:1]


def _geometry(guess: Finding, before: tuple[int, ...], after: tuple[int, int]) -> Geometry | None:
    """Growth and loss of both axes alike, if there are such: ``after = scale * before - lost``."""
    if None in guess.size:
        scale = Fraction(after[1] - after[0], before[1] - before[0])
    else:
        scale = Fraction(after[0], before[0])
        if scale != Fraction(after[1], before[1]):
            scale = Fraction(max(1, round(scale)))
    lost = scale * before[0] - after[0]
    is_alike = scale * before[1] - after[1] == lost
    is_sane = Fraction(1, _MOST_SCALE) <= scale <= _MOST_SCALE and 0 <= lost < after[0]
    is_simple = scale.denominator == 1 or scale.numerator == 1 or None not in guess.size
    return Geometry(scale, int(lost)) if is_alike and is_sane and is_simple else None


def _find_values(network: Network, shaped: Finding, values: str | None) -> Finding:
    """``shaped`` with the numbers that look best; of those that were not given."""
    known = [values_named(name.strip()) for name in values.split(",")] if values else []
    if len(known) > 2:
        raise ToolError(f"values {values!r} are too many: what goes in, and what comes out")
    ins = known[:1] or _inputs_to_try(shaped.port)
    light = _probed(shaped)
    answers = {}
    for given in ins:
        raw = replace(shaped, values=given, output_values=PRESETS["0..1"]).ask(network, light)
        if np.isfinite(raw).all():
            answers[given] = raw[0]
    if not answers:
        raise ToolError("the network gives no finite numbers")
    outs = known[1:] or _outputs_to_try(list(answers.values()))
    source = as_channels(light[0, ..., :3], 3) if shaped.channels > 1 else light[0]
    rated = [
        replace(
            shaped,
            values=given,
            output_values=taken,
            marks=_rate(shaped, taken, raw, source),
        )
        for given, raw in answers.items()
        for taken in outs
    ]
    return max(rated, key=lambda finding: finding.marks + _likely(finding))


def _likely(finding: Finding) -> float:
    pair = (finding.values.name, finding.output_values.name)
    return _SAME if pair[0] == pair[1] else _USUAL.get(pair, _UNUSUAL)


def _inputs_to_try(port: Port) -> list[Values]:
    return [PRESETS["0..255"]] if port.dtype.kind in "ui" else list(PRESETS.values())


def _outputs_to_try(answers: list[Float32]) -> list[Values]:
    """What is never left, whatever goes in (some of it is far too much), says what comes out."""
    low = min(float(answer.min()) for answer in answers)
    high = max(float(answer.max()) for answer in answers)
    if low >= -1.001 and high <= 1.001:
        return [PRESETS["0..1" if low >= -0.001 else "-1..1"]]
    if low >= -0.001 and 1.5 < high <= 255.001:
        return [PRESETS["0..255"], PRESETS["0..1"]]
    return list(PRESETS.values())


def _rate(shaped: Finding, taken: Values, raw: Float32, source: Float32) -> float:
    light = taken.light(raw)
    small, part = matched(light, source, shaped.geometry)
    return marks(small, part)


def matched(light: Float32, source: Float32, geometry: Geometry) -> tuple[Float32, Float32]:
    """Both cut to what they share, and shrunk to the size of the smaller one."""
    edge = int(geometry.lost / (2 * geometry.scale))
    inner = source[edge : source.shape[0] - edge or None, edge : source.shape[1] - edge or None]
    up, down = geometry.scale.numerator, geometry.scale.denominator
    small, part = shrunk(light, up), shrunk(inner, down)
    height, width = min(small.shape[0], part.shape[0]), min(small.shape[1], part.shape[1])
    return small[:height, :width], part[:height, :width]


def shrunk(light: Float32, factor: int) -> Float32:
    """The mean of each square of ``factor`` x ``factor`` pixels."""
    height, width = (side // factor for side in light.shape[:2])
    squares = light[: height * factor, : width * factor]
    return squares.reshape(height, factor, width, factor, -1).mean(axis=(1, 3))
