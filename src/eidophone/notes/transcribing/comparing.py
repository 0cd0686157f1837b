"""Which of what may be notes are, judged again: beside what else was taken for notes.

An octave or a twelfth that is struck with a key each time, and always as loud beside it, is but a
partial of it, or a stop. A net of two layers weighs it, taught by ``bench/notes/learning.py``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from eidophone.base.arrays import Float32, Float64
from eidophone.notes.transcribing.deciding import Candidates
from eidophone.notes.transcribing.judging import chances, weighed

#: Semitones up or down of companions that are looked for: those that are struck so many moments
#: before or after at most, and are so likely.
_INTERVALS, _TOGETHER, _THERE = (12, 19, 24), 4, 0.3

#: How likely a note must be to tell what notes are like.
_LIKELY = 0.5

#: Pairs that tell how loud a companion is; if there are fewer: decibels, and how far these vary.
_PAIRS, _LOUDER, _VARY = 4, 12.0, 12.0

#: Decibels that are much, between notes and beside a companion.
_NOTES, _PAIR = 20.0, 12.0


def compared(
    evidence: Float32,
    likely: Float64,
    some: Candidates,
    loud: Float32,
    weights: dict[str, Float32],
) -> Float64:
    """How likely each candidate is a note, 0 to 1.

    Args:
        evidence: as `evidence_of`.
        likely: as `judged`.
        some: candidates.
        loud: as `louds_of`.
        weights: of the net.
    """
    if not len(some):
        return likely
    return chances(weighed(comparison(evidence, likely, some, loud), weights, "compared"))


def comparison(evidence: Float32, likely: Float64, some: Candidates, loud: Float32) -> Float32:
    """``[candidates, evidence]``, of what `compared` is given."""
    sure = likely > _LIKELY
    if not sure.any():
        sure = ~sure
    found: list[NDArray[np.floating]] = [
        np.log((likely + 0.001) / (1.001 - likely))[:, np.newaxis] / 4
    ]
    found += [loud / _NOTES, (loud - loud[sure].mean(axis=0)) / _NOTES]
    level = loud[:, 1]
    for interval in _INTERVALS:
        below, above = (_companions(some, likely, level, by) for by in (-interval, interval))
        pairs = sure & (below[0] > _THERE)
        louder, vary = _LOUDER, _VARY
        if pairs.sum() >= _PAIRS:
            beside = below[1][pairs] - level[pairs]
            louder = float(np.median(beside))
            vary = float(np.abs(beside - louder).mean())
        found.append(np.full((len(some), 1), vary / _PAIR) * (below[0] > _THERE)[:, np.newaxis])
        for (there, other), usual in ((below, louder), (above, -louder)):
            off = ((other - level - usual) / _PAIR).clip(-2, 2) * (there > _THERE)
            found.append(np.column_stack([there, off]))
    return np.column_stack([evidence, *found]).astype(np.float32)


def _companions(
    some: Candidates, likely: Float64, level: NDArray[np.floating], by: int
) -> NDArray[np.floating]:
    """``[2, candidates]`` how likely, and how loud, the key ``by`` semitones above is with each."""
    moments = np.rint(some.starts).astype(np.int64) + _TOGETHER
    span = int(moments.max()) + 2 * _TOGETHER
    places = some.keys * span + moments
    order = np.lexsort((likely, places))
    places, values = places[order], np.stack([likely, level])[:, order]
    found = np.zeros((2, len(some)))
    for late in range(-_TOGETHER, _TOGETHER + 1):
        wanted = (some.keys + by) * span + moments + late
        at = np.searchsorted(places, wanted, "right") - 1
        found = np.maximum(found, values[:, at] * (places[at] == wanted))
    return found
