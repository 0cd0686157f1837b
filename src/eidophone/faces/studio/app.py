"""App: all that can be asked of a studio, as a web app that nothing guards yet."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from eidophone import __version__
from eidophone.faces.studio.errors import add_errors
from eidophone.faces.studio.routes import add_routes
from eidophone.faces.studio.studio import Studio


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
