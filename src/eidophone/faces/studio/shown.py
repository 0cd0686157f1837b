"""Shown: items, collections, models, jobs and previews as pages see them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from eidophone.faces.studio.words import in_our_words, settles
from eidophone.jobs.queue.job import Job
from eidophone.jobs.queue.previews import Preview
from eidophone.jobs.workspace.collections import Collection
from eidophone.jobs.workspace.folder import Item
from eidophone.learning.about import About
from eidophone.notes.traditions.model import Model


def item_json(item: Item) -> dict[str, Any]:
    """An item."""
    facts, made = item.facts, item.made
    return {
        "name": item.name,
        "kind": facts.kind,
        "bytes": item.bytes,
        "modified": item.modified,
        "seconds": facts.seconds,
        "rate": facts.rate,
        "channels": facts.channels,
        "width": facts.width,
        "height": facts.height,
        "has_notes": facts.has_notes,
        "problem": in_our_words(facts.problem),
        "notes": [in_our_words(one) for one in facts.notes],
        "made": None if made is None else {**asdict(made), **_with_settling(made.notes, made.act)},
    }


def collection_json(collection: Collection) -> dict[str, Any]:
    """A collection."""
    return {
        "id": collection.id,
        "name": collection.name,
        "kind": collection.kind,
        "sounds": len(collection.seconds),
        "seconds": sum(collection.seconds.values()),
        "bytes": collection.bytes,
        "left_out": collection.left_out,
        "left_out_count": collection.left_out_count,
    }


def model_json(about: About) -> dict[str, Any]:
    """What a model has learnt."""
    own = [str(one) for one in about.facts.get("sliders", ())]
    return {
        "collections": [asdict(one) for one in about.collections],
        "sliders": list(map(str, own)),
    }


def tradition_json(model: Model) -> dict[str, Any]:
    """What was learnt of traditions."""
    return {
        "traditions": [
            {"name": one.name, "tunes": len(one.tunes), "voices": one.voices}
            for one in model.traditions
        ]
    }


def job_json(job: Job) -> dict[str, Any]:
    """A job."""
    error = None if job.error is None else in_our_words(job.error)
    return {**asdict(job), "error": error, **_with_settling(job.notes, job.act)}


def preview_json(preview: Preview) -> dict[str, Any]:
    """A preview."""
    return {**asdict(preview), "error": in_our_words(preview.error)}


def _with_settling(notes: list[str], act: str) -> dict[str, Any]:
    """Notes in our words, and of each the fields that would settle what it says was guessed."""
    return {
        "notes": [in_our_words(one) for one in notes],
        "settles": [settles(one, act) for one in notes],
    }
