"""Server: the studio as a web app, from its start to its end."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp

from eidophone import __version__
from eidophone.faces.studio.errors import add_errors
from eidophone.faces.studio.routes import add_routes
from eidophone.faces.studio.security import Door, Guard
from eidophone.faces.studio.studio import Studio

#: Seconds that replies have to end when the studio does.
_PATIENCE_SECONDS = 3


def create_app(
    workspace: Path, token: str, port: int, host: str = "127.0.0.1", **more: Any
) -> ASGIApp:
    """The studio as an ASGI app.

    Args:
        workspace: the folder of its items; made if it is not there.
        token: what must be known to come in.
        port: of its address.
        host: the same.
        more: of `Studio`.
    """
    return guarded(app_of(Studio(workspace, **more)), token, port, host)


def app_of(studio: Studio) -> FastAPI:
    """The app of ``studio``, which nothing guards."""

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        studio.begin()
        try:
            yield
        finally:
            studio.close()

    app = FastAPI(
        title="Eidophone studio",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        lifespan=life,
    )
    app.state.studio = studio
    add_errors(app, studio)
    add_routes(app)
    return app


def guarded(app: FastAPI, token: str, port: int, host: str) -> ASGIApp:
    """``app``, which only those reach who may."""
    return Guard(app, Door(token, host, port))


def serve(listener: socket.socket, *, workspace: Path, token: str, host: str) -> None:
    """Run the studio until it is told to quit, or gets a signal.

    Args:
        listener: where it is asked; it is closed in the end.
        workspace: the folder of its items; made if it is not there.
        token: what must be known to come in.
        host: what this machine is called in the address of the studio.

    Raises:
        OutputError: the workspace is open in another studio.
    """
    studio = Studio(workspace)
    with listener, studio.workspace.claimed():
        port = listener.getsockname()[1]
        app = guarded(app_of(studio), token, port, host)
        _Server(_config(app), studio).run(sockets=[listener])


def _config(app: ASGIApp) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        log_config=None,
        log_level="critical",  # what it thinks of replies that end with it is nothing for people
        access_log=False,
        server_header=False,
        ws="none",
        lifespan="on",
        timeout_graceful_shutdown=_PATIENCE_SECONDS,
    )


class _Server(uvicorn.Server):
    """A server whose streams end when it does; what a signal means afterwards, its caller says."""

    def __init__(self, config: uvicorn.Config, studio: Studio) -> None:
        super().__init__(config)
        self._studio = studio
        studio.quit = self._quit

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._studio.close()
        await super().shutdown(sockets)

    def _quit(self) -> None:
        self.should_exit = True
