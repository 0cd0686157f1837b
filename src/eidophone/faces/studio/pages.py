"""Pages: the code of the page, which the package brings."""

from __future__ import annotations

import mimetypes
from pathlib import Path

from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Mount, Route, Router
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

_WEB = Path(__file__).parent / "web"

#: Where they are asked for.
_FOLDER, _ICON, _VISUAL = "/web", "/favicon.ico", "/visual"

#: As browsers want them, whatever the system says.
_TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".html": "text/html",
}


class _Web(StaticFiles):
    """Files that a browser asks about again, and need not fetch again."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file at ``path``."""
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "no-cache"
        return response


def pages() -> Router:
    """The app that gives the pages."""
    for ending, kind in _TYPES.items():
        mimetypes.add_type(kind, ending)
    return Router(
        [
            Route("/", _index),
            Route(_VISUAL, _visual),
            Route(_ICON, _no_icon),
            Mount(_FOLDER, GZipMiddleware(_Web(directory=_WEB))),
        ]
    )


def is_page(path: str) -> bool:
    """Whether at ``path`` is what `pages` gives."""
    return path in ("/", _ICON, _VISUAL) or path.startswith(f"{_FOLDER}/")


def locked_page() -> bytes:
    """The page, as HTML, for people who come without the token."""
    return (_WEB / "locked.html").read_bytes()


def _index(_: Request) -> Response:
    return FileResponse(_WEB / "index.html", headers={"Cache-Control": "no-cache"})


def _visual(_: Request) -> Response:
    return FileResponse(_WEB / "visual.html", headers={"Cache-Control": "no-cache"})


def _no_icon(_: Request) -> Response:
    return Response(status_code=204)
