"""The command line: what was asked for, what is happening, and what came of it."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from eidophone import __version__
from eidophone.codec import ROUNDS
from eidophone.convert import (
    PICTURE_FORMATS,
    Decoding,
    Encoding,
    decode_files,
    encode_file,
    picture_format,
    pictures_named,
)
from eidophone.errors import EidophoneError, FilmError, OutputError, PictureError, SoundError
from eidophone.features import save_npz
from eidophone.film import KINDS, LOOKS, READINGS
from eidophone.films import (
    FILM_SUFFIXES,
    FilmDecoding,
    FilmEncoding,
    decode_film_file,
    encode_film_file,
    is_film,
)
from eidophone.folders import (
    DecodingBoth,
    How,
    Outcome,
    Task,
    decode_tasks,
    encode_tasks,
    pictures_in,
    run_tasks,
)
from eidophone.image_files import DEFAULT_MAX_PIXELS
from eidophone.info import describe
from eidophone.parallel import thread_count
from eidophone.recipe import PRESETS, Recipe
from eidophone.sound import Sound
from eidophone.video_files import DEFAULT_MAX_FRAME_PIXELS, video_suffixes

OK, FAILED, USAGE, INTERRUPTED = 0, 1, 2, 130

#: Options that mean nothing to pictures.
_ONLY_FILMS = ("fps", "look", "now_line", "crf", "codec")
_ONLY_FILM_READING = ("seconds", "fps", "ignore_track")

_ENCODE_EXAMPLES = """\
examples:
  eidophone encode voice.wav voice.png
  eidophone encode voice.wav squares/ --size 512 --overlap 0.1
  eidophone encode sounds/ pictures/ --format webp
  eidophone encode song.flac song.png --carry-original --strip
  eidophone encode song.flac song.mp4
  eidophone encode song.flac spiral.mp4 --film instants --size 1024
"""
_DECODE_EXAMPLES = """\
examples:
  eidophone decode voice.png voice.wav
  eidophone decode squares/ voice.wav
  eidophone decode pictures/ sounds/ --format flac
  eidophone decode painted.png painted.wav --reference voice.wav --quality best
  eidophone decode song.mp4 song.wav
  eidophone decode walk.mp4 walk.wav --read cycle --seconds 60
"""
_INFO_EXAMPLES = """\
examples:
  eidophone info voice.png
  eidophone info voice.wav
"""
_FEATURES_EXAMPLES = """\
examples:
  eidophone features voice.wav voice.npz
  eidophone features voice.wav voice.npz --kinds mel mfcc
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code: 0 done, 1 failed, 2 not understood, 130 interrupted."""
    options = _parser().parse_args(arguments)
    talk = Talk(quiet=getattr(options, "quiet", False))
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        with talk.notes():
            return int(options.run(options, talk))
    except EidophoneError as error:
        talk.error(str(error))
    except OSError as error:
        talk.error(f"{error.filename or 'the system'}: {error.strerror or error}")
    except MemoryError:
        talk.error("there is not enough memory for this")
    except KeyboardInterrupt:
        talk.error("interrupted: what was finished is kept, run it again to go on")
        return INTERRUPTED
    return FAILED


class Talk:
    """What the program says: results on stdout, everything else on stderr."""

    def __init__(self, *, quiet: bool) -> None:
        self._out = Console(highlight=False, soft_wrap=True, markup=False)
        self._err = Console(stderr=True, highlight=False, soft_wrap=True, markup=False)
        self._quiet = quiet

    def say(self, text: str) -> None:
        """A result."""
        if not self._quiet:
            self._out.print(text)

    def note(self, text: str) -> None:
        """Something that should be known."""
        if not self._quiet:
            self._err.print(f"note: {text}")

    def error(self, text: str) -> None:
        """Why it did not work, on one line."""
        self._err.print("eidophone: " + " ".join(text.split()))

    def bar(self, what: str) -> Bar:
        """A progress bar; on a terminal only."""
        return Bar(what, self._err if self._err.is_terminal and not self._quiet else None)

    @contextmanager
    def notes(self) -> Iterator[None]:
        """Show warnings as notes, each once."""
        with warnings.catch_warnings():
            warnings.simplefilter("once")
            warnings.showwarning = lambda message, *_, **__: self.note(str(message))
            yield


class Bar:
    """A progress bar with the time left, which appears when there is a second's worth to show."""

    def __init__(self, what: str, console: Console | None) -> None:
        self._what = what
        self._console = console
        self._begun = time.monotonic()
        self._progress: Progress | None = None
        self._task = TaskID(0)

    def __enter__(self) -> Bar:
        return self

    def __call__(self, fraction: float) -> None:
        """Show that ``fraction`` is done."""
        if self._console is None:
            return
        if self._progress is None and time.monotonic() - self._begun > 1:
            columns = TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn()
            self._progress = Progress(*columns, console=self._console, transient=True)
            self._progress.start()
            self._task = self._progress.add_task(self._what, total=1.0)
        if self._progress is not None:
            self._progress.update(self._task, completed=fraction)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._progress is not None:
            self._progress.stop()


