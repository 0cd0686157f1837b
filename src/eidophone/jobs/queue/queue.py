"""Queue: what is to be made of the items of a workspace, in the order in which it was asked for."""

from __future__ import annotations

import logging
import secrets
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from copy import deepcopy
from pathlib import Path
from threading import Condition, Thread
from typing import Any

from eidophone.base.atomic import make_folder
from eidophone.base.errors import EidophoneError, NotThereError
from eidophone.files.kinds import by_number
from eidophone.jobs.acts.choosing import chosen
from eidophone.jobs.acts.known import act_for
from eidophone.jobs.acts.model import Act
from eidophone.jobs.queue.job import Job, Journal
from eidophone.jobs.queue.making import Maker
from eidophone.jobs.queue.worker import Order, Said
from eidophone.jobs.workspace.folder import Workspace
from eidophone.jobs.workspace.made import Made
from eidophone.jobs.workspace.names import divided, safe

#: Jobs that are over and remembered, at most.
_MOST_OVER = 100

#: What must have gone by before it can be told how long the rest takes.
_LEAST_SECONDS, _LEAST_DONE = 1.0, 0.02


class Queue:
    """The jobs of a workspace; one of them runs at a time.

    Args:
        workspace: of which items things are made, and whose items they become.
        tell: told of a job, from any thread, whenever there is something new of it.
    """

    def __init__(self, workspace: Workspace, tell: Callable[[Job], None]) -> None:
        self._workspace, self._told = workspace, tell
        self._folder = workspace.folder_for("jobs")
        self._journal = Journal(self._folder)
        self._maker = Maker(workspace.folder_for("work"))
        self._jobs: dict[str, Job] = {}
        self._orders: dict[str, Order] = {}
        self._changed = Condition()
        self._is_over = False

    def begin(self) -> None:
        """Make what is asked for from now on.

        What an earlier studio did not come to the end of is said to be interrupted.
        """
        _remove_folders(self._folder)
        self._jobs = {job.id: job for job in self._journal.interrupted()}
        Thread(target=self._work, daemon=True, name="eidophone-queue").start()

    def warm(self) -> None:
        """Start the process that makes things, so that nobody waits for that."""
        with suppress(OSError, EidophoneError):  # all is over, or whoever needs it is told
            self._maker.begin()

    def add(
        self,
        act: str,
        of: Sequence[str],
        settings: Mapping[str, Any],
        name: str | None = None,
        *,
        later: bool = False,
    ) -> Job:
        """Ask for something to be made.

        Args:
            act: what is to be done.
            of: the names of the items that it is done with.
            settings: what was chosen, as its form gives it.
            name: what the results are to be called, without an ending; None for the usual.
            later: everything that comes goes first, even where this has begun: nobody asked for it.

        Raises:
            EidophoneError: it cannot be done so.
        """
        files = {one: self._workspace.path_of(one) for one in of}
        if not files:
            raise NotThereError("nothing was chosen: choose an item")
        paths = tuple(files[one] for one in of)
        found, others = act_for(act, paths), dict[str, Path]()

        def lookup(wanted: str) -> Path:
            others[wanted] = self._workspace.path_of(wanted)
            return others[wanted]

        chosen(found, settings, lookup)
        stem = _stem_of(found, of[0], name)
        job = Job(secrets.token_hex(6), act, list(of), deepcopy(dict(settings)), name, later)
        order = Order(act, paths, self._folder / job.id, stem, job.settings, others)
        with self._changed:
            self._journal.note(job)
            self._jobs[job.id], self._orders[job.id] = job, order
            self._forget_old()
            self._put_back()
            self._changed.notify_all()
        self._tell(job)
        return job

    def jobs(self) -> list[Job]:
        """All that are remembered, the oldest first."""
        with self._changed:
            return list(self._jobs.values())

    def cancel(self, id_: str) -> Job:
        """Make it no more, and leave nothing of it.

        Raises:
            NotThereError: there is no such job.
        """
        with self._changed:
            job = self._job(id_)
            if job.is_over:
                return job
            was_running, job.state, job.seconds_left = job.state == "running", "cancelled", None
            self._journal.forget(job)
            if was_running:  # before the next one runs
                self._maker.stop()
        self._tell(job)
        return job

    def dismiss(self, id_: str) -> None:
        """Remember it no more, if it is over.

        Raises:
            NotThereError: there is no such job.
        """
        with self._changed:
            job = self._job(id_)
            if job.is_over:
                del self._jobs[id_]
                self._journal.forget(job)

    def close(self) -> None:
        """Stop; what is not done is said to be interrupted when the next one begins."""
        with self._changed:
            self._is_over = True
            self._changed.notify_all()
        self._maker.close()
        _remove_folders(self._folder)

    def _job(self, id_: str) -> Job:
        if id_ not in self._jobs:
            raise NotThereError("there is no such job any more")
        return self._jobs[id_]

    def _work(self) -> None:
        while True:
            with self._changed:
                while not (waiting := self._waiting()) and not self._is_over:
                    self._changed.wait()
                if self._is_over or waiting is None:
                    return
                waiting.state = "running"
                order = self._orders[waiting.id]
            self._tell(waiting)
            self._run(waiting, order)

    def _tell(self, job: Job) -> None:
        with self._changed:
            job.revision += 1
        self._told(job)

    def _waiting(self) -> Job | None:
        """What is asked for, in its order; or else the last that is not: somebody looks at it."""
        waiting = [job for job in self._jobs.values() if job.state == "waiting"]
        asked_for = [job for job in waiting if not job.later]
        return next(iter([*asked_for, *reversed(waiting)]), None)

    def _put_back(self) -> None:
        """Stop what runs, if everything else goes first, to begin it again later."""
        for job in self._jobs.values():
            if job.state == "running" and job.later:
                job.state, job.done, job.seconds_left = "waiting", 0.0, None
                job.notes.clear()
                self._maker.stop()

    def _run(self, job: Job, order: Order) -> None:
        begun = time.monotonic()
        try:
            make_folder(order.folder)
            said = self._maker.make(
                order, lambda said: self._hear(job, said, begun), lambda: job.state == "running"
            )
        except EidophoneError as error:
            said = Said("failed", str(error))
        with self._changed:
            if job.state == "running" and not self._is_over:  # it was not stopped
                self._settle(job, order, said)
        shutil.rmtree(order.folder, ignore_errors=True)
        self.warm()
        self._tell(job)

    def _settle(self, job: Job, order: Order, said: Said) -> None:
        """Note how ``job`` has ended."""
        try:
            if said.what == "failed":
                job.state, job.error = "failed", self._workspace.said(said.value)
            else:
                job.items = self._taken_in(job, order)
                job.state, job.done = "done", 1.0
        except (OSError, EidophoneError) as error:
            job.state, job.error = "failed", self._workspace.said(str(error))
        job.seconds_left = None
        with suppress(OSError):  # it is said to be interrupted, then
            self._journal.forget(job)

    def _hear(self, job: Job, said: Said, begun: float) -> None:
        """What the process says of ``job`` on its way."""
        if said.what == "note":
            job.notes.append(self._workspace.said(said.value))
        elif said.what == "progress":
            job.done, gone = said.value, time.monotonic() - begun
            if gone > _LEAST_SECONDS and job.done > _LEAST_DONE:
                job.seconds_left = round(gone / job.done * (1 - job.done), 1)
        else:
            logging.getLogger(__name__).error("%s", said.value)
            return
        if job.state == "running":
            self._tell(job)

    def _taken_in(self, job: Job, order: Order) -> list[str]:
        """The names of the items that the results have become."""
        made = Made(job.act, job.of, job.settings, job.notes, time.time())
        results = sorted((one for one in order.folder.iterdir() if one.is_file()), key=by_number)
        return [self._workspace.take_in(one, one.name, made) for one in results]

    def _forget_old(self) -> None:
        over = [job for job in self._jobs.values() if job.is_over]
        for job in over[:-_MOST_OVER]:
            del self._jobs[job.id]
            self._journal.forget(job)
        for id_ in set(self._orders) - set(self._jobs):
            del self._orders[id_]


def _stem_of(act: Act, first: str, name: str | None) -> str:
    """What results are called, without an ending."""
    if name:
        return safe(name)
    stem, called = divided(first)[0], act.called
    added = called.removeprefix("{}")
    return safe(stem if added and stem.endswith(added) else called.format(stem))


def _remove_folders(folder: Path) -> None:
    """Remove what was being written when all ended."""
    for one in folder.iterdir():
        if one.is_dir():
            shutil.rmtree(one, ignore_errors=True)
