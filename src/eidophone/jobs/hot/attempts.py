"""Attempts: what fails is told, and not tried again until something about it has changed."""

from __future__ import annotations

import hashlib
import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from eidophone.base.errors import EidophoneError, notes_of, printable
from eidophone.jobs.hot.journal import Journal

#: Told what was made, or why it was not, a line at a time.
Tell = Callable[[str], None]


class Attempts:
    """Attempts to make something of sources.

    Args:
        root: the hot folder.
        journal: what succeeded.
        tell: told what was made, or why it was not.
    """

    def __init__(self, root: Path, journal: Journal, tell: Tell) -> None:
        self._say = tell
        self._root = root
        self._journal = journal
        self._failed: dict[str, str] = {}

    def is_due(self, source: str, asked: str) -> bool:
        """Whether what is asked for was not yet made of ``source``, nor tried in vain."""
        entry = self._journal.get(source)
        done = entry is not None and entry.asked == asked
        return not done and self._failed.get(source) != asked

    @contextmanager
    def trying(self, source: str, asked: str) -> Iterator[None]:
        """Tell errors and warnings of ours in the block, and go on."""
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                yield
            except (EidophoneError, OSError, MemoryError) as error:
                self._failed[source] = asked
                self._tell_of(source, str(error) or type(error).__name__)
        for note in notes_of(caught):
            self._tell_of(source, note)

    def refuse(self, source: str, why: str) -> None:
        """Tell once ``why`` nothing is made of ``source``."""
        if self._failed.get(source) != why:
            self._failed[source] = why
            self._tell_of(source, why)

    def tell(self, message: str) -> None:
        """Say ``message``, whatever the files in it are called."""
        self._say(printable(message))

    def _tell_of(self, source: str, message: str) -> None:
        """Tell a ``message`` that may name a file in the hot folder by itself."""
        message = message.replace(f"{self._root}{os.sep}", "")
        self.tell(message if message.startswith(source) else f"{source}: {message}")


def digest(*parts: object) -> str:
    """What is asked for, in short."""
    return hashlib.blake2b(repr(parts).encode(), digest_size=12).hexdigest()
