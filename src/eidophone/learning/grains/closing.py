"""Closing: the samples of a loop, whose end leads into its beginning."""

from __future__ import annotations

import numpy as np

from eidophone.base.arrays import Float32
from eidophone.learning.grid import RATE, RECIPE, sound_of
from eidophone.picture.settings import Quality

#: Columns that are heard before and behind a loop, so that nothing begins or ends there.
_AROUND = 64

#: Seconds in which what would go on fades into the beginning.
_FADE_SECONDS = 0.04


def closed(levels: Float32, quality: Quality = "preview") -> Float32:
    """Samples ``[channels, n]`` at `RATE` of ``levels`` ``[colours, columns, rows]`` of a loop."""
    hop = round(RECIPE.hop_seconds * RATE)
    around = np.take(levels, np.arange(-_AROUND, levels.shape[1] + _AROUND), 1, mode="wrap")
    samples = sound_of(around, quality=quality)
    first, last = _AROUND * hop, (_AROUND + levels.shape[1]) * hop
    once = samples[:, first:last].copy()
    count = min(round(_FADE_SECONDS * RATE), once.shape[1])
    on = samples[:, last : last + count]
    rise = (np.arange(count, dtype=np.float32) + 0.5) / count
    # The two differ in phase: the fade keeps their power, whatever they have in common.
    alike = float((on * once[:, :count]).sum())
    alike /= float(np.sqrt((on**2).sum() * (once[:, :count] ** 2).sum())) + 1e-12
    weight = np.sqrt(rise**2 + (1 - rise) ** 2 + 2 * max(alike, 0.0) * rise * (1 - rise))
    once[:, :count] = (once[:, :count] * rise + on * (1 - rise)) / weight
    return once
