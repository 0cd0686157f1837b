"""Errors: what went wrong, in words that a page can show as they are."""

from __future__ import annotations

import logging

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from eidophone.base.errors import (
    NO_MEMORY,
    EidophoneError,
    MissingExtraError,
    NotesPictureError,
    NotThereError,
)
from eidophone.faces.studio.studio import Studio

_OURS = "something went wrong in the studio itself: what it said is where it was started"

#: What is said where the server itself has refused.
_WORDS = {404: "there is nothing here of that name", 405: "this cannot be done here"}


class Problem(BaseModel):
    """What went wrong; and what a picture shows, where that is not what was wanted: notes."""

    error: str
    shows: str = ""


#: What any request may be answered with.
RESPONSES: dict[int | str, dict[str, object]] = {
    status: {"model": Problem} for status in (400, 401, 403, 404, 405, 413, 422)
}


def add_errors(app: FastAPI, studio: Studio) -> None:
    """Let ``app`` answer in words."""

    @app.exception_handler(EidophoneError)
    async def ours(_: Request, error: EidophoneError) -> JSONResponse:
        status = 404 if isinstance(error, NotThereError) else 400
        if isinstance(error, MissingExtraError):
            status = 422
        shows = "notes" if isinstance(error, NotesPictureError) else ""
        return _answer(status, studio.words(str(error)), shows)

    @app.exception_handler(RequestValidationError)
    async def misunderstood(_: Request, error: RequestValidationError) -> JSONResponse:
        one = error.errors()[0]
        where = " ".join(str(part) for part in one["loc"][1:])
        return _answer(422, f"{where or 'this'}: {one['msg']}")

    @app.exception_handler(HTTPException)
    async def refused(_: Request, error: HTTPException) -> JSONResponse:
        words = _WORDS.get(error.status_code, str(error.detail))
        headers = dict(error.headers or {})
        return JSONResponse({"error": words}, error.status_code, headers)

    @app.exception_handler(OSError)
    async def system(_: Request, error: OSError) -> JSONResponse:
        logging.getLogger(__name__).warning("%s", error)
        return _answer(400, f"the system says: {error.strerror or type(error).__name__}")

    @app.exception_handler(MemoryError)
    async def memory(_: Request, __: MemoryError) -> JSONResponse:
        return _answer(400, NO_MEMORY)

    @app.exception_handler(Exception)
    async def unforeseen(_: Request, error: Exception) -> JSONResponse:
        logging.getLogger(__name__).error("unforeseen", exc_info=error)
        return _answer(500, _OURS)


def _answer(status: int, words: str, shows: str = "") -> JSONResponse:
    return JSONResponse({"error": words, **({"shows": shows} if shows else {})}, status)
