"""Making: the process that makes things, from the side that orders; its tasks and its end."""

from __future__ import annotations

import pickle
import secrets
import shutil
import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Event, Lock

from eidophone.base.atomic import make_folder
from eidophone.base.processes import start_worker, stop_workers
from eidophone.jobs.queue.worker import Order, Said

#: What is to be said of a task whose process died.
DIED = Said("failed", "the process that made this died: too little memory?")


class Maker:
    """A process that makes things, started when it is needed, and again when it was stopped.

    Args:
        folder: where it may keep what is temporary.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._place = folder  # of this process
        self._making: Event | None = None  # what is being made would be stopped by this
        self._is_over = False

    def begin(self) -> None:
        """Start the process, so that it is warm when it is needed."""
        with self._lock:
            self._started()

    def make(self, order: Order, tell: Callable[[Said], None], stopped: Event) -> Said:
        """Let ``order`` be made; how it ended.

        Args:
            order: what.
            tell: told what is said meanwhile.
            stopped: what `stop` is to be given; once it is set, nothing is begun.
        """
        process = None
        try:
            with self._lock:
                if stopped.is_set():
                    return DIED
                process, self._making = self._started(), stopped
            assert process.stdin is not None
            assert process.stdout is not None
            pickle.dump(order, process.stdin)
            process.stdin.flush()
            while True:
                said: Said = pickle.load(process.stdout)  # noqa: S301 (of ours)
                if said.what in ("done", "failed"):
                    return said
                tell(said)
        except (EOFError, OSError, ValueError, pickle.UnpicklingError):  # stopped, or has died
            self._end(lambda: self._process is process)
            return DIED
        finally:
            self._making = None

    def stop(self, stopped: Event) -> None:
        """Kill the process, and what it has started, if it makes what goes by ``stopped``.

        Nothing is left of it then. What is made next is left alone, should that have begun already.
        """
        stopped.set()
        self._end(lambda: self._making is stopped)

    def close(self) -> None:
        """Stop it, and start none any more."""
        self._is_over = True
        self._end(lambda: True)

    def _end(self, is_meant: Callable[[], bool]) -> None:
        with self._lock:
            process, place = self._process, self._place
            if process is None or not is_meant():
                return
            self._process = None
        stop_workers([process])
        process.wait()
        for pipe in (process.stdin, process.stdout):
            with suppress(OSError):  # what was not yet written is lost
                assert pipe is not None
                pipe.close()
        shutil.rmtree(place, ignore_errors=True)

    def _started(self) -> subprocess.Popen[bytes]:
        if self._is_over:
            raise InterruptedError
        if self._process is None or self._process.poll() is not None:
            self._place = self._folder / secrets.token_hex(4)
            make_folder(self._place)
            places = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(self._place))
            self._process = start_worker("eidophone.jobs.queue.worker", places)
        return self._process
