"""Tuning: pitches between the keys, which tokens do not tell, degree by degree."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from eidophone.base.arrays import Float64
from eidophone.notes.score import Score
from eidophone.notes.traditions.collection import keys_of
from eidophone.notes.traditions.tokens import Line

#: Less than so many semitones beside a key are on it.
_HEARD = 0.05


def tuning_of(scores: Sequence[Score], tunes: Sequence[Sequence[Line]]) -> Float64:
    """``[12]`` semitones that each degree, from do, lies above its key; 0 where it is on it.

    How high all of a tune is does not count.

    Args:
        scores: tunes of a tradition.
        tunes: the same as lines, which know their do.
    """
    total, notes = np.zeros(12), np.zeros(12)
    for score, lines in zip(scores, tunes, strict=True):
        drums = np.array([part.drums for part in score.parts], bool)
        pitches = score.notes["pitch"][~drums[score.notes["part"]]].astype(np.float64)
        beside = pitches - keys_of(pitches)
        degrees = (keys_of(pitches) - lines[0].do) % 12
        np.add.at(total, degrees, beside - np.median(beside))
        np.add.at(notes, degrees, 1)
    found = total / np.maximum(notes, 1)
    return np.where(np.abs(found) < _HEARD, 0.0, found)
