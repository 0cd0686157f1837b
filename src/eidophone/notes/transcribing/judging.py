"""Which of the notes that may be are: by what their keys did before them and after.

A net of two layers weighs it, taught by ``bench/notes/learning.py``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from eidophone.base.arrays import Float32, Float64
from eidophone.notes.transcribing.deciding import Candidates
from eidophone.notes.transcribing.listening import Listened
from eidophone.notes.transcribing.network import KEYS
from eidophone.notes.transcribing.spectrum import KEPT, rows_of_keys

#: Moments before and after an onset in which another is at the same time.
_TOGETHER = 4

#: From when on a key counts where it is asked how many are struck at once.
_LIKELY = 0.4


_Values = NDArray[Any]


def loudness_of_keys(levels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """``[moments, 88]`` the level of each key's fundamental, of levels `kept`."""
    rows = np.rint(rows_of_keys()).astype(int)
    return np.maximum(levels[:, rows], np.maximum(levels[:, rows - 1], levels[:, rows + 1]))


def evidence_of(found: Listened, loud: NDArray[np.uint8], some: Candidates) -> Float32:
    """``[candidates, evidence]``.

    Args:
        found: what was listened to.
        loud: as `loudness_of_keys`.
        some: candidates.
    """
    moments = np.rint(some.starts).astype(int)

    def mean(values: _Values, first: int, last: int) -> Float32:
        """Of the candidate's own key, around its start."""
        places = (moments[:, np.newaxis] + np.arange(first, last)).clip(0, len(values) - 1)
        return values[places, some.keys[:, np.newaxis]].astype(np.float32).mean(axis=1)

    together = _together(found.onsets, moments)
    struck = together[np.arange(len(some)), some.keys]
    sounding, later = mean(found.sounding, 2, 10), mean(found.sounding, 10, 24)
    level = mean(loud, 3, 10) / KEPT
    found_out = [
        *(struck, sounding, mean(found.sounding, -8, -2), later, mean(found.velocities, 0, 3) / 10),
        *(level, level - mean(loud, 20, 30) / KEPT, level - mean(loud, -10, -4) / KEPT),
        *(np.log((one + 0.01) / (1.01 - one)) / 4 for one in (struck, sounding)),
        *(some.struck, (together.clip(_LIKELY, 1) - _LIKELY).sum(axis=1) / 10, some.keys / KEYS),
    ]
    return np.column_stack(found_out).astype(np.float32)


def judged(evidence: Float32, weights: dict[str, Float32]) -> Float64:
    """How likely each candidate is a note, 0 to 1."""
    return chances(weighed(evidence, weights, "judge"))


def chances(odds: Float32) -> Float64:
    """The chances, 0 to 1, that logarithms of ``odds`` are."""
    return np.asarray(1 / (1 + np.exp(-odds)), np.float64)


def weighed(evidence: Float32, weights: dict[str, Float32], name: str) -> Float32:
    """What the net of two layers called ``name`` makes of ``evidence`` ``[n, evidence]``."""
    hidden = np.maximum(evidence @ weights[f"{name}0"] + weights[f"{name}0_bias"], 0)
    return (hidden @ weights[f"{name}1"] + weights[f"{name}1_bias"])[:, 0]


def _together(onsets: _Values, moments: NDArray[np.int_]) -> Float32:
    """``[moments, 88]`` how likely each key is struck at about that time."""
    found = np.zeros((len(moments), KEYS), np.float32)
    for by in range(-_TOGETHER, _TOGETHER + 1):
        found = np.maximum(found, onsets[(moments + by).clip(0, len(onsets) - 1)])
    return found.astype(np.float32)
