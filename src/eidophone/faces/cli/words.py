"""Words: what was typed, as people type it: without a command, with options before it, globs."""

from __future__ import annotations

import glob
import shlex
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from io import BufferedReader
from pathlib import Path
from typing import NoReturn

from eidophone.faces.cli.commands import commands_of, parser
from eidophone.faces.cli.talk import USAGE
from eidophone.faces.studio.needs import is_installed
from eidophone.files.kinds import (
    FILM_FORMATS,
    FILM_SUFFIXES,
    PICTURE_SUFFIXES,
    SOUND_SUFFIXES,
    begins_as_midi,
    by_number,
    held_by,
    is_midi,
)
from eidophone.files.probing import kind_of_bytes

#: The standard input, or output.
PIPE = "-"

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
    typed = _unmistakable(sys.argv[1:] if arguments is None else arguments, whole) or _nothing()
    words = [word for word in typed if word == PIPE or not word.startswith("-")]
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
        options.sources, options.target = _divided(
            options.paths, _ONLY_READ.get(typed[0], frozenset())
        )
    if "sources" in options:
        options.sources = [found for name in options.sources for found in _globbed(name)]
    return options


def as_typed(command: str, *places: object) -> str:
    """A command line for people to type; in quotes, unless there are some in it."""
    names = (_undashed(str(place)) for place in places)
    line = f"eidophone {command} {shlex.join(names)}"
    return line if "'" in line else f"'{line}'"


def _nothing() -> list[str]:
    """What is meant where nothing was typed: the studio, if somebody is there to see it."""
    return ["studio"] if sys.stdout.isatty() and is_installed() else ["--help"]


def _unmistakable(typed: Sequence[str], whole: ArgumentParser) -> list[str]:
    """What was ``typed``, without ``--``: what comes after it is a name, whatever it begins with.

    So is what is there and no option, as a shell makes it of ``*``.
    """
    end = typed.index("--") if "--" in typed else len(typed)
    options = {word for one in commands_of(whole).values() for word in one._option_string_actions}
    before = [
        _undashed(one) if one not in options and _is_there(one) else one for one in typed[:end]
    ]
    return [*before, *map(_undashed, typed[end + 1 :])]


def _undashed(name: str) -> str:
    """The name of the same file, which begins with no dash."""
    return f"./{name}" if name.startswith("-") and name != PIPE else name


def _likeliest(name: str, whole: ArgumentParser) -> str:
    """The command that is likeliest meant for the file or folder ``name``."""
    held, path = _held_by(name), Path(name)
    if path.suffix.lower() == ".json":
        return "info"
    if held == {"sound"}:
        return "encode"
    if held and "sound" not in held:
        return "decode"
    if held:
        ways = f"{as_typed('encode', name)}, or {as_typed('decode', name)}"
        _refuse(whole, f"{name} has sounds and pictures in it: say {ways}")
    if name == PIPE:
        draws, hears = as_typed("encode", PIPE), as_typed("decode", PIPE)
        what = f"{draws} draws a sound, {hears} hears a picture or a film"
        _refuse(whole, f"nothing that is known here comes in there: {what}")
    _refuse(whole, f"{name} is, or has, no sound, picture, film or MIDI that is known here")


def _held_by(name: str) -> set[str]:
    """What the file or folder ``name`` holds, or what comes in, which is only looked at.

    MIDI counts as sound.
    """
    if name != PIPE:
        return {"sound"} if is_midi(Path(name)) else held_by(Path(name))
    there, kind = sys.stdin.buffer, None
    if isinstance(there, BufferedReader) and not sys.stdin.isatty():
        if begins_as_midi(there.peek()):
            return {"sound"}
        kind = kind_of_bytes(there.peek())
    return {kind.holds} if kind is not None and not kind.instead else set()


def _refuse(whole: ArgumentParser, problem: str) -> NoReturn:
    whole.exit(USAGE, f"eidophone: {problem}\n")
    raise AssertionError


def _divided(paths: list[str], only_read: frozenset[str]) -> tuple[list[str], str | None]:
    """What of ``paths`` is to be worked on, and where to."""
    last = Path(paths[-1])
    more = last.suffix.lower() in only_read and _is_there(paths[-1]) and last.is_file()
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
        return name == PIPE or Path(name).exists()
    except (OSError, ValueError):  # too long, or with a null character
        return False
