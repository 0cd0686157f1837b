"""Models learnt of collections, which learn on while they are used."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from dataclasses import dataclass

from eidophone.jobs.acts.collections import Collections
from eidophone.jobs.acts.model import Act, Task
from eidophone.jobs.models import learn_file
from eidophone.learning.settings import Learning
from eidophone.learning.storing import SUFFIX
from eidophone.learning.train import Stage, can_resume

#: How much a training gives way to all else.
_NICE = 10

#: Seconds from one word of how it goes to the next.
_TELL_SECONDS = 1.0

#: What comes before the training takes about as long as so many minutes of it.
_READY_MINUTES = 0.75


@dataclass(frozen=True, kw_only=True)
class Learn(Learning, Collections):
    """What is learnt, and for how long."""


def _make(task: Task) -> None:
    how: Learn = task.settings
    folders = how.folders
    target = task.folder / f"{task.stem}{SUFFIX}"
    resume = can_resume(target)
    before = _READY_MINUTES / (_READY_MINUTES + how.minutes)
    first: float | None = None
    told_at = 0.0

    def ready() -> None:
        task.keep()
        if how.minutes:  # before anything was trained, nobody knows better
            task.stage({"seconds_left": 60 * how.minutes})
        if hasattr(os, "nice"):  # from now on nobody waits for it
            with suppress(OSError):
                os.nice(_NICE)

    def told(stage: Stage) -> None:
        nonlocal first, told_at
        task.progress(before + (1 - before) * stage.share)
        first = stage.held if first is None else first
        if time.monotonic() - told_at < _TELL_SECONDS:
            return
        told_at = time.monotonic()
        task.stage(
            {
                "seconds_left": round(stage.seconds_left, 1),
                "held": stage.held,
                "first": first,
                "heard": [path.stem for path in stage.heard],
            }
        )

    learn_file(
        target,
        folders,
        Learning(minutes=how.minutes, content=how.content, resume=resume, overwrite=True),
        progress=lambda done: task.progress(before * done),
        ready=ready,
        told=told,
    )


LEARN = Act(
    "learn", Learn, ("minutes", "content", "names", "collections"), _make, "model", beside=True
)
