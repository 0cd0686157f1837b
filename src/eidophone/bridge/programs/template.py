"""Template: a command line as people write it, with ``{in}`` and ``{out}`` for paths."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from contextlib import suppress
from functools import partial
from pathlib import Path

from eidophone.base.errors import ToolError, tell

#: Where the programs of a virtual environment are.
_BIN = "Scripts" if os.name == "nt" else "bin"

_PLACE = re.compile(r"\{(in|out)\}")

#: What a shell takes as one piece, and places that stand by themselves.
_PIECE = re.compile(
    r"""\\.|'[^']*'?|"(?:\\.|[^"\\])*"?|`(?:\\.|[^`\\])*`?|<<<|<<.*|\{(?:in|out)\}""", re.DOTALL
)

#: A place, in quotes of its own or none.
_OWN_PLACE = re.compile(r"(?P<quote>[\"']?)\{(in|out)\}(?P=quote)")

#: What opens and closes inside of double quotes, where a shell begins anew.
_NESTING = (("(", ")"), ("{", "}"))


class Template:
    """A command line to be filled in.

    Without a shell, the line is split into arguments first and the paths put in then, so that no
    path needs quotes, and none is ever read as anything else.

    Args:
        text: the program and its arguments, as one would type them; ``{in}`` and ``{out}`` stand
            for what it is to read and to write.
        shell: it is a line for the shell (``sh``, on Windows ``cmd``).

    Raises:
        ToolError: a place or a closing quote is missing, or there is no such program.
    """

    def __init__(self, text: str, *, shell: bool = False) -> None:
        for place in ("{in}", "{out}"):
            if place not in text:
                raise ToolError(
                    f"the command {text!r} has no {place}: write {{in}} where the name of what it "
                    f"reads belongs, and {{out}} for what it writes"
                )
        if shell:
            _check_quotes(text)
        self.text = text
        self.shell = shell
        words = _words(text, strict=not shell)
        self._arguments = words if shell else [_found(words[0]), *words[1:]]

    def fingerprint(self) -> str:
        """What says that the same command would do the same again: it, and the files it names.

        An option may name a file, too: ``--style=wave.jpg``.
        """
        parts = [self.text, str(self.shell)]
        for argument in self._arguments:
            with suppress(OSError, ValueError):
                status = Path(argument.rpartition("=")[2]).stat()
                parts.append(f"{argument} {status.st_size} {status.st_mtime_ns}")
        return "\0".join(parts)

    def filled(self, given: Path, wanted: Path) -> tuple[list[str] | str, dict[str, str]]:
        """What makes ``wanted`` of ``given``: the arguments, or for a shell the line.

        A shell gets the paths by its environment, which is returned as well, so that it never
        reads them as part of its line.
        """
        paths = {"in": str(given.absolute()), "out": str(wanted.absolute())}
        if not self.shell:
            fill = partial(_PLACE.sub, lambda place: paths[place[1]])
            return list(map(fill, self._arguments)), {}
        if os.name == "nt":
            quoted = {name: subprocess.list2cmdline([path]) for name, path in paths.items()}
            return _OWN_PLACE.sub(lambda place: quoted[place[2]], self.text), {}
        variables = {f"EIDOPHONE_{name.upper()}": path for name, path in paths.items()}
        return _PIECE.sub(_by_environment, self.text), variables


def _by_environment(piece: re.Match[str]) -> str:
    place = _OWN_PLACE.fullmatch(piece[0])
    return piece[0] if place is None else f'"$EIDOPHONE_{place[2].upper()}"'


def _check_quotes(text: str) -> None:
    """Refuse places where a shell would not take a name as nothing but a name.

    Raises:
        ToolError: a place is part of a longer quoted text, in backquotes, or in a here-document.
    """
    for piece in _PIECE.findall(text):
        is_open = piece[0] == '"' and any(piece.count(a) != piece.count(b) for a, b in _NESTING)
        place = _PLACE.search(piece)
        if is_open or (place is not None and not _OWN_PLACE.fullmatch(piece)):
            raise ToolError(
                f"the command {text!r} has quotes around more than a place: a shell could take "
                f"the name of a folder for a command, so write {{in}} and {{out}} without quotes"
            )


def _words(text: str, *, strict: bool) -> list[str]:
    """The program and its arguments; or if not ``strict``, as many as can be made out."""
    lexer = shlex.shlex(text, posix=True, punctuation_chars=False)
    lexer.whitespace_split = True
    lexer.commenters = ""
    if os.name == "nt":
        lexer.escape = ""  # there, it separates folders
    words: list[str] = []
    try:
        words.extend(lexer)
    except ValueError as error:
        if strict:
            raise ToolError(f"the command {text!r} cannot be understood: {error}") from None
    return words


def _found(program: str) -> str:
    """The file that ``program`` names; on Windows, that may be a .bat or .cmd."""
    found = shutil.which(program)
    if found is not None:
        if _is_our_python(program, Path(found)):
            tell(
                f"{program} is {found}, which Eidophone itself runs on: if your program needs "
                f"another one, write where that is"
            )
        return found
    if Path(program).is_file():
        raise ToolError(f"{program} cannot be run: it is not executable")
    raise ToolError(f"there is no program {program!r}: install it, or write where it is")


def _is_our_python(program: str, found: Path) -> bool:
    """Whether ``program`` is called ``python``, and so that of the environment we live in."""
    is_python = re.fullmatch(r"python[\d.]*(?:\.exe)?", program) is not None
    return is_python and sys.prefix != sys.base_prefix and found.parent == Path(sys.prefix, _BIN)
