"""Commands: any program that reads pictures or a film and writes such, as a tool.

What goes to the program and comes from it are files: in a temporary folder, or in one that is
kept, so that a run which was interrupted goes on where it was.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from itertools import count
from pathlib import Path
from typing import Literal, get_args

from eidophone.base.arrays import Pixels
from eidophone.base.atomic import scratch
from eidophone.base.errors import ToolError, tell
from eidophone.base.parallel import thread_count
from eidophone.bridge.programs.running import Programs
from eidophone.bridge.programs.template import Template
from eidophone.bridge.programs.trips import (
    FolderTrip,
    PictureTrip,
    RunTool,
    Trip,
    TripResult,
    make_film,
)
from eidophone.bridge.settings import Running
from eidophone.picture.facts import digest_of

Per = Literal["picture", "folder"]

#: Seconds for each picture that a program is given, unless the user says otherwise.
_PICTURE_SECONDS = 600.0


class CommandTool:
    """A command line as a tool.

    The program is given PNG files. It may write another format, size, depth, grey or alpha; and
    into a folder, other names, if their natural order is that of the pictures and none is missing.

    Args:
        template: the command line; ``{in}`` and ``{out}`` stand for the files, or folders, that it
            reads and writes. They need no quotes, whatever the names.
        per: run it for each ``"picture"``, or once for a ``"folder"`` of all those of a call.
        timeout_seconds: what a run may take; None: ten minutes for each picture, and any time
            for films.
        attempts: how often to try what fails.
        skip_failed: take the original, with a warning, of pictures that failed every time.
        shell: it is a line for the shell.
        work: a folder to keep everything in; what is finished there is not made again, unless
            the command or a file that it names has changed.
        jobs: how many pictures at a time; None: as many as there are cores.
        came_back: told of each picture that came back.

    Raises:
        ToolError: the command line lacks a place, or names no program; a value is out of range.
    """

    def __init__(
        self,
        template: str,
        *,
        per: Per = "picture",
        timeout_seconds: float | None = None,
        attempts: int = 1,
        skip_failed: bool = False,
        shell: bool = False,
        work: str | Path | None = None,
        jobs: int | None = None,
        came_back: Callable[[], None] = lambda: None,
    ) -> None:
        if per not in get_args(Per):
            raise ToolError(f"a command cannot be run per {per!r}: use {', '.join(get_args(Per))}")
        Running(timeout_seconds=timeout_seconds, attempts=attempts)  # raises
        if jobs is not None and jobs < 1:
            raise ToolError(f"{jobs} jobs: there must be at least 1")
        self._template = Template(template, shell=shell)
        self._per = per
        self._timeout_seconds = timeout_seconds
        self._attempts = attempts
        self._skip_failed = skip_failed
        self._work = None if work is None else Path(work)
        self._jobs = jobs or thread_count()
        self._came_back = came_back
        self._numbers = count(1)

    def __call__(self, pictures: Sequence[Pixels], /) -> list[Pixels]:
        """What the program makes of ``pictures``, uint8 or uint16 ``[height, width, 3]``.

        Raises:
            ToolError: it cannot be started, fails, takes too long, or does not write them all.
            OutputError: the folder to work in cannot be written.
        """
        results: list[Pixels] = []
        with self._place() as place, Programs(self._jobs) as programs:
            waiting = [
                programs.submit(partial(self._outcomes, programs, trip))
                for trip in self._trips(place, pictures)
            ]
            for future in waiting:
                for outcome in future.result():
                    results.append(self._settled(outcome, pictures[len(results)]))
                    self._came_back()
        return results

    def run_on_film(self, film: str | Path, target: str | Path) -> Path:
        """Let the program make the film ``target`` of ``film``.

        Args:
            film: a film file.
            target: where to; a file that is there already is replaced.

        Returns:
            The film that it made: ``target``, or one beside it with the suffix of another format.

        Raises:
            ToolError: it cannot be started, fails, takes too long, or writes no film.
            OutputError: the folder of ``target`` cannot be written.
        """
        with Programs() as programs:
            run = self._run_within(programs, self._timeout_seconds)
            task = partial(self._film_made, Path(film), Path(target), run)
            return programs.submit(task).result()

    @contextmanager
    def _place(self) -> Iterator[Path]:
        """The folder to work in."""
        if self._work is not None:
            yield self._work
        else:
            with scratch() as folder:
                yield folder

    def _trips(self, place: Path, pictures: Sequence[Pixels]) -> Iterator[Trip]:
        """The runs of the program that ``pictures`` need."""
        numbers = [next(self._numbers) for _ in pictures]
        if self._per == "picture":
            for number, picture in zip(numbers, pictures, strict=True):
                yield PictureTrip(place, number, self._key([picture]), picture)
        elif numbers:
            yield FolderTrip(place, numbers[0], self._key(pictures), pictures)

    def _key(self, pictures: Sequence[Pixels]) -> str:
        """A name for what is to be done: to which pictures, and what."""
        parts = [self._template.fingerprint(), self._per, *map(digest_of, pictures)]
        return hashlib.blake2b("\0".join(parts).encode(), digest_size=6).hexdigest()

    def _outcomes(self, programs: Programs, trip: Trip) -> list[TripResult]:
        """What came of the pictures of ``trip``, in an earlier run or now."""
        outcomes = trip.finished()
        if outcomes and not _any_failed(outcomes):
            return outcomes
        trip.pack()
        limit = self._timeout_seconds or _PICTURE_SECONDS * trip.size
        for _ in range(self._attempts):
            outcomes = trip.go(self._run_within(programs, limit))
            if not _any_failed(outcomes):
                break
        return outcomes

    def _film_made(self, film: Path, target: Path, run: RunTool) -> Path:
        for _ in range(self._attempts - 1):
            with suppress(ToolError):
                return make_film(film, target, run)
        return make_film(film, target, run)

    def _run_within(self, programs: Programs, timeout_seconds: float | None) -> RunTool:
        def run(given: Path, wanted: Path) -> None:
            command, environment = self._template.filled(given, wanted)
            programs.run(
                command,
                environment,
                shell=self._template.shell,
                timeout_seconds=timeout_seconds,
            )

        return run

    def _settled(self, outcome: TripResult, original: Pixels) -> Pixels:
        """The picture that came, or if that may be, the one that went."""
        if not isinstance(outcome, ToolError):
            return outcome
        if not self._skip_failed:
            raise outcome
        tell(f"a picture is left as it was: {outcome}")
        return original


def _any_failed(outcomes: Sequence[TripResult]) -> bool:
    return any(isinstance(outcome, ToolError) for outcome in outcomes)
