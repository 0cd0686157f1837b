"""Events: what pages are told without asking, as server-sent events."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

#: Events that wait for a page that does not read; it is then told to ask for everything.
_MOST_WAITING = 256

#: Seconds after which something is said in any case, so that a page that is gone is seen.
_PULSE_SECONDS = 15.0

_PULSE = ": still here\n\n"


class Events:
    """What is told to all pages; from any thread."""

    def __init__(self) -> None:
        self._listeners: set[asyncio.Queue[str | None]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._is_over = False

    def tell(self, event: str, what: dict[str, Any]) -> None:
        """Tell all pages of an ``event``."""
        if self._loop is not None:
            with suppress(RuntimeError):  # it is closed
                self._loop.call_soon_threadsafe(self._send, _written(event, what))

    def close(self) -> None:
        """End all streams."""
        self._is_over = True
        if self._loop is not None:
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._send, None)

    async def stream(self) -> AsyncIterator[str]:
        """What one page is told, until all is over."""
        self._loop = asyncio.get_running_loop()
        mine: asyncio.Queue[str | None] = asyncio.Queue(_MOST_WAITING)
        self._listeners.add(mine)
        try:
            yield "retry: 1000\n\n"
            while not self._is_over:
                try:
                    said = await asyncio.wait_for(mine.get(), _PULSE_SECONDS)
                except TimeoutError:
                    said = _PULSE
                if said is None:
                    return
                yield said
        finally:
            self._listeners.discard(mine)

    def _send(self, said: str | None) -> None:
        for one in self._listeners:
            if one.full():
                while not one.empty():
                    one.get_nowait()
                one.put_nowait(_written("items", {}))
            one.put_nowait(said)


def _written(event: str, what: dict[str, Any]) -> str:
    return f"event: {event}\ndata: {json.dumps(what)}\n\n"
