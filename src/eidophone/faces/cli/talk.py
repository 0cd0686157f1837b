"""Talk: what the program says, and where."""

from __future__ import annotations

import re
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, TextIO

from eidophone.base.atomic import Finished, note_interrupted
from eidophone.base.errors import EidophoneWarning, printable
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
        called: what files are called that have other names than the user gave them.
    """

    def __init__(self, *, quiet: bool) -> None:
        self.kept: Callable[[], str] = _finished
        self.called: dict[str, str] = {}
        self._quiet = quiet
        self._has_results = not quiet

    def silence(self) -> None:
        """From now on the standard output is for something else than results."""
        self._has_results = False

    def say(self, text: str) -> None:
        """A result."""
        if self._has_results:
            _print(text, sys.stdout)

    def note(self, text: str) -> None:
        """Something that should be known."""
        if not self._quiet:
            _whisper(f"note: {self._in_our_words(text)}")

    def error(self, text: str) -> None:
        """Why it did not work, on one line."""
        _whisper("eidophone: " + " ".join(self._in_our_words(text).split()))

    def _in_our_words(self, text: str) -> str:
        for path, name in self.called.items():
            text = re.sub(re.escape(path) + r"(?:\.\w+)?", name, text)
        return in_our_words(text)

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
    """A progress bar with the time left, which appears when there is a second's worth to show.

    Where pictures are counted it appears with the first of them, which may take long.
    """

    def __init__(self, what: str, *, shown: bool) -> None:
        self._what = what
        self._shown = shown
        self._begun = time.monotonic()
        self._progress: Progress | None = None
        self._done = self._total = 0
        self._fraction, self._at = 0.0, self._begun

    def __enter__(self) -> Bar:
        return self

    def __call__(self, fraction: float) -> None:
        """Show that ``fraction`` is done."""
        if time.monotonic() - self._begun > 1:
            self._show(self._what, fraction)

    def counted(self, done: int, total: int) -> None:
        """Show that ``done`` of ``total`` pictures are."""
        self._done, self._total = done, total
        now = min(done + 1, total)
        self._show(f"{self._what}: picture {now} of {total}", done / total)

    def one_more(self) -> None:
        """Show that one picture more is done."""
        if self._done < self._total:
            self.counted(self._done + 1, self._total)

    def close(self) -> None:
        """Take it away."""
        if self._progress is not None:
            self._progress.stop()
            self._progress = None
        self._shown = False

    def _show(self, what: str, fraction: float) -> None:
        if not self._shown:
            return
        self._fraction, self._at = fraction, time.monotonic()
        self._progress = self._progress or _started(what, self._left)
        self._progress.update(self._progress.task_ids[0], description=what, completed=fraction)

    def _left(self) -> str:
        """The time left, if all goes on as it went."""
        if not self._fraction:
            return ""
        end = self._begun + (self._at - self._begun) / self._fraction
        seconds = max(0, round(end - time.monotonic()))
        return f"{seconds // 60}:{seconds % 60:02d} left" if seconds else ""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _started(what: str, left: Callable[[], str]) -> Progress:
    from rich.console import Console  # noqa: PLC0415 (slow to import, and seldom needed)
    from rich.progress import BarColumn, Progress, ProgressColumn, TextColumn  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    class Left(ProgressColumn):
        """The time left; rich's own needs more steps than four pictures have."""

        def render(self, _: object) -> Text:
            """What there is to say now."""
            return Text(left())

    columns = TextColumn("{task.description}", markup=False), BarColumn(), Left()
    progress = Progress(*columns, console=Console(stderr=True), transient=True)
    progress.start()
    progress.add_task(what, total=1.0)
    return progress


def _whisper(text: str) -> None:
    _print(text, sys.stderr)


def _print(text: str, where: TextIO) -> None:
    """Print; names as they are go only to other programs, as those of ``ls`` do."""
    try:
        exact = where is sys.stdout and not where.isatty()
        print(text if exact else printable(text), file=where, flush=True)
    except UnicodeEncodeError:  # a name that is no text
        print(printable(text), file=where, flush=True)
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
