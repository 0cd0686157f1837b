"""studio: everything without a line of code, in the browser."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from eidophone.base.errors import MissingExtraError
from eidophone.faces.cli.talk import OK, Talk
from eidophone.faces.studio.launching import show
from eidophone.faces.studio.needs import INSTALL, is_installed
from eidophone.faces.studio.running import HOST, PORT, WORKSPACE, Address, Claim, listen


def run(options: Namespace, talk: Talk) -> int:
    """Run a studio until it is ended, or show the one that is running there."""
    if not is_installed():
        raise MissingExtraError(f"the studio needs FastAPI and uvicorn: {INSTALL}")
    workspace = Path(options.workspace or Path.home() / WORKSPACE).expanduser()
    claim = Claim(workspace)
    running = claim.other()
    if running is not None:
        talk.say(f"the studio is running already: {running.url}")
        _show(running, claim, options)
        return OK
    port = PORT if options.port is None else options.port
    listener, address = listen(options.host or HOST, port)
    claim.note(address)
    talk.kept = lambda: f"all that is in {workspace} is kept"
    talk.say(f"the studio (Ctrl-C ends it): {address.url}")
    _show(address, claim, options)
    if options.host not in (None, HOST):
        talk.note("whoever has this address can use the studio and what is in it")

    from eidophone.faces.studio.server import serve  # noqa: PLC0415 (slow, and that was at once)

    try:
        serve(
            listener,
            workspace=workspace,
            token=address.token,
            host=address.host,
            tickets=address.tickets,
        )
    finally:
        claim.end()
    return OK


def _show(address: Address, claim: Claim, options: Namespace) -> None:
    if not options.no_browser:
        claim.note(address.opened())
        show(address.once)
