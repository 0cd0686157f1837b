"""Agreement: where what is seen is what was drawn, it is that, to the tick."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from eidophone.base.arrays import Int64
from eidophone.notes.score import Score

#: Notes agree that begin and end so nearly together, in seconds; are of such pitches, in
#: semitones; and as loud, in velocities.
_BEGIN, _END, _PITCH, _VELOCITY = 0.03, 0.06, 0.3, 12


def leaning(seen: Score, original: Score) -> Score:
    """``seen``, with the notes of ``original`` for those that agree with them.

    Args:
        seen: as pixels say, and with the parts of the original first.
        original: as metadata say.
    """
    mine, theirs = seen.notes.copy(), original.notes
    glides = dict(seen.glides)
    for note, found in enumerate(_partners(seen, original)):
        if found < 0:
            continue
        mine[note] = theirs[found]
        glides.pop(note, None)
        if int(found) in original.glides:
            glides[note] = original.glides[int(found)]
    order = np.lexsort((mine["pitch"], mine["start"]))
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    return replace(
        seen,
        notes=mine[order],
        glides={int(place[note]): curve for note, curve in glides.items()},
    )


def _partners(seen: Score, original: Score) -> Int64:
    """By the notes of ``seen``, those of ``original``; -1 for none. No one has two."""
    theirs = original.notes
    taken = np.zeros(len(theirs), bool)
    found = np.full(len(seen.notes), -1, np.int64)
    for note, one in enumerate(seen.notes):
        low, high = np.searchsorted(theirs["start"], [one["start"] - _BEGIN, one["start"] + _BEGIN])
        near = theirs[low:high]
        agree = (
            ~taken[low:high]
            & (np.abs(near["pitch"] - one["pitch"]) < _PITCH)
            & (np.abs(near["end"] - one["end"]) < _END)
            & (np.abs(near["velocity"].astype(int) - int(one["velocity"])) <= _VELOCITY)
            & (near["part"] == one["part"])
        )
        if agree.any():
            off = np.where(agree, np.abs(near["start"] - one["start"]), np.inf)
            found[note] = low + int(off.argmin())
            taken[found[note]] = True
    return found
