"""encode: sounds to pictures and films."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from eidophone.base.errors import FilmError, PictureError, SoundError
from eidophone.faces.cli.folder_run import run_folder
from eidophone.faces.cli.options import given, refuse
from eidophone.faces.cli.places import is_folder, need_file, need_folder, refuse_picture, target_in
from eidophone.faces.cli.talk import OK, Talk
from eidophone.files.kinds import FILM_FORMATS, FILM_SUFFIXES, PICTURE_FORMATS
from eidophone.jobs.films import encode_film_file
from eidophone.jobs.folder import encode_tasks
from eidophone.jobs.pictures import encode_file, picture_format
from eidophone.jobs.settings import Encoding, FilmEncoding

#: Arguments that mean nothing to pictures.
_ONLY_FILMS = ("fps", "look", "now_line", "crf", "codec")


def run(options: Namespace, talk: Talk) -> int:
    """Draw what was asked for."""
    source, target = Path(options.source), Path(options.target)
    refuse_picture(source, options.target)
    if "kind" in options or target.suffix.lower() in FILM_SUFFIXES:
        return _films(options, talk)
    refuse(options, _ONLY_FILMS, "films: choose one with --film, or name one (.mp4, ...)")
    form = getattr(options, "format", None)
    if form is not None and form not in PICTURE_FORMATS:
        raise PictureError(f"{form} is a format of films: choose one with --film")
    how = given(options, Encoding, resume=_resumes(options))
    suffix = PICTURE_FORMATS[form or "png"].suffix
    if source.is_dir():
        need_folder(source, options.target)
        return run_folder(encode_tasks(source, target, suffix), how, options, talk)
    need_file(source, SoundError("there is no sound"))
    target = target_in(options, suffix)
    picture_format(form, target)
    with talk.bar(f"encoding {source.name}") as bar:
        paths = encode_file(source, target, how, bar)
    talk.say(str(paths[0]) if len(paths) == 1 else f"{paths[0]} to {paths[-1].name}")
    return OK


def _films(options: Namespace, talk: Talk) -> int:
    source, target = Path(options.source), Path(options.target)
    refuse(options, ("carry_original",), "pictures: a film carries its sound anyway")
    how = given(options, FilmEncoding, resume=_resumes(options))
    form = getattr(options, "format", None)
    if form is not None and form not in FILM_FORMATS:
        raise FilmError(f"there is no film format {form!r}: use mp4, webm, mkv, ...")
    if source.is_dir():
        need_folder(source, options.target)
        tasks = encode_tasks(source, target, f".{form or 'mp4'}", paged=False)
        return run_folder(tasks, how, options, talk)
    need_file(source, SoundError("there is no sound"))
    if form is not None and not is_folder(options.target) and target.suffix.lower() != f".{form}":
        raise FilmError(f"{target} does not end in .{form}: leave --format out")
    if form is not None:
        target = target_in(options, f".{form}")
    with talk.bar(f"encoding {source.name}") as bar:
        encode_film_file(source, target, how, bar)
    talk.say(str(target))
    return OK


def _resumes(options: Namespace) -> bool:
    return Path(options.source).is_dir() and "overwrite" not in options
