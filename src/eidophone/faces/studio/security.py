"""Security: who may ask the studio, and what pages of it may do.

Only programs on this machine reach it, unless it was told otherwise; and of these, only those that
know the token of this start: the page that was opened with it, and whoever read it. Pages of other
places cannot ask through somebody's browser, whatever name they give to this machine.
"""

from __future__ import annotations

import hmac
import json
import re
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from eidophone.faces.studio.pages import locked_page

_POLICY = (
    "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)

#: What every reply says, unless it says otherwise.
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(self), midi=(self)",
    "Cache-Control": "no-store",
}

#: What says that a page of ours, or a person, asks; browsers say it, and other programs nothing.
_OUR_SITES = frozenset(("same-origin", "none"))

#: What the visualiser asks for, and what of it is not for those who know its key alone.
_VISUAL, _NOT_FOR_VISITORS = ("/visual", "/api/visual/"), "/api/visual/key"

#: Paths that need no token: the code of the page, which is everybody's.
_OPEN = ("/web/", "/favicon.ico")

#: Where files and pixels come, which are bounded there.
_BYTES = re.compile(
    r"/api/(?:items|learn/collections/[^/]+/sounds|views/[^/]+/part|paintings/[^/]+/layers/[^/]+)"
)

#: Bytes of what is said everywhere else: twenty thousand names fit.
_MOST_WORDS = 8 << 20

_TOO_LONG = "this is longer than anything that can be said here"
_UNKNOWN = "this needs the token: open the address that the studio said when it started"
_ELSEWHERE = "this was asked by a page of another place"


@dataclass(frozen=True)
class Door:
    """Who may come in.

    Attributes:
        token: of this start.
        host: the address that is listened at.
        port: the same.
        tickets: which let one browser in each, once, instead of the token.
    """

    token: str
    host: str
    port: int
    tickets: set[str] = field(default_factory=set)

    @property
    def cookie(self) -> str:
        """The name of the cookie that holds the token: cookies know no ports."""
        return f"eidophone-{self.port}"

    @property
    def visual_key(self) -> str:
        """What opens the visualiser alone; nobody finds the token by it."""
        return hmac.new(self.token.encode("utf-8"), b"visual", "sha256").hexdigest()[:32]

    def admits_visitor(self, scope: Scope) -> bool:
        """Whether this only looks at the visualiser, and knows its key."""
        path = scope["path"]
        if scope["method"] != "GET" or not path.startswith(_VISUAL) or path == _NOT_FOR_VISITORS:
            return False
        return hmac.compare_digest((_query(scope, "key") or "").encode(), self.visual_key.encode())

    def knows(self, host: str) -> bool:
        """Whether ``host``, of a request, is a name of this server.

        A number is nobody's page, and names are known: so no page of another place can lead its
        own name to us.
        """
        name, _, port = host.rpartition(":") if not host.endswith("]") else (host, "", "")
        if not name:
            name, port = host, "80"
        if port != str(self.port) and not (port == "" and self.port == 80):
            return False
        name = name.strip("[]").lower()
        if name in ("localhost", self.host.lower()):
            return True
        try:
            address = ip_address(name)
        except ValueError:
            return False
        return address.is_loopback or not _is_loopback(self.host)

    def problem(self, headers: Headers) -> str:
        """Why a request with these ``headers`` is refused; empty if it is not."""
        host = headers.get("host", "")
        if not self.knows(host):
            return "this is not the address of the studio: open the one that it said"
        origin = headers.get("origin")
        if origin is not None and origin not in (f"http://{host}", f"https://{host}"):
            return _ELSEWHERE
        if headers.get("sec-fetch-site", "none") not in _OUR_SITES:
            return _ELSEWHERE
        return ""

    def admits(self, headers: Headers) -> bool:
        """Whether who sends these ``headers`` knows the token."""
        kind, _, given = headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer" and self.is_token(given.strip()):
            return True
        cookies = cookie_parser(headers.get("cookie", ""))  # others may be what none should be
        return self.is_token(cookies.get(self.cookie, ""))

    def lets_in(self, given: str) -> bool:
        """Whether ``given``, in an address, is the token, or a ticket, which is then used."""
        if given in self.tickets:
            self.tickets.discard(given)
            return True
        return self.is_token(given)

    def is_token(self, given: str) -> bool:
        """Whether ``given`` is the token."""
        return hmac.compare_digest(given.encode("utf-8", "replace"), self.token.encode("utf-8"))


