"""Pages: the code of the page, which the package brings."""

from __future__ import annotations

import mimetypes
from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import FileResponse
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

_WEB = Path(__file__).parents[1] / "web"

#: As browsers want them, whatever the system says.
_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


class _Web(StaticFiles):
    """Files that a browser asks about again, and need not fetch again."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file at ``path``."""
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "no-cache"
        return response


def add_pages(app: FastAPI) -> None:
    """Let ``app`` give its pages."""
    for ending, kind in _TYPES.items():
        mimetypes.add_type(kind, ending)

    @app.get("/", include_in_schema=False)
    def index() -> FileResponse:
        return FileResponse(_WEB / "index.html", headers={"Cache-Control": "no-cache"})

    @app.get("/favicon.ico", include_in_schema=False)
    def icon() -> Response:
        return Response(status_code=204)

    app.mount("/web", _Web(directory=_WEB))
