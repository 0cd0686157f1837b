"""Options that several commands have, and what their values mean."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

from eidophone.base.errors import EidophoneError, FilmError, OutputError
from eidophone.base.parallel import thread_count
from eidophone.faces.cli.talk import Talk
from eidophone.files.image import DEFAULT_MAX_PIXELS
from eidophone.files.kinds import pictures_in
from eidophone.files.video import DEFAULT_MAX_FRAME_PIXELS
from eidophone.jobs.pictures import pictures_named
from eidophone.picture.recipe import PRESETS

#: Does what a command says, and gives the exit code.
RunCommand = Callable[[argparse.Namespace, Talk], int]

#: Adds a command by its name, what it does, examples, and what to run.
AddCommand = Callable[[str, str, str, RunCommand], argparse.ArgumentParser]


def recipe_option(parser: argparse._ActionsContainer, default: str | None) -> None:
    """``--recipe``, in a parser or a group."""
    parser.add_argument(
        "--recipe",
        default=default,
        metavar="NAME|FILE.json",
        help=f"{', '.join(PRESETS)} or a file; default: {default or 'what the picture says'}",
    )


def overlap_option(parser: argparse.ArgumentParser, default: float | None = 0.0) -> None:
    """``--overlap``."""
    parser.add_argument(
        "--overlap", type=float, default=default, metavar="0..0.9", help="that pictures share"
    )


def limit_option(parser: argparse.ArgumentParser) -> None:
    """``--max-pixels``; see `limit`."""
    parser.add_argument(
        "--max-pixels",
        type=int,
        metavar="N",
        help=f"refuse larger pictures; 0: no limit; default: {DEFAULT_MAX_PIXELS:,}, or "
        f"{DEFAULT_MAX_FRAME_PIXELS:,} for the frames of films",
    )


def common_options(parser: argparse.ArgumentParser) -> None:
    """``--jobs``, ``--quiet`` and ``--force``."""
    parser.add_argument(
        "--jobs", type=jobs, default=thread_count(), metavar="N", help="processes, for folders"
    )
    parser.add_argument("--quiet", action="store_true", help="say nothing but errors")
    parser.add_argument("--force", action="store_true", help="replace what is there already")


def frame_rate(text: str) -> Fraction:
    """A frame rate: 25, 29.97 or 30000/1001."""
    try:
        rate = Fraction(text)
    except (ValueError, ZeroDivisionError):
        raise argparse.ArgumentTypeError(f"{text!r} is not a frame rate: use 30, say") from None
    return rate.limit_denominator(100_000)


def jobs(text: str) -> int:
    """A number of processes."""
    if not text.isdigit() or not 1 <= int(text) <= 256:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of processes: use 1 to 256")
    return int(text)


def channels(text: str) -> tuple[int, ...]:
    """One or two numbers of channels, such as 0,1."""
    parts = text.split(",")
    if not all(part.strip().isdigit() for part in parts) or len(parts) > 2:
        raise argparse.ArgumentTypeError(f"{text!r} does not name channels: use for example 0,1")
    return tuple(int(part) for part in parts)


def is_folder(name: str) -> bool:
    """Whether ``name`` means a folder, be it there already or not."""
    return name.endswith(("/", os.sep)) or Path(name).is_dir() or not Path(name).suffix


def sound_target(options: argparse.Namespace) -> Path:
    """The sound file to make, in the folder that is named, or as it is named."""
    target = Path(options.target)
    if not is_folder(options.target):
        return target
    target.mkdir(parents=True, exist_ok=True)
    return target / f"{Path(options.source).stem}.{(options.format or 'wav').lstrip('.')}"


def refuse(options: argparse.Namespace, names: Sequence[str], why: str) -> None:
    """Refuse options that would have no effect."""
    given = [f"--{name.replace('_', '-')}" for name in names if getattr(options, name)]
    if given:
        raise FilmError(f"{', '.join(given)} is only for {why}")


def limit(options: argparse.Namespace, usual: int) -> int | None:
    """The most pixels that are allowed; None for any number."""
    return usual if options.max_pixels is None else options.max_pixels or None


def need_folder(source: Path, target: str) -> None:
    """Refuse a target that is no folder, for a source that is one."""
    if not is_folder(target):
        raise OutputError(f"{source} is a folder, so {target} must be one: add a /")


def need_file(path: Path, error: EidophoneError) -> None:
    """Refuse a file that is not there."""
    if not path.exists():
        raise type(error)(f"{error} {path}")


def pictures_at(name: str | None) -> list[Path] | None:
    """The pictures in a folder, or of a name; None for no name."""
    if name is None:
        return None
    path = Path(name)
    return pictures_in(path) if path.is_dir() else pictures_named(path)
