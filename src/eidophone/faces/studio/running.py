"""Running: a studio on its way: where it listens, its token, and how a second start finds it.

Only the standard library is needed, so that the address is there before anything slow is.
"""

from __future__ import annotations

import json
import os
import secrets
import socket
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from eidophone.base.errors import OutputError
from eidophone.base.locks import try_lock

#: Where a studio listens unless it is told otherwise: the year of the first eidophone.
HOST, PORT = "127.0.0.1", 1885

#: Where it works unless it is told otherwise, in the folder of the user.
WORKSPACE = "Eidophone"

#: How many ports are tried, one after the other, before any free one will do.
_ATTEMPTS = 20

#: Stand for all addresses of this machine.
_ALL = ("0.0.0.0", "")  # noqa: S104 (to know them)

#: Lets nobody else listen where we do, which Windows would, and us again where we just did.
_OURS_ALONE = getattr(socket, "SO_EXCLUSIVEADDRUSE", socket.SO_REUSEADDR)

#: Where a studio says how to find it, in its workspace: for nobody else's eyes.
_NOTE = Path(".studio", "running.json")

#: Seconds that one that has just begun has to say where it is, and any has to answer.
_PATIENCE_SECONDS, _LOOK_SECONDS = 5.0, 0.05


#: How often a browser can be opened before the token itself stands in what others might read.
_TICKETS = 64


class Address(NamedTuple):
    """Where a studio is, the token that it asks for, and tickets that let one browser in each."""

    host: str
    port: int
    token: str
    tickets: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        """What a person opens."""
        return f"http://{self.host}:{self.port}/?token={self.token}"

    @property
    def once(self) -> str:
        """What a browser is started with: its arguments can be read by others on the machine."""
        ticket = self.tickets[0] if self.tickets else self.token
        return f"http://{self.host}:{self.port}/?token={ticket}"

    def opened(self) -> Address:
        """The address, after a browser was started with `once`."""
        return self._replace(tickets=self.tickets[1:])


def listen(host: str, port: int) -> tuple[socket.socket, Address]:
    """A socket that listens at ``port`` or the next that is free, and a new address for it.

    Whoever connects from now on waits until the server is there.

    Args:
        host: a name or number of this machine; ``0.0.0.0`` for all of them.
        port: 0 for any that is free.

    Raises:
        OutputError: nobody can listen there.
    """
    tried = [*range(port, min(port + _ATTEMPTS, 65_536)), 0] if port else [0]
    for one in tried:
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, _OURS_ALONE, 1)
        try:
            listener.bind((host, one))
            listener.listen()
        except socket.gaierror:
            listener.close()
            raise OutputError(f"there is no `host` {host} here: use {HOST}") from None
        except OSError as error:
            listener.close()
            problem = error
            continue
        known = _name_in_network() if host in _ALL else host
        token, *tickets = (secrets.token_urlsafe(24) for _ in range(1 + _TICKETS))
        return listener, Address(known, listener.getsockname()[1], token, tuple(tickets))
    why = problem.strerror or problem
    raise OutputError(f"nobody can listen at {host}, `port` {port}: {why}") from problem


def _name_in_network() -> str:
    """The number by which other machines know this one, as far as that can be told."""
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        asked.connect(("192.0.2.1", 9))  # nothing is sent: it only chooses the way
        return str(asked.getsockname()[0])
    return HOST


class Claim:
    """The claim of a studio on its workspace, which ends with it, however that ends."""

    def __init__(self, workspace: Path) -> None:
        """Claim ``workspace``, a folder that is made if it is not there.

        Raises:
            OutputError: it cannot be made, or nothing can be written there.
        """
        self._path = workspace / _NOTE
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0)
            self._file = os.open(self._path, flags, 0o600)
            if hasattr(os, "fchmod"):  # one that was there may be for all to read
                os.fchmod(self._file, 0o600)
        except OSError as error:
            why = error.strerror or error
            raise OutputError(f"cannot work in the folder {workspace}: {why}") from error

    def other(self) -> Address | None:
        """The address of a studio that is at work there already; None where none is."""
        is_ours = try_lock(self._file)
        if is_ours:
            return None
        end = time.monotonic() + _PATIENCE_SECONDS
        while True:
            found = _noted(self._path)
            if is_ours is None:  # there are no locks: ask whoever was there last
                return found if found and _answers(found) else None
            if found or time.monotonic() > end:
                break
            time.sleep(_LOOK_SECONDS)
        if found is None:
            raise OutputError(f"another studio works in {self._path.parents[1]}: end it first")
        return found

    def note(self, address: Address) -> None:
        """Say for others of this user where the studio is."""
        text = json.dumps(address._asdict()).encode()
        os.ftruncate(self._file, 0)
        os.lseek(self._file, 0, os.SEEK_SET)
        os.write(self._file, text)

    def end(self) -> None:
        """Work there no more."""
        with suppress(OSError):
            os.ftruncate(self._file, 0)
        os.close(self._file)


def _noted(path: Path) -> Address | None:
    """What stands in the note at ``path``, if it is one."""
    with suppress(OSError, ValueError, TypeError, AttributeError):
        found = json.loads(path.read_bytes())
        host, port, token = found["host"], found["port"], found["token"]
        tickets = tuple(map(str, found.get("tickets", ())))
        if isinstance(host, str) and isinstance(port, int) and isinstance(token, str):
            return Address(host, port, token, tickets)
    return None


def _answers(address: Address) -> bool:
    """Whether a studio that knows our token is at ``address``."""
    import urllib.request  # noqa: PLC0415 (seldom needed)

    asked = urllib.request.Request(
        f"http://{address.host}:{address.port}/api/state",
        headers={"Authorization": f"Bearer {address.token}"},
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # it is on this machine
    try:
        with opener.open(asked, timeout=_PATIENCE_SECONDS) as answer:
            return bool(answer.status == 200)
    except (OSError, ValueError):
        return False
