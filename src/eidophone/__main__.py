"""``eidophone``, and ``python -m eidophone``."""

from eidophone.faces.interrupts import ignore, interruptible, nobody_listens


def run() -> None:
    """The program, from its first moment to its last.

    Raises:
        SystemExit: always, with the exit code of `eidophone.faces.cli.main`.
    """
    with interruptible():
        import sys  # noqa: PLC0415

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


if __name__ == "__main__":
    run()
