"""Windows: three seconds of tracks, which is what is judged at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

import numpy as np

from eidophone.base.arrays import UInt8
from eidophone.learning.grid import ROWS
from eidophone.learning.tracks import Track

T = TypeVar("T")

#: Columns of a window: 3 s.
WINDOW = 517

#: Tracks of fewer columns are joined to others first, as utterances are.
_SHORT = 4 * WINDOW

#: At least so much of a window sounds.
_SOUNDING = 0.5


def windows_of(tracks: Sequence[Track], hop: int = WINDOW) -> UInt8:
    """Bytes ``[windows, WINDOW, rows]`` of the middle of ``tracks``; short ones are joined.

    If they are too short for one window together, they are repeated to fill one; windows that
    hardly sound are left out, as long as others are there.

    Args:
        tracks: of one collection.
        hop: columns from one window to the next.
    """
    windows = [
        stretch[first : first + WINDOW]
        for stretch, sounding in _stretches(tracks)
        for first in range(0, len(stretch) - WINDOW + 1, hop)
        if sounding[first : first + WINDOW].mean() >= _SOUNDING
    ]
    if windows:
        return np.stack(windows)
    whole = np.concatenate([np.empty((0, ROWS), np.uint8), *[one.middle for one in tracks]])
    if not len(whole):
        return np.empty((0, WINDOW, ROWS), np.uint8)
    return np.resize(whole, (1, WINDOW, ROWS))


def spread(items: Iterable[T], count: int) -> list[T]:
    """At most ``count`` of ``items``, spread over all."""
    each = list(items)
    places = np.linspace(0, len(each) - 1, min(count, len(each))).round().astype(int)
    return [each[n] for n in places]


def _stretches(tracks: Sequence[Track]) -> Iterator[tuple[UInt8, np.ndarray]]:
    """What windows are cut of, and which columns of it sound."""
    short = [one for one in tracks if one.columns < _SHORT]
    for one in tracks:
        if one.columns >= _SHORT:
            yield one.middle, one.sounding
    if short:
        yield (
            np.concatenate([one.middle for one in short]),
            np.concatenate([one.sounding for one in short]),
        )
