"""Paintings: layers of paint on sounds, and what altered columns sound like."""

from __future__ import annotations

import json
from functools import lru_cache
from threading import Thread
from typing import Annotated, Any

import numpy as np
from anyio import to_thread
from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from eidophone.base.arrays import UInt8
from eidophone.base.errors import NotThereError, PictureError
from eidophone.faces.studio.routes.common import Ours
from eidophone.faces.studio.routes.views import Opening, recipe_of
from eidophone.faces.studio.studio import Studio
from eidophone.jobs.painting.painting import MOST_LAYERS, Painting, layers_of
from eidophone.jobs.painting.tiles import TILE_COLUMNS
from eidophone.jobs.painting.warming import warm_up
from eidophone.jobs.views.view import SoundView
from eidophone.picture.part import Part, decode_part, heard_part
from eidophone.picture.settings import Quality

router = APIRouter()

#: Columns that are heard or painted at once, at most: half a minute of the standard recipe.
_MOST_COLUMNS = 5 * TILE_COLUMNS

#: Pixels of paint that are sent at once, at most.
_MOST_PIXELS = 1 << 24

_TOO_LARGE = "this is too large to be heard or painted at once"

#: Columns after those that are heard whose samples are read, at most.
_COLUMNS_BEYOND = 1024

_Whole = Annotated[int, Query(ge=0, le=1 << 40)]
_Size = Annotated[int, Query(ge=1, le=8 * TILE_COLUMNS)]


class Arranging(BaseModel):
    """The layers of a painting, the lowest first."""

    layers: list[dict[str, Any]] = Field(max_length=MOST_LAYERS)


@lru_cache(maxsize=1)
def _warmed() -> None:
    """Whoever asks for paintings is going to paint."""
    Thread(target=warm_up, daemon=True, name="eidophone-warm-paint").start()


@router.get("/paintings")
def paintings(studio: Ours, item: str | None = None) -> list[dict[str, Any]]:
    """All paintings, or those of an item, the latest first."""
    _warmed()
    found = studio.paintings.all() if item is None else _on(studio, item)
    return [_json(studio, one) for one in found]


@router.post("/paintings", status_code=201)
def begin(studio: Ours, what: Opening) -> dict[str, Any]:
    """Paint on a sound; the painting that is there already, if there is one."""
    for there in _on(studio, what.item):
        return _json(studio, there)
    item = studio.workspace.item(what.item)
    view = studio.views.open(item, recipe_of(what.recipe), what.exposure)
    if not isinstance(view, SoundView):
        raise PictureError(f"{what.item} is a picture: paint on a sound")
    shown = view.shown
    source = shown.source
    return _json(
        studio,
        studio.paintings.begin(
            what.item, shown.recipe, source.rate, source.channels, source.sample_count
        ),
    )


@router.get("/paintings/{id_}")
def painting(studio: Ours, id_: str) -> dict[str, Any]:
    """One painting."""
    return _json(studio, studio.paintings.painting(id_))


@router.patch("/paintings/{id_}")
def arrange(studio: Ours, id_: str, to: Arranging) -> dict[str, Any]:
    """Give it these layers."""
    return _json(studio, studio.paintings.arrange(id_, layers_of(to.layers)))


@router.delete("/paintings/{id_}")
def remove(studio: Ours, id_: str) -> dict[str, Any]:
    """Throw it away."""
    studio.paintings.painting(id_)
    studio.paintings.remove(id_)
    return {}


@router.get("/paintings/{id_}/layers/{layer}/tiles/{index}", response_class=Response)
def tile(studio: Ours, id_: str, layer: int, index: int) -> Response:
    """Paint: uint8 RGBA, row by row, the top one first, 1,024 columns."""
    found = studio.paintings.painting(id_)
    tiles = studio.paintings.tiles(found, layer)
    if index not in tiles.indices():
        raise NotThereError(f"there is no paint in tile {index}")
    headers = {"Cache-Control": "no-store"}
    return Response(tiles.read(index).tobytes(), media_type=_BYTES, headers=headers)


@router.put("/paintings/{id_}/layers/{layer}")
async def paint(
    request: Request,
    studio: Ours,
    id_: str,
    layer: int,
    first: _Whole,
    top: _Whole,
    columns: _Size,
    rows: _Size,
) -> dict[str, Any]:
    """Replace the paint of a part: uint8 RGBA, row by row."""
    if rows * columns > _MOST_PIXELS:
        raise HTTPException(413, _TOO_LARGE)
    body = await _body(request, rows * columns * 4)
    if len(body) != rows * columns * 4:
        raise PictureError(f"{rows} rows of {columns} columns are {rows * columns * 4} bytes")
    paint = np.frombuffer(body, np.uint8).reshape(rows, columns, 4)
    done = await to_thread.run_sync(studio.paintings.paint, id_, layer, first, top, paint)
    return {"revision": done.revision}


@router.post("/views/{id_}/part", response_class=Response)
async def part(
    request: Request,
    studio: Ours,
    id_: str,
    first: _Whole,
    quality: Quality = "preview",
    alone: bool = False,
) -> Response:
    """What altered columns sound like: RGB in, the float32 samples under them out.

    Of a mono sound they are stereo where red and blue differ.
    """
    view = await to_thread.run_sync(studio.views.view, id_)
    if not isinstance(view, SoundView):
        raise PictureError("this is a picture: paint on a sound")
    rows = view.shown.recipe.rows
    body = await _body(request, _MOST_COLUMNS * rows * 3)
    if not body or len(body) % (rows * 3):
        raise PictureError(f"columns are {rows} rows of red, green and blue")
    pixels = np.frombuffer(body, np.uint8).reshape(rows, -1, 3)
    found = await to_thread.run_sync(_heard, view, first, pixels, quality, alone)
    headers = {
        "X-First": str(found.first),
        "X-Count": str(found.samples.shape[1]),
        "X-Rate": str(view.copy.rate),
        "X-Channels": str(found.samples.shape[0]),
        "Cache-Control": "no-store",
    }
    return Response(found.samples.tobytes(), media_type=_BYTES, headers=headers)


_BYTES = "application/octet-stream"


def _heard(view: SoundView, first: int, pixels: UInt8, quality: Quality, alone: bool) -> Part:
    recipe = view.shown.recipe
    beyond = first + pixels.shape[1] + _COLUMNS_BEYOND
    view.copy.wait_for(recipe.sample_count(beyond, view.copy.rate))
    stereo = view.copy.channels == 2 or bool((pixels[..., 0] != pixels[..., 2]).any())
    if alone:
        return decode_part(
            view.copy, recipe, first, pixels, quality=quality, alone=True, stereo=stereo
        )
    return heard_part(view.copy, recipe, first, pixels, quality=quality, stereo=stereo)


async def _body(request: Request, most: int) -> bytes:
    """The body of the ``request``, which has so many bytes at ``most``."""
    parts, count = [], 0
    try:
        async for chunk in request.stream():
            count += len(chunk)
            if count > most:
                raise HTTPException(413, _TOO_LARGE)
            parts.append(chunk)
    except ClientDisconnect:
        raise HTTPException(400, "it did not arrive whole: send it again") from None
    return b"".join(parts)


def _on(studio: Studio, item: str) -> list[Painting]:
    """The paintings on the sound that is called ``item`` now."""
    return studio.paintings.on(item, studio.copies.of(studio.workspace.path_of(item)))


def _json(studio: Studio, painting: Painting) -> dict[str, Any]:
    values: dict[str, Any] = json.loads(painting.to_json())
    for layer in values["layers"]:
        layer["tiles"] = studio.paintings.tiles(painting, layer["id"]).indices()
    return values
