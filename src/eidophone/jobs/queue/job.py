"""Job: something that is to be made, is being made, or was; and its record on the disk."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from eidophone.base.atomic import atomic_path

State = Literal["waiting", "running", "done", "failed", "cancelled"]

#: What is said of what a studio was making when it ended.
INTERRUPTED = "interrupted: the studio ended before this was done; make it again"


@dataclass
class Job:
    """Something that is to be made.

    Attributes:
        id: of the job.
        act: what is to be done.
        of: the names of the items that it is done with.
        settings: what was chosen, as a form gives it.
        name: what the results are to be called; None for the usual.
        later: everything that comes goes first, even where this has begun.
        state: how far it is.
        done: the fraction that is done.
        seconds_left: if all goes on as it went; None while that cannot be told.
        stage: what its act says besides of how it goes.
        items: the names of those that were made.
        notes: what was said meanwhile.
        error: why it failed.
        revision: how often it was told of: who hears of it on two ways knows what is newer.
    """

    id: str
    act: str
    of: list[str]
    settings: dict[str, Any]
    name: str | None = None
    later: bool = False
    state: State = "waiting"
    done: float = 0.0
    seconds_left: float | None = None
    stage: dict[str, Any] = field(default_factory=dict)
    items: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    error: str | None = None
    revision: int = 0

    @property
    def is_over(self) -> bool:
        """Whether nothing more becomes of it."""
        return self.state in ("done", "failed", "cancelled")


class Journal:
    """What is yet to be made, on the disk: so that nothing is lost without a word.

    Args:
        folder: where it is kept.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def note(self, job: Job) -> None:
        """Keep ``job`` in mind."""
        with atomic_path(self._path(job.id), overwrite=True) as temporary:
            temporary.write_text(json.dumps(asdict(job)), "utf-8")

    def change(self, job: Job) -> None:
        """Keep ``job`` in mind as it is now, if it is at all."""
        if self._path(job.id).exists():
            self.note(job)

    def forget(self, job: Job) -> None:
        """Keep it in mind no more."""
        self._path(job.id).unlink(missing_ok=True)

    def interrupted(self) -> list[Job]:
        """What an earlier studio did not come to the end of."""
        found = []
        for path in sorted(self._folder.glob("*.json")):
            with suppress(OSError, ValueError, TypeError, RecursionError):
                job = Job(**json.loads(path.read_text("utf-8")))
                job.state, job.error, job.seconds_left = "failed", INTERRUPTED, None
                found.append(job)
        return found

    def _path(self, id_: str) -> Path:
        return self._folder / f"{id_}.json"
