"""What the studio is, what goes on, and its end."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from eidophone import __version__
from eidophone.faces.studio.routes.common import Ours
from eidophone.files.kinds import FILM_FORMATS, PICTURE_FORMATS
from eidophone.picture.recipe import PRESETS
from eidophone.sound.files import SOUND_FORMATS

router = APIRouter()

#: What each extra brings.
_EXTRAS = {
    "film": "av",
    "exr": "OpenEXR",
    "onnx": "onnxruntime",
    "torch": "torch",
    "learn": "torch",
    "spandrel": "spandrel",
}


@router.get("/state")
def state(studio: Ours) -> dict[str, Any]:
    """What this studio is, and can do."""
    return {
        "version": __version__,
        "workspace": studio.workspace.name,
        "extras": {name: find_spec(module) is not None for name, module in _EXTRAS.items()},
        "limits": {"upload_bytes": studio.upload_bytes},
        "formats": {
            "picture": list(PICTURE_FORMATS),
            "film": list(FILM_FORMATS),
            "sound": list(SOUND_FORMATS),
        },
        "presets": list(PRESETS),
    }


@router.get("/events", response_class=StreamingResponse)
async def events(studio: Ours) -> StreamingResponse:
    """What goes on, as it does: server-sent events."""
    return StreamingResponse(studio.events.stream(), media_type="text/event-stream")


@router.post("/quit", status_code=202)
def end(studio: Ours) -> dict[str, Any]:
    """End the studio."""
    studio.quit()
    return {}
