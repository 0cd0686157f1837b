"""Learning: collections of sounds to learn from, and what models have learnt."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse
from pydantic import BaseModel, Field

from eidophone.base.errors import NotThereError
from eidophone.faces.studio.routes.common import Ours, samples_of
from eidophone.faces.studio.shown import collection_json, model_json
from eidophone.faces.studio.studio import Studio
from eidophone.faces.studio.uploads import uploaded
from eidophone.jobs.workspace.collections import CollectionKind
from eidophone.learning.about import about
from eidophone.sound.sound import Sound

router = APIRouter(prefix="/learn")

#: Acts that make pages, and what these may do.
_PAGES = ("report", "explore", "fundamentals")
_PAGE_POLICY = (
    "sandbox; default-src 'none'; img-src data:; media-src data:; style-src 'unsafe-inline'"
)


class Named(BaseModel):
    """What a collection is called."""

    name: str = Field(min_length=1, max_length=1000)


class Beginning(Named):
    """A collection that begins."""

    kind: CollectionKind = "sounds"


class Some(BaseModel):
    """Items, by their names."""

    of: list[str] = Field(min_length=1, max_length=4000)


@router.get("/collections")
def collections(studio: Ours) -> list[dict[str, Any]]:
    """All collections, the oldest first."""
    return [collection_json(one) for one in studio.workspace.collections.all()]


@router.post("/collections", status_code=201)
def begin(studio: Ours, named: Beginning) -> dict[str, Any]:
    """A new collection, in which nothing is yet."""
    return collection_json(studio.workspace.collections.begin(named.name, named.kind))


@router.patch("/collections/{id_}")
def rename(studio: Ours, id_: str, named: Named) -> dict[str, Any]:
    """Call it otherwise."""
    return collection_json(studio.workspace.collections.rename(id_, named.name))


@router.delete("/collections/{id_}", status_code=204)
def forget(studio: Ours, id_: str) -> Response:
    """Throw it away; what was learnt of it stays."""
    studio.workspace.collections.forget(id_)
    return Response(status_code=204)


@router.post("/collections/{id_}/sounds", status_code=201)
async def upload(
    request: Request,
    studio: Ours,
    id_: str,
    name: Annotated[str, Query(min_length=1, max_length=1000)],
) -> JSONResponse:
    """Let the bytes in the body be one of its sounds, or tunes; what is none is left out."""

    def take_in(studio: Studio, file: Path, name: str) -> dict[str, Any]:
        return collection_json(studio.workspace.collections.take_in(id_, file, name))

    return JSONResponse(await uploaded(request, studio, name, take_in), 201)


@router.post("/collections/{id_}/items", status_code=201)
def add_items(studio: Ours, id_: str, some: Some) -> dict[str, Any]:
    """Let sounds of the shelf be sounds of it."""
    files = studio.workspace.paths_of(some.of)
    return collection_json(studio.workspace.collections.copy_in(id_, files))


@router.get("/models/{name}")
def model(studio: Ours, name: str) -> dict[str, Any]:
    """What a model has learnt."""
    return model_json(about(studio.workspace.path_of(name)))


@router.get("/pages/{name}", response_class=HTMLResponse)
def page(studio: Ours, name: str) -> FileResponse:
    """A page that was made of a model: no script runs in it, and it asks for nothing."""
    item = studio.workspace.item(name)
    if item.made is None or item.made.act not in _PAGES:
        raise NotThereError(f"{name} is no page that was made of a model: download it instead")
    headers = {"Content-Security-Policy": _PAGE_POLICY}
    return FileResponse(item.path, media_type="text/html; charset=utf-8", headers=headers)


@router.get("/jobs/{id_}/heard/{name}/samples", response_class=Response)
def heard(studio: Ours, id_: str, name: str) -> Response:
    """What a collection sounds like by now: all samples, float32, planar."""
    for path in studio.beside.folder_of(id_).glob("*-training/*.wav"):
        if path.stem == name:  # never a path that somebody made up
            return samples_of(Sound.load(path))
    raise NotThereError("there is nothing to hear of this yet")
