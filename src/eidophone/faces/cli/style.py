"""style: one sound told by others."""

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
from eidophone.jobs.morphs import memory, style_file
from eidophone.morphing.settings import Telling


def run(options: Namespace, talk: Talk) -> int:
    """Tell the content by the substances."""
    content, *substances = map(Path, [options.source, *options.substances])
    refuse_picture(options, content, *substances)
    for one in (content, *substances):
        need_file(one, SoundError("there is no sound"))
    refuse_folder(content, "name the sound that is told first, and then the folders that tell it")
    target = target_in(content, options.target, ".wav")
    overwrite = "overwrite" in options
    with folder_for(target, options), talk.bar(f"telling {content.name}") as bar:
        how, keep = given(options, Telling), memory()
        style_file(content, substances, target, how, keep=keep, overwrite=overwrite, progress=bar)
    talk.say(str(target))
    return OK
