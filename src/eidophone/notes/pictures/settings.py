"""Settings of pictures of notes, as people choose them."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from eidophone.base.options import Option

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
