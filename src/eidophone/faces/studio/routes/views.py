"""Views: items as pictures, tile by tile."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, Field

from eidophone.faces.studio.routes.common import Ours
from eidophone.picture.recipe import Recipe
from eidophone.picture.settings import ExposureChoice

router = APIRouter()


class Opening(BaseModel):
    """What is to be shown, and how it is drawn."""

    item: str
    recipe: str | dict[str, Any] | None = None
    exposure: ExposureChoice = Field(default=0.0)


def recipe_of(given: str | dict[str, Any] | None) -> Recipe | None:
    """The preset of that name, or the recipe with these values."""
    if given is None or isinstance(given, dict):
        return None if given is None else Recipe.from_dict(given)
    return Recipe.preset(given)


@router.post("/views")
def open_view(studio: Ours, what: Opening) -> dict[str, Any]:
    """Show an item."""
    item = studio.workspace.item(what.item)
    return studio.views.open(item, recipe_of(what.recipe), what.exposure).as_json()


@router.get("/views/{id_}")
def view(studio: Ours, id_: str) -> dict[str, Any]:
    """A view that is open."""
    return studio.views.view(id_).as_json()


@router.get("/views/{id_}/tiles/{level}/{index}", response_class=Response)
def tile(
    studio: Ours,
    id_: str,
    level: Annotated[int, Path(ge=1, le=1 << 40)],
    index: Annotated[int, Path(ge=0, le=1 << 40)],
) -> Response:
    """Pixels: uint8 RGB, row by row, the top one first."""
    pixels, is_whole = studio.views.tile(id_, level, index)
    headers = {
        "X-Rows": str(pixels.shape[0]),
        "X-Columns": str(pixels.shape[1]),
        "X-Complete": str(int(is_whole)),
        "Cache-Control": "private, max-age=3600" if is_whole else "no-store",
    }
    return Response(pixels.tobytes(), media_type="application/octet-stream", headers=headers)
