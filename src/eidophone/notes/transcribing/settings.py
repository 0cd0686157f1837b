"""Settings: what people can choose where a sound is written down as notes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from eidophone.base.errors import NotesError
from eidophone.base.options import Option, check

#: Classes of sounds, each of which is listened to in its own way.
Instrument = Literal["auto", "struck", "sustained", "voice", "drums"]

Timing = Literal["free", "quantised"]

Metre = Literal["auto", "2/4", "3/4", "4/4", "6/8"]


@dataclass(frozen=True, kw_only=True)
class Transcribing:
    """How a sound is written down as notes.

    Attributes:
        instrument: what plays; ``auto``: what it sounds like.
        timing: ``free``, each note when it was heard; ``quantised``, on sixteenths of the beat.
        tempo: quarter notes a minute, where it is known.
        metre: beats of a bar, where they are known.
        sensitivity: 0 for sure notes only, 1 for every suspicion.
        steady: notes stay on their pitches, though they were heard to glide.
        overwrite: replace a file that is there.

    Raises:
        NotesError: a value is out of its range.
    """

    instrument: Annotated[
        Instrument,
        Option(
            help="what plays, where it was taken for something else",
            plain=(
                "what it sounds like",
                "struck or plucked, as piano and guitar",
                "bowed or blown, as strings and organ",
                "sung",
                "drums, and nothing else",
            ),
        ),
    ] = "auto"
    timing: Annotated[
        Timing,
        Option(
            help="when notes begin",
            plain=("as they were played", "on sixteenths of the beat"),
        ),
    ] = "free"
    tempo: Annotated[
        float | None,
        Option(
            help="quarter notes a minute, where you know them",
            usual="estimated",
            unit="bpm",
            low=20,
            high=400,
        ),
    ] = None
    metre: Annotated[Metre, Option(help="beats of a bar, where you know them")] = "auto"
    sensitivity: Annotated[
        float,
        Option(help="0 writes down what is sure, 1 every suspicion", low=0, high=1),
    ] = 0.5
    steady: Annotated[bool, Option(help="no glides: notes stay on their pitches")] = False
    overwrite: Annotated[bool, Option(help="replace a file that is there already")] = False

    def __post_init__(self) -> None:
        check(self, NotesError)