class Guard:
    """Refuses what must not come in, before anything looks at it.

    Args:
        app: what is guarded.
        door: who may come in.
    """

    def __init__(self, app: ASGIApp, door: Door) -> None:
        self._app, self._door = app, door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or let it in."""
        if scope["type"] == "websocket":  # nothing here speaks so
            await receive()
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers, path = Headers(scope=scope), scope["path"]
        problem = self._door.problem(headers)
        if problem:
            await _refuse(_with_headers(send), 403, problem)
        elif path == "/" and (given := _query(scope, "token")) is not None:
            await self._let_in(scope, _with_headers(send), given)
        elif path.startswith(_OPEN) or self._door.admits(headers):
            scope.setdefault("state", {})["visual_key"] = self._door.visual_key
            await self._ask(scope, receive, _with_headers(send))
        elif self._door.admits_visitor(scope):
            scope.setdefault("state", {})["is_visitor"] = True
            await self._ask(scope, receive, _with_headers(send))
        else:
            await _refuse_stranger(scope, _with_headers(send))

    async def _ask(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let it in, if it is not longer than anybody has to say."""
        if _BYTES.fullmatch(scope["path"]):
            await self._app(scope, receive, send)
        elif _length_of(Headers(scope=scope)) > _MOST_WORDS:
            await _refuse(send, 413, _TOO_LONG)
        else:
            await self._app(scope, _bounded(receive), send)

    async def _let_in(self, scope: Scope, send: Send, given: str) -> None:
        """Take the token out of the address, where people would copy it, into a cookie."""
        if not self._door.lets_in(given):
            await _refuse_stranger(scope, send)
            return
        cookie = f"{self._door.cookie}={self._door.token}; Path=/; HttpOnly; SameSite=Strict"
        headers = [(b"location", b"/"), (b"set-cookie", cookie.encode("ascii"))]
        await send({"type": "http.response.start", "status": 303, "headers": headers})
        await send({"type": "http.response.body", "body": b""})


def _length_of(headers: Headers) -> int:
    said = headers.get("content-length", "0")
    return int(said[:20]) if said.isdecimal() else 0


def _bounded(receive: Receive) -> Receive:
    """``receive``, which breaks off where somebody sends more than anybody has to say."""
    count = 0

    async def receiving() -> Message:
        nonlocal count
        message = await receive()
        count += len(message.get("body", b""))
        return message if count <= _MOST_WORDS else {"type": "http.disconnect"}

    return receiving


def _query(scope: Scope, name: str) -> str | None:
    """What an address says of ``name``; None if nothing."""
    query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
    return query.get(name, [None])[0]


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return sending


async def _refuse_stranger(scope: Scope, send: Send) -> None:
    """Say that the token is missing: to people, who come with a browser, on a page."""
    accepted = Headers(scope=scope).get("accept", "")
    if scope["method"] == "GET" and "text/html" in accepted:
        await _answer(send, 401, b"text/html; charset=utf-8", locked_page())
    else:
        await _refuse(send, 401, _UNKNOWN)


async def _refuse(send: Send, status: int, why: str) -> None:
    await _answer(send, status, b"application/json", json.dumps({"error": why}).encode("utf-8"))


async def _answer(send: Send, status: int, kind: bytes, body: bytes) -> None:
    headers = [(b"content-type", kind), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
