"""Talk: what the program says, and where."""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, TextIO

from eidophone.base.atomic import Finished, note_interrupted
from eidophone.base.errors import EidophoneWarning
from eidophone.faces.cli.options import in_our_words
from eidophone.faces.interrupts import nobody_listens

if TYPE_CHECKING:
    from rich.progress import Progress

#: Exit codes: done, failed, not understood.
OK, FAILED, USAGE = 0, 1, 2


class Talk:
    """What the program says: results on stdout, everything else on stderr.

    Attributes:
        kept: what is to be said of what was kept, when the program is interrupted.
    """

    def __init__(self, *, quiet: bool) -> None:
        self.kept: Callable[[], str] = _finished
        self._quiet = quiet

    def say(self, text: str) -> None:
        """A result."""
        if not self._quiet:
            _print(text, sys.stdout)

    def note(self, text: str) -> None:
        """Something that should be known."""
        if not self._quiet:
            _whisper(f"note: {in_our_words(text)}")

    def error(self, text: str) -> None:
        """Why it did not work, on one line."""
        _whisper("eidophone: " + " ".join(in_our_words(text).split()))

    def bar(self, what: str) -> Bar:
        """A progress bar; on a terminal only."""
        return Bar(what, shown=sys.stderr.isatty() and not self._quiet)

    @contextmanager
    def notes(self) -> Iterator[None]:
        """Show our warnings as notes, each once, and those of libraries not at all."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("once", EidophoneWarning)
            warnings.showwarning = lambda message, *_, **__: self.note(str(message))
            yield


class Bar:
    """A progress bar with the time left, which appears when there is a second's worth to show."""

    def __init__(self, what: str, *, shown: bool) -> None:
        self._what = what
        self._shown = shown
        self._begun = time.monotonic()
        self._progress: Progress | None = None

    def __enter__(self) -> Bar:
        return self

    def __call__(self, fraction: float) -> None:
        """Show that ``fraction`` is done."""
        if self._progress is None and self._shown and time.monotonic() - self._begun > 1:
            self._progress = _started(self._what)
        if self._progress is not None:
            self._progress.update(self._progress.task_ids[0], completed=fraction)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._progress is not None:
            self._progress.stop()


def _started(what: str) -> Progress:
    from rich.console import Console  # noqa: PLC0415 (slow to import, and seldom needed)
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    columns = TextColumn("{task.description}", markup=False), BarColumn(), TimeRemainingColumn()
    progress = Progress(*columns, console=Console(stderr=True), transient=True)
    progress.start()
    progress.add_task(what, total=1.0)
    return progress


def _whisper(text: str) -> None:
    _print(text, sys.stderr)


def _print(text: str, where: TextIO) -> None:
    try:
        print(text, file=where, flush=True)
    except BrokenPipeError:
        nobody_listens()


def _finished() -> str:
    """What was written before an interrupt."""
    note_interrupted()
    if not Finished.count:
        return "nothing was written"
    if Finished.count == 1:
        return f"{Finished.last} is finished and kept"
    return f"{Finished.count} finished files are kept, {Finished.last} being the last"
