"""Crossfade: all parents at once, each as loud as its share. What everybody knows; the baseline."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from eidophone.base.arrays import Float32
from eidophone.base.parallel import blocks
from eidophone.morphing.methods.method import Method
from eidophone.morphing.mix import Mix
from eidophone.morphing.parents import Parents
from eidophone.morphing.settings import Morphing

_BLOCK_SAMPLES = 1 << 16


def _make(parents: Parents, mix: Mix, how: Morphing) -> Iterator[Float32]:  # noqa: ARG001
    count = parents.sample_count
    for first, last in blocks(0, count, _BLOCK_SAMPLES):
        moments = (np.arange(first, last) + 0.5) / count
        gain = np.sqrt(mix.at("timbre", moments))  # of equal power, as the sounds are not alike
        parts = [
            one[:, first:last] * share for one, share in zip(parents.samples, gain, strict=True)
        ]
        yield np.sum(parts, axis=0, dtype=np.float32)


CROSSFADE = Method(
    "crossfade", "Both at once, each as loud as its share.", _make, ("timbre", "rhythm")
)
