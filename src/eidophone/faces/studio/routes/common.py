"""What handlers have in common."""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import Depends, Request, Response

from eidophone.faces.studio.studio import Studio
from eidophone.sound.sound import Sound


def _studio(request: Request) -> Studio:
    return cast("Studio", request.app.state.studio)


#: The studio, as an argument of handlers.
Ours = Annotated[Studio, Depends(_studio)]


def samples_of(sound: Sound) -> Response:
    """All samples of a short ``sound``: float32, planar."""
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
