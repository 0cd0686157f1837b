"""features: arrays for networks."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from eidophone.base.claims import claimed
from eidophone.faces.cli.options import given
from eidophone.faces.cli.places import folder_for, refuse_picture, target_in
from eidophone.faces.cli.talk import OK, Talk
from eidophone.jobs.settings import Encoding
from eidophone.picture.features import save_npz
from eidophone.sound.sound import Sound


def run(options: Namespace, talk: Talk) -> int:
    """Write the arrays."""
    choice = given(options, Encoding).choice
    source = Path(options.source)
    refuse_picture(options, source)
    target = target_in(source, options.target, ".npz")
    with folder_for(target, options), claimed(target):
        sound = Sound.load(source, choice.channels, track=choice.track, downmix=choice.downmix)
        save_npz(target, sound, options.kinds, overwrite="overwrite" in options)
    talk.say(str(target))
    return OK
