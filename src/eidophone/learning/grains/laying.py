"""Laying: pieces of tracks, one fading into the next, as levels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eidophone.base.arrays import Float32, Int64
from eidophone.learning.grains.frames import COLUMNS
from eidophone.learning.grains.index import FADE, Index
from eidophone.learning.grid import FLOOR_DB, ROWS, levels_of_bytes

#: Columns in which a piece fades into the next one: 46 ms.
FADE_COLUMNS = FADE * COLUMNS


@dataclass(frozen=True, eq=False)
class Pieces:
    """Pieces of tracks, one after the other.

    Attributes:
        place: ``[pieces]`` the frame of the index that each begins at.
        frames: ``[pieces]`` how long each is, without its fade.
        gain_db: ``[pieces]`` by how much each is made louder.
    """

    place: Int64
    frames: Int64
    gain_db: Float32

    @classmethod
    def of(cls, place: Int64, frames: Int64 | int, gain_db: Float32 | float = 0.0) -> Pieces:
        """Pieces at ``place``; one length or gain is that of all."""
        count = len(place)
        return cls(
            place,
            np.broadcast_to(np.asarray(frames, np.int64), count),
            np.broadcast_to(np.asarray(gain_db, np.float32), count),
        )

    @property
    def sources(self) -> Int64:
        """``[frames]`` the frame of the index that sounds at each frame."""
        begin = np.cumsum(self.frames) - self.frames
        return np.repeat(self.place - begin, self.frames) + np.arange(self.frames.sum())

    def heard(self, index: Index) -> Int64:
        """`sources`, but for pieces that are longer than their track: its last frame stays."""
        last = np.repeat(index.last[self.place] - 1, self.frames)
        return np.minimum(self.sources, last)


def laid(index: Index, pieces: Pieces, *, loop: bool = False) -> Float32:
    """Levels ``[colours, columns, rows]``: three colours, if any of the tracks is stereo.

    Args:
        index: that the pieces are of.
        pieces: what is laid.
        loop: the last one fades into the first.
    """
    tracks = index.track[pieces.place]
    stereo = any(len(index.tracks[one].levels) > 1 for one in np.unique(tracks))
    ends = np.cumsum(pieces.frames) * COLUMNS
    whole = np.zeros((3 if stereo else 1, ends[-1] + FADE_COLUMNS, ROWS), np.float32)
    rise = (np.arange(FADE_COLUMNS, dtype=np.float32) + 0.5) / FADE_COLUMNS
    at = 0
    for number, end in enumerate(ends):
        track = index.tracks[tracks[number]].levels
        first = int(pieces.place[number] - index.first[pieces.place[number]]) * COLUMNS
        seen = track[:, first : first + end - at + FADE_COLUMNS]
        size = _MAGNITUDE[seen] * np.float32(10 ** (pieces.gain_db[number] / 20))
        missing = end - at + FADE_COLUMNS - size.shape[1]
        if missing > 0:
            size = np.pad(size, ((0, 0), (0, missing), (0, 0)), "edge")
        size[:, end - at :] *= 1 - rise[:, None]
        if number or loop:
            size[:, :FADE_COLUMNS] *= rise[:, None]
        whole[:, at : end + FADE_COLUMNS] += size
        at = int(end)
    if loop:
        whole[:, :FADE_COLUMNS] += whole[:, at:]
    return decibels(whole[:, :at])


def decibels(magnitude: Float32) -> Float32:
    """Levels in dB of magnitudes."""
    levels = np.maximum(magnitude, np.float32(1e-7))
    np.log10(levels, out=levels)
    levels *= 20
    return np.maximum(levels, np.float32(FLOOR_DB), out=levels)


_MAGNITUDE = np.where(
    np.arange(256) > 0, 10 ** (levels_of_bytes(np.arange(256, dtype=np.uint8)) / 20), 0
).astype(np.float32)
