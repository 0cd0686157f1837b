"""Pipes: ``-`` is the standard input, or output: both become files while a command is at work."""

from __future__ import annotations

import shutil
import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from eidophone.base.atomic import scratch
from eidophone.base.errors import OutputError, SoundError
from eidophone.faces.cli.talk import Talk
from eidophone.faces.cli.words import PIPE
from eidophone.faces.interrupts import nobody_listens
from eidophone.files.probing import kind_of


@contextmanager
def piped(options: Namespace, talk: Talk) -> Iterator[None]:
    """In the block, what ``options`` call ``-`` is a file, which comes from, or goes to, a pipe.

    Nothing else is written on the standard output then.

    Raises:
        SoundError: the input is a terminal, or asked for more than once.
        OutputError: the output is a terminal, or there are several files for it.
    """
    sources = [*getattr(options, "sources", ()), getattr(options, "source", None)]
    target = getattr(options, "target", None)
    comes = sources.count(PIPE)
    goes = target == PIPE or (comes == 1 and target is None)
    if not comes and not goes:
        yield
        return
    if comes > 1 or (comes and sys.stdin.isatty()):
        raise SoundError("- is the standard input, once: let a file or a program come in there")
    if goes and sys.stdout.isatty():
        raise OutputError("- is the standard output, and a terminal shows no files: let it go on")
    with scratch() as folder:
        if comes:
            _replace(options, str(_received(folder, talk)))
        if not goes:
            yield
            return
        (folder / "out").mkdir()
        options.target = str(folder / "out" / "stdout")
        talk.called[options.target] = "the standard output"
        talk.silence()
        yield
        _send([path for path in (folder / "out").rglob("*") if path.is_file()])


def _received(folder: Path, talk: Talk) -> Path:
    """The standard input as a file."""
    path = folder / "stdin"
    with path.open("wb") as file:
        shutil.copyfileobj(sys.stdin.buffer, file)
    kind = kind_of(path)
    if kind is not None and kind.endings:
        path = path.rename(path.with_suffix(kind.endings[0]))
    talk.called[str(path)] = "the standard input"
    return path


def _replace(options: Namespace, path: str) -> None:
    if "source" in options:
        options.source = path
    else:
        options.sources = [path if name == PIPE else name for name in options.sources]


def _send(files: list[Path]) -> None:
    """Write the one file there is to the standard output."""
    if len(files) != 1:
        raise OutputError(f"{len(files)} files cannot go to the standard output: name a folder")
    out: IO[bytes] = sys.stdout.buffer
    try:
        with files[0].open("rb") as file:
            shutil.copyfileobj(file, out)
        out.flush()
    except BrokenPipeError:
        nobody_listens()
