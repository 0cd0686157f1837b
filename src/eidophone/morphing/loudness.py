"""Loudness: how loud the columns of a morph are to be, between those of its parents.

It is mixed as it is heard, by Stevens' power law ("On the psychophysical law", 1957): half of a
sound and half of silence is half as loud, 10 dB less.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from eidophone.base.arrays import Float32
from eidophone.picture.pool import TINY

#: Loudness grows with power raised to this.
EXPONENT = np.float32(0.3)


def power_of_columns(power: Float32) -> Float32:
    """``[columns]`` power of all channels and bins of ``power`` ``[colours, columns, bins]``."""
    return power[::2].sum(axis=(0, 2), dtype=np.float32)


def loudness_of(power: Float32) -> Float32:
    """``[columns]`` loudness of ``power`` ``[colours, columns, bins]``."""
    return power_of_columns(power) ** EXPONENT


def as_loud(power: Float32, parents: Sequence[Float32], weights: Float32) -> Float32:
    """``power`` ``[colours, columns, bins]``, each column brought between those of ``parents``.

    Args:
        power: to be scaled, in place.
        parents: of each its power, as ``power``.
        weights: ``[parents, columns]`` of their loudness.
    """
    power *= factors(power_of_columns(power), parents, weights)[:, None]
    return power


def factors(power: Float32, parents: Sequence[Float32], weights: Float32) -> Float32:
    """By what the ``power`` of columns ``[columns]`` is to be multiplied; see `as_loud`."""
    loudness = [loudness_of(one) for one in parents]
    wanted = np.sum(weights * loudness, axis=0) ** (1 / EXPONENT)
    found: Float32 = wanted / np.maximum(power, TINY)
    return found
