"""Talk: what the program says, and where."""

from __future__ import annotations

import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

#: Exit codes: done, failed, not understood, interrupted.
OK, FAILED, USAGE, INTERRUPTED = 0, 1, 2, 130


class Talk:
    """What the program says: results on stdout, everything else on stderr."""

    def __init__(self, *, quiet: bool) -> None:
        self._out = Console(highlight=False, soft_wrap=True, markup=False)
        self._err = Console(stderr=True, highlight=False, soft_wrap=True, markup=False)
        self._quiet = quiet

    def say(self, text: str) -> None:
        """A result."""
        if not self._quiet:
            self._out.print(text)

    def note(self, text: str) -> None:
        """Something that should be known."""
        if not self._quiet:
            self._err.print(f"note: {text}")

    def error(self, text: str) -> None:
        """Why it did not work, on one line."""
        self._err.print("eidophone: " + " ".join(text.split()))

    def bar(self, what: str) -> Bar:
        """A progress bar; on a terminal only."""
        return Bar(what, self._err if self._err.is_terminal and not self._quiet else None)

    @contextmanager
    def notes(self) -> Iterator[None]:
        """Show warnings as notes, each once."""
        with warnings.catch_warnings():
            warnings.simplefilter("once")
            warnings.showwarning = lambda message, *_, **__: self.note(str(message))
            yield


class Bar:
    """A progress bar with the time left, which appears when there is a second's worth to show."""

    def __init__(self, what: str, console: Console | None) -> None:
        self._what = what
        self._console = console
        self._begun = time.monotonic()
        self._progress: Progress | None = None
        self._task = TaskID(0)

    def __enter__(self) -> Bar:
        return self

    def __call__(self, fraction: float) -> None:
        """Show that ``fraction`` is done."""
        if self._console is None:
            return
        if self._progress is None and time.monotonic() - self._begun > 1:
            columns = TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn()
            self._progress = Progress(*columns, console=self._console, transient=True)
            self._progress.start()
            self._task = self._progress.add_task(self._what, total=1.0)
        if self._progress is not None:
            self._progress.update(self._task, completed=fraction)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._progress is not None:
            self._progress.stop()
