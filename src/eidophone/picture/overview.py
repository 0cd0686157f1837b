"""Overview: a picture in fewer columns, each the loudest of several, for looking from afar.

Level 1 is the picture itself; every further level has a quarter of the columns of the one before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from eidophone.base.arrays import Pixels

#: How many columns of one level become one of the next.
STEP = 4


def levels_of(columns: int, least: int) -> list[int]:
    """How many columns of the picture become one, level by level, until there are few.

    Args:
        columns: of the picture.
        least: no level is needed beyond one of so many columns.
    """
    levels = [1]
    while columns > least * levels[-1]:
        levels.append(STEP * levels[-1])
    return levels


def reduced(pixels: Pixels, factor: int = STEP) -> Pixels:
    """``pixels`` ``[rows, columns, 3]`` with the loudest of each ``factor`` columns.

    The last may be of fewer.
    """
    rows, columns, colours = pixels.shape
    whole = columns // factor * factor
    runs = pixels[:, :whole].reshape(rows, whole // factor, factor, colours)
    found = [runs.max(axis=2)]
    if whole < columns:
        found.append(pixels[:, whole:].max(axis=1, keepdims=True))
    return np.concatenate(found, axis=1)


def overviews(blocks: Iterable[Pixels], levels: list[int]) -> Iterator[tuple[int, Pixels]]:
    """All levels of a picture that comes in ``blocks``, piece by piece, each from left to right.

    Args:
        blocks: ``[rows, columns, 3]``.
        levels: as `levels_of` gives them.

    Yields:
        A level and its next columns.
    """
    rest: dict[int, Pixels] = {}
    for block in blocks:
        yield levels[0], block
        yield from _climb(block, levels, rest, last=False)
    yield from _climb(None, levels, rest, last=True)


def _climb(
    block: Pixels | None, levels: list[int], rest: dict[int, Pixels], *, last: bool
) -> Iterator[tuple[int, Pixels]]:
    """What ``block`` of the first level makes of the others; ``rest`` waits for its run's end."""
    for level in levels[1:]:
        parts = [part for part in (rest.pop(level, None), block) if part is not None]
        if not parts:
            continue
        there = np.concatenate(parts, axis=1)
        ready = there.shape[1] if last else there.shape[1] // STEP * STEP
        if ready < there.shape[1]:
            rest[level] = there[:, ready:].copy()
        block = reduced(there[:, :ready]) if ready else None
        if block is not None:
            yield level, block
