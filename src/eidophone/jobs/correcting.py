"""Correcting: notes as a page has them, and the score of what it has made of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from eidophone.base.errors import NotesError
from eidophone.notes.score import NOTE, TEMPO, Part, Score, scored

#: Notes of a piece that are corrected by hand, at most.
MOST_CORRECTED = 50_000

#: Beats a minute.
SLOWEST, FASTEST = 10.0, 999.0


class Corrected(NamedTuple):
    """A note as it is to be.

    Attributes:
        of: its place in the score that was corrected, which has its glide; None: it is new.
        start: in seconds, as ``end``.
        end: when it ends.
        pitch: in semitones, 69 is 440 Hz.
        velocity: 1 to 127.
        part: the place of its part.
    """

    of: int | None
    start: float
    end: float
    pitch: float
    velocity: int
    part: int


def score_values(score: Score) -> dict[str, Any]:
    """A score as JSON has it: what a page needs to show it.

    Raises:
        NotesError: it has more notes than can be corrected by hand.
    """
    if len(score.notes) > MOST_CORRECTED:
        raise NotesError(
            f"it has {len(score.notes)} notes, and {MOST_CORRECTED} are shown at most: divide it"
        )
    names = ("start", "end", "pitch", "velocity", "part")
    columns = [score.notes[name].tolist() for name in names]
    return {
        "notes": [list(one) for one in zip(*columns, strict=True)],
        "glides": {place: curve.tolist() for place, curve in score.glides.items()},
        "parts": [
            {"name": one.name, "program": one.program, "drums": one.drums} for one in score.parts
        ],
        "tempo": score.tempo,
        "tempos": [[float(one["time"]), float(one["beats"])] for one in score.tempos],
        "metres": [
            [float(one["time"]), int(one["over"]), int(one["under"])] for one in score.metres
        ],
        "controls": len(score.controls),
        "seconds": score.seconds,
    }


def corrected(score: Score | None, notes: Sequence[Corrected], beats: float | None = None) -> Score:
    """``score`` with these notes; all else of it stays: parts, pedals, tempos, and glides.

    Args:
        score: what was corrected; None: nothing was there.
        notes: all that there are to be.
        beats: a minute, from beginning to end, instead of its tempos; no note moves by it.

    Raises:
        NotesError: as `scored`, or a note was none of the score.
    """
    base = score or Score(notes=np.empty(0, NOTE), parts=(Part("notes"),))
    glides = {}
    for place, note in enumerate(notes):
        if note.of is None:
            continue
        if note.of >= len(base.notes):
            raise NotesError(f"there is no note {note.of} in what was corrected: open it again")
        if note.of in base.glides:
            glides[place] = _cut(base.glides[note.of], note.end - note.start)
    tempos = base.tempos if beats is None else np.array([(0, beats)], TEMPO)
    return scored(
        [note[1:] for note in notes],
        base.parts,
        glides=glides,
        controls=base.controls,
        tempos=tempos,
        metres=base.metres,
        resolution=base.resolution,
    )


def _cut(curve: Any, seconds: float) -> Any:
    """A glide of a note that lasts so many seconds now."""
    kept = curve[curve[:, 0] <= seconds]
    return kept if len(kept) else curve[:1]
