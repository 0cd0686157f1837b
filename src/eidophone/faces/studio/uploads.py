"""Uploads: files that pages send, streamed into the workspace, bounded, and looked at."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from anyio import to_thread
from fastapi import Request
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from eidophone.base.errors import PictureError
from eidophone.faces.studio.shown import item_json
from eidophone.faces.studio.studio import Studio
from eidophone.jobs.workspace.facts import facts_of, why_unknown
from eidophone.jobs.workspace.names import divided, safe

Taken = TypeVar("Taken")


async def uploaded(
    request: Request, studio: Studio, name: str, take_in: Callable[[Studio, Path, str], Taken]
) -> Taken:
    """What ``take_in`` makes of the bytes of the ``request``, as a file, and its ``name``.

    Raises:
        HTTPException: there are too many.
        EidophoneError: it is nothing that can be worked with.
    """
    _check_length(request, studio)
    with studio.workspace.arriving(divided(safe(name))[1]) as file:
        if not await _written(request, studio, file):
            raise PictureError(f"{safe(name)} is empty")
        return await to_thread.run_sync(take_in, studio, file, name)


def _check_length(request: Request, studio: Studio) -> None:
    length = request.headers.get("content-length", "0")
    if length.isdecimal() and int(length) > studio.upload_bytes:
        raise _too_large(studio)


async def _written(request: Request, studio: Studio, file: Path) -> int:
    """Write what comes into ``file``; how many bytes that were."""
    count = 0
    with file.open("wb") as target:
        try:
            async for chunk in request.stream():
                count += len(chunk)
                if count > studio.upload_bytes:
                    raise _too_large(studio)
                await to_thread.run_sync(target.write, chunk)
        except ClientDisconnect:
            raise HTTPException(400, "the file did not arrive whole: send it again") from None
    return count


def as_item(studio: Studio, file: Path, name: str) -> dict[str, Any]:
    """The item that the ``file`` becomes.

    Raises:
        PictureError: it is nothing that can be worked with.
    """
    facts = facts_of(file)
    if facts.kind == "other":
        problem = facts.problem or why_unknown(file)
        raise PictureError(problem.replace(str(file), safe(name)))
    found = studio.workspace.take_in(file, name)
    return item_json(studio.workspace.item(found))


def _too_large(studio: Studio) -> HTTPException:
    most = studio.upload_bytes / 1e9
    return HTTPException(
        413,
        f"the file is larger than {most:.3g} GB: put it into the workspace folder by hand instead",
    )
