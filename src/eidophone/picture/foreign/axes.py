"""What the numbers beside an axis mean: where 0 is, how far apart, and on which scale."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations

import numpy as np

from eidophone.base.arrays import Float64
from eidophone.picture.foreign.ticks import Tick
from eidophone.picture.recipe import AxisName

#: Numbers stand within so many pixels of their places.
_OFF = 2.5

#: The logarithmic axis of librosa bends at this note, in Hz.
_C2 = 65.40639

#: Most numbers that are looked at.
_MOST = 40

Warp = Callable[[Float64], Float64]


def _bent(hz: Float64, at: float, slope: float) -> Float64:
    """Straight up to ``at`` Hz, and octaves above: Matplotlib's symlog scale."""
    return np.where(hz <= at, slope * hz / at, slope + np.log2(np.maximum(hz, at) / at))


def _from_bent(place: Float64, at: float, slope: float) -> Float64:
    return np.where(place <= slope, place * at / slope, at * np.exp2(place - slope))


#: Scales by name: from Hz to even distances, and back. Mel and log are as librosa's ``specshow``
#: has them, and htk is the mel of others, ours too.
SCALES: dict[str, tuple[Warp, Warp]] = {
    "linear": (lambda hz: hz, lambda place: place),
    "mel": (partial(_bent, at=1000.0, slope=2), partial(_from_bent, at=1000.0, slope=2)),
    "log": (partial(_bent, at=_C2, slope=1), partial(_from_bent, at=_C2, slope=1)),
    "octaves": (lambda hz: np.log2(np.maximum(hz, 1e-3)), np.exp2),
    "htk": (lambda hz: np.log1p(hz / 700), lambda place: 700 * np.expm1(place)),
}

#: Scales that numbers are tried on: all, or if people say which, those that it can be.
READABLE: dict[AxisName | None, tuple[str, ...]] = {
    None: ("linear", "mel", "log", "octaves"),
    "linear": ("linear",),
    "mel": ("mel", "htk"),
    "octaves": ("log", "octaves"),
}


@dataclass(frozen=True)
class Axis:
    """What places along an axis mean: on ``scale``, ``start + step * place``.

    Attributes:
        scale: a name in `SCALES`.
        start: at place 0.
        step: from one pixel to the next.
        numbers: how many numbers say so.
    """

    scale: str
    start: float
    step: float
    numbers: int

    def at(self, place: Float64 | float) -> Float64:
        """The values at these places."""
        back = SCALES[self.scale][1]
        return back(np.asarray(self.start + self.step * np.asarray(place, np.float64)))


def read_axis(ticks: Sequence[Tick], scales: Sequence[str]) -> Axis | None:
    """The axis that most of ``ticks`` agree on; None if fewer than three do, or less than half."""
    ticks = ticks[:_MOST]
    best: Axis | None = None
    least = np.inf
    for scale in scales:
        found = _fit(ticks, scale)
        if found is None:
            continue
        axis, off = found
        better = best is None or axis.numbers > best.numbers
        if better or (best is not None and axis.numbers == best.numbers and off < 0.6 * least):
            best, least = axis, off
    return best if best is not None and best.numbers >= max(3, len(ticks) / 2) else None


def _fit(ticks: Sequence[Tick], scale: str) -> tuple[Axis, float] | None:
    """The line through most of ``ticks`` on ``scale``, and how far they are from it in pixels."""
    place = np.array([tick.place for tick in ticks], np.float64)
    value = np.array([tick.value for tick in ticks], np.float64)
    if scale == "octaves" and (value <= 0).any():
        return None
    warped = SCALES[scale][0](value)
    best, most = None, 0
    for one, other in combinations(range(len(ticks)), 2):
        if warped[one] == warped[other] or abs(place[one] - place[other]) < 4:
            continue
        step = (warped[other] - warped[one]) / (place[other] - place[one])
        off = np.abs((warped - warped[one]) / step - (place - place[one]))
        agree = off <= _OFF
        if agree.sum() > most:
            best, most = agree, int(agree.sum())
    if best is None:
        return None
    step, start = np.polyfit(place[best], warped[best], 1)
    off = float(np.abs((warped[best] - start) / step - place[best]).mean())
    return Axis(scale, float(start), float(step), most), off
