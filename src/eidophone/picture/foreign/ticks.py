"""Numbers beside the axes of a figure, and where they stand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy import ndimage

from eidophone.base.arrays import Float32, UInt8
from eidophone.picture.foreign.frames import Plot
from eidophone.picture.foreign.glyphs import read_glyph

#: Ink from here on is of a digit, 1 is the darkest of its line.
_DARK = 0.4

#: Heights of digits that are looked for, in pixels.
_LOWEST, _HIGHEST = 5, 60

#: The mark of a number is within so many pixels of its middle.
_MARK = 5.0

#: A dash so near to an axis is its mark.
_TOUCHES = 3

#: Most pieces of ink that are looked at.
_MOST_PIECES = 2000


@dataclass(frozen=True)
class Tick:
    """A number beside an axis.

    Attributes:
        place: row or column of its middle.
        value: what it says.
    """

    place: float
    value: float


def ticks_left(plot: Plot) -> list[Tick]:
    """The numbers at the left of ``plot``, from top to bottom."""
    words = _words(plot.ink[:, : max(plot.left - 1, 0)])
    words = [word for word in words if plot.top - 9 <= word.row <= plot.bottom + 9]
    ticks = _nearest(words, lambda word: plot.left - word.right, lambda word: word.row)
    return _at_marks(ticks, plot.ink[:, max(plot.left - 2, 0)])


def ticks_below(plot: Plot) -> list[Tick]:
    """The numbers below ``plot``, from left to right."""
    words = _words(plot.ink[plot.bottom + 2 :])
    words = [word for word in words if plot.left - 9 <= word.column <= plot.right + 9]
    ticks = _nearest(words, lambda word: word.top, lambda word: word.column)
    return _at_marks(ticks, plot.ink[min(plot.bottom + 2, len(plot.ink) - 1)])


def ticks_right(plot: Plot, edge: int) -> list[Tick]:
    """The numbers beside a legend whose right ``edge`` is known, from top to bottom."""
    words = [
        replace(word, text=word.text.removeprefix("-")) if word.left <= _TOUCHES else word
        for word in _words(plot.ink[:, edge + 2 :])
    ]
    return _nearest(words, lambda word: word.left, lambda word: word.row)


@dataclass(frozen=True)
class _Word:
    text: str
    row: float
    column: float
    top: int
    left: int
    right: int
    height: int


def _nearest(
    words: list[_Word], away: Callable[[_Word], int], place: Callable[[_Word], float]
) -> list[Tick]:
    """Those numbers that stand in the line of numbers nearest to the axis."""
    numbers = [(word, value) for word in words if (value := value_of(word.text)) is not None]
    if not numbers:
        return []
    near = min(away(word) for word, _ in numbers)
    ticks = [
        Tick(place(word), value)
        for word, value in numbers
        if away(word) <= near + 1.2 * word.height
    ]
    return sorted(ticks, key=lambda tick: tick.place)


def _at_marks(ticks: list[Tick], beside: UInt8) -> list[Tick]:
    """``ticks`` at the marks that the line of ink ``beside`` the axis shows, if all have one."""
    labels, count = ndimage.label(beside > 0.5 * max(float(beside.max()), 255 * _DARK))
    if not count:
        return ticks
    marks = np.array(ndimage.center_of_mass(beside, labels, range(1, count + 1)))[:, 0]
    near = [float(marks[np.abs(marks - tick.place).argmin()]) for tick in ticks]
    away = [abs(mark - tick.place) for mark, tick in zip(near, ticks, strict=True)]
    if not ticks or max(away) > _MARK:
        return ticks
    return [replace(tick, place=mark) for tick, mark in zip(ticks, near, strict=True)]


def value_of(text: str) -> float | None:
    """The number that ``text`` begins with; minutes and seconds become seconds."""
    text = text.rstrip("-.")
    sign = -1.0 if text.startswith("-") else 1.0
    digits = ""
    for one in text.lstrip("-"):
        if one not in "0123456789.:":
            break
        digits += one
    parts = digits.rstrip(".:").split(":")
    try:
        values = [float(part) for part in parts]
    except ValueError:
        return None
    total = 0.0
    for value in values:
        total = 60 * total + value
    return sign * total


def _words(ink: UInt8) -> list[_Word]:
    """Groups of glyphs that follow each other in a line."""
    if not ink.size or not ink.max():
        return []
    full = ink.astype(np.float32) / np.float32(ink.max())
    dark = full > _DARK
    pieces, _ = ndimage.label(dark, np.ones((3, 3)))
    boxes = ndimage.find_objects(pieces)[:_MOST_PIECES]
    heights = [box[0].stop - box[0].start for box in boxes]
    usual = [height for height in heights if _LOWEST <= height <= _HIGHEST]
    if not usual:
        return []
    line = int(np.median(usual))
    joined = ndimage.binary_dilation(dark, np.ones((1, 2 * max(1, round(0.5 * line)) + 1)))
    groups, _ = ndimage.label(joined, np.ones((3, 3)))
    found = []
    for number, box in enumerate(ndimage.find_objects(groups)[:_MOST_PIECES], 1):
        part = dark[box] & (groups[box] == number)
        rows, columns = np.flatnonzero(part.any(1)), np.flatnonzero(part.any(0))
        height = int(rows[-1] - rows[0] + 1)
        if not _LOWEST <= height <= 1.6 * line:
            continue
        top, left = box[0].start + int(rows[0]), box[1].start + int(columns[0])
        right = box[1].start + int(columns[-1]) + 1
        word = np.where(groups[box] == number, full[box], 0)[
            rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1
        ]
        found.append(_read(word, top, left, right))
    return found


def _read(word: Float32, top: int, left: int, right: int) -> _Word:
    """What is written in ``word``, whose corner and right edge are known."""
    labels, count = ndimage.label((word > _DARK).any(axis=0))
    height = len(word)
    text, digits = "", []
    for number in range(1, count + 1):
        columns = np.flatnonzero(labels == number)
        glyph = word[:, columns[0] : columns[-1] + 1]
        rows = np.flatnonzero((glyph > _DARK).any(axis=1))
        one = read_glyph(glyph[rows[0] : rows[-1] + 1], height)
        text += one
        if one.isdigit():
            digits.append((rows[0] + rows[-1]) / 2)
    row = top + (float(np.mean(digits)) if digits else height / 2)
    return _Word(text, row, (left + right - 1) / 2, top, left, right, height)
