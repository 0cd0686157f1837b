"""Moving: levels whose blocks are moved, and what comes of a change of levels."""

from __future__ import annotations

import numpy as np

from eidophone.base.arrays import Float32
from eidophone.learning.collections import Conditions
from eidophone.learning.grid import FLOOR_DB, TOP_DB
from eidophone.learning.translating.blocks import COLUMNS, Components
from eidophone.learning.translating.monge import Move

#: What is below the floor counts as on it where it is raised by this much.
_RAISED_DB = 6.0


def moved(seen: Float32, components: Components, move: Move) -> Float32:
    """By how many dB ``move`` raises ``seen`` ``[columns, rows]``.

    Blocks are cut at two places, and fade into each other, so that their edges are not heard.
    """
    count, half = len(seen), COLUMNS // 2
    change = np.zeros_like(seen)
    fade = (np.arange(half, dtype=np.float32) + 0.5) / half
    fade = np.concatenate([fade, fade[::-1]])
    for first in (0, half):
        padded = np.pad(seen, ((first, -(count + first) % COLUMNS), (0, 0)), mode="edge")
        some = components.levels(move(components.places(padded)))
        some *= np.tile(fade, len(some) // COLUMNS)[:, None]
        change += some[first : first + count]
    return change


def changed(levels: Float32, change: Float32, conditions: Conditions) -> Float32:
    """``levels`` ``[..., columns, rows]`` in dB, raised by ``change`` ``[columns, rows]``.

    What is hidden below the floor of ``conditions`` comes up to it where it is raised.
    """
    hidden = np.maximum(conditions.seen(levels) - levels, 0)
    hidden *= np.clip(change / np.float32(_RAISED_DB), 0, 1)
    return np.clip(levels + change + hidden, FLOOR_DB, TOP_DB)
