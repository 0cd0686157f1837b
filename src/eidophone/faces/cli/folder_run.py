"""Whole folders: the run, and what is told of it."""

from __future__ import annotations

from argparse import Namespace
from collections import Counter
from pathlib import Path

from eidophone.base.atomic import folder_made
from eidophone.base.claims import claimed
from eidophone.base.parallel import thread_count
from eidophone.faces.cli.talk import FAILED, OK, Talk
from eidophone.jobs.folder import How, Task, run_tasks


def run_folder(tasks: list[Task], how: How, options: Namespace, talk: Talk) -> int:
    """Do ``tasks``, and tell what came of them; the exit code."""
    done, turns, said = 0, set(), Counter[str]()
    again = "" if "overwrite" in options else ": run it again to go on"
    talk.kept = lambda: f"{done} of {len(tasks)} are done and kept{again}"
    target = Path(options.target)
    with folder_made(target), claimed(target), talk.bar(f"{len(tasks)} files") as bar:
        outcomes = run_tasks(tasks, how, options.jobs or thread_count())
        for outcome in outcomes:
            for note in outcome.notes:
                text = note.removeprefix(f"{outcome.task.sources[0]}: ")
                said[text] += 1
                if said[text] == 1:
                    talk.note(note)
            if outcome.error is not None:
                talk.error(outcome.error)
            elif not outcome.waits:
                done += 1
            turns.add(outcome.task)
            bar(len(turns) / len(tasks))
    for text, count in said.items():
        if count > 1:
            talk.note(f"and {count - 1} more: {text}")
    talk.say(f"{done} of {len(tasks)} done" + (f", in {target}" if done else ""))
    return OK if done == len(tasks) else FAILED
