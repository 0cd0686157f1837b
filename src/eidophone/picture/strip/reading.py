"""Read a strip, and undo what was done to its picture since it was drawn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from eidophone.base.arrays import Pixels
from eidophone.base.errors import StripDamagedError
from eidophone.files.kinds import MAX_PICTURE_PIXELS
from eidophone.picture.strip.deciphering import Cipher, decipher, is_sure
from eidophone.picture.strip.drawing import WHITE, check_pixels, frame
from eidophone.picture.strip.finding import find_clocks
from eidophone.picture.strip.geometry import extract, locate
from eidophone.picture.strip.layout import StripLayout
from eidophone.picture.strip.report import describe_geometry, describe_tones, describe_turn
from eidophone.picture.strip.tones import measure

#: A strip may claim to have lost so much: its picture has at most so many times the pixels, and
#: no more of them than any picture.
_MOST_GROWTH = 64


@dataclass(frozen=True)
class StripReading:
    """What a strip said, and its picture.

    Attributes:
        message: the bytes that were drawn.
        pixels: the picture proper, ``[height, width, 3]`` exactly as large as it was drawn; black
            where it was lost. Of the type it arrived in where nothing had to be resampled or
            recoloured (then unharmed pixels are exact), else float32 in 0..1.
        damage: what had been done to it, for people; ``"none"`` if nothing.
        turn: of that, how it had been turned or mirrored; empty if it was not.
    """

    message: bytes
    pixels: Pixels
    damage: str
    turn: str = ""


def read_strip(pixels: Pixels) -> StripReading | None:
    """What the strip of a picture says, and the picture restored; None if there is no strip.

    Args:
        pixels: ``[height, width, 3]``, uint8, uint16 or float32 in 0..1.

    Raises:
        PictureError: ``pixels`` is no picture of this kind.
        StripDamagedError: there is a strip, but its message cannot be read.
    """
    check_pixels(pixels)
    sure = 0.0
    for view, turns, is_mirrored, clock in _candidates(pixels):
        cipher, score = decipher(view, clock)
        if cipher is not None:
            return _restore(view, cipher, turns, is_mirrored)
        sure = max(sure, score)
    if is_sure(sure):
        raise StripDamagedError(
            "this picture has a margin strip, but its message is damaged beyond reading: "
            "use an earlier copy, or crop the strip away and decode it as a plain picture"
        )
    return None


def set_right(reading: StripReading) -> str:
    """What is said of a picture that had been turned or mirrored."""
    return f"was {reading.turn}, as its margin strip shows, and is heard as it was drawn"


def _candidates(pixels: Pixels) -> Iterator[tuple[Pixels, int, bool, Any]]:
    """Views of the picture, turned and mirrored, with clocks in them; the likeliest first."""
    found = [
        (clock.purity, turns, clock)
        for turns in range(4)
        for clock in find_clocks(np.rot90(pixels, turns))
    ]
    for _, turns, clock in sorted(found, key=lambda one: -one[0]):
        view = np.rot90(pixels, turns)
        yield view, turns, False, clock
        yield view[:, ::-1], turns, True, clock


def _restore(view: Pixels, cipher: Cipher, turns: int, is_mirrored: bool) -> StripReading:
    """The reading of a strip whose picture, turned as it was drawn, is ``view``."""
    body = cipher.body
    layout = StripLayout(body.height, body.width, len(body.message))
    seen = view.shape[0] * view.shape[1]
    most = max(seen, min(_MOST_GROWTH * seen, MAX_PICTURE_PIXELS))
    if layout.canvas_height * layout.canvas_width > most:
        raise StripDamagedError(
            f"the margin strip says that this picture was {body.width}x{body.height}, and only "
            f"{view.shape[1]}x{view.shape[0]} are left: use an earlier copy"
        )
    words = describe_turn(turns, is_mirrored)
    turn = " and ".join(words)
    if _is_unharmed(view, layout, body.message):
        picture = view[layout.top : layout.top + body.height, : body.width].copy()
        return StripReading(body.message, picture, ", ".join(words) or "none", turn)
    geometry = locate(view, cipher, layout)
    white = WHITE[view.dtype.name]
    tones = measure(view, white, geometry, layout)
    picture = extract(view, geometry, layout)
    if not tones.are_sound or not geometry.is_whole:
        picture = tones.restore(picture / np.float32(white))
    words += describe_geometry(geometry, layout, view.shape[:2]) + describe_tones(tones)
    return StripReading(body.message, picture, ", ".join(words) or "none", turn)


def _is_unharmed(view: Pixels, layout: StripLayout, message: bytes) -> bool:
    """Whether the strip in ``view`` is as it was drawn, to the bit."""
    if view.shape[:2] != (layout.canvas_height, layout.canvas_width):
        return False
    drawn = frame(layout, message, view.dtype)
    bottom = layout.top + layout.height
    return np.array_equal(view[: layout.top], drawn[: layout.top]) and np.array_equal(
        view[bottom:], drawn[bottom:]
    )
