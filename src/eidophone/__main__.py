"""``eidophone``, and ``python -m eidophone``."""

import os
import sys

from eidophone.faces.interrupts import ignore, interruptible, nobody_listens


def run() -> None:
    """The program, from its first moment to its last.

    Raises:
        SystemExit: always, with the exit code of `eidophone.faces.cli.main`.
    """
    with interruptible():
        _open_streams()

        from eidophone.faces.cli import main  # noqa: PLC0415

        code: object
        try:
            code = main()
        except SystemExit as exit_:  # of the parser
            code = exit_.code
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        except BrokenPipeError:
            nobody_listens()
        ignore()
    raise SystemExit(code)


def _open_streams() -> None:
    """Let what is closed of the standard streams lead nowhere, before a file gets its number."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), mode))


if __name__ == "__main__":
    run()
