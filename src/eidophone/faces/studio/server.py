"""Server: the studio as a web app, from its start to its end.

Its pages are there at once; what stands behind them is loaded meanwhile, and who asks for it waits.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from eidophone.base.errors import EidophoneError
from eidophone.faces.studio.pages import is_page, pages
from eidophone.faces.studio.security import Door, Guard

if TYPE_CHECKING:  # slow to import
    from eidophone.faces.studio.studio import Studio

#: Seconds that replies have to end when the studio does.
_PATIENCE_SECONDS = 3


def serve(
    listener: socket.socket, *, workspace: Path, token: str, host: str, tickets: Iterable[str] = ()
) -> None:
    """Run the studio until it is told to quit, or gets a signal.

    Args:
        listener: where it is asked; it is closed in the end.
        workspace: the folder of its items; made if it is not there.
        token: what must be known to come in.
        host: what this machine is called in the address of the studio.
        tickets: each lets one browser in, once, where others might read the address.

    Raises:
        EidophoneError: the workspace cannot be used, or is open in another studio.
    """
    with listener:
        loading = Loading(workspace)
        door = Door(token, host, listener.getsockname()[1], set(tickets))
        server = _Server(_config(Guard(loading, door)), loading)
        loading.begin(server.quit)
        server.run(sockets=[listener])
    loading.check()


class Loading:
    """The app of a studio whose pages are there before it is.

    Args:
        workspace: the folder of its items.
    """

    def __init__(self, workspace: Path) -> None:
        self._workspace = workspace
        self._app: Future[ASGIApp] = Future()
        self._studio: Studio | None = None
        self._pages = pages()

    def begin(self, quit_: Callable[[], None]) -> None:
        """Load the studio, for which ``quit_`` ends everything."""
        Thread(target=self._load, args=(quit_,), daemon=True, name="eidophone-load").start()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, now or as soon as it can be done."""
        if is_page(scope["path"]):
            await self._pages(scope, receive, send)
        else:
            app = await asyncio.shield(asyncio.wrap_future(self._app))  # who waits may go
            await app(scope, receive, send)

    def close(self) -> None:
        """End all that goes on."""
        if self._studio is not None:
            self._studio.close()

    def check(self) -> None:
        """Say why it could not be loaded, if so.

        Raises:
            EidophoneError: that was so.
        """
        if self._app.done():
            self._app.result()

    def _load(self, quit_: Callable[[], None]) -> None:
        try:
            from eidophone.faces.studio.app import app_of  # noqa: PLC0415 (slow)
            from eidophone.faces.studio.studio import Studio  # noqa: PLC0415

            studio = Studio(self._workspace)
            studio.quit = quit_
            studio.begin()
            studio.get_warm()
            self._studio = studio
            self._app.set_result(app_of(studio))
        except BaseException as error:
            self._app.set_exception(error)
            quit_()
            if not isinstance(error, EidophoneError):
                raise


def _config(app: ASGIApp) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        ws="none",
        lifespan="off",
        timeout_graceful_shutdown=_PATIENCE_SECONDS,
    )


class _Server(uvicorn.Server):
    """A server whose streams end when it does; what a signal means afterwards, its caller says."""

    def __init__(self, config: uvicorn.Config, loading: Loading) -> None:
        super().__init__(config)
        self._loading = loading

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End, and let all streams end."""
        self._loading.close()
        await super().shutdown(sockets)

    def quit(self) -> None:
        """Let it end."""
        self.should_exit = True