def _encode(options: argparse.Namespace, talk: Talk) -> int:
    source, target = Path(options.source), Path(options.target)
    if options.film or target.suffix.lower() in FILM_SUFFIXES:
        return _encode_film(options, talk)
    _refuse(options, _ONLY_FILMS, "films: choose one with --film, or name one (.mp4, ...)")
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
        _need_folder(source, options.target)
        return _run_folder(encode_tasks(source, target, suffix), how, options, talk)
    _need_file(source, SoundError("there is no sound"))
    if _is_folder(options.target):
        target.mkdir(parents=True, exist_ok=True)
        target = target / (source.stem + suffix)
    picture_format(options.format, target)
    with talk.bar(f"encoding {source.name}") as bar:
        paths = encode_file(source, target, how, bar)
    talk.say(str(paths[0]) if len(paths) == 1 else f"{paths[0]} to {paths[-1].name}")
    return OK


def _encode_film(options: argparse.Namespace, talk: Talk) -> int:
    source, target = Path(options.source), Path(options.target)
    _refuse(options, ("carry_original",), "pictures: a film carries its sound anyway")
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
        _need_folder(source, options.target)
        suffix = "." + (options.format or "mp4")
        return _run_folder(encode_tasks(source, target, suffix), how, options, talk)
    _need_file(source, SoundError("there is no sound"))
    if options.format is not None and _is_folder(options.target):
        target.mkdir(parents=True, exist_ok=True)
        target = target / f"{source.stem}.{options.format}"
    elif options.format is not None and target.suffix.lower() != f".{options.format}":
        raise FilmError(f"{target} does not end in .{options.format}: leave --format out")
    with talk.bar(f"encoding {source.name}") as bar:
        encode_film_file(source, target, how, bar)
    talk.say(str(target))
    return OK


