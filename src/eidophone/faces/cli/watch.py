"""watch: a hot folder."""

from __future__ import annotations

from argparse import Namespace

from eidophone.faces.cli.options import given
from eidophone.faces.cli.talk import OK, Talk
from eidophone.jobs.hot.watch import watch_as
from eidophone.jobs.settings import Watching


def run(options: Namespace, talk: Talk) -> int:
    """Watch until interrupted."""
    talk.kept = lambda: "what was made is kept: run it again to go on"
    watch_as(options.folder, given(options, Watching), talk.say)
    return OK
