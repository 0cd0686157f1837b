"""Following: a wanted course of levels, told by the grains of one collection."""

from __future__ import annotations

import numpy as np

from eidophone.base.arrays import Float32, Int64
from eidophone.learning.grains.choosing import WORTH, chosen
from eidophone.learning.grains.frames import BANDS, COLUMNS, frames_of, loudness_of
from eidophone.learning.grains.index import SHORT, Index
from eidophone.learning.grains.laying import Pieces, laid

#: Grains are made as loud as the course, but by no more than this.
MOST_GAIN_DB = 8.0


def followed(index: Index, levels: Float32, kind: int, frames: int = SHORT) -> Float32:
    """Levels ``[colours, columns, rows]`` of the grains nearest to ``levels``, as long as these.

    Args:
        index: of all grains.
        levels: ``[columns, rows]`` in dB, which sound as the collection does.
        kind: which collection's grains are laid.
        frames: how long a grain is: `SHORT` or `LONG`.
    """
    columns = len(levels)
    step = frames * COLUMNS
    padded = np.pad(levels, ((0, -columns % step + step), (0, 0)), "edge")
    bands = frames_of(index.conditions.seen(padded))[:, :BANDS]
    starts = np.arange(0, len(bands) - frames, frames)
    looks = index.short if frames == SHORT else index.long
    worth = np.float32(np.sqrt(WORTH))
    wanted = looks.seen(index.z(bands, kind), starts) * worth
    place = chosen(index, looks.of * worth, wanted, frames, among=index.kind == kind)
    gain = gains(index, place, loudness_of(bands), frames)
    return laid(index, Pieces.of(place, frames, gain))[:, :columns]


def gains(index: Index, place: Int64, loudness: Float32, frames: int) -> Float32:
    """Gains in dB that make grains at ``place`` as loud as the frames of ``loudness`` in dB."""
    own = loudness_of(index.frames[:, :BANDS])[place[:, None] + np.arange(frames)]
    want = loudness[: len(place) * frames].reshape(-1, frames)
    return np.clip(_mean_db(want) - _mean_db(own), -MOST_GAIN_DB, MOST_GAIN_DB)


def _mean_db(levels: Float32) -> Float32:
    return 10 * np.log10((10 ** (levels / 10)).mean(axis=1))
