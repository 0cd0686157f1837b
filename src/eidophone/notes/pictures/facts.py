"""Facts: what a picture of notes says of itself, as text and as the strip's message."""

from __future__ import annotations

import base64
import json
import math
import struct
import zlib
from dataclasses import asdict, dataclass
from typing import Any

from eidophone.base.errors import EidophoneError, NotesError
from eidophone.base.options import shown
from eidophone.notes.midi import MOST_BYTES
from eidophone.notes.pictures.grid import Grid
from eidophone.notes.pictures.settings import LOOKS
from eidophone.notes.score import MOST_SECONDS, Part
from eidophone.picture.facts import NOTES_MESSAGE_VERSION, UNREADABLE, reason_of

#: The name of our entry in the text of a picture file.
TEXT_KEY = "eidophone-notes"

_VERSION = 1

#: Parts that text tells, and letters of a name; and parts that the strip tells.
_MOST_PARTS, _MOST_NAME, _IN_STRIP = 256, 100, 12

#: In strips, the program of drums; and of no part.
_DRUMS, _NONE = 128, 255

#: Version, look, rows a semitone, bottom, hop, columns, first, beats a minute, metre, parts.
_MESSAGE = struct.Struct(f"<BBfddIIfBB{_IN_STRIP}B")

_MOST_COLUMNS = 2**32 - 1


@dataclass(frozen=True, kw_only=True)
class NotesFacts:
    """What a picture of notes says of itself.

    Attributes:
        grid: where which note is.
        columns: of the whole piece.
        first: the column of the piece with which this picture begins.
        parts: who plays; of hues, the first is the first, and drums have none.
        tempo: beats a minute, at the beginning.
        metre: beats of a bar, and what part of a whole note a beat is, at the beginning.
        midi: the bytes of the whole piece as MIDI; None where they are not there.
        digest: of the pixels as they were written; empty if that is not known.
        strip: the pixels include a margin strip.

    Raises:
        NotesError: a value is out of its range.
    """

    grid: Grid
    columns: int
    first: int = 0
    parts: tuple[Part, ...] = (Part(),)
    tempo: float = 120.0
    metre: tuple[int, int] = (4, 4)
    midi: bytes | None = None
    digest: str = ""
    strip: bool = False

    def __post_init__(self) -> None:
        for name, value, low in (("columns", self.columns, 1), ("first", self.first, 0)):
            if isinstance(value, bool) or not isinstance(value, int):
                raise NotesError(f"`{name}` is {shown(value)}: it must be a whole number")
            if (
                not low <= value <= _MOST_COLUMNS
                or value * self.grid.hop_seconds > MOST_SECONDS + 1
            ):
                raise NotesError(f"`{name}` is {value}: that is no piece of music")
        if not (math.isfinite(self.tempo) and 1 <= self.tempo <= 100_000):
            raise NotesError(f"`tempo` is {shown(self.tempo)}: it must be 1 to 100000")
        if not (1 <= self.metre[0] <= 255 and self.metre[1] in (1, 2, 4, 8, 16, 32, 64)):
            raise NotesError(f"`metre` is {shown(self.metre)}: it must be like 4, 4")

    def to_json(self, most_bytes: int) -> str:
        """These facts as one line of JSON; without its MIDI where that would be ``most_bytes``."""
        values = asdict(self) | {"version": _VERSION, "midi": None}
        if self.midi is not None:
            packed = base64.b85encode(zlib.compress(self.midi, 9)).decode("ascii")
            if len(packed) < most_bytes:
                values["midi"] = packed
        return json.dumps(values)

    @classmethod
    def from_json(cls, text: str) -> NotesFacts:
        """The facts that ``text`` (JSON), which may be hostile, tells.

        Raises:
            NotesError: it makes no sense, or is of a newer version.
        """
        try:
            values: dict[str, Any] = json.loads(text)
            if values.pop("version") != _VERSION:
                raise NotesError("they are of a newer version: install a newer Eidophone")
            over, under = values["metre"]
            values |= {
                "grid": Grid(**values["grid"]),
                "parts": tuple(_part(**one) for one in values["parts"][:_MOST_PARTS]) or (Part(),),
                "tempo": float(values["tempo"]),
                "metre": (int(over), int(under)),
                "midi": None if values["midi"] is None else _unpacked(values["midi"]),
                "digest": str(values["digest"]),
                "strip": values["strip"] is True,
            }
            return cls(**values)
        except (*UNREADABLE, OverflowError, zlib.error, EidophoneError) as error:
            raise NotesError(f"its metadata of notes make no sense: {reason_of(error)}") from None

    def to_message(self) -> bytes:
        """What a strip says: all but names, tempo changes, and the notes themselves."""
        programs = [_DRUMS if part.drums else part.program for part in self.parts[:_IN_STRIP]]
        programs += [_NONE] * (_IN_STRIP - len(programs))
        grid = self.grid
        return _MESSAGE.pack(
            *(NOTES_MESSAGE_VERSION, LOOKS.index(grid.look), grid.per_semitone, grid.bottom),
            *(grid.hop_seconds, self.columns, self.first, self.tempo, *self.metre, *programs),
        )

    @classmethod
    def from_message(cls, message: bytes, rows: int) -> NotesFacts | None:
        """The facts in a strip's ``message``; None if that is of a picture of sound.

        Raises:
            NotesError: it makes no sense.
        """
        if message[:1] != bytes([NOTES_MESSAGE_VERSION]):
            return None
        try:
            _, look, each, bottom, hop, columns, first, tempo, over, under, *programs = (
                _MESSAGE.unpack(message)
            )
            parts = [
                Part("", 0 if one == _DRUMS else one, drums=one == _DRUMS)
                for one in programs
                if one <= _DRUMS
            ]
            return cls(
                grid=Grid(
                    look=LOOKS[look],
                    rows=rows,
                    per_semitone=each,
                    bottom=bottom,
                    hop_seconds=hop,
                ),
                columns=columns,
                first=first,
                parts=tuple(parts) or (Part(),),
                tempo=tempo,
                metre=(over, under),
                strip=True,
            )
        except (struct.error, IndexError, NotesError) as error:
            raise NotesError(f"its strip makes no sense ({error})") from None


def _part(name: str, program: int, drums: bool) -> Part:
    if not (isinstance(program, int) and 0 <= program <= 127):
        raise NotesError(f"there is no program {shown(program)}")
    return Part(str(name)[:_MOST_NAME], int(program), drums is True)


def _unpacked(packed: str) -> bytes:
    """The MIDI in metadata, which may be a bomb."""
    inflate = zlib.decompressobj()
    midi = inflate.decompress(base64.b85decode(packed), MOST_BYTES)
    if inflate.unconsumed_tail or not inflate.eof:
        raise NotesError("their MIDI is too large, or ends too early")
    return midi
