"""The process that makes things: it is kept warm, does one task after the other, and says how.

It is started by the queue and talks to nobody else. When the other side is gone, so is this, once
it has told those who work for it elsewhere; when it is killed, everything that it has started is,
too, and the queue removes what it was writing.
"""

from __future__ import annotations

import _thread
import os
import pickle
import signal
import sys
import time
import traceback
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from threading import Lock, Thread, main_thread
from typing import IO, Any

from eidophone.base.errors import NO_MEMORY, EidophoneError, EidophoneWarning, lacks_memory

#: Fractions that are told, at most.
_STEPS = 200

#: Seconds for telling others that nothing is wanted of them any more.
_PARTING_SECONDS = 4.0


@dataclass(frozen=True)
class Order:
    """What is to be made: the act by its name, and the values for its task."""

    act: str
    of: tuple[Path, ...]
    folder: Path
    stem: str
    values: Mapping[str, Any]
    items: Mapping[str, Path]


@dataclass(frozen=True)
class Said:
    """What this process says: ``progress``, ``note``, ``keep``, ``stage``; ``done``, ``failed``."""

    what: str
    value: Any = None


def main() -> None:
    """Make what is ordered, until there is nobody any more who orders."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what libraries print is lost
    ordered: SimpleQueue[Order] = SimpleQueue()
    Thread(target=_listen, args=(sys.stdin.buffer, ordered), daemon=True).start()
    teller = _Teller(answers)
    _warm_up()
    while True:
        teller.tell(_made(ordered.get(), teller))


class _Teller:
    """Says what happens, from any thread, each note once, and not too often how far it is."""

    def __init__(self, answers: IO[bytes]) -> None:
        self._answers, self._lock = answers, Lock()
        self._step = 0
        self._notes: set[str] = set()

    def begin(self) -> None:
        """Another task begins."""
        self._step = 0
        self._notes.clear()

    def tell(self, said: Said) -> None:
        """Say it."""
        with self._lock:
            pickle.dump(said, self._answers)
            self._answers.flush()

    def progress(self, fraction: float) -> None:
        """Say how much is done."""
        step = int(fraction * _STEPS)
        if step > self._step:
            self._step = step
            self.tell(Said("progress", min(fraction, 1.0)))

    def note(self, message: Warning | str, *_: Any, **__: Any) -> None:
        """Say a note."""
        text = str(message)
        if text not in self._notes:
            self._notes.add(text)
            self.tell(Said("note", text))


def _made(order: Order, teller: _Teller) -> Said:
    """What became of ``order``."""
    teller.begin()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("always", EidophoneWarning)
        warnings.showwarning = teller.note
        try:
            _make(order, teller)
        except EidophoneError as error:
            return Said("failed", str(error))
        except OSError as error:
            return Said("failed", f"the system says: {error.strerror or error}")
        except Exception as error:
            if lacks_memory(error):
                return Said("failed", NO_MEMORY)
            teller.tell(Said("trace", traceback.format_exc()))
            return Said("failed", f"something went wrong in the studio: {type(error).__name__}")
    return Said("done")


def _make(order: Order, teller: _Teller) -> None:
    from eidophone.jobs.acts.choosing import chosen  # noqa: PLC0415 (slow: this process says so)
    from eidophone.jobs.acts.known import act_for  # noqa: PLC0415
    from eidophone.jobs.acts.model import Task  # noqa: PLC0415

    act = act_for(order.act, order.of)
    settings = chosen(act, order.values, order.items.__getitem__)

    def keep() -> None:
        teller.tell(Said("keep"))

    def stage(how: dict[str, Any]) -> None:
        teller.tell(Said("stage", how))

    act.make(Task(order.of, order.folder, order.stem, settings, teller.progress, keep, stage))


def _warm_up() -> None:
    """Load what everything needs, and compile what was not compiled yet: nobody waits for it."""
    import numpy as np  # noqa: PLC0415

    from eidophone.jobs.acts import known  # noqa: F401, PLC0415
    from eidophone.picture.codec import decode, encode  # noqa: PLC0415

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        decode(encode(np.zeros((2, 8_000), np.float32), 8_000), quality="standard")


def _listen(pipe: IO[bytes], ordered: SimpleQueue[Order]) -> None:
    try:
        while True:
            ordered.put(pickle.load(pipe))  # noqa: S301 (of ours)
    finally:
        if callable(signal.getsignal(signal.SIGTERM)):  # what is being made wants to know
            if sys.platform == "win32":
                _thread.interrupt_main(signal.SIGTERM)
            else:  # which wakes it, too
                signal.pthread_kill(main_thread().ident or 0, signal.SIGTERM)
            time.sleep(_PARTING_SECONDS)
        os._exit(0)
