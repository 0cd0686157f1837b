"""Settings: how a tradition is learnt, and new tunes are composed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from eidophone.base.errors import NotesError
from eidophone.base.options import Option, check

#: Semitones above the tonic, of scales that have names.
SCALES = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "harmonic-minor": (0, 2, 3, 5, 7, 8, 11),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "locrian": (0, 1, 3, 5, 6, 8, 10),
    "pentatonic": (0, 2, 4, 7, 9),
    "minor-pentatonic": (0, 3, 5, 7, 10),
    "yo": (0, 2, 5, 7, 9),
    "in": (0, 1, 5, 7, 8),
    "insen": (0, 1, 5, 7, 10),
    "hirajoshi": (0, 2, 3, 7, 8),
    "iwato": (0, 1, 5, 6, 10),
    "pelog": (0, 1, 3, 7, 8),
    "hijaz": (0, 1, 4, 5, 7, 8, 10),
    "double-harmonic": (0, 1, 4, 5, 7, 8, 11),
    "blues": (0, 3, 5, 6, 7, 10),
    "whole-tone": (0, 2, 4, 6, 8, 10),
    "chromatic": tuple(range(12)),
}


@dataclass(frozen=True, kw_only=True)
class LearningTunes:
    """How traditions are learnt.

    Attributes:
        overwrite: replace a model that is there.
        seed: another number, another net.

    Raises:
        NotesError: a value is out of its range.
    """

    overwrite: Annotated[bool, Option(help="replace a model that is there already")] = False
    seed: Annotated[int, Option(help="another number, another net", low=0, high=2**31)] = 1

    def __post_init__(self) -> None:
        check(self, NotesError)


@dataclass(frozen=True, kw_only=True)
class Composing:
    """What new tunes are to be like.

    Attributes:
        mix: the share of each tradition.
        bars: how long each is.
        count: how many are made.
        seed: another number, other tunes.
        scale: a name, or semitones above the tonic; empty for what the traditions have.
        voices: how many sound together.

    Raises:
        NotesError: a value is out of its range.
    """

    mix: Annotated[
        str,
        Option(
            help="how much of each tradition",
            example="NAME=0.3,NAME=0.7",
            usual="as much of each",
        ),
    ] = ""
    bars: Annotated[int, Option(help="how long each is, besides an upbeat", low=1, high=512)] = 16
    count: Annotated[int, Option(help="how many to make", low=1, high=1000)] = 1
    seed: Annotated[int, Option(help="another number, another tune", low=0, high=2**31)] = 1
    scale: Annotated[
        str,
        Option(
            help="a name as dorian or hirajoshi, or semitones above the tonic",
            example="dorian|0,2,3,7,8",
            usual="that of the traditions",
        ),
    ] = ""
    voices: Annotated[int, Option(help="how many sound together", low=1, high=4)] = 1

    def __post_init__(self) -> None:
        check(self, NotesError)
