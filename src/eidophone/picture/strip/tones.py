"""What was done to the tones of a picture, measured on the strip's scale of tones, and its undoing.

The model: every colour went through a mix of the channels that leaves greys grey (saturation),
then each channel through a rising curve (gamma, contrast, brightness, tint).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression

from eidophone.base.arrays import Floats, Pixels
from eidophone.picture.strip import code, layout
from eidophone.picture.strip.geometry import Geometry

#: Values at which the curves are kept, closer in the shadows.
KNOTS = np.linspace(0, 1, 49) ** 1.5
#: How strongly a curve resists bending where measurements are few.
_STIFFNESS = 1e-3
#: Changes smaller than these are noise: of a curve, and of an element of the mix; where hues are
#: noisy, so many times their noise.
_CURVE_LEAST, _MIX_LEAST, _MIX_NOISE = 1.0 / 255, 0.06, 5.0
#: A mix that shrinks some colour below this has lost it.
_GREY = 0.1
#: Of a mix that leaves less than this share of some colour the inverse would be noise.
_LOST = 1e-3
#: Corners of the scale are blurred over so many pixels.
_BLUR = 2.5
_TABLE = 4096
#: Fewer columns than this, of greys or of hues, say nothing.
_FEWEST = 8
#: Measurements further off than so many deviations are left out.
_OUTLIER = 6.0


@dataclass(frozen=True)
class Tones:
    """What happened to the tones.

    Attributes:
        curves: ``[3, knots]``: what became of the values at the knots, or None: nothing.
        mix: ``[3, 3]``: what became of the channels before that, or None: nothing.
        is_grey: whether the colours were lost.
        noise: standard deviation that is left on the strip, 0..1.
    """

    curves: Floats | None
    mix: Floats | None
    is_grey: bool
    noise: float

    @property
    def are_sound(self) -> bool:
        """Whether there is nothing to restore."""
        return self.curves is None and self.mix is None

    def restore(self, pixels: Pixels) -> NDArray[np.float32]:
        """``pixels`` (``[height, width, 3]``, 0..1) as they were, float32 in 0..1."""
        result = np.clip(pixels, 0, 1).astype(np.float32)
        if self.curves is not None:
            result = _uncurve(result, self.curves)
        if self.mix is not None:
            result = result @ np.linalg.inv(self.mix).T.astype(np.float32)
        return np.clip(result, 0, 1)


def measure(view: Pixels, white: float, geometry: Geometry, plan: layout.StripLayout) -> Tones:
    """What happened to the tones of ``view``, in which ``white`` is the brightest value."""
    rows = _rows(view.shape[0], geometry, plan)
    if rows is None:
        return Tones(None, None, False, 0.0)
    place, is_clean = _places(view.shape[1], geometry, plan)
    grey = is_clean & (place < layout.GREYS_END)
    hue = is_clean & (place > layout.HUES_START) & (place < layout.HUES_END)
    if min(grey.sum(), hue.sum()) < _FEWEST:
        return Tones(None, None, False, 0.0)
    seen = _mean_row(view[rows].astype(np.float64) / white)
    true = layout.tone_at(place)
    if view.dtype.kind != "f":
        true = np.rint(true * white) / white  # as it was drawn
    curves = np.stack([_curve(true[grey, channel], seen[grey, channel]) for channel in range(3)])
    noise = _deviation(seen[grey] - _apply(true[grey], curves))
    is_curved = _change(curves) > max(_CURVE_LEAST, noise)
    mix, is_mixed = _mix(true[hue], _uncurve(seen[hue], curves))
    _, middle, least = np.linalg.svd(mix)[1]
    is_grey = bool(middle < _GREY)
    is_mixed = is_mixed and not is_grey and bool(least > _LOST)
    return Tones(curves if is_curved else None, mix if is_mixed else None, is_grey, noise)


def _places(
    width: int, geometry: Geometry, plan: layout.StripLayout
) -> tuple[Floats, NDArray[np.bool_]]:
    """Place in the scale of tones of each column, in periods, and whether it is away from bends."""
    x = (np.arange(width) + 0.5 - geometry.x.offset) / geometry.x.scale
    blur = _BLUR * max(1 / geometry.x.scale, 1.0)
    period = plan.module * code.period(plan.message_bytes)
    is_clean = layout.corner_distance(x / period) * period > blur
    return (x / period) % 1, is_clean & (x > blur) & (x < plan.canvas_width - blur)


def _rows(seen: int, geometry: Geometry, plan: layout.StripLayout) -> slice | None:
    """Rows of the picture that are well inside the tones, if any are left."""
    upper = max(0.0, geometry.y(plan.tones))
    lower = min(seen, geometry.y(plan.canvas_height))
    if lower - upper < 1:
        return None
    margin = min(3.0, 0.4 * (lower - upper))
    first = min(int(np.ceil(upper + margin)), seen - 1)
    return slice(first, max(first + 1, int(lower - min(margin, 1.0))))


def _mean_row(rows: Floats) -> Floats:
    """The mean of ``rows``, without those that are not like the first: padding, say."""
    off = np.abs(rows - np.median(rows[:3], axis=0)).mean(axis=(1, 2))
    return np.asarray(rows[off <= 2 * np.median(off) + _CURVE_LEAST].mean(axis=0))


def _curve(true: Floats, seen: Floats) -> Floats:
    """A rising curve through ``seen`` over ``true``, the stiffer the noisier they are."""
    draft = _fit(true, seen, _STIFFNESS)
    error = seen - np.interp(true, KNOTS, draft)
    noise = _deviation(error)
    good = np.abs(error) < max(_OUTLIER * noise, 2 * _CURVE_LEAST)
    return _fit(true[good], seen[good], _STIFFNESS * (1 + (noise / _CURVE_LEAST) ** 2))


def _fit(true: Floats, seen: Floats, stiffness: float) -> Floats:
    """A rising piecewise linear curve: least squares, with a penalty on bends."""
    hats = np.stack([np.interp(true, KNOTS, hat) for hat in np.eye(len(KNOTS))], axis=1)
    weight = hats.sum(axis=0)
    bends = np.diff(np.eye(len(KNOTS)), n=2, axis=0)
    normal = hats.T @ hats + stiffness * len(true) * bends.T @ bends + 1e-6 * np.eye(len(KNOTS))
    curve = KNOTS + np.linalg.solve(normal, hats.T @ (seen - true))
    rising = isotonic_regression(curve, weights=weight + 1e-3).x
    return np.asarray(np.clip(rising, 0, 1))


def _deviation(errors: Floats) -> float:
    """Standard deviation, little moved by outliers."""
    return 1.4826 * float(np.median(np.abs(errors)))


def _change(curves: Floats) -> float:
    """Root mean square change of the worst channel."""
    return float(np.sqrt(((curves - KNOTS) ** 2).mean(axis=1)).max())


def _apply(values: Floats, curves: Floats) -> Floats:
    return np.stack([np.interp(values[:, c], KNOTS, curves[c]) for c in range(3)], axis=1)


def _uncurve(values: Pixels, curves: Floats) -> Pixels:
    """The inverse of ``curves``; what was clipped becomes black, or halfway to white."""
    table = np.linspace(0, 1, _TABLE)
    result = np.empty(values.shape, values.dtype)
    for channel, curve in enumerate(curves):
        index = np.clip(values[..., channel] * (_TABLE - 1) + 0.5, 0, _TABLE - 1).astype(np.intp)
        result[..., channel] = _inverse(table, curve).astype(values.dtype)[index]
    return result


def _inverse(seen: Floats, curve: Floats) -> Floats:
    rising = np.concatenate([[True], np.diff(curve) > 1e-4])
    knots = KNOTS[rising]
    knots[-1] = (knots[-1] + 1) / 2
    return np.asarray(np.interp(seen, curve[rising], knots))


def _mix(true: Floats, seen: Floats) -> tuple[Floats, bool]:
    """The ``[3, 3]`` mix that leaves greys and turned ``true`` into ``seen``; is it significant."""
    free = true[:, :2] - true[:, 2:]
    columns = np.linalg.lstsq(free, seen - true[:, 2:], rcond=None)[0].T
    mix = np.column_stack([columns, 1 - columns.sum(axis=1)])
    noise = float(np.std(seen - true @ mix.T))
    return mix, bool(np.abs(mix - np.eye(3)).max() > max(_MIX_LEAST, _MIX_NOISE * noise))
