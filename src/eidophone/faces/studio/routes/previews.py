"""Previews: sounds that a page may want to play next, made before anybody waits for them."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from eidophone.faces.studio.routes.common import Ours, samples_of
from eidophone.faces.studio.shown import preview_json

router = APIRouter(prefix="/previews")


class Wanted(BaseModel):
    """Sounds that are wanted.

    Attributes:
        act: what makes them.
        of: the names of the items that they are made of.
        ways: settings of the act, of each.
    """

    act: Literal["morph", "translate", "generate"]
    of: list[str] = Field(min_length=1, max_length=4)
    ways: list[dict[str, Any]] = Field(max_length=32)


@router.post("")
def previews(studio: Ours, wanted: Wanted) -> list[dict[str, Any]]:
    """Have these made, one after the other, and no others any more.

    While the studio is cold, that takes longer than ever after.
    """
    found = studio.previews.want(wanted.act, wanted.of, wanted.ways)
    return [{**preview_json(one), "cold": studio.is_cold} for one in found]


@router.get("/{id_}/samples", response_class=Response)
def samples(studio: Ours, id_: str) -> Response:
    """All samples of one that is there: float32, planar."""
    return samples_of(studio.previews.sound(id_))


@router.get("/{id_}/picture", response_class=Response)
def picture(studio: Ours, id_: str) -> Response:
    """The picture of one that is there."""
    headers = {"Cache-Control": "private, max-age=3600"}
    return Response(studio.previews.picture(id_), media_type="image/png", headers=headers)
