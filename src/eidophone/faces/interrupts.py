"""Interrupts: what ends a command before its time says so in one line, and leaves nothing behind.

An exception would travel through whatever is at work at that moment: imports that take it for
their own failure, callbacks from C, threads, what Python does at its exit. So the signal itself
stops what was started, removes what is half done, says what was kept, and ends the process.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import NoReturn

#: What ends a command; the exit code is that much more than 128.
_SIGNALS = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]

#: Removes the line of a progress bar, and shows the cursor that it has hidden.
_CLEAR_LINE = "\r\x1b[2K\x1b[?25h"

#: Exit code when nobody reads what we say any more: that of a program killed by SIGPIPE.
NOBODY_LISTENS = 141


@contextmanager
def interruptible(kept: Callable[[], str] = lambda: "nothing was written") -> Iterator[None]:
    """In the block, a signal ends the process, with a line that says what was ``kept``.

    What the process was told to ignore, as by ``nohup``, it still does.
    """
    before = {}
    for number in _SIGNALS:
        if signal.getsignal(number) != signal.SIG_IGN:
            before[number] = signal.signal(number, lambda got, _: _end(got, kept))
    try:
        yield
    finally:
        for number, handler in before.items():
            if signal.getsignal(number) != signal.SIG_IGN:  # by `ignore`, for good
                signal.signal(number, handler)


def ignore() -> None:
    """From now on nothing is interrupted: all is done, and only Python has to come to its end."""
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def nobody_listens() -> NoReturn:
    """End without a word, since nobody reads what is said: ``| head`` has seen enough.

    Raises:
        SystemExit: always.
    """
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
            continue
        with suppress(OSError, ValueError):
            os.dup2(nowhere, stream.fileno())
    raise SystemExit(NOBODY_LISTENS)


def _end(number: int, kept: Callable[[], str]) -> NoReturn:
    ignore()
    said = "eidophone: interrupted"
    with suppress(Exception):
        said += f": {kept()}"
    with suppress(Exception):
        from eidophone.base.processes import stop_all  # noqa: PLC0415
        from eidophone.base.temporary import abandon  # noqa: PLC0415

        stop_all()
        abandon()
    with suppress(Exception):
        sys.stdout.flush()
    with suppress(Exception):
        _say(said)
    os._exit(128 + number)


def _say(line: str) -> None:
    """Write ``line`` past whatever Python or a progress bar is just writing."""
    where = 2
    with suppress(AttributeError, OSError, ValueError):
        where = sys.stderr.fileno()
    clear = _CLEAR_LINE if os.isatty(where) else ""
    os.write(where, f"{clear}{line}\n".encode())
