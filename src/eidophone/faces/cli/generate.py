"""generate: new sounds of a model."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from eidophone.base.errors import SoundError
from eidophone.faces.cli.options import given
from eidophone.faces.cli.places import folder_for, need_file, refuse_folder, target_in
from eidophone.faces.cli.talk import OK, Talk
from eidophone.jobs.models import generate_files
from eidophone.learning.settings import Generating


def run(options: Namespace, talk: Talk) -> int:
    """Make new sounds."""
    how = given(options, Generating)
    like, after = (None if one is None else Path(one) for one in (options.like, options.continues))
    for one in (like, after):
        if one is not None:
            need_file(one, SoundError("there is no sound"))
            refuse_folder(one, "name one sound")
    model = Path(options.model)
    target = target_in(model, options.target, ".wav")
    with folder_for(target, options), talk.bar(f"generating {target.name}") as bar:
        made = generate_files(
            model,
            target,
            how,
            like=like,
            after=after,
            overwrite="overwrite" in options,
            progress=bar,
        )
    talk.say("\n".join(map(str, made)))
    return OK
