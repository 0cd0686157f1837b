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
from eidophone.errors import EidophoneError, OutputError, SoundError
from eidophone.features import save_npz
from eidophone.folders import Outcome, Task, decode_tasks, encode_tasks, pictures_in, run_tasks
from eidophone.image_files import DEFAULT_MAX_PIXELS
from eidophone.info import describe
from eidophone.parallel import thread_count
from eidophone.recipe import PRESETS, Recipe
from eidophone.sound import Sound

OK, FAILED, USAGE, INTERRUPTED = 0, 1, 2, 130

_ENCODE_EXAMPLES = """\
examples:
  eidophone encode voice.wav voice.png
  eidophone encode voice.wav squares/ --size 512 --overlap 0.1
  eidophone encode sounds/ pictures/ --format webp
  eidophone encode song.flac song.png --carry-original --strip
"""
_DECODE_EXAMPLES = """\
examples:
  eidophone decode voice.png voice.wav
  eidophone decode squares/ voice.wav
  eidophone decode pictures/ sounds/ --format flac
  eidophone decode painted.png painted.wav --reference voice.wav --quality best
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


def _decode(options: argparse.Namespace, talk: Talk) -> int:
    source, target = Path(options.source), Path(options.target)
    how = Decoding(
        quality=options.quality,
        recipe=None if options.recipe is None else Recipe.named(options.recipe),
        reference=None if options.reference is None else Path(options.reference),
        reference_pictures=_pictures(options.reference_picture),
        overlap=options.overlap,
        max_pixels=options.max_pixels or None,
        overwrite=options.force,
    )
    suffix = "." + (options.format or "wav").lstrip(".")
    if source.is_dir() and _is_folder(options.target):
        if how.reference or how.reference_pictures:
            raise SoundError("a reference belongs to one sound: decode them one by one with it")
        tasks = decode_tasks(source, target, suffix, how)
        done = [] if options.force else [task for task in tasks if task.target.exists()]
        if done:
            talk.note(f"{len(done)} of {len(tasks)} are there already: --force makes them again")
        return _run_folder([task for task in tasks if task not in done], how, options, talk)
    paths = pictures_in(source) if source.is_dir() else pictures_named(source)
    if _is_folder(options.target):
        target.mkdir(parents=True, exist_ok=True)
        target = target / (source.stem + suffix)
    with talk.bar(f"decoding {source.name}") as bar:
        decode_files(paths, target, how, bar)
    talk.say(str(target))
    return OK


def _info(options: argparse.Namespace, talk: Talk) -> int:
    for name, text in describe(Path(options.file), max_pixels=options.max_pixels or None):
        talk.say(f"{name:>8}  {text}")
    return OK


def _features(options: argparse.Namespace, talk: Talk) -> int:
    save_npz(
        Path(options.target), Sound.load(options.source), options.kinds, overwrite=options.force
    )
    talk.say(options.target)
    return OK


def _run_folder(
    tasks: list[Task], how: Encoding | Decoding, options: argparse.Namespace, talk: Talk
) -> int:
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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="eidophone",
        description="Sound as pictures that any visual program can work on, and back again.",
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

    encode = command("encode", "Draw sounds as pictures.", _ENCODE_EXAMPLES, _encode)
    encode.add_argument("source", metavar="SOUND|FOLDER/", help="what to draw")
    encode.add_argument("target", metavar="PICTURE|FOLDER/", help="where to")
    _recipe_option(encode, "standard")
    encode.add_argument("--format", choices=PICTURE_FORMATS, help="default: by name, or png")
    encode.add_argument("--size", type=int, metavar="N", help="numbered squares of N pixels")
    _overlap_option(encode)
    encode.add_argument("--strip", action="store_true", help="draw a margin strip that survives")
    encode.add_argument(
        "--carry-original", action="store_true", help="put the sound file into the metadata"
    )
    encode.add_argument(
        "--channels", type=_channels, metavar="0,1", help="one or two of them, where there are more"
    )
    _common_options(encode)

    decode = command("decode", "Turn pictures into sounds.", _DECODE_EXAMPLES, _decode)
    decode.add_argument("source", metavar="PICTURE|FOLDER/", help="what to hear")
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
    _limit_option(decode)
    _common_options(decode)

    info = command("info", "Say what a file is.", _INFO_EXAMPLES, _info)
    info.add_argument("file", metavar="FILE", help="a sound, a picture or a recipe")
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
        default=DEFAULT_MAX_PIXELS,
        metavar="N",
        help=f"refuse larger pictures; 0: no limit; default: {DEFAULT_MAX_PIXELS:,}",
    )


def _common_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--jobs", type=_jobs, default=thread_count(), metavar="N", help="processes, for folders"
    )
    parser.add_argument("--quiet", action="store_true", help="say nothing but errors")
    parser.add_argument("--force", action="store_true", help="replace what is there already")


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
