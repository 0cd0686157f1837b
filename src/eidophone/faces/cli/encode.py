"""encode: sounds to pictures and films."""

from __future__ import annotations

import argparse
from pathlib import Path

from eidophone.base.errors import FilmError, PictureError, SoundError
from eidophone.faces.cli.folder_run import run_folder
from eidophone.faces.cli.options import (
    AddCommand,
    channels,
    common_options,
    frame_rate,
    is_folder,
    need_file,
    need_folder,
    overlap_option,
    recipe_option,
    refuse,
)
from eidophone.faces.cli.talk import OK, Talk
from eidophone.files.kinds import FILM_SUFFIXES
from eidophone.files.video import video_suffixes
from eidophone.film import KINDS, LOOKS
from eidophone.jobs.films import FilmEncoding, encode_film_file
from eidophone.jobs.folder import encode_tasks
from eidophone.jobs.pictures import PICTURE_FORMATS, Encoding, encode_file, picture_format
from eidophone.picture.recipe import Recipe

#: Options that mean nothing to pictures.
_ONLY_FILMS = ("fps", "look", "now_line", "crf", "codec")

_ENCODE_EXAMPLES = """\
examples:
  eidophone encode voice.wav voice.png
  eidophone encode voice.wav squares/ --size 512 --overlap 0.1
  eidophone encode sounds/ pictures/ --format webp
  eidophone encode song.flac song.png --carry-original --strip
  eidophone encode song.flac song.mp4
  eidophone encode song.flac spiral.mp4 --film instants --size 1024
"""


def add(command: AddCommand) -> None:
    """Add the command."""
    encode = command("encode", "Draw sounds as pictures or films.", _ENCODE_EXAMPLES, _encode)
    encode.add_argument("source", metavar="SOUND|FOLDER/", help="what to draw")
    encode.add_argument("target", metavar="PICTURE|FILM|FOLDER/", help="where to")
    recipe_option(encode, "standard")
    encode.add_argument("--format", choices=_formats(), help="default: by name, or png, or mp4")
    encode.add_argument(
        "--size", type=int, metavar="N", help="numbered squares of N pixels, or frames of a film"
    )
    overlap_option(encode)
    encode.add_argument("--strip", action="store_true", help="draw a margin strip that survives")
    encode.add_argument(
        "--carry-original", action="store_true", help="put the sound file into the metadata"
    )
    encode.add_argument(
        "--channels", type=channels, metavar="0,1", help="one or two of them, where there are more"
    )
    film = encode.add_argument_group("films")
    film.add_argument("--film", choices=KINDS, help="what a frame shows; default: scroll")
    film.add_argument(
        "--fps",
        type=frame_rate,
        metavar="N",
        help="default: 30, instants 60, pages as many as needed",
    )
    film.add_argument("--look", choices=LOOKS, help="colour it; for looking only")
    film.add_argument("--now-line", action="store_true", help="a line through the present")
    film.add_argument("--crf", type=int, metavar="N", help="0: best, 51: smallest; default: 18")
    film.add_argument("--codec", metavar="NAME", help="av1 in .webm, h264 in .mkv, mpeg1 in .mpg")
    common_options(encode)


def _encode(options: argparse.Namespace, talk: Talk) -> int:
    source, target = Path(options.source), Path(options.target)
    if options.film or target.suffix.lower() in FILM_SUFFIXES:
        return _encode_film(options, talk)
    refuse(options, _ONLY_FILMS, "films: choose one with --film, or name one (.mp4, ...)")
    how = Encoding(
        recipe=Recipe.named(options.recipe),
        format=options.format,
        size=options.size,
        overlap=options.overlap,
        strip=options.strip,
        carry_original=options.carry_original,
        channels=options.channels,
        overwrite=options.force,
        resume=source.is_dir() and not options.force,
    )
    if options.format is not None and options.format not in PICTURE_FORMATS:
        raise PictureError(f"{options.format} is a format of films: choose one with --film")
    suffix = PICTURE_FORMATS[options.format or "png"].suffix
    if source.is_dir():
        need_folder(source, options.target)
        return run_folder(encode_tasks(source, target, suffix), how, options, talk)
    need_file(source, SoundError("there is no sound"))
    if is_folder(options.target):
        target.mkdir(parents=True, exist_ok=True)
        target = target / (source.stem + suffix)
    picture_format(options.format, target)
    with talk.bar(f"encoding {source.name}") as bar:
        paths = encode_file(source, target, how, bar)
    talk.say(str(paths[0]) if len(paths) == 1 else f"{paths[0]} to {paths[-1].name}")
    return OK


def _encode_film(options: argparse.Namespace, talk: Talk) -> int:
    source, target = Path(options.source), Path(options.target)
    refuse(options, ("carry_original",), "pictures: a film carries its sound anyway")
    how = FilmEncoding(
        kind=options.film or "scroll",
        recipe=Recipe.named(options.recipe),
        fps=options.fps,
        size=512 if options.size is None else options.size,
        overlap=options.overlap,
        look=options.look or "",
        now_line=options.now_line,
        strip=options.strip,
        crf=options.crf,
        codec=options.codec,
        channels=options.channels,
        overwrite=options.force,
        resume=source.is_dir() and not options.force,
    )
    if options.format is not None and "." + options.format not in video_suffixes():
        raise FilmError(f"there is no film format {options.format!r}: use mp4, webm, mkv, ...")
    if source.is_dir():
        need_folder(source, options.target)
        suffix = "." + (options.format or "mp4")
        return run_folder(encode_tasks(source, target, suffix), how, options, talk)
    need_file(source, SoundError("there is no sound"))
    if options.format is not None and is_folder(options.target):
        target.mkdir(parents=True, exist_ok=True)
        target = target / f"{source.stem}.{options.format}"
    elif options.format is not None and target.suffix.lower() != f".{options.format}":
        raise FilmError(f"{target} does not end in .{options.format}: leave --format out")
    with talk.bar(f"encoding {source.name}") as bar:
        encode_film_file(source, target, how, bar)
    talk.say(str(target))
    return OK


def _formats() -> list[str]:
    films = [suffix.lstrip(".") for suffix in video_suffixes()]
    return list(dict.fromkeys([*PICTURE_FORMATS, *films]))
