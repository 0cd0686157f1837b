"""Renaming: items get other names, and all that speaks of them says so."""

from __future__ import annotations

import math
from collections.abc import Sequence
from contextlib import suppress

from eidophone.base.errors import EidophoneError
from eidophone.jobs.painting.store import Store
from eidophone.jobs.queue.orders import follow
from eidophone.jobs.queue.queue import Queue
from eidophone.jobs.workspace.copies import Copies
from eidophone.jobs.workspace.folder import Workspace
from eidophone.jobs.workspace.made import write


class Names:
    """The names of items, wherever they stand.

    Args:
        workspace: the items, and how they were made.
        copies: their sounds.
        paintings: what is painted on them.
        queues: what is made of them.
    """

    def __init__(
        self, workspace: Workspace, copies: Copies, paintings: Store, queues: Sequence[Queue]
    ) -> None:
        self._workspace, self._copies = workspace, copies
        self._paintings, self._queues = paintings, queues

    def rename(self, name: str, wanted: str) -> str:
        """Call the item ``name`` like ``wanted``; its new name.

        Raises:
            EidophoneError: there is none, or it cannot be renamed.
        """
        with self._workspace.still():
            before = self._workspace.path_of(name).name
            now = self._workspace.rename(before, wanted)
            if now != before:
                self._follow_records(before, now, math.inf)
                self._paintings.rename(before, now)
                for queue in self._queues:
                    queue.rename(before, now)
        return now

    def restore(self, name: str) -> str:
        """Bring back what was thrown away last of those called ``name``; its name now.

        If another has its name by now, what was made of it before it was thrown away follows it.

        Raises:
            NotThereError: there is none.
        """
        with self._workspace.still():
            now, before, thrown = self._workspace.restore(name)
            if now != before:
                self._follow_records(before, now, thrown)
                with suppress(EidophoneError):  # it is no sound
                    sound = self._copies.of(self._workspace.path_of(now))
                    self._paintings.rename(before, now, sound)
        return now

    def _follow_records(self, before: str, now: str, until: float) -> None:
        for path, made in self._workspace.records.speaking_of(before):
            if made.when < until and follow(made, before, now):
                write(path, made)
