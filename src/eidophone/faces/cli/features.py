"""features: arrays for networks."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from eidophone.faces.cli.talk import OK, Talk
from eidophone.picture.features import save_npz
from eidophone.sound.sound import Sound


def run(options: Namespace, talk: Talk) -> int:
    """Write the arrays."""
    sound = Sound.load(options.source)
    save_npz(Path(options.target), sound, options.kinds, overwrite="overwrite" in options)
    talk.say(options.target)
    return OK
