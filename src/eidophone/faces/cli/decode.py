"""decode: pictures and films to sounds."""

from __future__ import annotations

import argparse
from pathlib import Path

from eidophone.base.errors import SoundError
from eidophone.faces.cli.folder_run import run_folder
from eidophone.faces.cli.options import (
    AddCommand,
    common_options,
    frame_rate,
    is_folder,
    limit,
    limit_option,
    overlap_option,
    pictures_at,
    recipe_option,
    refuse,
    sound_target,
)
from eidophone.faces.cli.talk import OK, Talk
from eidophone.files.image import DEFAULT_MAX_PIXELS
from eidophone.files.kinds import pictures_in
from eidophone.files.video import DEFAULT_MAX_FRAME_PIXELS
from eidophone.film import READINGS
from eidophone.film.film import is_film
from eidophone.film.readings import USUAL_OVERLAP
from eidophone.jobs.films import FilmDecoding, decode_film_file
from eidophone.jobs.folder import DecodingBoth, decode_tasks
from eidophone.jobs.pictures import Decoding, decode_files, pictures_named
from eidophone.picture.codec import ROUNDS
from eidophone.picture.recipe import Recipe

#: Options that mean nothing to pictures.
_ONLY_FILM_READING = ("seconds", "fps", "ignore_track")

_DECODE_EXAMPLES = """\
examples:
  eidophone decode voice.png voice.wav
  eidophone decode squares/ voice.wav
  eidophone decode pictures/ sounds/ --format flac
  eidophone decode painted.png painted.wav --reference voice.wav --quality best
  eidophone decode song.mp4 song.wav
  eidophone decode walk.mp4 walk.wav --read cycle --seconds 60
"""


def add(command: AddCommand) -> None:
    """Add the command."""
    decode = command("decode", "Turn pictures and films into sounds.", _DECODE_EXAMPLES, _decode)
    decode.add_argument("source", metavar="PICTURE|FILM|FOLDER/", help="what to hear")
    decode.add_argument("target", metavar="SOUND|FOLDER/", help="where to")
    decode.add_argument("--quality", choices=ROUNDS, default="standard")
    recipe_option(decode, None)
    decode.add_argument("--reference", metavar="SOUND", help="the original sound, to lean on")
    decode.add_argument(
        "--reference-picture",
        metavar="PICTURE|FOLDER/",
        help="the unedited picture, sent through the same tool",
    )
    decode.add_argument("--format", metavar="wav|flac|...", help="of sounds in a folder")
    overlap_option(decode, None)
    film = decode.add_argument_group("films")
    film.add_argument("--read", choices=READINGS, help="how to; default: by what the film is")
    film.add_argument("--seconds", type=float, metavar="N", help="how long the sound is to be")
    film.add_argument(
        "--fps", type=frame_rate, metavar="N", help="of a folder of frames; default: 30"
    )
    film.add_argument(
        "--ignore-track", action="store_true", help="do not lean on the film's own sound track"
    )
    limit_option(decode)
    common_options(decode)


def _decode(options: argparse.Namespace, talk: Talk) -> int:
    source, target = Path(options.source), Path(options.target)
    whole_folder = source.is_dir() and is_folder(options.target)
    if is_film(source) or (options.read and not whole_folder):
        return _decode_film(options, talk)
    how = Decoding(
        quality=options.quality,
        recipe=None if options.recipe is None else Recipe.named(options.recipe),
        reference=None if options.reference is None else Path(options.reference),
        reference_pictures=pictures_at(options.reference_picture),
        overlap=options.overlap or 0.0,
        max_pixels=limit(options, DEFAULT_MAX_PIXELS),
        overwrite=options.force,
    )
    suffix = "." + (options.format or "wav").lstrip(".")
    if whole_folder:
        if how.reference or how.reference_pictures:
            raise SoundError("a reference belongs to one sound: decode them one by one with it")
        both = DecodingBoth(how, _film_decoding(options))
        tasks = decode_tasks(source, target, suffix, how)
        done = [] if options.force else [task for task in tasks if task.target.exists()]
        if done:
            talk.note(f"{len(done)} of {len(tasks)} are there already: --force makes them again")
        return run_folder([task for task in tasks if task not in done], both, options, talk)
    hint = ": choose how to --read its pictures" if source.is_dir() else ""
    refuse(options, _ONLY_FILM_READING, f"films, and {source} is none{hint}")
    paths = pictures_in(source) if source.is_dir() else pictures_named(source)
    target = sound_target(options)
    with talk.bar(f"decoding {source.name}") as bar:
        decode_files(paths, target, how, bar)
    talk.say(str(target))
    return OK


def _decode_film(options: argparse.Namespace, talk: Talk) -> int:
    source = Path(options.source)
    refuse(options, ("reference_picture",), "pictures, and this is a film")
    target = sound_target(options)
    with talk.bar(f"decoding {source.name}") as bar:
        decode_film_file(source, target, _film_decoding(options), bar)
    talk.say(str(target))
    return OK


def _film_decoding(options: argparse.Namespace) -> FilmDecoding:
    return FilmDecoding(
        read=options.read or "auto",
        seconds=options.seconds,
        quality=options.quality,
        recipe=None if options.recipe is None else Recipe.named(options.recipe),
        reference=None if options.reference is None else Path(options.reference),
        use_track=not options.ignore_track,
        overlap=USUAL_OVERLAP if options.overlap is None else options.overlap,
        fps=options.fps,
        max_pixels=limit(options, DEFAULT_MAX_FRAME_PIXELS),
        overwrite=options.force,
    )
