"""What is known of each key at each moment, before anything is decided."""

from __future__ import annotations

import numpy as np

from eidophone.base.arrays import Float32
from eidophone.notes.transcribing.network import KEYS, Posteriors
from eidophone.notes.transcribing.spectrum import Levels, features_of

#: Keys beside each key whose posteriors are looked at: neighbours, octaves, and twelfths, of which
#: one is often taken for the other.
_BESIDE = (-24, -19, -12, -1, 1, 12, 19, 24)


def inputs_of(levels: Levels, loudness: float, posteriors: Posteriors | None) -> Float32:
    """``[moments, 88, inputs]``: features of the own spectrum, then what the network heard."""
    own = features_of(levels, loudness)
    key = np.linspace(0, 1, KEYS, dtype=np.float32)
    keys = np.broadcast_to(key[:, np.newaxis], (*own.shape[:2], 1))
    found = [own, keys]
    if posteriors is not None:
        contours = posteriors.contours.reshape(-1, KEYS, 3)
        found += [
            np.stack(
                [
                    posteriors.onsets,
                    *(_beside(posteriors.onsets, by) for by in (-12, 12)),
                    posteriors.notes,
                    *(_beside(posteriors.notes, by) for by in _BESIDE),
                    contours[:, :, 1],
                    contours.max(axis=2),
                ],
                axis=2,
            )
        ]
    return np.concatenate(found, axis=2)


def _beside(values: Float32, by: int) -> Float32:
    """The values of the keys ``by`` semitones above each key; 0 outside."""
    moved = np.zeros_like(values)
    if by > 0:
        moved[:, :-by] = values[:, by:]
    else:
        moved[:, -by:] = values[:, :by]
    return moved
