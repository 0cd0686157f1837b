"""Mixing: what several traditions foretell, as one (a product of experts: Hinton 2002)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from eidophone.base.arrays import Float64

#: What an expert thinks impossible is to others no less likely than this.
_LEAST = 1e-5


def product(each: Sequence[Float64], shares: Float64, warmth: float = 1.0) -> Float64:
    """Probabilities of every token, after each expert by its share.

    Args:
        each: what each foretells.
        shares: of each; they sum to 1.
        warmth: under 1, what is likely is likelier still.
    """
    logs = sum(
        share * np.log(one + _LEAST) for one, share in zip(each, shares, strict=True) if share > 0
    )
    odds = np.exp((logs - np.max(logs)) / warmth)
    odds[odds < _LEAST] = 0
    return odds / odds.sum()
