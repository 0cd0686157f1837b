"""Words: what was typed, as people type it: without a command, with options before it, globs."""

from __future__ import annotations

import glob
import shlex
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from eidophone.faces.cli.commands import commands_of, parser
from eidophone.faces.cli.talk import USAGE
from eidophone.files.kinds import (
    FILM_FORMATS,
    FILM_SUFFIXES,
    PICTURE_SUFFIXES,
    SOUND_SUFFIXES,
    by_number,
    held_by,
)

#: Endings of what a command reads and never makes: a last path that is there and ends so is one
#: more thing to work on, and not where to.
_ONLY_READ = {
    "encode": SOUND_SUFFIXES - {f".{name}" for name in FILM_FORMATS},
    "decode": PICTURE_SUFFIXES | FILM_SUFFIXES,
}


def understood(arguments: Sequence[str] | None = None) -> Namespace:
    """What was asked for, with the defaults of what was not said.

    Paths are in ``sources``, and in ``target``, which is None where none was named; ``likeliest``
    says that no command was.

    Raises:
        SystemExit: it was not understood, or was answered already, as ``--help`` is.
    """
    whole = parser()
    commands = commands_of(whole)
    typed = list(sys.argv[1:] if arguments is None else arguments)
    words = [word for word in typed if not word.startswith("-")]
    first = words[0] if words else ""
    is_likeliest = False
    if first == "help":
        typed = [*words[1:2], "--help"]
    elif first in commands:
        typed.remove(first)
        typed.insert(0, first)
    else:
        maybe = words if typed[:1] != [first] else [first]  # values of options come before it
        there = next(
            (found for word in maybe for found in _globbed(word) if _is_there(found)), None
        )
        is_likeliest = there is not None
        if there is not None:
            typed.insert(0, _likeliest(there, whole))
    if not typed or typed[0] not in commands:
        return whole.parse_args(typed)  # answers, or says what is wrong
    options = commands[typed[0]].parse_intermixed_args(typed[1:])
    options.command, options.likeliest = typed[0], is_likeliest
    if "paths" in options:
        options.sources, options.target = _divided(options.paths, _ONLY_READ[typed[0]])
    if "sources" in options:
        options.sources = [found for name in options.sources for found in _globbed(name)]
    return options


def as_typed(command: str, *places: object) -> str:
    """A command line for people to type; in quotes, unless there are some in it."""
    line = f"eidophone {command} {shlex.join(map(str, places))}"
    return line if "'" in line else f"'{line}'"


def _likeliest(name: str, whole: ArgumentParser) -> str:
    """The command that is likeliest meant for the file or folder ``name``."""
    held, path = held_by(Path(name)), Path(name)
    if path.suffix.lower() == ".json":
        return "info"
    if held == {"sound"}:
        return "encode"
    if held and "sound" not in held:
        return "decode"
    if held:
        ways = f"{as_typed('encode', name)}, or {as_typed('decode', name)}"
        _refuse(whole, f"{name} has sounds and pictures in it: say {ways}")
    _refuse(whole, f"{name} is, or has, no sound, picture or film that is known here")


def _refuse(whole: ArgumentParser, problem: str) -> NoReturn:
    whole.exit(USAGE, f"eidophone: {problem}\n")
    raise AssertionError


def _divided(paths: list[str], only_read: frozenset[str]) -> tuple[list[str], str | None]:
    """What of ``paths`` is to be worked on, and where to."""
    last = Path(paths[-1])
    more = last.is_file() and last.suffix.lower() in only_read
    if len(paths) == 1 or more or (paths[-1] not in _globbed(paths[-1])):
        return paths, None
    return paths[:-1], paths[-1]


def _globbed(name: str) -> list[str]:
    """The files that ``name`` means where no shell has seen to that, as on Windows; or itself."""
    if _is_there(name) or not glob.has_magic(name):
        return [name]
    found = map(Path, glob.glob(name))  # noqa: PTH207 (Path.glob takes none that begin with a /)
    return [str(path) for path in sorted(found, key=by_number)] or [name]


def _is_there(name: str) -> bool:
    try:
        return Path(name).exists()
    except (OSError, ValueError):  # too long, or with a null character
        return False
