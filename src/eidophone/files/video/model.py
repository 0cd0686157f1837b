"""What every film file has in common: its frames, its limits, its text."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from eidophone.base.arrays import Pixels
from eidophone.base.errors import FilmError

#: What a film that does not say how fast it runs is read at, such as a folder of pictures.
USUAL_FPS = Fraction(30)


@dataclass(frozen=True, eq=False)
class VideoFrame:
    """One frame of a film.

    Attributes:
        pixels: ``[height, width, 3]`` RGB: uint8, or uint16 where the film has more than 8 bits.
        seconds: when it appears, from the beginning of the film.
        duration_seconds: how long it stays.
    """

    pixels: Pixels
    seconds: float
    duration_seconds: float


def check_frame_size(path: Path, width: int, height: int, max_pixels: int | None) -> None:
    """Refuse frames of no or too many pixels, before anything of their size is allocated.

    Raises:
        FilmError: they are.
    """
    if width < 1 or height < 1:
        raise FilmError(f"{path} has no picture: its frames are {width} x {height} pixels")
    if max_pixels is not None and width * height > max_pixels:
        raise FilmError(
            f"{path} has frames of {width} x {height} pixels, over the limit of {max_pixels:,}: "
            f"if you trust it, raise `max_pixels`"
        )
