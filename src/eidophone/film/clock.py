"""The clock of a film: which of its frames a frame is, after tools have been at work."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from fractions import Fraction

from eidophone.base.arrays import Pixels
from eidophone.files.video import VideoFrame
from eidophone.film.facts import FilmFacts

#: The number of a frame, which is whole in a film that is as it was made; and its pixels.
Numbered = tuple[float, Pixels]

#: Containers add or take so many seconds at the end, and so many parts of the whole.
SPARE_SECONDS, _SPARE = 0.1, 0.01

#: Times are rounded to milliseconds in some containers.
_ROUNDING_SECONDS = 0.002


def numbered(
    frames: Iterable[VideoFrame], facts: FilmFacts, count: int, seconds: float
) -> Iterator[Numbered]:
    """The frames of a film with their numbers.

    A film with as many frames as were made is counted, whatever its frame rate now is. One that
    lasts as long as it did goes by its times: frames are missing, or were added. Any other one is
    counted too, but for instants, which last as long as they are shown, and for pages that were
    held, which are more than were made.

    Args:
        frames: of the film as it is now.
        facts: of the film as it was made.
        count: how many frames it has now.
        seconds: how long it lasts now.
    """
    made = facts.frame_count / facts.fps
    is_whole = count == facts.frame_count
    lasts = abs(seconds - made) <= SPARE_SECONDS + 2 / facts.fps + Fraction(_SPARE) * made
    is_held = facts.kind == "pages" and count > facts.frame_count
    is_timed = not is_whole and (lasts or is_held or facts.kind == "instants")
    for index, frame in enumerate(frames):
        number = _number_at(frame.seconds, facts.fps) if is_timed else float(index)
        yield math.floor(number) if facts.kind == "pages" else number, frame.pixels


def _number_at(seconds: float, fps: Fraction) -> float:
    number = seconds * float(fps)
    nearest = round(number)
    return nearest if abs(number - nearest) <= _ROUNDING_SECONDS * fps else number
