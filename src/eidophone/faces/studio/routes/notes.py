"""Notes: pieces of the shelf as scores, and what was corrected by hand."""

from __future__ import annotations

import re
import time
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from eidophone.faces.studio.routes.common import Ours
from eidophone.faces.studio.shown import item_json, tradition_json
from eidophone.jobs.correcting import (
    FASTEST,
    MOST_CORRECTED,
    SLOWEST,
    Corrected,
    corrected,
    score_values,
)
from eidophone.jobs.workspace.folder import Item
from eidophone.jobs.workspace.made import Made
from eidophone.jobs.workspace.names import divided
from eidophone.notes.midi import read_midi, write_midi
from eidophone.notes.score import MOST_SECONDS
from eidophone.notes.traditions.model import Model
from eidophone.notes.traditions.settings import SCALES

router = APIRouter(prefix="/notes")

#: What is done by hand.
_CORRECT = "correct"

#: What a version was made of is remembered so far back.
_MOST_BEFORE = 8

_Seconds = Annotated[float, Field(ge=0, le=MOST_SECONDS, allow_inf_nan=False)]

#: The place of the note that it was, its start, end, pitch, velocity and part.
_Note = tuple[
    Annotated[int, Field(ge=0, le=1 << 30)] | None,
    _Seconds,
    _Seconds,
    Annotated[float, Field(ge=-0.5, le=127.5, allow_inf_nan=False)],
    Annotated[int, Field(ge=1, le=127)],
    Annotated[int, Field(ge=0, le=32_767)],
]


class Version(BaseModel):
    """A piece as it is to be.

    Attributes:
        of: the item that was corrected; None: nothing was there.
        name: of what was never there.
        notes: all that there are to be.
        beats: a minute, from beginning to end; None: its tempos stay.
    """

    of: str | None = None
    name: str = Field(default="notes", min_length=1, max_length=1000)
    notes: list[_Note] = Field(max_length=MOST_CORRECTED)
    beats: Annotated[float, Field(ge=SLOWEST, le=FASTEST, allow_inf_nan=False)] | None = None


@router.get("/{name}")
def score(studio: Ours, name: str) -> dict[str, Any]:
    """The notes of a piece."""
    return score_values(read_midi(studio.workspace.path_of(name)))


@router.get("/traditions/{name}")
def tradition(studio: Ours, name: str) -> dict[str, Any]:
    """What was learnt of traditions, and the scales that have names."""
    return {**tradition_json(Model.load(studio.workspace.path_of(name))), "scales": list(SCALES)}


@router.post("", status_code=201)
def keep(studio: Ours, version: Version) -> dict[str, Any]:
    """A new item of these notes; the one that was corrected stays as it is."""
    before = None if version.of is None else studio.workspace.item(version.of)
    score = None if before is None else read_midi(before.path)
    made = corrected(score, [Corrected(*one) for one in version.notes], version.beats)
    with studio.workspace.arriving(".mid") as file:
        write_midi(file, made, overwrite=True)
        name = version.name if before is None else _plain(before)
        found = studio.workspace.take_in(file, f"{divided(name)[0]}.mid", _record(before))
    studio.tell_items()
    return item_json(studio.workspace.item(found))


def _plain(item: Item) -> str:
    """What ``item`` is called, without the number that it has as a version of another."""
    stem = divided(item.name)[0]
    is_version = item.made is not None and item.made.act == _CORRECT
    return re.sub(r"(?<=.) [0-9]{1,4}$", "", stem) if is_version else stem


def _record(before: Item | None) -> Made:
    """How a version was made: of the one before it, and of what that was made of."""
    if before is None:
        return Made("write", [], {}, [], time.time())
    others = [] if before.made is None else before.made.of
    of = [before.name, *(one for one in others if one != before.name)]
    return Made(_CORRECT, of[:_MOST_BEFORE], {}, [], time.time())
