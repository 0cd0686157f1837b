"""Studio: all that one server has: a workspace, its sounds and views, and who is told of them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from threading import Event, Thread
from typing import Any

import numpy as np

from eidophone.faces.studio.events import Events
from eidophone.faces.studio.shown import job_json, preview_json
from eidophone.faces.studio.words import in_our_words
from eidophone.jobs.acts.known import ACTS
from eidophone.jobs.painting.store import Store
from eidophone.jobs.queue.job import Job
from eidophone.jobs.queue.previews import Preview, Previews
from eidophone.jobs.queue.queue import Queue
from eidophone.jobs.renaming import Names
from eidophone.jobs.views.lights import Lights
from eidophone.jobs.views.thumbnails import Thumbnails
from eidophone.jobs.views.view import View
from eidophone.jobs.views.views import Views
from eidophone.jobs.workspace.copies import Copies
from eidophone.jobs.workspace.folder import Workspace
from eidophone.morphing.warming import warm_up
from eidophone.picture.codec import encode

#: Bytes that one file from a page may have.
MOST_UPLOAD_BYTES = 2_000_000_000

#: Seconds from one look into the folder to the next.
_LOOK_SECONDS = 2.0


class Studio:
    """What handlers ask.

    Args:
        folder: the workspace.
        upload_bytes: what one file from a page may have.

    Attributes:
        transport: where a page of it plays, and when it said so.
        is_cold: what morphs sounds is still being loaded, or compiled.
        quit: called to end the server.
    """

    def __init__(self, folder: Path, upload_bytes: int = MOST_UPLOAD_BYTES) -> None:
        self.workspace = Workspace(folder)
        self.upload_bytes = upload_bytes
        self.events = Events()
        cache = self.workspace.folder_for("cache")
        self.copies = Copies(cache / "sounds")
        self.views = Views(cache / "views", self.copies, self._tell_view)
        self.queue = Queue(self.workspace, self._tell_job)
        self.beside = Queue(self.workspace, self._tell_job, beside=True)
        self.previews = Previews(self.workspace, self._tell_preview)
        self.thumbnails = Thumbnails(cache / "thumbnails")
        self.lights = Lights(cache / "lights", self.copies)
        self.transport: tuple[dict[str, Any], float] = ({"item": None, "seconds": 0, "speed": 0}, 0)
        self.paintings = Store(self.workspace.folder_for("paintings"))
        self.names = Names(self.workspace, self.copies, self.paintings, self.queues)
        self.quit: Callable[[], None] = lambda: None
        self.is_cold = False
        self._claim = ExitStack()
        self._is_over = Event()

    @property
    def queues(self) -> tuple[Queue, Queue]:
        """What is asked for now, and what goes on beside that."""
        return self.queue, self.beside

    def queue_for(self, act: str) -> Queue:
        """Where ``act`` is done."""
        return self.beside if act in ACTS and ACTS[act].beside else self.queue

    def queue_with(self, job: str) -> Queue:
        """Where the job is that has this id."""
        is_beside = any(one.id == job for one in self.beside.jobs())
        return self.beside if is_beside else self.queue

    def words(self, text: str) -> str:
        """``text`` of the library, as a page says it."""
        return in_our_words(self.workspace.said(text))

    def tell_items(self) -> None:
        """Tell pages that there are other items now."""
        self.events.tell("items", {})

    def begin(self) -> None:
        """Make what is asked for.

        Raises:
            OutputError: the workspace is open in another studio.
        """
        self._claim.enter_context(self.workspace.claimed())
        for queue in self.queues:
            queue.begin()
        Thread(target=self._watch, daemon=True, name="eidophone-watch").start()

    def get_warm(self) -> None:
        """Load, or compile, what draws and morphs sounds, before anybody waits for it."""
        self.is_cold = True
        Thread(target=self._warm_up, daemon=True, name="eidophone-warm").start()

    def close(self) -> None:
        """End all that goes on."""
        self._is_over.set()
        self.events.close()
        for queue in self.queues:
            queue.close()
        self.previews.close()
        self.views.close()
        self.lights.close()
        self.copies.close()
        self._claim.close()

    def _warm_up(self) -> None:
        encode(np.zeros((2, 8_000), np.float32), 8_000)
        self.queue.warm()
        for _ in warm_up():
            self.is_cold = False

    def _watch(self) -> None:
        """Tell pages of items that people put into the folder, or take away, by hand."""
        seen = self.workspace.sign()
        while not self._is_over.wait(_LOOK_SECONDS):
            with suppress(OSError):  # the folder is just not there
                sign = self.workspace.sign()
                if sign != seen:
                    seen = sign
                    self.tell_items()

    def _tell_job(self, job: Job) -> None:
        self.events.tell("job", job_json(job))
        if job.items:
            self.tell_items()

    def _tell_preview(self, preview: Preview) -> None:
        self.events.tell("preview", preview_json(preview))

    def _tell_view(self, view: View) -> None:
        self.events.tell("view", {"id": view.shown.id, "done": view.done})
