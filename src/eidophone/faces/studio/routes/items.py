"""Items: the files of the workspace."""

from __future__ import annotations

import mimetypes
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import FileResponse, JSONResponse
from pydantic import BaseModel, Field

from eidophone.faces.studio.routes.common import Ours
from eidophone.faces.studio.shown import item_json
from eidophone.faces.studio.uploads import as_item, uploaded
from eidophone.jobs.examples import example_path, examples
from eidophone.jobs.info import describe
from eidophone.jobs.originals import originals_of

router = APIRouter()

#: Samples of each channel that are sent at once, at most: what a page plays is far less.
_MOST_SAMPLES = 1 << 21

#: What may be shown as what it is; everything else is only to be saved.
_SHOWN = ("image/png", "image/jpeg", "image/webp", "image/gif", "image/bmp", "audio/", "video/")

#: A file that somebody brought is never a page of ours.
_FILE_POLICY = "sandbox; default-src 'none'; style-src 'none'"


class Rename(BaseModel):
    """Another name for an item."""

    name: str = Field(min_length=1, max_length=1000)


@router.get("/items")
def items(studio: Ours) -> list[dict[str, Any]]:
    """All items, the newest first."""
    return [item_json(one) for one in studio.workspace.items()]


@router.post("/items", status_code=201)
async def upload(
    request: Request, studio: Ours, name: Annotated[str, Query(min_length=1, max_length=1000)]
) -> JSONResponse:
    """A new item of the bytes in the body."""
    found = await uploaded(request, studio, name, as_item)
    studio.tell_items()
    return JSONResponse(found, 201)


@router.get("/items/{name}")
def item(studio: Ours, name: str) -> dict[str, Any]:
    """One item."""
    return item_json(studio.workspace.item(name))


@router.patch("/items/{name}")
def rename(studio: Ours, name: str, to: Rename) -> dict[str, Any]:
    """Call it otherwise."""
    found = studio.names.rename(name, to.name)
    studio.tell_items()
    return item_json(studio.workspace.item(found))


@router.delete("/items/{name}", status_code=204)
def throw_away(studio: Ours, name: str) -> Response:
    """Throw it away; it can be brought back."""
    studio.workspace.throw_away(name)
    studio.tell_items()
    return Response(status_code=204)


@router.post("/items/{name}/restore")
def restore(studio: Ours, name: str) -> dict[str, Any]:
    """Bring back what was thrown away."""
    found = studio.names.restore(name)
    studio.tell_items()
    return item_json(studio.workspace.item(found))


@router.get("/items/{name}/file", response_class=FileResponse)
def file(studio: Ours, name: str, download: bool = False) -> FileResponse:
    """The file itself."""
    found = studio.workspace.item(name)
    kind = mimetypes.guess_type(found.name)[0] or ""
    is_shown = kind.startswith(_SHOWN) and not download
    place = "inline" if is_shown else "attachment"
    return FileResponse(
        found.path,
        media_type=kind if kind.startswith(_SHOWN) else "application/octet-stream",
        headers={
            "Content-Security-Policy": _FILE_POLICY,
            "Content-Disposition": f"{place}; filename*=utf-8''{quote(found.name, safe='')}",
        },
    )


@router.get("/items/{name}/samples", response_class=Response)
def samples(
    studio: Ours,
    name: str,
    first: Annotated[int, Query(ge=0, le=1 << 40)] = 0,
    count: Annotated[int, Query(ge=1, le=_MOST_SAMPLES)] = 1 << 17,
) -> Response:
    """Samples of a sound, or of a film's: float32, planar."""
    copy = studio.copies.of(studio.workspace.path_of(name))
    last = min(first + count, copy.sample_count)
    first = min(first, last)
    return Response(
        copy.window(first, last).tobytes(),
        media_type="application/octet-stream",
        headers={
            "X-Rate": str(copy.rate),
            "X-Channels": str(copy.channels),
            "X-First": str(first),
            "X-Count": str(last - first),
        },
    )


@router.get("/items/{name}/info")
def info(studio: Ours, name: str) -> list[list[str]]:
    """What it is, in words."""
    lines = describe(studio.workspace.path_of(name))
    return [[what, studio.words(words)] for what, words in lines]


@router.get("/items/{name}/originals")
def originals(studio: Ours, name: str) -> list[dict[str, Any]]:
    """Of which sounds it was likely drawn, the likeliest first."""
    found = originals_of(studio.workspace.item(name), studio.workspace.items())
    return [item_json(one) for one in found]


@router.get("/items/{name}/thumbnail", response_class=Response)
def thumbnail(studio: Ours, name: str) -> Response:
    """A small picture of it."""
    found = studio.thumbnails.of(studio.workspace.item(name))
    return Response(found, media_type="image/png")


@router.get("/examples")
def all_examples() -> list[dict[str, str]]:
    """Sounds to begin with."""
    return [{"name": one.name, "title": one.title} for one in examples()]


@router.post("/examples/{name}", status_code=201)
def example(studio: Ours, name: str) -> dict[str, Any]:
    """Make an example an item."""
    found = studio.workspace.copied(example_path(name))
    studio.tell_items()
    return item_json(studio.workspace.item(found))
