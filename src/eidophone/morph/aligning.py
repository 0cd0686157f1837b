"""Aligning: parents of any lengths on one clock."""

from __future__ import annotations

import numpy as np

from eidophone.base.arrays import Float32
from eidophone.morph.looping import looped
from eidophone.morph.mix import Mix
from eidophone.morph.parents import Parents
from eidophone.morph.settings import Morphing


def aligned(parents: Parents, mix: Mix, how: Morphing) -> Parents:  # noqa: ARG001
    """``parents``, all of one length: as the rhythm of ``mix`` and ``how`` want it."""
    count = parents.sample_count
    whole = tuple(_padded(one, count) for one in parents.samples)
    if how.seconds is not None:
        wanted = max(1, round(how.seconds * parents.rate))
        whole = tuple(looped(one, wanted, parents.rate) for one in whole)
    return Parents(whole, parents.rate)


def _padded(samples: Float32, count: int) -> Float32:
    return np.pad(samples, ((0, 0), (0, count - samples.shape[1])))
