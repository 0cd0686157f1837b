"""Where the canvas of a strip lies in a picture, to a fraction of a pixel, and how to undo it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PIL import Image

from eidophone.base.arrays import Floats, Pixels
from eidophone.base.errors import StripDamagedError
from eidophone.picture.strip import sampling
from eidophone.picture.strip.deciphering import Cipher
from eidophone.picture.strip.drawing import module_lines
from eidophone.picture.strip.finding import luma
from eidophone.picture.strip.layout import StripLayout

#: A simple explanation (not scaled, not cropped) is believed if it is off by no more than this, in
#: pixels: on the mean of the tracks, on each of them, at the rule, and at the sides.
_MEAN_OFF, _TRACK_OFF, _RULE_OFF, _SIDE_OFF = 0.3, 0.4, 0.5, 0.35
#: The rule is there if its clearest row is this share of a clear one, and its thickness is between
#: these shares of what it should be; it ends where it falls to this share of its clearest row.
_RULE_CLEAR, _RULE_LEAST, _RULE_MOST, _RULE_END = 0.35, 0.5, 1.7, 0.2
#: The rule is looked for in this share of the height.
_RULE_DEPTH = 0.12
#: Pictures are not enlarged or reduced further than this, nor the one side so much more.
_MOST_SCALE = 64.0
#: Rows and columns beyond its edge that resampling a picture looks at, in pixels of the result.
_LANCZOS_REACH = 4


@dataclass(frozen=True)
class Line:
    """A straight map from a length in the canvas to one in the picture: ``scale * x + offset``."""

    scale: float
    offset: float

    def __call__(self, place: float) -> float:
        """Place in the picture of a ``place`` in the canvas."""
        return self.scale * place + self.offset

    @property
    def is_whole(self) -> bool:
        """Whether pixels map to pixels."""
        return self.scale == 1 and self.offset == round(self.offset)


@dataclass(frozen=True)
class Geometry:
    """Where the canvas lies in the picture: the horizontal and the vertical map."""

    x: Line
    y: Line

    @property
    def is_whole(self) -> bool:
        """Whether pixels map to pixels, so that nothing needs resampling."""
        return self.x.is_whole and self.y.is_whole


@dataclass(frozen=True)
class _Mark:
    """A height in the canvas that was recognised in the picture."""

    canvas: float
    seen: float

    def off(self, line: Line) -> float:
        """How far below its place by ``line`` the mark was seen."""
        return self.seen - line(self.canvas)


def locate(view: Pixels, cipher: Cipher, layout: StripLayout) -> Geometry:
    """The geometry of the canvas in ``view``, which is turned as it was drawn.

    Raises:
        StripDamagedError: what is left of the strip does not tell.
    """
    x = _horizontal(cipher, layout, view.shape[1])
    signs = 2.0 * module_lines(layout, cipher.body.message) - 1
    lock = _Lock(view, x, layout.module * x.scale, signs)
    tracks, full = _track_marks(lock, cipher, layout)
    if len(tracks) < 2 or full <= 0:
        raise _lost()
    rule = _rule_mark(lock, layout, full)
    y = _vertical(tracks, rule, x, layout.canvas_height, view.shape[0])
    if not all(1 / _MOST_SCALE < line.scale < _MOST_SCALE for line in (x, y)):
        raise _lost()
    return Geometry(x, y)


def _lost() -> StripDamagedError:
    return StripDamagedError(
        "this picture has a margin strip, but where its picture lay cannot be told any more: "
        "use an earlier copy, or crop the strip away and decode it as a plain picture"
    )


def _horizontal(cipher: Cipher, layout: StripLayout, seen: int) -> Line:
    """The horizontal map; the clock gives it, and simple explanations are preferred."""
    exact = Line(cipher.pitch / layout.module, cipher.left)
    width = layout.canvas_width
    for simple in (Line(1, round(exact(width / 2) - width / 2)), Line(seen / width, 0)):
        if max(abs(simple(end) - exact(end)) for end in (0, width)) < _SIDE_OFF:
            return simple
    return exact


def _vertical(tracks: list[_Mark], rule: _Mark | None, x: Line, height: int, seen: int) -> Line:
    """The vertical map: the first explanation, from simple to free, that fits all marks."""
    shift = np.mean([mark.off(Line(1, 0)) for mark in tracks])
    whole = Line(seen / height, 0)
    even = Line(x.scale, float(np.mean([mark.off(Line(x.scale, 0)) for mark in tracks])))
    # Without the rule the top is missing, so that a crop is likelier than a picture that is whole.
    for simple in (Line(1, round(shift)), *((whole, even) if rule else (even, whole))):
        off = [mark.off(simple) for mark in tracks]
        if (
            abs(np.mean(off)) < _MEAN_OFF
            and max(np.abs(off)) < _TRACK_OFF
            and (rule is None or abs(rule.off(simple)) < _RULE_OFF)
        ):
            return simple
    return _fit([*tracks, rule] if rule else tracks)


def _fit(marks: list[_Mark]) -> Line:
    scale, offset = np.polyfit([mark.canvas for mark in marks], [mark.seen for mark in marks], 1)
    return Line(float(scale), float(offset))


@dataclass(frozen=True)
class _Lock:
    """Finds known patterns of modules in the rows of a view, however faint."""

    view: Pixels
    x: Line
    pitch: float
    signs: Floats

    def profiles(self, rows: slice) -> Floats:
        """``[patterns, rows]``: how much of each pattern is in each row (least squares)."""
        first = max(0, int(np.ceil(-self.x.offset / self.pitch)))
        last = int((self.view.shape[1] - self.x.offset) / self.pitch)
        signs = self.signs[:, first:last]
        start = self.x.offset + first * self.pitch
        values = sampling.modules(luma(self.view[rows]), start, self.pitch, signs.shape[1])
        patterns = np.vstack([signs, np.ones(signs.shape[1])])
        # Where few modules are left, patterns may be alike: each then has its part.
        shares = np.linalg.lstsq(patterns @ patterns.T, patterns @ values.T, rcond=None)[0]
        return np.asarray(shares[:-1])


def _track_marks(lock: _Lock, cipher: Cipher, layout: StripLayout) -> tuple[list[_Mark], float]:
    """The middles of the clock and of the data, and what a full row of modules measures.

    A track that is not to be seen has no mark; with less than two there is no measure, which is 0.
    """
    first = max(0, round(cipher.clock - 2.5 * cipher.unit))
    last = round(cipher.clock + (len(lock.signs) + 1.5) * cipher.unit)
    profiles = lock.profiles(slice(first, last))
    rows = np.arange(first, first + profiles.shape[1]) + 0.5
    marks, areas = [], []
    for nth, profile in enumerate(profiles):
        near = np.abs(rows - cipher.clock - nth * cipher.unit) < 1.5 * cipher.unit
        weight = np.where(near, np.maximum(profile, 0), 0)
        if not weight.any():
            continue
        middle = float(np.average(rows, weights=weight))
        marks.append(_Mark(layout.clock + (nth + 0.5) * layout.unit, middle))
        areas.append(weight.sum())
    scale = _fit(marks).scale if len(marks) > 1 else 0.0
    return marks, float(np.mean(areas)) / (scale * layout.unit) if scale > 0 else 0.0


def _rule_mark(lock: _Lock, layout: StripLayout, full: float) -> _Mark | None:
    """The lower edge of the rule above the picture, if some of the rule is there.

    The edge lies half the thickness below the middle, however blurred the rule is, and however
    much of it is left; the thickness is its area over what a ``full`` row of modules measures.
    """
    depth = max(8, round(_RULE_DEPTH * len(lock.view)))
    profile = lock.profiles(slice(depth))[1]
    peak = int(profile.argmax())
    if profile[peak] < _RULE_CLEAR * full:
        return None
    gaps = np.flatnonzero(profile < _RULE_END * profile[peak])
    first = gaps[gaps < peak].max(initial=-1) + 1
    last = gaps[gaps > peak].min(initial=len(profile))
    part = profile[first:last]
    thick = part.sum() / full
    share = thick / (layout.top * len(lock.view) / layout.canvas_height)
    is_cut = first == 0  # by a crop, or drawn out by padding with the edge
    if not (is_cut or _RULE_LEAST < share < _RULE_MOST):
        return None
    middle = float(np.average(np.arange(first, last) + 0.5, weights=part))
    return _Mark(layout.top, middle + thick / 2)


def extract(view: Pixels, geometry: Geometry, layout: StripLayout) -> Pixels:
    """The picture proper, cut out of ``view``; black where it was lost.

    Returns:
        ``[layout.height, layout.width, 3]``; of the type of ``view`` where pixels map to pixels,
        else float32 in the units of ``view``, resampled.
    """
    x = Line(geometry.x.scale, geometry.x.offset)
    y = Line(geometry.y.scale, geometry.y(layout.top))
    if geometry.is_whole:
        return _cut(view, round(x.offset), round(y.offset), layout)
    return _resample(view, x, y, layout)


def _cut(view: Pixels, left: int, top: int, layout: StripLayout) -> Pixels:
    """The picture proper, which begins at ``left`` and ``top``."""
    result = np.zeros((layout.height, layout.width, 3), view.dtype)
    part = view[
        max(top, 0) : max(top + layout.height, 0), max(left, 0) : max(left + layout.width, 0)
    ]
    row, column = max(-top, 0), max(-left, 0)
    result[row : row + part.shape[0], column : column + part.shape[1]] = part
    return result


def _resample(view: Pixels, x: Line, y: Line, layout: StripLayout) -> Pixels:
    """The picture proper, resampled by Lanczos; ``x`` and ``y`` begin where it begins."""
    result = np.zeros((layout.height, layout.width, 3), np.float32)
    rows, columns = _seen(y, layout.height, view.shape[0]), _seen(x, layout.width, view.shape[1])
    size = columns.stop - columns.start, rows.stop - rows.start
    if min(size) < 1:
        return result
    left, right = _margins(x, layout.width, view.shape[1])
    top, bottom = _margins(y, layout.height, view.shape[0])
    box = (
        *(x(columns.start) + left, y(rows.start) + top),
        *(x(columns.stop) + left, y(rows.stop) + top),
    )
    for channel in range(3):
        plane = view[..., channel].astype(np.float32)
        image = Image.fromarray(np.pad(plane, ((top, bottom), (left, right)), mode="edge"))
        resized = image.resize(size, Image.Resampling.LANCZOS, box=box)
        result[rows, columns, channel] = np.asarray(resized)
    return result


def _seen(line: Line, length: int, seen: int) -> slice:
    """Those of ``length`` pixels whose middles lie in a picture of ``seen`` pixels."""
    place = line.scale * (np.arange(length) + 0.5) + line.offset
    first, last = np.searchsorted(place, [0, seen])
    return slice(int(first), int(last))


def _margins(line: Line, length: int, seen: int) -> tuple[int, int]:
    """Pixels that resampling looks at before and after the ``seen`` ones of the picture."""
    reach = math.ceil(_LANCZOS_REACH * max(1.0, line.scale))
    before, after = math.ceil(-line(0)), math.ceil(line(length) - seen)
    return min(max(0, before), reach), min(max(0, after), reach)
