"""Settings of playing: what people can choose."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated

from eidophone.base.errors import NotesError
from eidophone.base.options import Option, check, shown
from eidophone.sound.level import Level

_STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_NAMED = re.compile(r"([A-Ga-g])([#♯sb♭]?)(-?\d)")
_NAMES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")


@dataclass(frozen=True, kw_only=True)
class Playing(Level):
    """How a score is played.

    Attributes:
        pitch: which note the sound is that plays; None: as it is heard.
        release: seconds until a note is silent that is let go; None: as in the sound.

    Raises:
        NotesError: a value is out of its range.
    """

    pitch: Annotated[
        str | None,
        Option(
            help="which note the sound is, by its name or MIDI's number",
            usual="as it is heard",
            example="A4|69.5",
        ),
    ] = None
    release: Annotated[
        float | None,
        Option(
            help="how long a note takes to fall silent once it is let go",
            usual="as in the sound",
            unit="seconds",
            low=0.001,
            high=30,
        ),
    ] = None

    def __post_init__(self) -> None:
        check(self, NotesError)
        if self.pitch is not None:
            pitch_named(self.pitch)

    @property
    def note(self) -> float | None:
        """MIDI's number of ``pitch``."""
        return None if self.pitch is None else pitch_named(self.pitch)


def pitch_named(name: str) -> float:
    """MIDI's number of a note: A4, Bb-1, F#3; or that number itself.

    Raises:
        NotesError: it is none.
    """
    found = _NAMED.fullmatch(name.strip())
    if found:
        number = float(_number(*found.groups()))
    else:
        try:
            number = float(name)
        except ValueError:
            number = -1.0
    if not 0 <= number <= 127:
        raise NotesError(f"there is no note {shown(name)}: say A4, Bb2, F#3, or a number, 0 to 127")
    return number


def pitch_in(name: str) -> float | None:
    """The note that the name of a file speaks of: piano_A#3.wav, violin-c4-loud.wav; None: none."""
    found = list(re.finditer(rf"(?<![A-Za-z0-9#]){_NAMED.pattern}(?![A-Za-z0-9])", name))
    return float(_number(*found[-1].groups())) if found else None


def name_of(pitch: float) -> str:
    """What the note is called, with cents beside it: A4 +12 cents."""
    near = round(pitch)
    cents = round(100 * (pitch - near))
    return f"{_NAMES[near % 12]}{near // 12 - 1}{f' {cents:+d} cents' if cents else ''}"


def _number(step: str, sign: str, octave: str) -> int:
    by = {"": 0, "b": -1, "♭": -1}.get(sign, 1)
    return 12 * (int(octave) + 1) + _STEPS[step.upper()] + by
