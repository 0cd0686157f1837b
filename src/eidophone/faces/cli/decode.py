"""decode: pictures and films to sounds."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from eidophone.base.errors import SoundError
from eidophone.faces.cli.folder_run import run_folder
from eidophone.faces.cli.options import given, refuse
from eidophone.faces.cli.places import is_folder, pictures_at, refuse_sound, target_in
from eidophone.faces.cli.talk import OK, Talk
from eidophone.film.film import is_film
from eidophone.jobs.films import decode_film_file
from eidophone.jobs.folder import DecodingBoth, decode_tasks
from eidophone.jobs.pictures import decode_files
from eidophone.jobs.settings import Decoding, FilmDecoding
from eidophone.jobs.together import Together

#: Arguments that mean nothing to pictures.
_ONLY_FILMS = ("fps", "ignore_track")

#: Arguments that mean nothing to films.
_ONLY_PICTURES = ("rate",)


def run(options: Namespace, talk: Talk) -> int:
    """Hear what was asked for."""
    source, target = Path(options.source), Path(options.target)
    suffix = "." + (options.format or "wav").lstrip(".")
    whole_folder = source.is_dir() and is_folder(options.target)
    if is_film(source) or ("read" in options and not whole_folder):
        return _film(options, suffix, talk)
    refuse_sound(source, options.target)
    unaltered = options.reference_picture
    how = given(
        options, Decoding, reference_pictures=None if unaltered is None else pictures_at(unaltered)
    )
    if whole_folder:
        if how.reference or how.reference_pictures:
            raise SoundError("a reference belongs to one sound: decode them one by one with it")
        both = DecodingBoth(how, given(options, FilmDecoding), Together(target))
        tasks = decode_tasks(source, target, suffix, how)
        done = [] if how.overwrite else [task for task in tasks if task.target.exists()]
        if done:
            talk.note(
                f"{len(done)} of {len(tasks)} are there already, and stay as loud as they are: "
                f"--force makes them again"
            )
        return run_folder([task for task in tasks if task not in done], both, options, talk)
    hint = ": choose how to --read its pictures" if source.is_dir() else ""
    refuse(options, _ONLY_FILMS, f"films, and {source} is none{hint}")
    paths = pictures_at(options.source)
    target = target_in(options, suffix)
    with talk.bar(f"decoding {source.name}") as bar:
        decode_files(paths, target, how, bar)
    talk.say(str(target))
    return OK


def _film(options: Namespace, suffix: str, talk: Talk) -> int:
    source = Path(options.source)
    if options.reference_picture is not None:
        raise SoundError("--reference-picture is only for pictures, and this is a film")
    refuse(options, _ONLY_PICTURES, f"pictures, and {source} is a film")
    target = target_in(options, suffix)
    with talk.bar(f"decoding {source.name}") as bar:
        decode_film_file(source, target, given(options, FilmDecoding), bar)
    talk.say(str(target))
    return OK
