"""Sound tracks placed in time: silence where they have nothing, and nothing beyond their ends."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction

import numpy as np

from eidophone.base.arrays import Float32

#: Less sound than this missing is only the rounding of times, which Matroska has in ms.
LEAST_GAP_SECONDS = Fraction(1, 100)

#: So much silence may be filled in, and as much again as there is sound: times may be anything.
_MOST_SILENCE_SECONDS = 3600

#: What a codec adds at the end is shorter; what is longer is no padding.
_MOST_PADDING_SECONDS = Fraction(1, 5)

_CHUNK = 1 << 16

#: When a piece is heard, in seconds, or None: right after the one before; and its samples.
Piece = tuple[Fraction | None, Float32]


def placed(
    pieces: Iterable[Piece],
    rate: int,
    *,
    origin: Fraction | None,
    end: Fraction | None = None,
    hole: Callable[[float, float], None] = lambda *_: None,
) -> Iterator[Float32]:
    """The samples ``[channels, n]`` of ``pieces`` from ``origin`` on, with silence in their holes.

    Args:
        pieces: as they are decoded, in order.
        rate: samples per second.
        origin: the time of the first sample; what comes earlier is cut. None: of the first piece.
        end: there is no silence beyond it; None: there may be.
        hole: told where each hole inside the sound begins, and how long it is, in seconds.
    """
    cursor: int | None = None
    place, silent, heard = 0, 0, 0
    for seconds, samples in pieces:
        if origin is None and seconds is not None:
            origin = seconds
        if origin is not None and seconds is not None:
            place = round((seconds - origin) * rate)
        first = cursor is None
        if cursor is None:
            cursor = min(0, place)
        gap = place - cursor
        if gap > (0 if first else LEAST_GAP_SECONDS * rate):
            if not first:
                hole(cursor / rate, gap / rate)
            if silent + gap <= _MOST_SILENCE_SECONDS * rate + heard or origin is None:
                last = place if end is None or origin is None else round((end - origin) * rate)
                yield from _silence(len(samples), min(place, last) - max(0, cursor))
                silent += gap
                cursor = place
            else:  # times may be anything: it goes on right here
                origin, place = origin + Fraction(gap, rate), cursor
        early = max(0, -cursor)
        count = samples.shape[1]
        cursor, place, heard = cursor + count, place + count, heard + count
        if early < count:
            yield samples[:, early:]


def trimmed(chunks: Iterable[Float32], length: int | None, rate: int) -> Iterator[Float32]:
    """``chunks`` without the padding of a codec, which is what is beyond ``length`` samples.

    Where much more comes than a codec adds, ``length`` is wrong, and all of it is given. So it is
    where hardly more comes: films round their lengths to a millisecond.
    """
    if length is None:
        yield from chunks
        return
    count, kept = 0, deque[Float32]()
    for chunk in chunks:
        there = max(0, min(length - count, chunk.shape[1]))
        count += chunk.shape[1]
        if there:
            yield chunk[:, :there]
        if there < chunk.shape[1]:
            kept.append(chunk[:, there:])
        if count - length > _MOST_PADDING_SECONDS * rate:
            yield from kept
            kept.clear()
    if count - length <= rate // 1000:
        yield from kept


def _silence(channels: int, count: int) -> Iterator[Float32]:
    for start in range(0, count, _CHUNK):
        yield np.zeros((channels, min(_CHUNK, count - start)), np.float32)
