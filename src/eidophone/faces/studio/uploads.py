"""Uploads: files that pages send, streamed into the workspace, bounded, and looked at."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from anyio import to_thread
from fastapi import Request
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from eidophone.base.errors import PictureError
from eidophone.base.temporary import forget, new_file
from eidophone.faces.studio.shown import item_json
from eidophone.faces.studio.studio import Studio
from eidophone.jobs.workspace.facts import facts_of, why_unknown
from eidophone.jobs.workspace.names import divided, safe


async def uploaded(request: Request, studio: Studio, name: str) -> dict[str, Any]:
    """The item that the bytes of the ``request`` have become.

    Raises:
        HTTPException: there are too many.
        EidophoneError: it is nothing that can be worked with.
    """
    _check_length(request, studio)
    arriving = studio.workspace.folder_for("arriving")
    file = new_file(arriving, divided(safe(name))[1])
    try:
        if not await _written(request, studio, file):
            raise PictureError(f"{safe(name)} is empty")
        return await to_thread.run_sync(_taken_in, studio, file, name)
    finally:
        forget(file)


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


def _taken_in(studio: Studio, file: Path, name: str) -> dict[str, Any]:
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
