"""Framing: how much of its frames a film has lost at their edges, by what its sound draws."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
from PIL import Image

from eidophone.base.arrays import Float32, Pixels
from eidophone.picture.fit import resized

#: Frames that are compared: so many seconds after the first, when a scroll shows enough.
_AT_SECONDS = (0.0, 1.0, 2.0)

#: They are compared at so many pixels to a side.
_SIDE = 96

#: At most so much is lost at an edge: a square that was zoomed to fill 16:9 loses .22.
_MOST = 0.24

#: Losses that are tried first, and then what is nearest, in finer and finer steps.
_COARSE = np.arange(0.01, _MOST, 0.01)
_FINE = (0.005, 0.0025, 0.00125, 0.0006)

#: Something is lost if so much of what did not fit does, and if most fits then.
_BETTER, _FITS = 0.5, 0.7


@dataclass(frozen=True)
class Lost:
    """Fractions of what was drawn that are lost at each of two edges.

    Attributes:
        down: above, and as much below.
        across: at the left, and as much at the right.
    """

    down: float = 0.0
    across: float = 0.0

    def restored(self, pixels: Pixels, height: int, width: int) -> Pixels:
        """``pixels`` where they were in so many: silent where pitches are lost, else as beside."""
        above, beside = round(self.down * height), round(self.across * width)
        left = resized(pixels, height - 2 * above, width - 2 * beside)
        wide = np.pad(left, ((0, 0), (beside, beside), (0, 0)), mode="edge")
        return np.pad(wide, ((above, above), (0, 0), (0, 0)))


def find_lost(seen: Iterable[Pixels], drawn: Iterable[Pixels], fps: float) -> Lost:
    """What frames have lost.

    Args:
        seen: ``[height, width, 3]`` each, from the first on, of any size.
        drawn: what the sound draws, frame for frame.
        fps: frames per second.
    """
    pairs = list(zip(_some(seen, fps), _some(drawn, fps), strict=False))
    lit = [(_part(one, Lost()), other) for one, other in pairs if one.any() and other.any()]
    return _find(lit) if lit else Lost()


def _some(frames: Iterable[Pixels], fps: float) -> Iterator[Float32]:
    """The middle colour of those that are compared."""
    wanted = {round(seconds * fps) for seconds in _AT_SECONDS}
    for number, pixels in enumerate(islice(frames, max(wanted) + 1)):
        if number in wanted:
            yield pixels[:, :, 1].astype(np.float32)


def _part(plane: Float32, lost: Lost) -> Float32:
    """What is left of ``plane``, in few pixels, without its mean and of length 1."""
    height, width = plane.shape
    down, across = lost.down * height, lost.across * width
    box = (across, down, width - across, height - down)
    image = Image.fromarray(plane).resize((_SIDE, _SIDE), Image.Resampling.BILINEAR, box)
    few = np.asarray(image)
    part = few - few.mean()
    return np.asarray(part / max(float(np.linalg.norm(part)), 1e-6), np.float32)


def _find(pairs: list[tuple[Float32, Float32]]) -> Lost:
    """What makes the drawn ones of ``pairs`` most like those that are seen, as `_part`."""
    known: dict[Lost, float] = {}

    def fits(lost: Lost) -> float:
        if lost not in known:
            likeness = [float(np.vdot(one, _part(other, lost))) for one, other in pairs]
            known[lost] = sum(likeness) / len(pairs)
        return known[lost]

    whole = fits(Lost())
    tried = [Lost(*pair) for one in _COARSE for pair in ((one, one), (one, 0.0), (0.0, one))]
    best = max(tried, key=fits)
    for step in _FINE:
        while True:
            moves = [(n * step, m * step) for n in (-1, 0, 1) for m in (-1, 0, 1)]
            near = [Lost(_bound(best.down + n), _bound(best.across + m)) for n, m in moves]
            better = max(near, key=fits)
            if fits(better) <= fits(best):
                break
            best = better
    is_lost = fits(best) > _FITS and 1 - fits(best) < _BETTER * (1 - whole)
    return best if is_lost else Lost()


def _bound(lost: float) -> float:
    return min(max(lost, 0.0), _MOST)
