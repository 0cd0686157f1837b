"""Classes of sounds, each of which is listened to in its own way; and which one a sound is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eidophone.notes.transcribing.deciding import Decided
from eidophone.notes.transcribing.spectrum import A_DECIBEL, rows_of_keys


@dataclass(frozen=True, kw_only=True)
class Thresholds:
    """What makes a note, for one class of sound.

    Attributes:
        note: how likely a candidate must be one.
        sounding: how likely its key must sound for it to go on.
        shortest: moments of a note at least.
    """

    note: float
    sounding: float
    shortest: int


#: By which candidates are found, whatever the class.
SOUNDING = 0.35

#: What makes a note, by the class of sound: tuned on songs rendered by FluidR3.
THRESHOLDS = {
    "struck": Thresholds(note=0.5, sounding=0.3, shortest=4),
    "sustained": Thresholds(note=0.5, sounding=0.55, shortest=6),
    "voice": Thresholds(note=0.55, sounding=0.55, shortest=9),
}

#: What they are called.
WORDS = {
    "struck": "a struck or plucked instrument",
    "sustained": "a bowed or blown instrument, or several",
    "voice": "a voice",
}

#: Decibels a second by which what is struck fades, at least.
_FADES = 4.0

#: Moments after its start from which a note is looked at, and up to which; and notes that are
#: looked at, at most.
_FROM, _UPTO, _MOST = 8, 45, 400


def class_of(notes: Decided, levels: NDArray[np.uint8]) -> str:
    """Which class of sound plays ``notes``, by how they fade.

    Args:
        notes: as they are decided by any thresholds.
        levels: ``[moments, 512]``, `kept`, with the long window.
    """
    fades = fading_of(notes, levels)
    return "struck" if fades > _FADES else "sustained"


def fading_of(notes: Decided, levels: NDArray[np.uint8]) -> float:
    """Decibels a second by which notes fade, in the middle."""
    rows = np.rint(rows_of_keys()).astype(int)
    found = []
    lengths = notes.ends - notes.starts
    for place in np.argsort(-lengths, kind="stable")[:_MOST]:
        first = round(notes.starts[place]) + _FROM
        last = min(round(notes.starts[place]) + _UPTO, round(notes.ends[place]) - 4)
        if last - first < 10:
            continue
        row = rows[notes.keys[place]]
        level = levels[first:last, max(row - 1, 0) : row + 2].max(axis=1) / A_DECIBEL
        slope = np.polyfit(np.arange(len(level)), level, 1)[0]
        found.append(-slope * 86.13)
    return float(np.median(found)) if found else 0.0
