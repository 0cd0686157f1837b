"""Windows: something done to long courses of levels, part by part, as if to the whole at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import numpy as np

from eidophone.base.arrays import Float32

#: Columns that are worked on at a time, beside the margins.
_CORE_COLUMNS = 6144


def in_windows(
    blocks: Iterable[Float32],
    work: Callable[[Float32, int, int], Float32],
    margin: int,
    core: int = _CORE_COLUMNS,
) -> Iterator[Float32]:
    """What ``work`` makes of all ``blocks``, in bounded memory.

    Args:
        blocks: ``[colours, columns, rows]``, of any numbers of columns.
        work: gives the columns from the first number to the last of what it gets; each depends
            on others up to ``margin`` away.
        margin: columns; a multiple of every step that ``work`` goes in, as ``core`` is.
        core: columns that each window yields.
    """
    held, before = None, 0
    for block in blocks:
        held = block if held is None else np.concatenate([held, block], axis=1)
        while held.shape[1] - before >= core + margin:
            yield work(held[:, : before + core + margin], before, before + core)
            gone = max(0, before + core - margin)
            held, before = held[:, gone:].copy(), before + core - gone
    if held is not None and held.shape[1] > before:
        yield work(held, before, held.shape[1])
