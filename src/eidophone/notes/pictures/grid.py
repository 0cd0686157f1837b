"""Grid: pitches as rows, seconds as columns."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from eidophone.base.arrays import Float64, Mask
from eidophone.base.errors import NotesError
from eidophone.base.options import shown
from eidophone.notes.pictures.settings import BOLD_ROWS, LOOKS, NotesLook
from eidophone.notes.score import MOST_SECONDS, Score
from eidophone.picture.recipe import PRESETS

#: MIDI's pitch of A440, and its frequency.
_A_PITCH, _A_HZ = 69, 440.0

#: Rows of a bar, as a share of those of a semitone; the rest is black.
BAR = 0.75

#: Semitones that are black beyond the lowest and the highest note of a bold picture.
_MARGIN = 1

#: What grids from outside may be.
_MOST_ROWS, _LEAST_HOP, _MOST_HOP = 8192, 1e-4, 0.25


@dataclass(frozen=True, kw_only=True)
class Grid:
    """Which row is which pitch, and which column is when.

    Attributes:
        look: ``"exact"`` or ``"bold"``.
        rows: of the picture.
        per_semitone: rows of a semitone.
        bottom: the pitch at the lower edge of the bottom row.
        hop_seconds: from one column to the next; the first begins at 0.

    Raises:
        NotesError: a value is out of its range.
    """

    look: NotesLook
    rows: int
    per_semitone: float
    bottom: float
    hop_seconds: float

    def __post_init__(self) -> None:
        ranges = {
            "rows": (16, _MOST_ROWS),
            "per_semitone": (0.1, 1024),
            "bottom": (-128, 255),
            "hop_seconds": (_LEAST_HOP, _MOST_HOP),
        }
        if self.look not in LOOKS:
            raise NotesError(f"there is no look {shown(self.look)}: use {' or '.join(LOOKS)}")
        for name, (low, high) in ranges.items():
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise NotesError(f"`{name}` is {shown(value)}: it must be a number")
            if not low <= value <= high:
                raise NotesError(f"`{name}` is {shown(value)}: it must be {low:g} to {high:g}")

    @property
    def bar(self) -> float:
        """Rows of a note."""
        return BAR * self.per_semitone

    def row(self, pitch: Float64) -> Float64:
        """Rows from the lower edge of the picture up to ``pitch``."""
        return (pitch - self.bottom) * self.per_semitone

    def pitch(self, row: Float64) -> Float64:
        """The inverse of `row`."""
        return self.bottom + row / self.per_semitone

    def holds(self, row: Float64) -> Mask:
        """Whether bars around each ``row``, as of `row`, lie whole in the picture."""
        return np.asarray((row > self.bar / 2) & (row < self.rows - self.bar / 2))

    def columns(self, seconds: float) -> int:
        """Columns that ``seconds`` take; a few more, in which the last note is seen to end."""
        return math.ceil(min(seconds, MOST_SECONDS) / self.hop_seconds) + _AFTER


_AFTER = 8


def exact_grid(rows: int | None = None) -> Grid:
    """The grid of the octaves recipe at so many rows: notes lie over the sound's own picture."""
    recipe = PRESETS["octaves"] if rows is None else PRESETS["octaves"].with_rows(rows)
    octaves = math.log2(recipe.max_hz / recipe.min_hz)
    return Grid(
        look="exact",
        rows=recipe.rows,
        per_semitone=recipe.rows / (12 * octaves),
        bottom=_A_PITCH + 12 * math.log2(recipe.min_hz / _A_HZ),
        hop_seconds=recipe.hop_seconds,
    )


def bold_grid(score: Score, rows: int | None = None) -> Grid:
    """A grid of the range of ``score``, with at least `BOLD_ROWS` a semitone.

    Raises:
        NotesError: so many rows are too few for that range.
    """
    low, high = reach(score)
    low, high = math.floor(low + 0.5) - _MARGIN, math.floor(high + 0.5) + _MARGIN
    each = BOLD_ROWS if rows is None else rows // (high - low + 1)
    if each < BOLD_ROWS and rows is not None:
        least = BOLD_ROWS * (high - low + 1)
        raise NotesError(
            f"{rows} rows are too few for {high - low + 1} semitones in bold: use {least} at "
            f"least, or `notes` exact"
        )
    whole = each * (high - low + 1) if rows is None else rows
    spare = (whole - each * (high - low + 1)) // 2
    return Grid(
        look="bold",
        rows=whole,
        per_semitone=each,
        bottom=low - 0.5 - spare / each,
        hop_seconds=PRESETS["octaves"].hop_seconds,
    )


def reach(score: Score) -> tuple[float, float]:
    """The lowest and the highest pitch of ``score``, where its glides go; C4 of an empty one."""
    if not len(score.notes):
        return 60.0, 60.0
    pitch = score.notes["pitch"]
    low, high = float(pitch.min()), float(pitch.max())
    for note, curve in score.glides.items():
        low = min(low, float(pitch[note] + curve[:, 1].min()))
        high = max(high, float(pitch[note] + curve[:, 1].max()))
    return max(low, -1.0), min(high, 128.0)
