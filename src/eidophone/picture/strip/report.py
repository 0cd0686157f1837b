"""Say in plain words what was done to a picture."""

from __future__ import annotations

import numpy as np

from eidophone.base.arrays import Floats
from eidophone.picture.strip.geometry import Geometry, Line
from eidophone.picture.strip.layout import StripLayout
from eidophone.picture.strip.tones import KNOTS, Tones

#: Margins smaller than this share of the side are not worth a word; noise neither.
_LEAST_MARGIN, _LEAST_NOISE = 0.002, 0.3 / 255


def describe_turn(turns: int, is_mirrored: bool) -> list[str]:
    """How a picture lay that was put right by ``turns`` to the left, then perhaps mirroring."""
    if turns == 2 and is_mirrored:
        return ["turned upside down in a mirror"]
    words = [f"rotated {90 * turns}°"] if turns else []
    return [*words, "mirrored"] if is_mirrored else words


def describe_geometry(geometry: Geometry, layout: StripLayout, seen: tuple[int, int]) -> list[str]:
    """Scaling, and what was cropped and padded; ``seen`` is the height and width there was."""
    across = _margins(geometry.x, layout.canvas_width, seen[1], ("left", "right"))
    down = _margins(geometry.y, layout.canvas_height, seen[0], ("top", "bottom"))
    return [*_scaling(geometry.x.scale, geometry.y.scale), *across, *down]


def describe_tones(tones: Tones) -> list[str]:
    """Changes of the tones, and noise."""
    words = ["greyscale"] if tones.is_grey else []
    if tones.mix is not None:
        words.append(f"saturation ≈{_saturation(tones.mix):.1f}")
    if tones.curves is not None:
        words.append(_curve(tones.curves))
    if tones.noise > _LEAST_NOISE:
        words.append(f"noise ≈{255 * tones.noise:.1f}/255")
    return words


def _scaling(x: float, y: float) -> list[str]:
    if max(abs(x - 1), abs(y - 1)) < 5e-4:
        return []
    if abs(x / y - 1) < 5e-3:
        return [f"scaled {x:.3g}×"]
    return [f"scaled {x:.3g}× across and {y:.3g}× down"]


def _margins(line: Line, length: int, seen: int, sides: tuple[str, str]) -> list[str]:
    """What is missing or too much at either end of a side, in percent of the side."""
    words = []
    for side, extra in zip(sides, (line(0), seen - line(length)), strict=True):
        share = extra / (line.scale * length)
        if abs(share) > _LEAST_MARGIN:
            words.append(f"{'padded' if share > 0 else 'cropped'} {100 * abs(share):.2g} % {side}")
    return words


def _saturation(mix: Floats) -> float:
    """Mean gain of the differences between the channels."""
    return float((np.trace(mix) - 1) / 2)


def _curve(curves: Floats) -> str:
    """Name of what the curves do: gamma if that explains them, else how far they move."""
    change = curves - KNOTS
    if np.ptp(change, axis=0).max() > 6 / 255:
        return f"tinted (by up to {255 * np.abs(change).max():.0f}/255)"
    curve = curves.mean(axis=0)
    middle = (KNOTS > 0.2) & (KNOTS < 0.8) & (curve > 0.02)
    if not middle.any():  # nothing but black
        return f"tones changed (by up to {255 * np.abs(change).max():.0f}/255)"
    gamma = float(np.median(np.log(curve[middle]) / np.log(KNOTS[middle])))
    if np.abs(KNOTS**gamma - curve).max() < 6 / 255:
        return f"gamma ≈{gamma:.2g}"
    return f"tones changed (by up to {255 * np.abs(change).max():.0f}/255)"
