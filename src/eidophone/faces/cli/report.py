"""report: what a model has learnt, honestly."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from eidophone.base.errors import LearnError
from eidophone.faces.cli.places import target_in
from eidophone.faces.cli.talk import OK, Talk
from eidophone.jobs.models import report_file


def run(options: Namespace, talk: Talk) -> int:
    """Write the page."""
    model = Path(options.model)
    page = target_in(model, options.target, ".html")
    elsewhere = [_elsewhere(word) for word in options.judge or ()]
    with talk.bar("judging") as bar:
        report_file(
            model, page, elsewhere=elsewhere, overwrite="overwrite" in options, progress=bar
        )
    talk.say(str(page))
    return OK


def _elsewhere(word: str) -> tuple[str, Path]:
    """The collection and the folder that ``word`` names."""
    name, equals, folder = word.partition("=")
    if not equals or not folder:
        raise LearnError(f"{word!r} is no NAME=FOLDER")
    return name.strip(), Path(folder)
