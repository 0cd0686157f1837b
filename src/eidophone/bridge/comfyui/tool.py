"""A workflow of a running ComfyUI as a tool."""

from __future__ import annotations

import hashlib
import io
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import Any

from PIL import Image

from eidophone.base.arrays import Pixels
from eidophone.base.atomic import scratch
from eidophone.base.errors import PictureError, ToolError, tell
from eidophone.base.processes import stopping
from eidophone.bridge.comfyui.server import Server, brief
from eidophone.bridge.comfyui.workflow import Workflow
from eidophone.files.image import read_image

#: Seconds that a picture may take, unless the user says otherwise.
_PICTURE_SECONDS = 600.0

#: How often to ask whether a picture is done; and every so many times, whether it is still wanted.
_LOOK_SECONDS, _LOOKS = 0.1, 20


#: Seconds that whoever is told to end waits for the name of what is just being queued.
_PARTING_SECONDS = 3.0


class ComfyTool:
    """A workflow of a running ComfyUI as a tool.

    Each picture is put into ComfyUI's folder ``input/eidophone``, the workflow is queued on it, and
    what its last node shows is fetched. What was queued is taken off the queue, or stopped, if it
    is not wanted any more.

    Args:
        address: of ComfyUI, as it says when it starts: ``http://127.0.0.1:8188``.
        workflow: a file that was exported there as API format. If it has several nodes that load
            or save pictures, titles with ``{in}`` and ``{out}`` in them say which are meant.
        timeout_seconds: what a picture may take; 600 unless given.
        came_back: told of each picture that came back.

    Raises:
        ToolError: no ComfyUI answers, the file is no such workflow, or ComfyUI refuses it.
    """

    def __init__(
        self,
        address: str,
        workflow: str | Path,
        *,
        timeout_seconds: float | None = None,
        came_back: Callable[[], None] = lambda: None,
    ) -> None:
        self._workflow = Workflow.load(workflow)
        self._server = Server(address)
        self._seconds = timeout_seconds or _PICTURE_SECONDS
        self._came_back = came_back
        self._told = False
        self._queuing = Thread()

    def describe(self) -> str:
        """One line that says what was found."""
        nodes = self._workflow.nodes
        takes, gives = (
            f"{brief(nodes[name]['class_type'])} {brief(name)}"
            for name in (self._workflow.takes, self._workflow.gives)
        )
        return f"ComfyUI {self._server.version}: from {takes} to {gives}"

    def __call__(self, pictures: Sequence[Pixels], /) -> list[Pixels]:
        """What the workflow makes of ``pictures``, uint8 ``[height, width, 3]``.

        Raises:
            ToolError: ComfyUI fails, takes too long, or shows no picture.
        """
        waiting: list[str] = []
        results: list[Pixels] = []
        with stopping(lambda: self._cancel(waiting)):
            try:
                for picture in pictures:
                    self._queue(picture, waiting)
                while waiting:
                    results.append(self._fetched(self._outputs(waiting[0])))
                    waiting.pop(0)
                    self._came_back()
            finally:
                self._cancel(waiting)
        return results

    def _queue(self, picture: Pixels, waiting: list[str]) -> None:
        """Let the workflow wait for its turn on ``picture``, and note its name in ``waiting``.

        By a thread: whoever is told to end meanwhile can still hear that name, without which it
        would stay on the queue.
        """
        png = io.BytesIO()
        Image.fromarray(picture).save(png, "PNG", compress_level=1)
        data = png.getvalue()
        name = hashlib.blake2b(data, digest_size=8).hexdigest()
        image = self._server.upload(f"{name}.png", data)
        answer: Future[None] = Future()

        def queue() -> None:
            try:
                said = self._server.ask("/prompt", {"prompt": self._workflow.on(image)})
                if not isinstance(said, dict) or not isinstance(said.get("prompt_id"), str):
                    raise ToolError("ComfyUI did not say that it will do it")
                waiting.append(said["prompt_id"])
                answer.set_result(None)
            except Exception as error:  # raised where it is waited for
                answer.set_exception(error)

        self._queuing = Thread(target=queue, daemon=True, name="eidophone-comfyui")
        self._queuing.start()
        answer.result()

    def _outputs(self, name: str) -> Mapping[str, Any]:
        """What the nodes show, once they have run."""
        until = time.monotonic() + self._seconds
        looks = 0
        while time.monotonic() < until:
            said = self._server.ask(f"/history/{name}")
            entry = said.get(name) if isinstance(said, dict) else None
            if isinstance(entry, dict):
                return _checked(entry)
            looks += 1
            if looks % _LOOKS == 0 and not self._is_queued(name):
                raise ToolError("ComfyUI does not know of the picture any more: was it cancelled?")
            time.sleep(_LOOK_SECONDS)
        raise ToolError(f"ComfyUI took more than {self._seconds:g} s for a picture")

    def _is_queued(self, name: str) -> bool:
        """Whether it runs or waits, or has just been done."""
        said = self._server.ask("/queue"), self._server.ask(f"/history/{name}")
        return name in str(said)

    def _fetched(self, outputs: Mapping[str, Any]) -> Pixels:
        """The picture that the last node shows."""
        shown = outputs.get(self._workflow.gives)
        images = shown.get("images") if isinstance(shown, dict) else None
        if not isinstance(images, list) or not images or not isinstance(images[0], dict):
            raise ToolError("the workflow showed no picture")
        if len(images) > 1 and not self._told:
            tell(f"the workflow made {len(images)} pictures of one: the first is taken")
            self._told = True
        where = {key: str(images[0].get(key, "")) for key in ("filename", "subfolder", "type")}
        with scratch() as folder:
            path = folder / "picture"
            path.write_bytes(self._server.picture(where))
            try:
                return read_image(path).pixels
            except PictureError as error:
                raise ToolError(f"what ComfyUI gave is no picture: {error}") from None

    def _cancel(self, names: Sequence[str]) -> None:
        """Take off the queue what is not wanted any more, and stop it if it runs."""
        if self._queuing.is_alive():
            self._queuing.join(_PARTING_SECONDS)
        if not names:
            return
        with suppress(ToolError):
            self._server.tell("/queue", {"delete": list(names)})
            for name in names:
                self._server.tell("/interrupt", {"prompt_id": name})


def _checked(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the nodes of a workflow that is done show.

    Raises:
        ToolError: it failed, and why.
    """
    status = entry.get("status")
    status = status if isinstance(status, dict) else {}
    if status.get("status_str") == "error":
        raise ToolError(f"ComfyUI failed: {_reason(status.get('messages'))}")
    outputs = entry.get("outputs")
    return outputs if isinstance(outputs, dict) else {}


def _reason(messages: Any) -> str:
    """The last words of a workflow that failed."""
    for message in reversed(messages if isinstance(messages, list) else []):
        if isinstance(message, list) and len(message) == 2 and isinstance(message[1], dict):
            said = message[1]
            if message[0] == "execution_interrupted":
                return "somebody stopped it"
            if message[0] == "execution_error":
                node, why = said.get("node_type", ""), said.get("exception_message", "")
                return f"{brief(node)}: {brief(why)}"
    return "it did not say why"
