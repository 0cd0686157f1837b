"""explore: a map of what a model has learnt of."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from eidophone.faces.cli.talk import OK, Talk
from eidophone.jobs.models import explore_files


def run(options: Namespace, talk: Talk) -> int:
    """Draw the map."""
    folder = Path(options.target)
    with talk.bar("exploring") as bar:
        made = explore_files(
            Path(options.model), folder, overwrite="overwrite" in options, progress=bar
        )
    talk.say("\n".join(map(str, made)))
    return OK
