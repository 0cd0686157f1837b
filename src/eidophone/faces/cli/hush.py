"""Hush: nobody but us speaks on the terminal.

Libraries in C (libmpg123, libtiff) print what they think of a damaged file straight to the
terminal, where it says nothing to anybody and stands between our lines.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_STDERR = 2


@contextmanager
def libraries_hushed() -> Iterator[None]:
    """In the block, what is printed to the standard error by others than Python is lost.

    That belongs to the whole process, so this is for a program, and not for a library.
    """
    try:
        terminal = os.dup(_STDERR)
    except OSError:  # there is none
        yield
        return
    python = sys.stderr
    if _is_terminal(python):
        sys.stderr = os.fdopen(
            os.dup(terminal), "w", buffering=1, encoding=python.encoding, errors=python.errors
        )
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, _STDERR)
    os.close(nowhere)
    try:
        yield
    finally:
        os.dup2(terminal, _STDERR)
        os.close(terminal)
        if sys.stderr is not python:
            sys.stderr.close()
            sys.stderr = python


def _is_terminal(stream: object) -> bool:
    """Whether what Python prints goes straight to the standard error: a test's does not."""
    with suppress(AttributeError, OSError, ValueError):
        return bool(stream.fileno() == _STDERR)  # type: ignore[attr-defined]
    return False
