"""Frames as they are shown, and pictures as they were drawn: margins, holds, sizes, colours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from fractions import Fraction
from itertools import islice

import numpy as np

from eidophone.base.arrays import Pixels
from eidophone.base.errors import FilmError, StripDamagedError
from eidophone.film.clock import Numbered
from eidophone.film.facts import FilmFacts
from eidophone.picture.colour import Colour, colour_of
from eidophone.picture.fit import resized
from eidophone.picture.ink import brightest
from eidophone.picture.strip import draw_strip, read_strip

#: Value of the line through the present: seen well on black and on white.
_LINE = 200

#: Frames in which colour is looked for.
_PEEK_FRAMES = 64

#: Of these, so many with margin strips are passed over: to read them takes time.
_STRIPS_APART = 8


def finished(pictures: Iterable[Pixels], facts: FilmFacts) -> Iterator[Pixels]:
    """``pictures`` ``[height, width, 3]`` with what is drawn over and around them."""
    message = facts.to_message() if facts.strip else b""
    for picture in pictures:
        frame = picture
        if facts.now_line:
            frame = frame.copy()
            frame[:, frame.shape[1] // 2] = _LINE
        yield draw_strip(frame, message) if message else frame


def held(frames: Iterable[Pixels], fps: Fraction, wanted: Fraction, count: int) -> Iterator[Pixels]:
    """``count`` frames at ``wanted`` frames per second, of ``frames`` at ``fps``."""
    if fps == wanted:
        yield from frames
        return
    source = enumerate(frames)
    number, frame = next(source)
    for shown in range(count):
        while number < shown * fps // wanted:
            number, frame = next(source)
        yield frame


def pictures(frames: Iterable[Numbered], facts: FilmFacts, colours: int) -> Iterator[Numbered]:
    """Frames of a film of ours as they were drawn, ``[height, width, colours]``.

    Margin strips are read and taken off, and harm that they show is undone; a frame without one
    is left out. What made the size even is cut off, and other sizes are scaled back.

    Raises:
        FilmError: not one margin strip can be read.
    """
    height, width = picture_size(facts)
    is_lost = facts.strip
    for number, pixels in frames:
        picture = _proper(pixels) if facts.strip else _evened(pixels, facts)
        if picture is not None:
            picture = resized(picture, height, width)
            # A copy, as what is held should not hold what is not.
            yield number, picture if colours == 3 else picture[:, :, 1:2].copy()
            is_lost = False
    if is_lost:
        raise FilmError("this film was made with margin strips, and none of them can be read")


def turn_of(frames: Iterable[Pixels]) -> str:
    """How frames with margin strips had been turned, as the first that can be read shows."""
    for pixels in islice(frames, _PEEK_FRAMES):
        with suppress(StripDamagedError):
            reading = read_strip(pixels)
            if reading is not None:
                return reading.turn
    return ""


def picture_size(facts: FilmFacts) -> tuple[int, int]:
    """Height and width of the pictures in a film, without margin strips."""
    if facts.kind == "instants":
        return facts.width, facts.width
    return facts.recipe.rows, facts.width


def most_colour(frames: Iterable[Pixels], *, strip: bool) -> Colour:
    """How much colour there is in the first frames, above their margin strips if they have any."""
    most = Colour.NONE
    for pixels in islice(frames, 0, _PEEK_FRAMES, _STRIPS_APART if strip else 1):
        picture = _proper(pixels) if strip else pixels
        most = most if picture is None else max(most, colour_of(picture))
        if most == Colour.STRONG:
            break
    return most


def _proper(pixels: Pixels) -> Pixels | None:
    """The picture above the margin strip, of the type of the frame; None if there is none."""
    try:
        reading = read_strip(pixels)
    except StripDamagedError:
        return None
    if reading is None or reading.pixels.dtype == pixels.dtype:
        return None if reading is None else reading.pixels
    return np.rint(reading.pixels * brightest(pixels.dtype)).astype(pixels.dtype)


def _evened(pixels: Pixels, facts: FilmFacts) -> Pixels:
    """``pixels`` without the row or column that made their number even."""
    height, width = pixels.shape[:2]
    if 0 <= height - facts.height <= 1 and 0 <= width - facts.width <= 1:
        return pixels[: facts.height, : facts.width]
    return pixels
