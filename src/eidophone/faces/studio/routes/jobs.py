"""Jobs: what is made of items; and the forms of what can be chosen."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from eidophone.faces.studio.routes.common import Ours
from eidophone.faces.studio.shown import job_json
from eidophone.faces.studio.words import form_field
from eidophone.jobs.acts.known import ACTS

router = APIRouter()


class Wanted(BaseModel):
    """What is to be made; of nothing, if it is learnt."""

    act: str
    of: list[str] = Field(default_factory=list, max_length=20_000)
    settings: dict[str, Any] = Field(default_factory=dict)
    name: str | None = Field(default=None, max_length=1000)
    later: bool = False


@router.get("/forms")
def forms() -> dict[str, list[dict[str, Any]]]:
    """What can be chosen, of each act."""
    return {name: [form_field(one) for one in act.form] for name, act in ACTS.items()}


@router.get("/jobs")
def jobs(studio: Ours) -> list[dict[str, Any]]:
    """All jobs, the oldest first."""
    return [job_json(one) for queue in studio.queues for one in queue.jobs()]


@router.post("/jobs", status_code=201)
def add(studio: Ours, wanted: Wanted) -> dict[str, Any]:
    """Let something be made."""
    queue = studio.queue_for(wanted.act)
    job = queue.add(wanted.act, wanted.of, wanted.settings, wanted.name, later=wanted.later)
    return job_json(job)


@router.delete("/jobs/{id_}")
def cancel(studio: Ours, id_: str) -> dict[str, Any]:
    """Make it no more."""
    return job_json(studio.queue_with(id_).cancel(id_))


@router.post("/jobs/{id_}/resume")
def resume(studio: Ours, id_: str) -> dict[str, Any]:
    """Go on with what was interrupted."""
    return job_json(studio.queue_with(id_).resume(id_))


@router.post("/jobs/{id_}/dismiss", status_code=204)
def dismiss(studio: Ours, id_: str) -> Response:
    """Remember it no more."""
    studio.queue_with(id_).dismiss(id_)
    return Response(status_code=204)
