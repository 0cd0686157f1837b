"""How hard each note was struck: by how loud its partials are for its key, in this sound.

Instruments, and SoundFonts above all, are uneven from key to key. So levels count beside those of
all notes, and beside those of the same key and its neighbours elsewhere in the sound. A net of two
layers weighs it, taught by ``bench/notes/learning.py``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from eidophone.base.arrays import Float32, Float64, Int64
from eidophone.notes.transcribing.judging import weighed
from eidophone.notes.transcribing.listening import Listened
from eidophone.notes.transcribing.network import KEYS
from eidophone.notes.transcribing.spectrum import A_DECIBEL, rows_of_keys

#: Partials whose levels count.
PARTIALS = (1, 2, 3, 4, 5, 6, 8)

#: Moments after an onset between which a partial is at its loudest.
LOUDEST = (1, 14)

#: Semitones in which keys are alike; and of how many notes the doubt in others is worth.
_ALIKE, _DOUBT = 1.0, 1.0

#: How dear a level for all keys is, a slope over an octave, and a bend: in notes.
_DEAR = np.diag([1e-3, 1.0, 2.0])


def loudnesses(
    found: Listened,
    levels: NDArray[np.uint8],
    starts: Float64,
    keys: Int64,
    weights: dict[str, Float32],
) -> Float32:
    """How hard notes were struck, in dB beside each other.

    Args:
        found: what was listened to.
        levels: ``[moments, 512]``, `kept`, with the long window.
        starts: moments of all notes of the sound.
        keys: of them.
        weights: of the net.
    """
    if not len(keys):
        return np.zeros(0, np.float32)
    loud = louds_of(found, levels, starts, keys)
    return weighed(loudness_evidence(loud, keys), weights, "loud") * np.float32(10)


def loudness_evidence(loud: Float32, keys: Int64) -> Float32:
    """``[notes, evidence]`` of ``loud``, as `louds_of`."""
    beside = [keys / KEYS, (keys - keys.mean()) / 24]
    return np.column_stack(
        [(loud - loud.mean(axis=0)) / 10, (loud - _usual(loud, keys)) / 10, *beside]
    ).astype(np.float32)


def louds_of(found: Listened, levels: NDArray[np.uint8], starts: Float64, keys: Int64) -> Float32:
    """``[notes, 1 + partials]`` in dB: `heard_of`, and `peaks_of`."""
    return np.column_stack([heard_of(found, starts, keys), peaks_of(levels, starts, keys)])


def heard_of(found: Listened, starts: Float64, keys: Int64) -> Float32:
    """``[notes]`` how hard each was struck, as it was listened to."""
    places = np.rint(starts).astype(int)[:, np.newaxis] + np.arange(-1, 4)
    at = (places.clip(0, len(found.onsets) - 1), keys[:, np.newaxis])
    struck = found.onsets[at].astype(np.float32) + np.float32(1e-3)
    return np.asarray((found.velocities[at] * struck).sum(axis=1) / struck.sum(axis=1), np.float32)


def peaks_of(levels: NDArray[np.uint8], starts: Float64, keys: Int64) -> Float32:
    """``[notes, partials]`` how loud each partial of each note becomes, in dB, of levels `kept`."""
    moments = (np.rint(starts).astype(int)[:, np.newaxis] + np.arange(*LOUDEST)).clip(
        0, len(levels) - 1
    )
    found = np.zeros((len(keys), len(PARTIALS)), np.float32)
    last = levels.shape[1] - 1
    for place, partial in enumerate(PARTIALS):
        rows = np.rint(rows_of_keys(partial)).astype(int)[keys]
        for by in (-1, 0, 1):
            level = levels[moments, (rows + by).clip(0, last)[:, np.newaxis]].max(axis=1)
            level = np.where(rows <= last, level, 0)
            found[:, place] = np.maximum(found[:, place], level)
    return found / np.float32(A_DECIBEL)


def _usual(values: Float32, keys: Int64) -> Float64:
    """What ``values`` ``[notes, n]`` are of other notes of about the same key.

    A parabola over all keys, and what is left of near notes beside it.
    """
    along = (keys - keys.mean()) / 12
    powers = np.column_stack([np.ones(len(keys)), along, along**2])
    bent = powers @ np.linalg.solve(powers.T @ powers + _DEAR, powers.T @ values)
    left = values - bent
    sums = np.zeros((KEYS, values.shape[1]))
    np.add.at(sums, keys, left)
    alike = np.exp(-0.5 * (np.subtract.outer(np.arange(KEYS), np.arange(KEYS)) / _ALIKE) ** 2)
    counts = alike @ np.bincount(keys, minlength=KEYS)
    others = (alike @ sums)[keys] - left
    return np.asarray(bent + others / (counts[keys, np.newaxis] - 1 + _DOUBT), np.float64)
