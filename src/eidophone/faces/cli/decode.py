"""decode: pictures and films to sounds."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from eidophone.base.errors import SoundError
from eidophone.base.options import described
from eidophone.faces.cli.folder_run import run_folder
from eidophone.faces.cli.options import given, refuse
from eidophone.faces.cli.places import (
    folder_for,
    may_be_folder,
    pictures_at,
    refuse_sound,
    settle_target,
    sources_of,
    target_in,
)
from eidophone.faces.cli.talk import OK, Talk
from eidophone.files.kinds import MIDI_SUFFIXES
from eidophone.film.film import is_film
from eidophone.jobs.films import decode_film_file
from eidophone.jobs.folder import DecodingBoth, decode_tasks
from eidophone.jobs.notes import decode_notes_files, decode_notes_film_file
from eidophone.jobs.pictures import decode_files
from eidophone.jobs.settings import Decoding, FilmDecoding
from eidophone.jobs.together import Together
from eidophone.notes.pictures.settings import ReadingNotes

#: Arguments that mean nothing to pictures.
_ONLY_FILMS = ("fps", "ignore_track")

#: Arguments that mean nothing to films.
_ONLY_PICTURES = ("rate", "drawn_by", "scale", "hz", "decibels")


#: Arguments of sounds.
_SOUND_CHOICES = tuple(one.name for one in described(Decoding))

#: What of the options is heeded where notes are read.
_OF_NOTES = ("notes", "max_pixels", "overwrite")


def run(options: Namespace, talk: Talk) -> int:
    """Hear what was asked for."""
    named = Path(options.target or "").suffix.lower()
    if named in MIDI_SUFFIXES or "." + (options.format or "").lstrip(".") in MIDI_SUFFIXES:
        return _notes(options, talk)
    refuse(options, ("notes",), "MIDI: name a .mid file to make")
    suffix = "." + (options.format or "wav").lstrip(".")
    sources = sources_of(options)
    (only,) = sources if len(sources) == 1 else [None]
    film = only is not None and is_film(only)
    to_folder = options.target is None or may_be_folder(options.target)
    many = not film and to_folder and (only is None or only.is_dir())
    if only is not None and (film or ("read" in options and not many)):
        settle_target(options, talk, suffix, "sounds", many=False)
        return _film(only, options, suffix, talk)
    refuse_sound(options, *sources)
    settle_target(options, talk, suffix, "sounds", many=many)
    unaltered = options.reference_picture
    how = given(
        options, Decoding, reference_pictures=None if unaltered is None else pictures_at(unaltered)
    )
    return (_many if many else _one)(sources, how, options, suffix, talk)


def _notes(options: Namespace, talk: Talk) -> int:
    """A MIDI file of all pictures, or of a film."""
    others = [one for one in (*_SOUND_CHOICES, *_ONLY_FILMS) if one not in _OF_NOTES]
    refuse(options, others, "sounds, and this becomes MIDI")
    sources = sources_of(options)
    film = len(sources) == 1 and is_film(sources[0])
    if not film:
        refuse_sound(options, *sources)
    settle_target(options, talk, ".mid", "notes", many=False)
    target = target_in(sources[0], options.target, ".mid")
    how = given(options, ReadingNotes)
    with folder_for(target, options), talk.bar(f"reading {sources[0].name}") as bar:
        if film:
            decode_notes_film_file(sources[0], target, how, bar)
        else:
            paths = [path for source in sources for path in pictures_at(source)]
            decode_notes_files(paths, target, how, bar)
    talk.say(str(target))
    return OK


def _one(sources: list[Path], how: Decoding, options: Namespace, suffix: str, talk: Talk) -> int:
    """One sound of all pictures."""
    hint = ": choose how to --read its pictures" if sources[0].is_dir() else ""
    refuse(options, _ONLY_FILMS, f"films, and {sources[0]} is none{hint}")
    paths = [path for source in sources for path in pictures_at(source)]
    target = target_in(sources[0], options.target, suffix)
    with folder_for(target, options), talk.bar(f"decoding {sources[0].name}") as bar:
        decode_files(paths, target, how, bar)
    talk.say(str(target))
    return OK


def _many(sources: list[Path], how: Decoding, options: Namespace, suffix: str, talk: Talk) -> int:
    """A sound of each of many."""
    target = Path(options.target)
    if how.reference or how.reference_pictures:
        raise SoundError("a reference belongs to one sound: decode them one by one with it")
    both = DecodingBoth(how, given(options, FilmDecoding), Together(target))
    tasks = decode_tasks(sources, target, suffix, how)
    done = [] if how.overwrite else [task for task in tasks if task.target.exists()]
    if done:
        talk.note(
            f"{len(done)} of {len(tasks)} are there already, and stay as loud as they are: "
            f"--force makes them again"
        )
    return run_folder([task for task in tasks if task not in done], both, options, talk)


def _film(source: Path, options: Namespace, suffix: str, talk: Talk) -> int:
    if options.reference_picture is not None:
        raise SoundError("--reference-picture is only for pictures, and this is a film")
    refuse(options, _ONLY_PICTURES, f"pictures, and {source} is a film")
    target = target_in(source, options.target, suffix)
    with folder_for(target, options), talk.bar(f"decoding {source.name}") as bar:
        decode_film_file(source, target, given(options, FilmDecoding), bar)
    talk.say(str(target))
    return OK
