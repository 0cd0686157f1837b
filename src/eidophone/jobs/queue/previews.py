"""Previews: sounds that a page may want to play next, made behind everything else.

They are no items, and kept for a while only. One process makes them, one after the other; what is
not wanted any more is not made.
"""

from __future__ import annotations

import hashlib
import logging
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Condition, Event, Thread, Timer
from typing import Any, Literal

from eidophone import __version__
from eidophone.base.atomic import make_folder
from eidophone.base.errors import EidophoneError, NotThereError
from eidophone.jobs.queue.job import Job
from eidophone.jobs.queue.making import Maker
from eidophone.jobs.queue.orders import order_of
from eidophone.jobs.queue.worker import Order, Said
from eidophone.jobs.views.thumbnails import strip_of
from eidophone.jobs.workspace.copies import sign_of
from eidophone.jobs.workspace.folder import Workspace
from eidophone.jobs.workspace.room import make_room
from eidophone.sound.sound import Sound

#: Bytes of all that are kept.
_MOST_BYTES = 1 << 30

#: Seconds after which one that is not wanted any more is stopped: some programs are compiled first.
_PATIENCE_SECONDS = 10.0

#: Of those that failed, so many are remembered.
_MOST_FAILED = 100


@dataclass(frozen=True)
class Preview:
    """A sound that was asked for.

    Attributes:
        id: stands for what it is made of, and how.
        state: whether it is there.
        error: why it cannot be made; empty if it can.
    """

    id: str
    state: Literal["waiting", "ready", "failed"]
    error: str = ""


class Previews:
    """The previews of a workspace.

    Args:
        workspace: of which items they are made.
        tell: told, from any thread, of each that is there, or failed.
    """

    def __init__(self, workspace: Workspace, tell: Callable[[Preview], None]) -> None:
        self._workspace, self._tell = workspace, tell
        self._folder = workspace.folder_for("cache") / "previews"
        make_folder(self._folder)
        self._maker = Maker(workspace.folder_for("work"))
        self._changed = Condition()
        self._wanted: dict[str, Order] = {}
        self._failed: dict[str, str] = {}
        self._making, self._stopped = "", Event()
        self._thread: Thread | None = None
        self._is_over = False

    def want(self, act: str, of: Sequence[str], ways: Sequence[Mapping[str, Any]]) -> list[Preview]:
        """Have these made, in their order, and nothing else any more.

        Args:
            act: what is done; it makes WAV files.
            of: the names of the items that it is done with.
            ways: settings for it, of each.

        Returns:
            One for each of ``ways``, as it is now.

        Raises:
            EidophoneError: one of them cannot be made.
        """
        ids, orders = [], {}
        for way in ways:
            job = Job("previews", act, list(of), dict(way), "preview")
            order = order_of(job, self._workspace, self._folder)
            ids.append(_sign(order))
            orders[ids[-1]] = order
        with self._changed:
            self._wanted = {
                id_: order
                for id_, order in orders.items()
                if self._state(id_).state == "waiting" and id_ != self._making
            }
            stopped = self._stopped if self._making and self._making not in orders else None
            if self._thread is None and not self._is_over:
                self._thread = Thread(target=self._work, daemon=True, name="eidophone-previews")
                self._thread.start()
            self._changed.notify_all()
            found = [self._state(id_) for id_ in ids]
        if stopped is not None:  # a process takes as long to start as most of them to be made
            late = Timer(_PATIENCE_SECONDS, self._maker.stop, (stopped,))
            late.daemon = True
            late.start()
        return found

    def sound(self, id_: str) -> Sound:
        """One that is there.

        Raises:
            NotThereError: it is not, or not any more.
        """
        return Sound.load(self._there(id_, ".wav"))

    def picture(self, id_: str) -> bytes:
        """The picture of one that is there, as PNG.

        Raises:
            NotThereError: it is not, or not any more.
        """
        return self._there(id_, ".png").read_bytes()

    def close(self) -> None:
        """Make no more."""
        with self._changed:
            self._is_over = True
            self._changed.notify_all()
        self._maker.close()
        shutil.rmtree(self._folder / "previews", ignore_errors=True)

    def _there(self, id_: str, ending: str) -> Path:
        for path in self._folder.glob("*" + ending):  # never a path that somebody made up
            if path.stem == id_:
                path.touch()  # it was used
                return path
        raise NotThereError("this preview is not there any more: ask for it again")

    def _state(self, id_: str) -> Preview:
        if id_ in self._failed:
            return Preview(id_, "failed", self._failed[id_])
        if (self._folder / f"{id_}.wav").exists():
            return Preview(id_, "ready")
        return Preview(id_, "waiting")

    def _work(self) -> None:
        while True:
            with self._changed:
                while not self._wanted and not self._is_over:
                    self._changed.wait()
                if self._is_over:
                    return
                self._making, self._stopped = next(iter(self._wanted)), Event()
                id_, order, stopped = self._making, self._wanted.pop(self._making), self._stopped
            self._make(id_, order, stopped)
            with self._changed:
                self._making = ""

    def _make(self, id_: str, order: Order, stopped: Event) -> None:
        error = self._error_of(id_, order, stopped)
        shutil.rmtree(order.folder, ignore_errors=True)
        if stopped.is_set() or self._is_over:
            return
        with self._changed:
            if error:
                self._failed[id_] = self._workspace.said(error)
                for old in list(self._failed)[:-_MOST_FAILED]:
                    del self._failed[old]
            made = self._state(id_)
        self._tell(made)

    def _error_of(self, id_: str, order: Order, stopped: Event) -> str:
        """Why nothing came of ``order``; empty if it is there now."""
        try:
            make_folder(order.folder)
            said = self._maker.make(order, _log, stopped)
            if said.what == "failed":
                return str(said.value)
            (path,) = order.folder.iterdir()
            (self._folder / f"{id_}.png").write_bytes(strip_of(Sound.load(path)))
            path.replace(self._folder / f"{id_}.wav")
            make_room(self._folder, "*.*", _MOST_BYTES)
        except EidophoneError as error:
            return str(error)
        except Exception as error:  # whatever it is, the next one is made
            logging.getLogger(__name__).exception("a preview")
            return f"something went wrong in the studio: {type(error).__name__}"
        return ""


def _sign(order: Order) -> str:
    """What stands for what ``order`` makes, of its files as they are."""
    values = sorted(order.values.items())
    text = repr((__version__, order.act, [sign_of(path) for path in order.of], values))
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=12).hexdigest()


def _log(said: Said) -> None:
    if said.what == "trace":
        logging.getLogger(__name__).error("%s", said.value)
