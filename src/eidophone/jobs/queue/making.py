"""Making: the process that makes things, from the side that orders; its tasks and its end."""

from __future__ import annotations

import pickle
import shutil
import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Lock

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
        self._is_over = False

    def begin(self) -> None:
        """Start the process, so that it is warm when it is needed."""
        with self._lock:
            self._started()

    def make(
        self, order: Order, tell: Callable[[Said], None], is_wanted: Callable[[], bool]
    ) -> Said:
        """Let ``order`` be made; how it ended.

        Args:
            order: what.
            tell: told what is said meanwhile.
            is_wanted: whether it still is; what is not any more before `stop` is never begun.
        """
        try:
            with self._lock:
                if not is_wanted():
                    return DIED
                process = self._started()
            assert process.stdin is not None
            assert process.stdout is not None
            pickle.dump(order, process.stdin)
            process.stdin.flush()
            while True:
                said: Said = pickle.load(process.stdout)  # noqa: S301 (of ours)
                if said.what in ("done", "failed"):
                    return said
                tell(said)
        except (
            EOFError,
            OSError,
            ValueError,
            pickle.UnpicklingError,
        ):  # it was stopped, or has died
            self.stop()
            return DIED

    def stop(self) -> None:
        """Kill the process, whatever it does, and what it has started; nothing is left of it."""
        with self._lock:
            process, self._process = self._process, None
        if process is None:
            return
        stop_workers([process])
        process.wait()
        for pipe in (process.stdin, process.stdout):
            with suppress(OSError):  # what was not yet written is lost
                assert pipe is not None
                pipe.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def close(self) -> None:
        """Stop it, and start none any more."""
        self._is_over = True
        self.stop()

    def _started(self) -> subprocess.Popen[bytes]:
        if self._is_over:
            raise InterruptedError
        if self._process is None or self._process.poll() is not None:
            make_folder(self._folder)
            places = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(self._folder))
            self._process = start_worker("eidophone.jobs.queue.worker", places)
        return self._process
