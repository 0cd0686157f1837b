"""info: what a file is."""

from __future__ import annotations

import argparse
from pathlib import Path

from eidophone.faces.cli.options import AddCommand, limit, limit_option
from eidophone.faces.cli.talk import OK, Talk
from eidophone.files.image import DEFAULT_MAX_PIXELS
from eidophone.jobs.info import describe

_INFO_EXAMPLES = """\
examples:
  eidophone info voice.png
  eidophone info voice.wav
"""


def add(command: AddCommand) -> None:
    """Add the command."""
    info = command("info", "Say what a file is.", _INFO_EXAMPLES, _info)
    info.add_argument("file", metavar="FILE", help="a sound, a picture, a film or a recipe")
    limit_option(info)


def _info(options: argparse.Namespace, talk: Talk) -> int:
    for name, text in describe(Path(options.file), max_pixels=limit(options, DEFAULT_MAX_PIXELS)):
        talk.say(f"{name:>8}  {text}")
    return OK
