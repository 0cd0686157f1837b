"""watch: a hot folder."""

from __future__ import annotations

import argparse

from eidophone.faces.cli.options import AddCommand, recipe_option
from eidophone.faces.cli.talk import OK, Talk
from eidophone.jobs.hot.watch import watch
from eidophone.jobs.pictures import PICTURE_FORMATS
from eidophone.picture.codec import ROUNDS

_EXAMPLES = """\
examples:
  eidophone watch studio/
  eidophone watch studio/ --size 512 --format jpeg
"""


def add(command: AddCommand) -> None:
    """Add the command."""
    text = "A hot folder: sounds in, pictures out; pictures back in, sounds out."
    hot = command("watch", text, _EXAMPLES, _watch)
    hot.add_argument("folder", metavar="FOLDER/")
    recipe_option(hot, "standard")
    hot.add_argument("--size", type=int, metavar="N", help="numbered squares of N pixels")
    hot.add_argument("--format", choices=PICTURE_FORMATS, default="png", help="of the pictures")
    hot.add_argument("--quality", choices=ROUNDS, default="standard")
    hot.add_argument("--interval", type=float, default=2.0, metavar="SECONDS")
    hot.add_argument("--once", action="store_true", help="do what there is to do, and stop")
    hot.add_argument("--quiet", action="store_true", help="say nothing but errors")


def _watch(options: argparse.Namespace, talk: Talk) -> int:
    watch(
        options.folder,
        recipe=options.recipe,
        size=options.size,
        format=options.format,
        quality=options.quality,
        interval_seconds=options.interval,
        once=options.once,
        tell=talk.say,
    )
    return OK
