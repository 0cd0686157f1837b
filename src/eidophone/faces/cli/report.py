"""report: what a model has learnt, honestly."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from eidophone.faces.cli.places import target_in
from eidophone.faces.cli.talk import OK, Talk
from eidophone.jobs.models import report_file


def run(options: Namespace, talk: Talk) -> int:
    """Write the page."""
    model = Path(options.model)
    page = target_in(model, options.target, ".html")
    with talk.bar("judging") as bar:
        report_file(model, page, overwrite="overwrite" in options, progress=bar)
    talk.say(str(page))
    return OK
