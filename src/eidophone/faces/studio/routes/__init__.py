"""Routes: what can be asked of the studio. Handlers only translate."""

from __future__ import annotations

from fastapi import FastAPI

from eidophone.faces.studio.errors import RESPONSES
from eidophone.faces.studio.pages import pages
from eidophone.faces.studio.routes import (
    general,
    items,
    jobs,
    learn,
    morph,
    notes,
    paint,
    previews,
    views,
    visual,
)


def add_routes(app: FastAPI) -> None:
    """Let ``app`` answer."""
    for module in (general, items, views, jobs, previews, paint, morph, learn, notes, visual):
        app.include_router(module.router, prefix="/api", responses=RESPONSES)
    app.router.routes.extend(pages().routes)
