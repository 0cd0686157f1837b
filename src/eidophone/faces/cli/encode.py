"""encode: sounds to pictures and films."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from eidophone.base.errors import FilmError, NotesError, SoundError
from eidophone.faces.cli.folder_run import run_folder
from eidophone.faces.cli.options import given, refuse
from eidophone.faces.cli.places import (
    folder_for,
    need_file,
    need_folder,
    refuse_picture,
    settle_target,
    sources_of,
    target_in,
)
from eidophone.faces.cli.talk import OK, Talk
from eidophone.files.kinds import FILM_FORMATS, FILM_SUFFIXES, PICTURE_FORMATS, is_midi
from eidophone.jobs.drawing import picture_format
from eidophone.jobs.films import encode_film_file
from eidophone.jobs.folder import encode_tasks
from eidophone.jobs.notes import encode_notes_file, encode_notes_film_file
from eidophone.jobs.pictures import encode_file
from eidophone.jobs.settings import Encoding, FilmEncoding
from eidophone.notes.pictures.settings import DrawingNotes

#: Arguments that mean nothing to pictures.
_ONLY_FILMS = ("fps", "width", "look", "now_line", "crf", "codec")


#: Arguments that mean nothing where notes are drawn.
_ONLY_SOUNDS = ("recipe", "exposure", "drawn_for", "overlap", "carry_original")


def run(options: Namespace, talk: Talk) -> int:
    """Draw what was asked for."""
    if all(is_midi(source) for source in sources_of(options)):
        return _notes(options, talk)
    refuse(options, ("notes",), "MIDI files")
    refuse_picture(options, *sources_of(options))
    form = getattr(options, "format", None)
    named = Path(options.target or "").suffix.lower() in FILM_SUFFIXES
    if "kind" in options or named or (form is not None and form not in PICTURE_FORMATS):
        return _films(options, talk)
    refuse(options, _ONLY_FILMS, "films: choose one with --film, or name one (.mp4, ...)")
    many = _are_many(options)
    how = given(options, Encoding, resume=many and "overwrite" not in options)
    suffix = PICTURE_FORMATS[form or "png"].suffix
    settle_target(options, talk, suffix, "pictures", many=many)
    sources = sources_of(options)
    if many:
        need_folder(sources, options.target)
        tasks = encode_tasks(sources, Path(options.target), suffix)
        return run_folder(tasks, how, options, talk)
    (source,) = sources
    need_file(source, SoundError("there is no sound"))
    target = target_in(source, options.target, suffix, several=how.size is not None)
    picture_format(form, target)
    with folder_for(target, options), talk.bar(f"encoding {source.name}") as bar:
        paths = encode_file(source, target, how, bar)
    talk.say(str(paths[0]) if len(paths) == 1 else f"{paths[0]} to {paths[-1].name}")
    return OK


def _notes(options: Namespace, talk: Talk) -> int:
    """Draw a MIDI file."""
    refuse(options, (*_ONLY_SOUNDS, "channels", "track", "downmix"), "sounds, and this is MIDI")
    sources = sources_of(options)
    if len(sources) > 1:
        raise NotesError(f"{sources[0]} and {sources[1]} are two songs: draw them one by one")
    (source,) = sources
    need_file(source, NotesError("there is no MIDI file"))
    form = getattr(options, "format", None)
    is_film = Path(options.target or "").suffix.lower() in FILM_SUFFIXES or "kind" in options
    if is_film or (form is not None and form not in PICTURE_FORMATS):
        if vars(options).get("notes", "exact") != "exact":
            raise NotesError("films of notes are exact: leave --notes bold out")
        suffix = f".{form or 'mp4'}"
        settle_target(options, talk, suffix, "films", many=False)
        target = target_in(source, options.target, suffix)
        with folder_for(target, options), talk.bar(f"drawing {source.name}") as bar:
            encode_notes_film_file(source, target, given(options, FilmEncoding), bar)
        talk.say(str(target))
        return OK
    refuse(options, _ONLY_FILMS, "films: choose one with --film, or name one (.mp4, ...)")
    how = given(options, DrawingNotes)
    suffix = PICTURE_FORMATS[form or "png"].suffix
    settle_target(options, talk, suffix, "pictures", many=False)
    target = target_in(source, options.target, suffix, several=how.size is not None)
    with folder_for(target, options), talk.bar(f"drawing {source.name}") as bar:
        paths = encode_notes_file(source, target, how, bar)
    talk.say(str(paths[0]) if len(paths) == 1 else f"{paths[0]} to {paths[-1].name}")
    return OK


def _films(options: Namespace, talk: Talk) -> int:
    refuse(options, ("carry_original",), "pictures: a film carries its sound anyway")
    refuse(options, ("drawn_for",), "pictures")
    many = _are_many(options)
    how = given(options, FilmEncoding, resume=many and "overwrite" not in options)
    form = getattr(options, "format", None)
    if form is not None and form not in FILM_FORMATS:
        raise FilmError(f"there is no film format {form!r}: use mp4, webm, mkv, ...")
    suffix = f".{form or 'mp4'}"
    settle_target(options, talk, suffix, "films", many=many)
    sources = sources_of(options)
    if many:
        need_folder(sources, options.target)
        tasks = encode_tasks(sources, Path(options.target), suffix, paged=False)
        return run_folder(tasks, how, options, talk)
    (source,) = sources
    need_file(source, SoundError("there is no sound"))
    target = Path(options.target)  # a folder becomes the film itself, of pictures
    if form is not None or options.target in talk.called:  # which is the standard output
        target = target_in(source, options.target, suffix)
        if target.suffix.lower() != suffix:
            raise FilmError(f"{target} does not end in {suffix}: leave --format out")
    with folder_for(target, options), talk.bar(f"encoding {source.name}") as bar:
        encode_film_file(source, target, how, bar)
    talk.say(str(target))
    return OK


def _are_many(options: Namespace) -> bool:
    return len(options.sources) > 1 or Path(options.sources[0]).is_dir()
