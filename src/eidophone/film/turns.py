"""Turns: when the pages of a film turn, by what it shows, where each is held for many frames."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

import numpy as np

from eidophone.base.arrays import Float32, Float64
from eidophone.files.video import VideoFrame
from eidophone.film.aligning import difference_of, thinned
from eidophone.film.film import FrameSource

#: Frames that are looked at before a steady rhythm is believed to go on: two minutes.
_LOOKED_AT = 3600

#: A page has turned if a frame differs from it by this fraction of their contrast, which is no
#: less than so many parts of full scale; and it does so within so many frames.
_TURNED, _LEAST_CONTRAST, _SUDDEN_FRAMES = 0.2, 6 / 255, 3

#: Pictures that change without a turn, for each turn: more of them, and the film moves.
_MOVES = 0.2

#: What is shown for less than this fraction of the usual time is a fade, or harm, and no page.
_BRIEF = 0.2

#: Pages are held for so many frames at least.
_LEAST_HELD = 3

#: So many of the turns keep to a rhythm that is steady, each to within so many frames.
_STEADY, _JITTER_FRAMES = 0.8, 1.6

#: A page with less contrast than this, in parts of full scale, shows nothing.
LEAST_SHOWN = 1 / 255

#: A page goes on in the next if their edges differ by less than so many times what columns do.
GOES_ON = 3.0

#: The same for a page that is shown briefly, as its sound ends there: of twelve sounds in squares
#: of 128 columns, with 1 to 6 columns on the second page, 1.3 at most.
_ENDS = 2.0

#: Film files round times to milliseconds.
_ROUNDING_SECONDS = 0.002

#: Pages whose picture is kept, in so many rows.
_KEPT, _ROWS = 8, 128


@dataclass(frozen=True, eq=False)
class Turns:
    """When the pages of a film turn.

    Attributes:
        starts: when each page that was seen appears, in seconds.
        shown: the first pages, in some rows, ``[rows, columns]``, 1.0 is full scale.
        period: seconds from one to the next; 0 if they are not steady.
        count: how many pages there are.
    """

    starts: Float64
    shown: list[Float32]
    period: float
    count: int

    def page_at(self, seconds: float) -> int:
        """The number of the page that is shown then."""
        if self.period:
            return min(math.floor((seconds + _ROUNDING_SECONDS) / self.period), self.count - 1)
        later = np.searchsorted(self.starts, seconds + _ROUNDING_SECONDS, "right")
        return max(0, int(later) - 1)


def find_turns(film: FrameSource, usual_seconds: float) -> Turns | None:
    """When the pages of ``film`` turn; None if they are not held, or its pictures move.

    Args:
        film: any.
        usual_seconds: how long a page is shown, if that fits.
    """
    due = usual_seconds, _JITTER_FRAMES / float(film.fps)
    runs = _runs(islice(film.frames(), _LOOKED_AT), due)
    if not runs:
        return None
    period = _period(_starts(runs), float(film.fps), usual_seconds)
    if not period and film.frame_count > _LOOKED_AT:
        runs = _runs(film.frames(), due)
    count = len(runs)
    if period:
        shown = math.ceil((film.seconds - float(1 / film.fps)) / period)
        count = max(count, shown) if count == 2 else max(1, shown)
    return Turns(_starts(runs), [run.picture for run in runs[:_KEPT]], period, count)


@dataclass(eq=False)
class _Run:
    """Frames one after the other that show the same."""

    start: float
    picture: Float32
    frames: int = 1


def _runs(frames: Iterable[VideoFrame], due: tuple[float, float]) -> list[_Run]:
    """What is held, one after the other; nothing if the film moves.

    The second page is ``due`` at a time, within so many seconds.
    """
    runs: list[_Run] = []
    moved = 0
    recent: deque[Float32] = deque(maxlen=_SUDDEN_FRAMES)
    for frame in frames:
        picture = _few_rows(thinned(frame.pixels))
        if not runs:
            runs.append(_Run(frame.seconds, picture))
        elif not _differ(runs[-1].picture, picture):
            runs[-1].frames += 1
        elif _differ(recent[0], picture) or runs[-1].frames < _SUDDEN_FRAMES:
            runs.append(_Run(frame.seconds, picture))
        else:
            moved += 1
            runs[-1].frames += 1
            runs[-1].picture = picture
        recent.append(picture)
        if len(runs) > 2 * _KEPT:  # memory is for a few
            runs[-3].picture = runs[-3].picture[:0]
    lasting = _lasting(runs)
    if len(lasting) == 1 and _is_next(lasting[0], runs[-1], due):
        lasting.append(runs[-1])
    return lasting if moved <= _MOVES * len(lasting) else []


def _lasting(runs: list[_Run]) -> list[_Run]:
    """``runs`` but for brief ones, what was parted by them joined again; nothing if all are."""
    usual = np.median([run.frames for run in runs for _ in range(run.frames)] or [0])
    whole: list[_Run] = []
    for run in runs:
        if run.frames >= _BRIEF * usual and not (whole and _is_same(whole[-1], run)):
            whole.append(run)
    return whole if usual >= _LEAST_HELD else []


def _is_next(only: _Run, last: _Run, due: tuple[float, float]) -> bool:
    """Whether ``last``, however brief, is the page after the ``only`` one: the film ends there."""
    if last is only or not only.picture.size or _is_same(only, last):
        return False
    is_due = abs(last.start - only.start - due[0]) <= due[1]
    shows = contrast_of(last.picture) > LEAST_SHOWN
    return is_due or (shows and break_of(only.picture, last.picture) < _ENDS)


def break_of(one: Float32, other: Float32) -> float:
    """How much the edges of pages differ, in units of what neighbouring columns do."""
    usual = np.mean([np.abs(np.diff(_heard(page), axis=1)).mean() for page in (one, other)])
    return float(np.abs(one[:, -1] - other[:, 0]).mean() / max(usual, 1e-6))


def _heard(page: Float32) -> Float32:
    """``page`` until its sound ends: two columns at least."""
    lit = np.flatnonzero(page.max(axis=0) > _LEAST_CONTRAST)
    return page[:, : max(2, lit[-1] + 1 if len(lit) else 2)]


def _few_rows(picture: Float32) -> Float32:
    return picture[:: max(1, len(picture) // _ROWS)]


def _is_same(run: _Run, other: _Run) -> bool:
    both = run.picture.size and other.picture.size
    return bool(both) and not _differ(run.picture, other.picture)


def _differ(one: Float32, other: Float32) -> bool:
    """Whether two pictures are of two pages."""
    contrast = max(contrast_of(one), contrast_of(other), _LEAST_CONTRAST)
    return difference_of(one, other, 0) > _TURNED * contrast


def contrast_of(picture: Float32) -> float:
    """What a thinned picture differs by from its mean, on average."""
    return float(np.abs(picture - picture.mean()).mean())


def _starts(runs: list[_Run]) -> Float64:
    return np.array([run.start for run in runs])


def _period(starts: Float64, fps: float, usual_seconds: float) -> float:
    """Seconds from one start to the next if these are steady; else 0."""
    since, gaps = starts[1:] - starts[0], np.diff(starts)
    if not len(gaps):
        return 0.0
    least = float(gaps.min())
    usual = [usual_seconds] if least < 1.5 * usual_seconds else []
    for period in (*usual, least, float(np.median(gaps))):
        exact = period if period == usual_seconds else _refined(since, period)
        off = np.abs(since - exact * np.maximum(np.rint(since / exact), 1))
        if np.mean(off <= _JITTER_FRAMES / fps) >= _STEADY:
            return exact
    return 0.0


def _refined(since: Float64, period: float) -> float:
    """The period that fits best, by least squares of more and more turns."""
    for count in range(1, len(since) + 1):
        numbers = np.maximum(np.rint(since[:count] / period), 1)
        period = float(since[:count] @ numbers / (numbers @ numbers))
    return period
