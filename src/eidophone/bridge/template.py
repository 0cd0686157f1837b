"""Template: a command line as people write it, with ``{in}`` and ``{out}`` for paths."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

from eidophone.errors import ToolError

_PLACE = re.compile(r"\{(in|out)\}")

#: For shells, whose quoting is ours; quotes around a place are needless, and would undo it.
_QUOTED_PLACE = re.compile(r"(?P<quote>[\"']?)\{(in|out)\}(?P=quote)")


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
        self.text = text
        self.shell = shell
        self._arguments = [] if shell else _split(text)

    def filled(self, given: Path, wanted: Path) -> list[str] | str:
        """The arguments, or for a shell the line, that make ``wanted`` of ``given``."""
        paths = {"in": str(given.absolute()), "out": str(wanted.absolute())}
        if self.shell:
            return _QUOTED_PLACE.sub(lambda place: _quoted(paths[place[2]]), self.text)
        return [_PLACE.sub(lambda place: paths[place[1]], argument) for argument in self._arguments]


def _split(text: str) -> list[str]:
    """The program, with its folder, and its arguments."""
    lexer = shlex.shlex(text, posix=True, punctuation_chars=False)
    lexer.whitespace_split = True
    lexer.commenters = ""
    if os.name == "nt":
        lexer.escape = ""  # there, it separates folders
    try:
        program, *arguments = lexer
    except ValueError as error:
        raise ToolError(f"the command {text!r} cannot be understood: {error}") from None
    return [_found(program), *arguments]


def _found(program: str) -> str:
    """The file that ``program`` names; on Windows, that may be a .bat or .cmd."""
    found = shutil.which(program)
    if found is not None:
        return found
    if Path(program).is_file():
        raise ToolError(f"{program} cannot be run: it is not executable")
    raise ToolError(f"there is no program {program!r}: install it, or write where it is")


def _quoted(path: str) -> str:
    return subprocess.list2cmdline([path]) if os.name == "nt" else shlex.quote(path)
