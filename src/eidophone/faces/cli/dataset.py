"""dataset: folders of sounds as pictures that networks are trained on."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from eidophone.base.parallel import thread_count
from eidophone.faces.cli.options import given
from eidophone.faces.cli.talk import FAILED, OK, Talk
from eidophone.jobs.dataset.making import make_dataset
from eidophone.jobs.dataset.plan import DatasetPlan


def run(options: Namespace, talk: Talk) -> int:
    """Make the dataset, and tell how many pictures it has."""
    plan = given(options, DatasetPlan)
    sources = [Path(name) for name in options.sources]
    processes = options.jobs or thread_count()
    talk.kept = lambda: f"the sounds that are drawn are kept in {options.target}: run it again"
    with talk.bar("drawing") as bar:
        report = make_dataset(
            sources, options.target, plan, jobs=processes, ray=options.ray, tell=bar
        )
    for note in report.notes:
        talk.note(note)
    for failure in report.failures:
        talk.error(failure)
    counts = ", ".join(f"{count} {split}" for split, count in report.pictures.items())
    talk.say(f"{options.target}: {counts}; {len(report.labels)} labels, {report.sounds} sounds")
    return FAILED if report.failures else OK
