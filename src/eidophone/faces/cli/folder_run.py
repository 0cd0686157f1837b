"""Whole folders: the run, and what is told of it."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from eidophone.base.atomic import make_folder
from eidophone.base.claims import claimed
from eidophone.base.parallel import thread_count
from eidophone.faces.cli.talk import FAILED, OK, Talk
from eidophone.jobs.folder import How, Task, run_tasks


def run_folder(tasks: list[Task], how: How, options: Namespace, talk: Talk) -> int:
    """Do ``tasks``, and tell what came of them; the exit code."""
    failed = 0
    target = Path(options.target)
    make_folder(target)
    with claimed(target), talk.bar(f"{len(tasks)} files") as bar:
        outcomes = run_tasks(tasks, how, options.jobs or thread_count())
        for finished, outcome in enumerate(outcomes, 1):
            for note in outcome.notes:
                talk.note(note)
            if outcome.error is not None:
                failed += 1
                talk.error(outcome.error)
            bar(finished / len(tasks))
    talk.say(f"{len(tasks) - failed} of {len(tasks)} done")
    return FAILED if failed else OK
