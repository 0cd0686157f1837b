"""Find out what an image-to-image network wants and gives, by what it says and by trying.

Axes and sizes come first (`shapes`). Then the probe picture is sent through it in the numbers that
networks usually take, and read in those that they usually give: what looks most like a picture of
the probe is what they mean.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from eidophone.base.arrays import Float32
from eidophone.base.errors import ToolError
from eidophone.bridge.networks.conventions import LAYOUTS, PRESETS, LayoutName, Values, values_named
from eidophone.bridge.networks.network import Finding, Geometry, Network, Port, as_channels
from eidophone.bridge.networks.probing import marks
from eidophone.bridge.networks.settings import Settings, other_inputs
from eidophone.bridge.networks.shapes import find_shape, layouts, probed, shown

#: What counts beside how the picture looks: some pairs of numbers in and out are more usual. Among
#: networks that look alike either way, such as those that normalise what they see, it decides.
_USUAL = {
    ("0..1", "0..1"): 0.21,
    ("-1..1", "-1..1"): 0.2,
    ("0..255", "0..255"): 0.2,
    ("imagenet", "imagenet"): 0.0,
    ("imagenet", "0..1"): 0.0,
    ("imagenet", "0..255"): -0.1,
    ("0..1", "0..255"): -0.1,
}
_UNUSUAL = -0.2

#: What is tried. Networks of Caffe's are old and few, and much else looks as well to them.
_TRIED = tuple(PRESETS[name] for name in ("0..1", "-1..1", "0..255", "imagenet"))


def find(
    network: Network,
    *,
    layout: LayoutName | None = None,
    values: str | None = None,
    settings: Settings | None = None,
    style: Float32 | None = None,
) -> Finding:
    """Find out how to use ``network``.

    Args:
        network: takes a picture and gives a picture.
        layout: order of the axes that it takes, if known.
        values: numbers that it takes, and after a comma gives, if known: ``"0..1"``,
            ``"imagenet,0..255"``.
        settings: for its other inputs, by name: see `other_inputs`.
        style: for its input for a second picture, ``[height, width, 3]`` in 0..1.

    Raises:
        ToolError: nothing works.
    """
    if layout is not None and layout not in LAYOUTS:
        raise ToolError(f"layout {layout!r} is unknown: use {', '.join(LAYOUTS)}")
    port, second = _picture_ports(network, settings or {})
    if second and style is None:
        raise ToolError(
            f"the network wants a second picture, {second.name!r}: give it one with `style`"
        )
    if style is not None and not second:
        raise ToolError("the network takes no second picture, so leave out `style`")
    others = [other for other in network.inputs if other not in (port, second)]
    given = other_inputs(others, settings or {})
    both = None if second is None or style is None else (second, style)
    return _find_values(network, find_shape(network, port, given, layout, both), values)


def _picture_ports(network: Network, settings: Mapping[str, Any]) -> tuple[Port, Port | None]:
    """The input that takes the picture, and the one that takes a style picture, if there is one.

    What is called a style is one; or else it is the second of those that say that they take one.
    """
    found = [port for port in network.inputs if port.name not in settings and layouts(port)]
    if not found:
        shapes = ", ".join(f"{one.name} {shown(one.shape)}" for one in network.inputs) or "nothing"
        raise ToolError(f"the network takes no picture: it takes {shapes}")
    pictures = [port for port in found if port.shape or port == found[0] or _is_style(port)]
    if len(pictures) == 1:
        return pictures[0], None
    if len(pictures) > 2:
        raise ToolError(f"the network wants {len(pictures)} pictures: not supported")
    first, second = pictures
    return (second, first) if _is_style(first) and not _is_style(second) else (first, second)


def _is_style(port: Port) -> bool:
    return "style" in port.name.lower()


def _find_values(network: Network, shaped: Finding, values: str | None) -> Finding:
    """``shaped`` with the numbers that look best; of those that were not given."""
    known = [values_named(name.strip()) for name in values.split(",")] if values else []
    if len(known) > 2:
        raise ToolError(f"values {values!r} are too many: what goes in, and what comes out")
    ins = known[:1] or _inputs_to_try(shaped.port)
    light = probed(shaped)
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
    return _USUAL.get((finding.values.name, finding.output_values.name), _UNUSUAL)


def _inputs_to_try(port: Port) -> list[Values]:
    return [PRESETS["0..255"]] if port.dtype.kind in "ui" else list(_TRIED)


def _outputs_to_try(answers: list[Float32]) -> list[Values]:
    """What is never left, whatever goes in (some of it is far too much), says what comes out."""
    low = min(float(answer.min()) for answer in answers)
    high = max(float(answer.max()) for answer in answers)
    if low >= -1.001 and high <= 1.001:
        return [PRESETS["0..1" if low >= -0.001 else "-1..1"]]
    if low >= -0.001 and 1.5 < high <= 255.001:
        return [PRESETS["0..255"], PRESETS["0..1"]]
    return list(_TRIED)


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
