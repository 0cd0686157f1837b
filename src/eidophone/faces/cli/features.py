"""features: arrays for networks."""

from __future__ import annotations

import argparse
from pathlib import Path

from eidophone.faces.cli.options import AddCommand
from eidophone.faces.cli.talk import OK, Talk
from eidophone.picture.features import save_npz
from eidophone.sound.sound import Sound

_FEATURES_EXAMPLES = """\
examples:
  eidophone features voice.wav voice.npz
  eidophone features voice.wav voice.npz --kinds mel mfcc
"""


def add(command: AddCommand) -> None:
    """Add the command."""
    features = command("features", "Arrays for networks.", _FEATURES_EXAMPLES, _features)
    features.add_argument("source", metavar="SOUND")
    features.add_argument("target", metavar="OUT.npz")
    features.add_argument("--kinds", nargs="+", metavar="KIND", help="default: all of them")
    features.add_argument("--force", action="store_true", help="replace what is there already")


def _features(options: argparse.Namespace, talk: Talk) -> int:
    save_npz(
        Path(options.target), Sound.load(options.source), options.kinds, overwrite=options.force
    )
    talk.say(options.target)
    return OK
