"""The command line: what was asked for, what is happening, and what came of it."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from importlib import import_module

from eidophone.base.errors import NO_MEMORY, EidophoneError, lacks_memory
from eidophone.faces.cli.commands import parser
from eidophone.faces.cli.hush import libraries_hushed
from eidophone.faces.cli.pipes import piped
from eidophone.faces.cli.talk import FAILED, Talk
from eidophone.faces.cli.words import understood
from eidophone.faces.interrupts import interruptible

__all__ = ["main", "parser"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code: 0 done, 1 failed, 2 not understood.

    A signal ends the process, with 128 and its number: see `interrupts`.
    """
    options = understood(arguments)
    talk = Talk(quiet=options.quiet)
    with interruptible(lambda: talk.kept()):  # noqa: PLW0108 (commands say it anew)
        return _run(options, talk)


def _run(options: Namespace, talk: Talk) -> int:
    try:
        command = import_module(f"{__name__}.{options.command}")  # and what it needs: slow
        with libraries_hushed(), talk.notes(), piped(options, talk):
            return int(command.run(options, talk))
    except EidophoneError as error:
        talk.error(str(error))
    except OSError as error:
        talk.error(f"{error.filename or 'the system'}: {error.strerror or error}")
    except (MemoryError, RuntimeError) as error:
        if not lacks_memory(error):
            raise
        talk.error(NO_MEMORY)
    return FAILED
