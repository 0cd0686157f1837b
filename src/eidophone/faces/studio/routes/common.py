"""What handlers have in common."""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import Depends, Request

from eidophone.faces.studio.studio import Studio


def _studio(request: Request) -> Studio:
    return cast("Studio", request.app.state.studio)


#: The studio, as an argument of handlers.
Ours = Annotated[Studio, Depends(_studio)]
