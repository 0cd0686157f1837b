"""Foretelling: what was learnt of a tradition says what comes next in a line."""

from __future__ import annotations

from typing import Protocol

from eidophone.base.arrays import Float64
from eidophone.notes.traditions.context import Context


class Telling(Protocol):
    """What comes next in one line, for as long as its context grows."""

    def durations(self) -> Float64:
        """Probabilities ``[durations]`` of the next note; once a note."""

    def pitches(self, duration: int) -> Float64:
        """Probabilities ``[pitches]`` of it, if it lasts so long."""


class Foreteller(Protocol):
    """What was learnt of a tradition."""

    def line(self, context: Context, final: int, voice: int) -> Telling:
        """What comes next in a line that ends on a pitch class, and is a voice from the top."""
