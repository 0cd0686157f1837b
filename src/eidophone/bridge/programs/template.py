"""Template: a command line as people write it, with ``{in}`` and ``{out}`` for paths."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path

from eidophone.base.errors import ToolError

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

    def filled(self, given: Path, wanted: Path) -> list[str] | str:
        """The arguments, or for a shell the line, that make ``wanted`` of ``given``."""
        paths = {"in": str(given.absolute()), "out": str(wanted.absolute())}
        if self.shell:
            return _QUOTED_PLACE.sub(lambda place: _quoted(paths[place[2]]), self.text)
        return [_PLACE.sub(lambda place: paths[place[1]], argument) for argument in self._arguments]


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
        return found
    if Path(program).is_file():
        raise ToolError(f"{program} cannot be run: it is not executable")
    raise ToolError(f"there is no program {program!r}: install it, or write where it is")


def _quoted(path: str) -> str:
    return subprocess.list2cmdline([path]) if os.name == "nt" else shlex.quote(path)
