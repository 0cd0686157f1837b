"""features: arrays for networks."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from eidophone.base.claims import claimed
from eidophone.faces.cli.options import given
from eidophone.faces.cli.talk import OK, Talk
from eidophone.jobs.settings import Encoding
from eidophone.picture.features import save_npz
from eidophone.sound.sound import Sound


def run(options: Namespace, talk: Talk) -> int:
    """Write the arrays."""
    choice = given(options, Encoding).choice
    target = Path(options.target)
    with claimed(target):
        sound = Sound.load(
            options.source, choice.channels, track=choice.track, downmix=choice.downmix
        )
        save_npz(target, sound, options.kinds, overwrite="overwrite" in options)
    talk.say(options.target)
    return OK
