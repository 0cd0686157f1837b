"""translate: a sound with the character of collections."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from eidophone.base.errors import SoundError
from eidophone.faces.cli.options import given
from eidophone.faces.cli.places import (
    folder_for,
    need_file,
    refuse_folder,
    refuse_picture,
    target_in,
)
from eidophone.faces.cli.talk import OK, Talk
from eidophone.jobs.models import translate_file
from eidophone.learning.settings import Translating


def run(options: Namespace, talk: Talk) -> int:
    """Translate the sound."""
    source = Path(options.source)
    refuse_picture(options, source)
    need_file(source, SoundError("there is no sound"))
    refuse_folder(source, "translate them one by one")
    target = target_in(source, options.target, ".wav")
    how = given(options, Translating)
    with folder_for(target, options), talk.bar(f"translating {source.name}") as bar:
        translate_file(
            Path(options.model),
            source,
            target,
            how,
            overwrite="overwrite" in options,
            progress=bar,
        )
    talk.say(str(target))
    return OK
