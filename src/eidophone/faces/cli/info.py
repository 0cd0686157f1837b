"""info: what a file is."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from eidophone.faces.cli.options import given
from eidophone.faces.cli.talk import OK, Talk
from eidophone.jobs.info import describe
from eidophone.jobs.settings import Decoding


def run(options: Namespace, talk: Talk) -> int:
    """Say it, a line for each thing."""
    limit = given(options, Decoding).max_pixels
    for name, text in describe(Path(options.file), max_pixels=limit or None):
        talk.say(f"{name:>8}  {text}")
    return OK