def _decode(options: argparse.Namespace, talk: Talk) -> int:
    source, target = Path(options.source), Path(options.target)
    whole_folder = source.is_dir() and _is_folder(options.target)
    if is_film(source) or (options.read and not whole_folder):
        return _decode_film(options, talk)
    how = Decoding(
        quality=options.quality,
        recipe=None if options.recipe is None else Recipe.named(options.recipe),
        reference=None if options.reference is None else Path(options.reference),
        reference_pictures=_pictures(options.reference_picture),
        overlap=options.overlap,
        max_pixels=_limit(options, DEFAULT_MAX_PIXELS),
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
        return _run_folder([task for task in tasks if task not in done], both, options, talk)
    hint = ": choose how to --read its pictures" if source.is_dir() else ""
    _refuse(options, _ONLY_FILM_READING, f"films, and {source} is none{hint}")
    paths = pictures_in(source) if source.is_dir() else pictures_named(source)
    target = _sound_target(options)
    with talk.bar(f"decoding {source.name}") as bar:
        decode_files(paths, target, how, bar)
    talk.say(str(target))
    return OK


def _decode_film(options: argparse.Namespace, talk: Talk) -> int:
    source = Path(options.source)
    _refuse(options, ("reference_picture", "overlap"), "pictures, and this is a film")
    target = _sound_target(options)
    with talk.bar(f"decoding {source.name}") as bar:
        decode_film_file(source, target, _film_decoding(options), bar)
    talk.say(str(target))
    return OK


def _info(options: argparse.Namespace, talk: Talk) -> int:
    for name, text in describe(Path(options.file), max_pixels=_limit(options, DEFAULT_MAX_PIXELS)):
        talk.say(f"{name:>8}  {text}")
    return OK


def _features(options: argparse.Namespace, talk: Talk) -> int:
    save_npz(
        Path(options.target), Sound.load(options.source), options.kinds, overwrite=options.force
    )
    talk.say(options.target)
    return OK


def _run_folder(tasks: list[Task], how: How, options: argparse.Namespace, talk: Talk) -> int:
    failed = 0
    finished = 0
    with talk.bar(f"{len(tasks)} files") as bar:

        def tell(outcome: Outcome) -> None:
            nonlocal failed, finished
            finished += 1
            for note in outcome.notes:
                talk.note(note)
            if outcome.error is not None:
                failed += 1
                talk.error(outcome.error)
            bar(finished / len(tasks))

        run_tasks(tasks, how, options.jobs, tell)
    talk.say(f"{finished - failed} of {len(tasks)} done")
    return FAILED if failed else OK


def _film_decoding(options: argparse.Namespace) -> FilmDecoding:
    return FilmDecoding(
        read=options.read or "auto",
        seconds=options.seconds,
        quality=options.quality,
        recipe=None if options.recipe is None else Recipe.named(options.recipe),
        reference=None if options.reference is None else Path(options.reference),
        use_track=not options.ignore_track,
        fps=options.fps,
        max_pixels=_limit(options, DEFAULT_MAX_FRAME_PIXELS),
        overwrite=options.force,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="eidophone",
        description="Sound as pictures and film for any visual program, and back again.",
        epilog="'eidophone COMMAND --help' shows examples.",
    )
    parser.add_argument("--version", action="version", version=f"eidophone {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    def command(
        name: str, text: str, examples: str, run: Callable[[argparse.Namespace, Talk], int]
    ) -> argparse.ArgumentParser:
        made = commands.add_parser(
            name,
            help=text,
            description=text,
            epilog=examples,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        made.set_defaults(run=run)
        return made

    encode = command("encode", "Draw sounds as pictures or films.", _ENCODE_EXAMPLES, _encode)
    encode.add_argument("source", metavar="SOUND|FOLDER/", help="what to draw")
    encode.add_argument("target", metavar="PICTURE|FILM|FOLDER/", help="where to")
    _recipe_option(encode, "standard")
    encode.add_argument("--format", choices=_formats(), help="default: by name, or png, or mp4")
    encode.add_argument(
        "--size", type=int, metavar="N", help="numbered squares of N pixels, or frames of a film"
    )
    _overlap_option(encode)
    encode.add_argument("--strip", action="store_true", help="draw a margin strip that survives")
    encode.add_argument(
        "--carry-original", action="store_true", help="put the sound file into the metadata"
    )
    encode.add_argument(
        "--channels", type=_channels, metavar="0,1", help="one or two of them, where there are more"
    )
    film = encode.add_argument_group("films")
    film.add_argument("--film", choices=KINDS, help="what a frame shows; default: scroll")
    film.add_argument(
        "--fps", type=_rate, metavar="N", help="default: 30, instants 60, pages as many as needed"
    )
    film.add_argument("--look", choices=LOOKS, help="colour it; for looking only")
    film.add_argument("--now-line", action="store_true", help="a line through the present")
    film.add_argument("--crf", type=int, metavar="N", help="0: best, 51: smallest; default: 18")
    film.add_argument("--codec", metavar="NAME", help="av1 in .webm, h264 in .mkv, mpeg1 in .mpg")
    _common_options(encode)

    decode = command("decode", "Turn pictures and films into sounds.", _DECODE_EXAMPLES, _decode)
    decode.add_argument("source", metavar="PICTURE|FILM|FOLDER/", help="what to hear")
    decode.add_argument("target", metavar="SOUND|FOLDER/", help="where to")
    decode.add_argument("--quality", choices=ROUNDS, default="standard")
    _recipe_option(decode, None)
    decode.add_argument("--reference", metavar="SOUND", help="the original sound, to lean on")
    decode.add_argument(
        "--reference-picture",
        metavar="PICTURE|FOLDER/",
        help="the unedited picture, sent through the same tool",
    )
    decode.add_argument("--format", metavar="wav|flac|...", help="of sounds in a folder")
    _overlap_option(decode)
    film = decode.add_argument_group("films")
    film.add_argument("--read", choices=READINGS, help="how to; default: by what the film is")
    film.add_argument("--seconds", type=float, metavar="N", help="how long the sound is to be")
    film.add_argument("--fps", type=_rate, metavar="N", help="of a folder of frames; default: 30")
    film.add_argument(
        "--ignore-track", action="store_true", help="do not lean on the film's own sound track"
    )
    _limit_option(decode)
    _common_options(decode)

    info = command("info", "Say what a file is.", _INFO_EXAMPLES, _info)
    info.add_argument("file", metavar="FILE", help="a sound, a picture, a film or a recipe")
    _limit_option(info)

    features = command("features", "Arrays for networks.", _FEATURES_EXAMPLES, _features)
    features.add_argument("source", metavar="SOUND")
    features.add_argument("target", metavar="OUT.npz")
    features.add_argument("--kinds", nargs="+", metavar="KIND", help="default: all of them")
    features.add_argument("--force", action="store_true", help="replace what is there already")
    return parser


def _recipe_option(parser: argparse.ArgumentParser, default: str | None) -> None:
    parser.add_argument(
        "--recipe",
        default=default,
        metavar="NAME|FILE.json",
        help=f"{', '.join(PRESETS)} or a file; default: {default or 'what the picture says'}",
    )


def _overlap_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--overlap", type=float, default=0.0, metavar="0..0.9", help="that squares share"
    )


def _limit_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--max-pixels",
        type=int,
        metavar="N",
        help=f"refuse larger pictures; 0: no limit; default: {DEFAULT_MAX_PIXELS:,}, or "
        f"{DEFAULT_MAX_FRAME_PIXELS:,} for the frames of films",
    )


