"""Find out how a network takes and gives pictures: order of axes, channels, sizes, which output.

What it says of itself is believed, as far as it goes; the rest is tried, likelier things first.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import product, zip_longest
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eidophone.base.arrays import Float32
from eidophone.base.errors import ToolError
from eidophone.bridge.networks.conventions import (
    LAYOUTS,
    PRESETS,
    LayoutName,
    pictures_in,
)
from eidophone.bridge.networks.network import (
    Finding,
    Geometry,
    Network,
    Port,
    StoppedError,
    StyleInput,
    as_channels,
)
from eidophone.bridge.networks.probing import probe
from eidophone.picture.fit import resized

#: Sides of pictures have at least this many pixels.
_LEAST_SIDE = 16
#: Networks that take more pixels at a time than this are not tried.
_MOST_PIXELS = 1 << 24
#: Networks shrink or enlarge by one of these.
_SCALES = {Fraction(n) for n in (*range(1, 9), 16)} | {Fraction(1, n) for n in (2, 3, 4, 8, 16)}

#: A second picture has so many pixels to a side where any number will do: the networks of Magenta
#: (Ghiasi et al., 2017) have learned styles from such, and it is a multiple of all that is tried.
_STYLE_SIDE = 256

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


def find_shape(
    network: Network,
    port: Port,
    others: Mapping[str, NDArray[Any]],
    layout: LayoutName | None,
    style: tuple[Port, Float32] | None = None,
) -> Finding:
    """Axes, sizes and output: the first that work, with numbers in 0..1.

    Args:
        network: the network.
        port: its input that takes pictures.
        others: what to give to its other inputs.
        layout: order of the axes, if it is known.
        style: its input for a second picture, and that, ``[height, width, 3]`` in 0..1.

    Raises:
        ToolError: none does; the message is about the likeliest.
    """
    first_error = None
    values = PRESETS["0..255" if port.dtype.kind in "ui" else "0..1"]
    blanks = []
    for tried, channels in _axes(port, layout):
        size, batch = _size(port, tried), _batch(port, tried)
        if math.prod((batch or 1, *(side or 1 for side in size))) > _MOST_PIXELS:
            raise ToolError(f"the network takes {shown(port.shape)}: too large for pictures")
        blank = Finding(port, others, tried, channels, values, size=size, batch=batch)
        blanks.append(replace(blank, style=style and _style_input(*style, blank)))
    for guesses in zip_longest(*map(_sizes, blanks)):
        for guess in filter(None, guesses):
            try:
                return _with_output(network, guess)
            except StoppedError:
                raise
            except ToolError as error:
                first_error = first_error or error
    raise first_error or ToolError(f"the network does not take pictures as {layout}")


def _style_input(port: Port, light: Float32, blank: Finding) -> StyleInput:
    """How the second picture is given: like the first, as far as its own input says nothing."""
    fitting = layouts(port)
    layout = blank.layout if blank.layout in fitting else fitting[0]
    said = port.shape[layout.index("C")] if port.shape else None
    height, width = (side or _STYLE_SIDE for side in _size(port, layout))
    if height * width > _MOST_PIXELS:
        raise ToolError(f"the network takes {shown(port.shape)}: too large for pictures")
    return StyleInput(port, layout, said or blank.channels, resized(light, height, width))


def _axes(port: Port, layout: LayoutName | None) -> Iterator[tuple[LayoutName, int]]:
    for tried in layouts(port):
        if layout not in (None, tried):
            continue
        said = port.shape[tried.index("C")] if port.shape else None
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


def layouts(port: Port) -> list[LayoutName]:
    """Orders of the axes that fit what the port says; those where it says channels go first."""
    shape = port.shape
    if shape is None:
        return list(LAYOUTS)
    fitting = [layout for layout in LAYOUTS if _fits(shape, layout)]
    return sorted(fitting, key=lambda layout: shape[layout.index("C")] is None)


def _fits(shape: tuple[int | None, ...], layout: LayoutName) -> bool:
    if len(shape) != len(layout):
        return False
    sides = [shape[layout.index(axis)] or _LEAST_SIDE for axis in "HW"]
    return shape[layout.index("C")] in (None, 1, 3, 4) and min(sides) >= _LEAST_SIDE


def probed(finding: Finding) -> Float32:
    """The probe as the network takes it: ``[n, height, width, channels]``."""
    height, width = _FREE_SIZES[finding.multiple]
    light = probe(finding.size[0] or height, finding.size[1] or width)
    return np.repeat(as_channels(light, finding.channels)[None], finding.batch or 1, axis=0)


def _with_output(network: Network, guess: Finding) -> Finding:
    """``guess`` with the output that is a picture: in colour, and large, rather than not.

    Raises:
        ToolError: it fails, or gives no picture.
    """
    light = probed(guess)
    feeds = guess.feeds(light)
    answers = network.run(feeds)
    found = [
        (min(channels, 3), geometry.scale, -index, layout, geometry)
        for index, answer in enumerate(answers)
        for layout, channels, geometry in _readings(guess, light.shape, answer)
    ]
    if not found:
        shapes = ", ".join(shown(answer.shape) for answer in answers)
        raise ToolError(
            f"the network gives no picture: given {shown(feeds[guess.port.name].shape)}, {shapes}"
        )
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
    for scale in _scales(guess, before, after):
        lost = scale * before[0] - after[0]
        is_alike = scale * before[1] - after[1] == lost
        if is_alike and lost.denominator == 1 and 0 <= lost < after[0]:
            return Geometry(scale, int(lost))
    return None


def _scales(guess: Finding, before: tuple[int, ...], after: tuple[int, int]) -> Iterator[Fraction]:
    """The growths there may be, likelier ones first."""
    if None in guess.size:  # sides differ, so the difference tells
        exact = Fraction(after[1] - after[0], before[1] - before[0])
    else:
        exact = Fraction(after[0], before[0])
    if exact in _SCALES:
        yield exact
    if None not in guess.size and (most := Fraction(max(1, math.ceil(exact)))) <= max(_SCALES):
        yield most


def shown(shape: tuple[int | None, ...] | None) -> str:
    """A shape for messages; ? where any length will do."""
    return "[" + ", ".join(str(n or "?") for n in shape) + "]" if shape is not None else ""
