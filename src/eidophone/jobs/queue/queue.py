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
from threading import Condition, Event, Thread
from typing import Any

from eidophone.base.atomic import make_folder
from eidophone.base.errors import EidophoneError, NotThereError
from eidophone.files.kinds import by_number
from eidophone.jobs.queue.job import Job, Journal
from eidophone.jobs.queue.making import Maker
from eidophone.jobs.queue.orders import follow, order_of
from eidophone.jobs.queue.worker import Said
from eidophone.jobs.workspace.collections import linked_or_copied
from eidophone.jobs.workspace.folder import Workspace
from eidophone.jobs.workspace.made import Made

#: Jobs that are over and remembered, at most.
_MOST_OVER = 100

#: What must have gone by before it can be told how long the rest takes.
_LEAST_SECONDS, _LEAST_DONE = 1.0, 0.02


class Queue:
    """The jobs of a workspace; one of them runs at a time.

    Whoever wants both locks takes that of the workspace first. None is held while a process ends.

    Args:
        workspace: of which items things are made, and whose items they become.
        tell: told of a job, from any thread, whenever there is something new of it.
        beside: it makes what may take hours, beside another queue, which goes first.
    """

    def __init__(
        self, workspace: Workspace, tell: Callable[[Job], None], *, beside: bool = False
    ) -> None:
        self._workspace, self._told = workspace, tell
        self._beside = beside
        self._folder = workspace.folder_for("beside" if beside else "jobs")
        self._journal = Journal(self._folder)
        self._maker = Maker(workspace.folder_for("work"))
        self._jobs: dict[str, Job] = {}
        self._changed = Condition()
        self._stopped = Event()  # stops what runs
        self._is_over = False

    def begin(self) -> None:
        """Make what is asked for from now on.

        What an earlier studio did not come to the end of is said to be interrupted.
        """
        self._jobs = {job.id: job for job in self._journal.interrupted()}
        self._remove_folders()
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
        job = Job(secrets.token_hex(6), act, list(of), deepcopy(dict(settings)), name, later)
        with self._workspace.still():
            order = order_of(job, self._workspace, self._folder)
            job.of = [one.name for one in order.of]
            for wanted, path in order.items.items():
                if path.is_file():  # a collection is a folder, and keeps its id
                    follow(job, wanted, path.name)
            with self._changed:
                self._journal.note(job)
                self._jobs[job.id] = job
                self._forget_old()
                put_back = self._put_back()
                self._changed.notify_all()
        self._tell(job)
        if put_back is not None:
            self._maker.stop(put_back)
        return job

    def jobs(self) -> list[Job]:
        """All that are remembered, the oldest first."""
        with self._changed:
            return list(self._jobs.values())

    def cancel(self, id_: str) -> Job:
        """Make it no more, and leave nothing of it but what was worth having already.

        Raises:
            NotThereError: there is no such job.
        """
        with self._changed:
            job = self._job(id_)
            if job.is_over:
                return job
            running = self._stopped if job.state == "running" else None
            job.state, job.seconds_left = "cancelled", None
            self._journal.forget(job)
            if running is not None:
                running.set()
        self._tell(job)
        if running is not None:
            self._maker.stop(running)
        return job

    def rename(self, before: str, now: str) -> None:
        """The item that was called ``before`` is called ``now``: in whatever speaks of it."""
        with self._changed:
            told = [job for job in self._jobs.values() if self._follows(job, before, now)]
        for job in told:
            self._tell(job)

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
                shutil.rmtree(self._folder / id_, ignore_errors=True)

    def resume(self, id_: str) -> Job:
        """Go on with what was interrupted, where that can be done.

        Raises:
            NotThereError: there is no such job, or nothing to go on with.
        """
        with self._changed:
            job = self._job(id_)
            if not self._beside or job.state != "failed":
                raise NotThereError("there is nothing to go on with: ask for it again")
            _let_wait(job)
            job.error = None
            self._journal.note(job)
            self._changed.notify_all()
        self._tell(job)
        return job

    def folder_of(self, id_: str) -> Path:
        """Where a job writes.

        Raises:
            NotThereError: there is no such job.
        """
        with self._changed:
            return self._folder / self._job(id_).id

    def close(self) -> None:
        """Stop; what is not done is said to be interrupted when the next one begins."""
        with self._changed:
            self._is_over = True
            self._changed.notify_all()
        self._maker.close()
        self._remove_folders()

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
                waiting.state, self._stopped = "running", Event()
            self._tell(waiting)
            self._run(waiting, self._stopped)

    def _tell(self, job: Job) -> None:
        with self._changed:
            job.revision += 1
        self._told(job)

    def _waiting(self) -> Job | None:
        """What is asked for, in its order; or else the last that is not: somebody looks at it."""
        waiting = [job for job in self._jobs.values() if job.state == "waiting"]
        asked_for = [job for job in waiting if not job.later]
        return next(iter([*asked_for, *reversed(waiting)]), None)

    def _put_back(self) -> Event | None:
        """Let what runs wait, if everything else goes first; what then stops it."""
        for job in self._jobs.values():
            if job.state == "running" and job.later:
                _let_wait(job)
                self._stopped.set()
                return self._stopped
        return None

    def _follows(self, job: Job, before: str, now: str) -> bool:
        is_made = before in job.items
        job.items = [now if one == before else one for one in job.items]
        if not follow(job, before, now):
            return is_made
        self._journal.change(job)
        return True

    def _run(self, job: Job, stopped: Event) -> None:
        asked = job.of, job.settings
        said = self._made(job, stopped)
        with self._workspace.still(), self._changed:
            if not stopped.is_set() and not self._is_over:
                if said.what == "failed" and asked != (job.of, job.settings):
                    _let_wait(job)  # its items were renamed meanwhile: perhaps that was why
                else:
                    self._settle(job, said)
        if not (self._beside and self._is_over):  # it can go on when another studio begins
            shutil.rmtree(self._folder / job.id, ignore_errors=True)
        self.warm()
        self._tell(job)

    def _made(self, job: Job, stopped: Event) -> Said:
        begun = time.monotonic()
        try:
            with self._workspace.still():
                order = order_of(job, self._workspace, self._folder)
            make_folder(order.folder)
            return self._maker.make(
                order, lambda said: self._hear(job, said, stopped, begun), stopped
            )
        except EidophoneError as error:
            return Said("failed", str(error))
        except Exception as error:  # whatever it is, the next one is made
            return _wrong(error)

    def _settle(self, job: Job, said: Said) -> None:
        """Note how ``job`` has ended."""
        if said.what != "failed":
            said = self._taken_in(job, self._folder / job.id)
        job.seconds_left = None
        if said.what == "failed":
            job.state, job.error = "failed", self._workspace.said(said.value)
        else:
            job.state, job.done = "done", 1.0
        with suppress(OSError):  # it is said to be interrupted, then
            self._journal.forget(job)

    def _taken_in(self, job: Job, folder: Path) -> Said:
        """Make the results items; those that have become some stay, whatever happens then."""
        made = Made(job.act, job.of, job.settings, job.notes, time.time())
        try:
            for one in sorted((one for one in folder.iterdir() if one.is_file()), key=by_number):
                if self._beside:
                    self._take_again(job, one, made)
                else:
                    job.items.append(self._workspace.take_in(one, one.name, made))
        except (OSError, EidophoneError) as error:
            kept = f"; kept were: {', '.join(job.items)}" if job.items else ""
            return Said("failed", f"{error}{kept}")
        except Exception as error:
            return _wrong(error)
        return Said("done")

    def _take_again(self, job: Job, file: Path, made: Made) -> None:
        """Make the ``file``, which is written on, an item, or what the one is that it is already.

        Raises:
            NotThereError: that one was thrown away.
        """
        with self._workspace.arriving(file.suffix) as copy:
            linked_or_copied(file, copy)
            if job.items:
                self._workspace.replace(job.items[0], copy, made)
            else:
                job.items.append(self._workspace.take_in(copy, file.name, made))

    def _keep(self, job: Job, stopped: Event) -> None:
        """Make items of what there is of ``job``, which goes on."""
        with self._workspace.still(), self._changed:
            if stopped.is_set():
                return
            said = self._taken_in(job, self._folder / job.id)
            self._journal.change(job)
        if said.what == "failed":
            logging.getLogger(__name__).warning("%s", said.value)
            self.cancel(job.id)
        self._tell(job)

    def _hear(self, job: Job, said: Said, stopped: Event, begun: float) -> None:
        """What the process says of ``job`` on its way."""
        if said.what == "keep":
            self._keep(job, stopped)
            return
        if said.what not in ("note", "progress", "stage"):
            logging.getLogger(__name__).error("%s", said.value)
            return
        with self._changed:
            if stopped.is_set():
                return
            if said.what == "note":
                job.notes.append(self._workspace.said(said.value))
            elif said.what == "stage":
                job.stage, job.seconds_left = said.value, said.value.get("seconds_left")
            else:
                job.done, gone = said.value, time.monotonic() - begun
                if not job.stage and gone > _LEAST_SECONDS and job.done > _LEAST_DONE:
                    job.seconds_left = round(gone / job.done * (1 - job.done), 1)
        self._tell(job)

    def _remove_folders(self) -> None:
        """Remove what was being written when all ended; nothing, if the workspace is gone."""
        kept = set(self._jobs) if self._beside else set()
        with suppress(OSError):
            for one in self._folder.iterdir():
                if one.is_dir() and one.name not in kept:
                    shutil.rmtree(one, ignore_errors=True)

    def _forget_old(self) -> None:
        over = [job for job in self._jobs.values() if job.is_over]
        for job in over[:-_MOST_OVER]:
            del self._jobs[job.id]
            self._journal.forget(job)


def _let_wait(job: Job) -> None:
    job.state, job.done, job.seconds_left, job.stage = "waiting", 0.0, None, {}
    job.notes.clear()


def _wrong(error: Exception) -> Said:
    logging.getLogger(__name__).exception("a job")
    return Said("failed", f"something went wrong in the studio: {type(error).__name__}")
