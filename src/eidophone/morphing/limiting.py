"""Limiting: what is too loud is turned down before it comes, and nothing is clipped.

The gain is the lowest that is needed around each sample, and a mean of these around it: so it is
never more than is needed at that sample itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from scipy.ndimage import minimum_filter1d, uniform_filter1d

from eidophone.base.arrays import Float32
from eidophone.sound.level import TOP

#: By how much the peak may exceed that of the loudest parent: 3 dB, which a voice told by clicks
#: needs; from 3.5 dB on, sounds are brought down as a whole.
_MORE = 10 ** (3 / 20)

#: How long before a peak the gain begins to fall; it rises as long after it.
_AHEAD_SECONDS = 0.01


def limited(blocks: Iterable[Float32], peak: float, rate: int) -> Iterator[Float32]:
    """``blocks`` ``[channels, n]``, of which nothing is more than 3 dB above ``peak``.

    Nor is anything above -1 dBFS, unless ``peak`` is; then nothing is above that.
    """
    top = max(peak, min(_MORE * peak, TOP))
    half = max(1, round(_AHEAD_SECONDS * rate / 2))
    reach, done = 4 * half, 0
    held: Float32 | None = None
    for block in blocks:
        held = block if held is None else np.concatenate([held, block], axis=1)
        ready = held.shape[1] - reach
        if ready > done:
            yield _quieter(held, top, half)[:, done:ready]
            held = held[:, max(0, ready - reach) :]
            done = min(ready, reach)
    if held is not None:
        yield _quieter(held, top, half)[:, done:]


def _quieter(samples: Float32, top: float, half: int) -> Float32:
    loud = np.abs(samples).max(axis=0, initial=0)
    if loud.max(initial=0) <= top:
        return samples
    needed = minimum_filter1d(top / np.maximum(loud, top), 4 * half + 1, mode="nearest")
    for _ in range(2):
        needed = uniform_filter1d(needed, 2 * half + 1, mode="nearest")
    return np.asarray(samples * needed, np.float32)
