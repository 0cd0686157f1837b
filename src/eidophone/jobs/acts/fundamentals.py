"""The fundamentals of collections of tunes, as a page."""

from __future__ import annotations

from eidophone.base.errors import NotesError
from eidophone.jobs.acts.model import Act, Task
from eidophone.jobs.acts.tradition import Tradition
from eidophone.notes.fundamentals.lines import fundamentals_of, lines_in
from eidophone.notes.traditions.collection import collection_of

#: The share of the work that is reading the files.
_READING = 0.3


def _make(task: Task) -> None:
    from eidophone.notes.fundamentals.report.page import write_report  # noqa: PLC0415 (slow)

    how: Tradition = task.settings
    count = len(how.names)
    if count != len(how.collections):
        raise NotesError(f"{count} names were given for {len(how.collections)} collections")
    found = {}
    for place, (name, folder) in enumerate(zip(how.names, how.collections, strict=True)):
        scores = [tune.score for tune in collection_of(name, folder).tunes]
        found[name] = lines_in(fundamentals_of(scores))
        task.progress(_READING * (place + 1) / count)
    write_report(
        found,
        task.folder / f"{task.stem}.html",
        overwrite=True,
        progress=lambda part: task.progress(_READING + (1 - _READING) * part),
    )


FUNDAMENTALS = Act(
    "fundamentals", Tradition, ("names", "collections"), _make, "fundamentals", beside=True
)
