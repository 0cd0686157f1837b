"""Ends: what is told and would begin or stop while it still sounds, fades in or out in no time.

A substance goes on where a content ends: cut, it clicks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from eidophone.base.arrays import Float32

#: How long it takes; attacks at the very beginning stay sharp.
_IN_SECONDS, _OUT_SECONDS = 0.002, 0.005

#: Over how long it is seen whether it sounds: if it is within 60 dB of its peak.
_EDGE_SECONDS, _SOUNDING = 0.0005, 1e-3

#: It is the content itself if it differs by no more than this part of its peak.
_SAME = 0.01


def eased(blocks: Iterable[Float32], content: Float32, rate: int) -> Iterator[Float32]:
    """``blocks`` ``[channels, n]``, which together are as long as ``content``, with soft ends.

    An end that is the content's own stays as it is.
    """
    count, peak, first = content.shape[1], 0.0, 0
    fades = tuple(_fade(seconds, count, rate) for seconds in (_IN_SECONDS, _OUT_SECONDS))
    edge = max(1, round(_EDGE_SECONDS * rate))
    held = content[:, :0]
    longest = max(len(one) for one in fades)
    for block in blocks:
        held = np.concatenate([held, block], axis=1)
        if held.shape[1] <= 2 * longest and first + held.shape[1] < count:
            continue
        peak = max(peak, float(np.abs(held).max(initial=0)))
        if not first and _cut(held[:, :edge], content[:, :edge], peak):
            held[:, : len(fades[0])] *= fades[0]
        ready = held.shape[1] - longest
        if first + held.shape[1] < count:
            yield held[:, :ready]
            first, held = first + ready, held[:, ready:]
    if _cut(held[:, -edge:], content[:, -edge:], peak):
        held[:, held.shape[1] - len(fades[1]) :] *= fades[1][::-1]
    yield held


def _fade(seconds: float, count: int, rate: int) -> Float32:
    length = min(round(seconds * rate), count // 4)
    return np.asarray(np.sin((np.arange(length) + 0.5) / max(1, length) * np.pi / 2) ** 2, "f4")


def _cut(made: Float32, content: Float32, peak: float) -> bool:
    """Whether ``made``, one end of it, sounds and is not that end of the ``content``."""
    loud = float(np.abs(made).max(initial=0)) > _SOUNDING * peak
    return loud and float(np.abs(made - content).max(initial=0)) > _SAME * peak