def _common_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--jobs", type=_jobs, default=thread_count(), metavar="N", help="processes, for folders"
    )
    parser.add_argument("--quiet", action="store_true", help="say nothing but errors")
    parser.add_argument("--force", action="store_true", help="replace what is there already")


def _formats() -> list[str]:
    films = [suffix.lstrip(".") for suffix in video_suffixes()]
    return list(dict.fromkeys([*PICTURE_FORMATS, *films]))


def _rate(text: str) -> Fraction:
    """A frame rate: 25, 29.97 or 30000/1001."""
    try:
        rate = Fraction(text)
    except (ValueError, ZeroDivisionError):
        raise argparse.ArgumentTypeError(f"{text!r} is not a frame rate: use 30, say") from None
    return rate.limit_denominator(100_000)


def _jobs(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 256:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of processes: use 1 to 256")
    return int(text)


def _channels(text: str) -> tuple[int, ...]:
    parts = text.split(",")
    if not all(part.strip().isdigit() for part in parts) or len(parts) > 2:
        raise argparse.ArgumentTypeError(f"{text!r} does not name channels: use for example 0,1")
    return tuple(int(part) for part in parts)


def _is_folder(name: str) -> bool:
    """Whether ``name`` means a folder, be it there already or not."""
    return name.endswith(("/", os.sep)) or Path(name).is_dir() or not Path(name).suffix


def _sound_target(options: argparse.Namespace) -> Path:
    """The sound file to make, in the folder that is named, or as it is named."""
    target = Path(options.target)
    if not _is_folder(options.target):
        return target
    target.mkdir(parents=True, exist_ok=True)
    return target / f"{Path(options.source).stem}.{(options.format or 'wav').lstrip('.')}"


def _refuse(options: argparse.Namespace, names: Sequence[str], why: str) -> None:
    """Refuse options that would have no effect."""
    given = [f"--{name.replace('_', '-')}" for name in names if getattr(options, name)]
    if given:
        raise FilmError(f"{', '.join(given)} is only for {why}")


def _limit(options: argparse.Namespace, usual: int) -> int | None:
    """The most pixels that are allowed; None for any number."""
    return usual if options.max_pixels is None else options.max_pixels or None


def _need_folder(source: Path, target: str) -> None:
    if not _is_folder(target):
        raise OutputError(f"{source} is a folder, so {target} must be one: add a /")


def _need_file(path: Path, error: EidophoneError) -> None:
    if not path.exists():
        raise type(error)(f"{error} {path}")


def _pictures(name: str | None) -> list[Path] | None:
    if name is None:
        return None
    path = Path(name)
    return pictures_in(path) if path.is_dir() else pictures_named(path)


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
