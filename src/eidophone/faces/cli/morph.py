"""morph: two to four sounds to one."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from eidophone.base.errors import MorphError, SoundError
from eidophone.faces.cli.options import given
from eidophone.faces.cli.places import (
    folder_for,
    may_be_folder,
    need_file,
    refuse_folder,
    refuse_picture,
    sources_of,
    target_in,
)
from eidophone.faces.cli.talk import OK, Talk
from eidophone.faces.cli.words import as_typed
from eidophone.jobs.morphs import morph_files, morph_files_every_way
from eidophone.morphing.settings import EVERY_METHOD, Morphing

_STYLED = as_typed("style", "SOUND", "FOLDER", "OUT")


def run(options: Namespace, talk: Talk) -> int:
    """Make one sound of those that were named."""
    if len(options.sources) == 1 and Path(options.target or "").is_file():  # both are sounds
        options.sources, options.target = [*options.sources, options.target], None
    sources = sources_of(options)
    if len(sources) < 2:
        raise MorphError("name the sounds, two to four, and then what is to be made of them")
    refuse_picture(options, *sources)
    for source in sources:
        need_file(source, SoundError("there is no sound"))
        refuse_folder(source, f"only style takes folders, {_STYLED}")
    every, overwrite = options.method == EVERY_METHOD, "overwrite" in options
    if every:
        del options.method
    how = given(options, Morphing)
    name = "-".join(source.stem for source in sources)
    options.target = (
        options.target or f"{sources[0].parent / name}{'-morphs/' if every else '.wav'}"
    )
    if every:
        if not may_be_folder(options.target):
            raise MorphError(f"every method makes a sound, so {options.target} must be a folder")
        with talk.bar(f"morphing {name}") as bar:
            folder = Path(options.target)
            made = morph_files_every_way(sources, folder, how, overwrite=overwrite, progress=bar)
        talk.say("\n".join(map(str, made)))
        return OK
    target = target_in(Path(name), options.target, ".wav")
    with folder_for(target, options), talk.bar(f"morphing {target.name}") as bar:
        morph_files(sources, target, how, overwrite=overwrite, progress=bar)
    talk.say(str(target))
    return OK
