"""The command line: what was asked for, what is happening, and what came of it."""

from __future__ import annotations

import argparse
import signal
from collections.abc import Sequence

from eidophone import __version__
from eidophone.base.errors import EidophoneError
from eidophone.faces.cli import dataset, decode, encode, features, info, process, watch
from eidophone.faces.cli.options import RunCommand
from eidophone.faces.cli.talk import FAILED, INTERRUPTED, Talk

_COMMANDS = (encode, decode, process, dataset, watch, info, features)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code: 0 done, 1 failed, 2 not understood, 130 interrupted."""
    options = parser().parse_args(arguments)
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


def parser() -> argparse.ArgumentParser:
    """The parser of the whole command line."""
    whole = argparse.ArgumentParser(
        prog="eidophone",
        description="Sound as pictures and film for any visual program, and back again.",
        epilog="'eidophone COMMAND --help' shows examples.",
    )
    whole.add_argument("--version", action="version", version=f"eidophone {__version__}")
    commands = whole.add_subparsers(title="commands", required=True, metavar="COMMAND")

    def command(name: str, text: str, examples: str, run: RunCommand) -> argparse.ArgumentParser:
        made = commands.add_parser(
            name,
            help=text,
            description=text,
            epilog=examples,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        made.set_defaults(run=run)
        return made

    for one in _COMMANDS:
        one.add(command)
    return whole


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt
