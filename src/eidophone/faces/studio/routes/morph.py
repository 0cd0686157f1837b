"""Morphing: the methods, and what lies between sounds, made before anybody waits for it."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from eidophone.faces.studio.routes.common import Ours
from eidophone.faces.studio.shown import preview_json
from eidophone.jobs.acts.morph import MORPH
from eidophone.morphing.methods.known import METHODS

router = APIRouter(prefix="/morph")


class Wanted(BaseModel):
    """What lies between sounds.

    Attributes:
        of: the names of the sounds.
        ways: settings of the act ``morph``, of each.
    """

    of: list[str] = Field(min_length=2, max_length=4)
    ways: list[dict[str, Any]] = Field(max_length=32)


@router.get("/methods")
def methods() -> list[dict[str, Any]]:
    """All methods, in the order in which an artist meets them."""
    return [
        {
            "name": one.name,
            "sentence": one.sentence,
            "most": one.most,
            "articulates": one.articulates,
            "tells": one.tells,
        }
        for one in METHODS.values()
    ]


@router.post("/previews")
def previews(studio: Ours, wanted: Wanted) -> list[dict[str, Any]]:
    """Have these made, one after the other, and no others any more.

    While the studio is cold, that takes longer than ever after.
    """
    found = studio.previews.want(MORPH.name, wanted.of, wanted.ways)
    return [{**preview_json(one), "cold": studio.is_cold} for one in found]


@router.get("/previews/{id_}/samples", response_class=Response)
def samples(studio: Ours, id_: str) -> Response:
    """All samples of one that is there: float32, planar."""
    sound = studio.previews.sound(id_)
    return Response(
        sound.samples.tobytes(),
        media_type="application/octet-stream",
        headers={
            "X-Rate": str(sound.rate),
            "X-Channels": str(sound.channels),
            "X-First": "0",
            "X-Count": str(sound.sample_count),
        },
    )


@router.get("/previews/{id_}/picture", response_class=Response)
def picture(studio: Ours, id_: str) -> Response:
    """The picture of one that is there."""
    headers = {"Cache-Control": "private, max-age=3600"}
    return Response(studio.previews.picture(id_), media_type="image/png", headers=headers)
