"""The visualiser: lights of sounds, colours of looks, and where the transport of the studio is."""

from __future__ import annotations

import time
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from eidophone.base.errors import NotThereError
from eidophone.faces.studio.routes.common import Ours
from eidophone.film.looks import SHADES, STEPS, colours_of, look_of, look_values
from eidophone.film.settings import LOOKS
from eidophone.film.spiral import SHAPE
from eidophone.jobs.views.lights import FPS, recipe_for_eyes
from eidophone.picture.axis import hz_of_row
from eidophone.picture.recipe import PRESETS

router = APIRouter(prefix="/visual")

#: Moments that are sent at once, at most.
_MOST = 4 * 60 * FPS

_BYTES = "application/octet-stream"


class Transport(BaseModel):
    """Where the studio plays.

    Attributes:
        item: the sound; None for none.
        seconds: where in it.
        speed: 0 where it stands.
    """

    item: str | None = Field(default=None, max_length=1000)
    seconds: float = Field(default=0, ge=0, le=1e9)
    speed: float = Field(default=0, ge=-8, le=8)


@router.get("/looks")
def looks() -> dict[str, Any]:
    """All looks as they are, and what else a page must know to draw as films do."""
    recipe = recipe_for_eyes()
    standard = PRESETS["standard"]
    return {
        "looks": {name: look_values(look_of(name)) for name in LOOKS},
        "shades": SHADES,
        "steps": STEPS,
        "fps": FPS,
        "rows": recipe.rows,
        "min_hz": recipe.min_hz,
        "max_hz": recipe.max_hz,
        "picture_hz": [float(one) for one in hz_of_row(_rows(standard.rows), standard)],
        "picture_seconds": standard.rows * standard.hop_seconds,
        "spiral": SHAPE,
    }


def _rows(count: int) -> Any:
    return [float(one) for one in range(count)]


@router.get("/looks/{name}", response_class=Response)
def colours(name: str) -> Response:
    """The colours of a look: uint8 RGB, shade after shade, from dark to bright."""
    if name not in LOOKS:
        raise NotThereError(f"there is no look {name!r}: use {', '.join(LOOKS)}")
    return Response(
        colours_of(look_of(name)).tobytes(),
        media_type=_BYTES,
        headers={"Cache-Control": "private, max-age=3600"},
    )


@router.get("/lights", response_class=Response)
def lights(
    request: Request,
    studio: Ours,
    item: str,
    first: Annotated[int, Query(ge=0, le=1 << 40)] = 0,
    count: Annotated[int, Query(ge=1, le=_MOST)] = 10 * FPS,
) -> Response:
    """Moments of a sound: a byte for each row, the lowest first. Those to come are left out.

    Who only knows the address of the visualiser gets those of the sound that the studio plays.
    """
    if getattr(request.state, "is_visitor", False) and item != studio.transport[0]["item"]:
        raise NotThereError("this address shows only what the studio plays")
    light = studio.lights.of(studio.workspace.path_of(item))
    found = light.window(first, count)
    headers = {
        "X-First": str(first),
        "X-Count": str(len(found)),
        "X-Rows": str(light.recipe.rows),
        "X-Columns": str(light.columns),
        "X-Max-Hz": str(light.recipe.max_hz),
    }
    return Response(found.tobytes(), media_type=_BYTES, headers=headers)


@router.get("/transport")
def transport(studio: Ours) -> dict[str, Any]:
    """Where the studio plays, and how many seconds ago it was there."""
    now, at = studio.transport
    return {**now, "age": time.monotonic() - at}


@router.post("/transport", status_code=204)
def tell_transport(studio: Ours, now: Transport) -> Response:
    """A page of the studio says where it is."""
    studio.transport = now.model_dump(), time.monotonic()
    return Response(status_code=204)


@router.get("/key")
def key(request: Request) -> dict[str, str]:
    """What opens the visualiser, and nothing else."""
    return {"key": getattr(request.state, "visual_key", "")}
