"""What a flow is used for: courses of levels, and sounds of one collection changed to another's."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from eidophone.base.arrays import Float32, Mask
from eidophone.learning.collections import Conditions
from eidophone.learning.flow.courses import levels_of_course
from eidophone.learning.flow.flow import Flow
from eidophone.learning.flow.sampling import sampled, translated
from eidophone.learning.translating.blocks import COLUMNS, Components

#: A change of a level at most.
_MOST_DB = 30.0


def course_of(
    flow: Flow,
    components: Components,
    columns: int,
    weights: Float32,
    seed: int,
    *,
    known: tuple[Float32, Mask] | None = None,
    loop: bool = False,
) -> Float32:
    """A new course ``[columns, rows]`` in dB: blurred by itself, and meant for grains to follow.

    Args:
        flow: trained on those components.
        components: of blocks.
        columns: how long it is.
        weights: of the collections, ``[collections]``, or for each block ``[blocks, collections]``.
        seed: another number, another course.
        known: levels ``[columns, rows]``, and ``[columns]`` which of them it is to go with: blocks
            that are known as a whole stay as they are.
        loop: its end leads into its beginning.
    """
    blocks = -(-columns // COLUMNS)
    told = None
    if known is not None:
        spare = blocks * COLUMNS - columns
        levels = np.pad(known[0], ((0, spare), (0, 0)), "edge")
        whole: Mask = np.pad(known[1], (0, spare)).reshape(blocks, COLUMNS)
        told = components.places(levels), np.logical_and.reduce(whole, axis=1)
    places = sampled(flow, blocks, weights, seed, known=told, loop=loop)
    return levels_of_course(components, places)[:columns]


def change_of(
    flow: Flow,
    components: Components,
    conditions: Conditions,
    levels: Float32,
    source: Float32 | None,
    target: Float32,
) -> Float32:
    """By how many dB ``levels`` ``[columns, rows]`` are raised on the way to another collection.

    What the components do not have of them is left as it is.

    Args:
        flow: trained on those components.
        components: of blocks.
        conditions: as far as levels are looked at.
        levels: as loud as tracks are.
        source: weights of the collections that they are of; None: nobody knows.
        target: weights of the collections that they are to be of.
    """
    count = len(levels)
    seen = conditions.seen(np.pad(levels, ((0, -count % COLUMNS), (0, 0)), "edge"))
    places = components.places(seen)
    moves = translated(flow, places, source, target) - places
    return np.clip(components.levels(moves)[:count], -_MOST_DB, _MOST_DB)


def towards(
    flow: Flow, components: Components, conditions: Conditions, source: int, weights: Float32
) -> Callable[[Float32], Float32]:
    """What raises levels of one collection as far as ``weights`` are together, and to their mix.

    Args:
        flow: trained on those components.
        components: of blocks.
        conditions: as far as levels are looked at.
        source: the collection that they are of.
        weights: ``[collections]`` how far towards each; together 1 at most, and more than 0.
    """
    whence = np.eye(len(weights), dtype=np.float32)[source]
    far = np.float32(weights.sum())
    whither = (weights / far).astype(np.float32)
    return lambda levels: far * change_of(flow, components, conditions, levels, whence, whither)
