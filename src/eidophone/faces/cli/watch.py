"""watch: a hot folder."""

from __future__ import annotations

import re
from argparse import Namespace
from pathlib import Path

from eidophone.faces.cli.options import given, in_our_words
from eidophone.faces.cli.talk import OK, Talk
from eidophone.jobs.hot.folder import HotFolder
from eidophone.jobs.settings import Watching


def run(options: Namespace, talk: Talk) -> int:
    """Watch until interrupted."""
    talk.kept = lambda: "what was made is kept: run it again to go on"
    hot = HotFolder(Path(options.folder))
    if "once" not in options:
        talk.say(hot.invitation)
    from eidophone.jobs.hot.watch import watch_as  # noqa: PLC0415 (slow, and that was at once)

    watch_as(options.folder, given(options, Watching), lambda text: talk.say(_in_our_words(text)))
    return OK


def _in_our_words(text: str) -> str:
    """``text``, without options that a hot folder has not."""
    return in_our_words(re.sub(r"; settle it with .*|: `exposure` .*", "", text))
