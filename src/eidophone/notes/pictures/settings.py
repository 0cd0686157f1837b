"""Settings of pictures of notes, as people choose them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Literal, get_args

from eidophone.base.errors import NotesError
from eidophone.base.options import Option, check
from eidophone.files.kinds import MAX_PICTURE_PIXELS, PICTURE_FORMATS
from eidophone.picture.settings import SIZE, Strip

NotesLook = Literal["exact", "bold"]
LOOKS: tuple[NotesLook, ...] = get_args(NotesLook)

#: Rows of a semitone in bold pictures, at least.
BOLD_ROWS = 16

ChosenLook = Annotated[
    NotesLook,
    Option(
        help="how notes of MIDI are drawn: exact lies over the sound's own picture of the octaves "
        "recipe; bold has thick bars, which networks leave",
        choices=LOOKS,
    ),
]


@dataclass(frozen=True, kw_only=True)
class DrawingNotes:
    """How a MIDI file is drawn.

    Attributes:
        notes: see `encode_notes`.
        format: a name in `PICTURE_FORMATS`; None: as the file's name says.
        size: squares of so many pixels, numbered; None: one picture for all.
        strip: draw the margin strip; bold pictures always have one.
        overwrite: replace files that are there already.

    Raises:
        NotesError: a value is out of its range.
    """

    notes: ChosenLook = "exact"
    format: Annotated[
        str | None,
        Option(help="format of the pictures", choices=tuple(PICTURE_FORMATS), usual="by the name"),
    ] = None
    size: Annotated[int | None, replace(SIZE, usual="one picture of all")] = None
    strip: Strip = False
    overwrite: Annotated[bool, Option(help="replace what is there already")] = False

    def __post_init__(self) -> None:
        check(self, NotesError)


@dataclass(frozen=True, kw_only=True)
class ReadingNotes:
    """How pictures become MIDI.

    Attributes:
        notes: how notes are drawn in pictures that do not say it; None: they are sound, unless
            they look like notes.
        max_pixels: refuse larger pictures; 0 for no limit.
        overwrite: replace a file that is there already.

    Raises:
        NotesError: a value is out of its range.
    """

    notes: Annotated[
        NotesLook | None,
        Option(
            help="to a .mid file: how notes are drawn in a picture that does not say it",
            choices=LOOKS,
            usual="as it looks",
        ),
    ] = None
    max_pixels: Annotated[int, Option(help="refuse larger pictures; 0: no limit", low=0)] = (
        MAX_PICTURE_PIXELS
    )
    overwrite: Annotated[bool, Option(help="replace a file that is there already")] = False

    def __post_init__(self) -> None:
        check(self, NotesError)
