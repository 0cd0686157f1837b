"""ComfyUI itself, started from a checkout of it with our nodes in a folder of its own, on loopback.

Nothing outlives the `with` statement: neither the process nor its folder.
"""

from __future__ import annotations

import ctypes
import io
import json
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import soundfile

from bench.sounds import ROOT
from eidophone import Sound

#: What a graph may take, and what the start may, in seconds.
_GRAPH_SECONDS, _START_SECONDS = 300.0, 120.0
_LOOK_SECONDS = 0.1

#: Of Linux: a signal for the child when its parent is gone, however it went.
_PR_SET_PDEATHSIG = 1


class Graph:
    """A graph of nodes, as it is posted.

    Args:
        info: what the server says of its nodes: where nothing is given, defaults are taken.
    """

    def __init__(self, info: dict[str, Any]) -> None:
        self._info = info
        self.nodes: dict[str, Any] = {}

    def __call__(self, kind: str, /, **given: Any) -> Node:
        """Add a node of this ``kind``."""
        wanted = self._info[kind]["input"].get("required", {})
        usual = {name: _default(spec) for name, spec in wanted.items()}
        name = str(len(self.nodes) + 1)
        chosen = {key: value for key, value in usual.items() if value is not None}
        self.nodes[name] = {"class_type": kind, "inputs": chosen | given}
        return Node(name)


@dataclass(frozen=True)
class Node:
    """A node of a `Graph`; an index gives one of its outputs."""

    name: str

    def __getitem__(self, output: int) -> list[Any]:
        return [self.name, output]


def _default(spec: list[Any]) -> Any:
    options = spec[1] if len(spec) > 1 else {}
    if "default" in options:
        return options["default"]
    choices = spec[0] if isinstance(spec[0], list) else options.get("options")
    return choices[0] if choices else None


class GraphError(Exception):
    """What ComfyUI says of a graph that it refuses, or that failed; ``errors`` by node."""

    def __init__(self, message: str, errors: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.errors = errors or {}


@dataclass
class ComfyUI:
    """A running ComfyUI.

    Attributes:
        folder: its base directory, with ``input`` and ``output``.
        address: where it listens.
        info: what it says of its nodes, by their ids.
    """

    folder: Path
    address: str
    info: dict[str, Any] = field(default_factory=dict)

    def graph(self) -> Graph:
        """An empty graph."""
        return Graph(self.info)

    def run(self, graph: Graph | dict[str, Any]) -> dict[str, Any]:
        """What the nodes of ``graph`` show when all have run, by their names.

        Raises:
            GraphError: it was refused, or a node failed.
        """
        nodes = graph.nodes if isinstance(graph, Graph) else graph
        name = self.post(nodes)
        until = time.monotonic() + _GRAPH_SECONDS
        while time.monotonic() < until:
            found = self._get(f"/history/{name}").get(name)
            if found is not None and found["status"]["completed"]:
                return found["outputs"]
            if found is not None:
                last = found["status"]["messages"][-1][1]
                raise GraphError(f"{last.get('node_type')}: {last.get('exception_message')}")
            time.sleep(_LOOK_SECONDS)
        raise GraphError(f"it took more than {_GRAPH_SECONDS:g} s")

    def post(self, nodes: dict[str, Any]) -> str:
        """Put a graph into the queue; the name that it is known by there.

        Raises:
            GraphError: it was refused.
        """
        request = urllib.request.Request(
            f"{self.address}/prompt",
            json.dumps({"prompt": nodes}).encode(),
            {"Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request) as answer:
                said = json.load(answer)
        except urllib.error.HTTPError as error:
            said = json.load(error)
        if said["node_errors"]:  # even if another part of the graph runs
            raise GraphError("refused", said["node_errors"])
        return said["prompt_id"]

    def refused(self, drawing: Callable[[Graph], Node]) -> str:
        """What is said of a graph that cannot run, whose sound would be saved."""
        graph = self.graph()
        try:
            graph("SaveAudio", audio=drawing(graph)[0])
            self.run(graph)
        except GraphError as error:
            wrong = [one for node in error.errors.values() for one in node["errors"]]
            said = "; ".join(f"{one['message']}: {one['details']}" for one in wrong) or str(error)
            return said.strip()
        return "**it was not**"

    def file(self, shown: dict[str, str]) -> bytes:
        """The file that a node shows."""
        query = urllib.parse.urlencode(shown)
        with urllib.request.urlopen(f"{self.address}/view?{query}") as answer:
            return answer.read()

    def give(self, name: str, sound: Sound) -> Sound:
        """``sound`` in 16 bits, as a file in input/: what is saved is of 16 bits, too."""
        path = self.folder / "input" / name
        soundfile.write(path, sound.samples.T, sound.rate, subtype="PCM_16")
        return Sound.load(path)

    def sound(self, shown: dict[str, str]) -> Sound:
        """The sound in a file that a node shows."""
        file = io.BytesIO(self.file(shown))
        samples, rate = soundfile.read(file, dtype="float32", always_2d=True)
        return Sound(samples.T, rate)

    def _get(self, path: str) -> dict[str, Any]:
        with urllib.request.urlopen(f"{self.address}{path}") as answer:
            return json.load(answer)

    def wait(self, process: subprocess.Popen[bytes], log: Path) -> None:
        """Until it answers, and knows its nodes."""
        until = time.monotonic() + _START_SECONDS
        while not self.info:
            if process.poll() is not None or time.monotonic() > until:
                raise SystemExit(f"ComfyUI did not start:\n{log.read_text('utf-8')[-3000:]}")
            try:
                self.info = self._get("/object_info")
            except (urllib.error.URLError, ConnectionError):
                time.sleep(_LOOK_SECONDS)


@contextmanager
def comfyui(checkout: Path, python: str) -> Iterator[ComfyUI]:
    """A ComfyUI of ``checkout`` in the interpreter ``python``, with this repository as a pack."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what follows is taken down
    with tempfile.TemporaryDirectory(prefix="eidophone-comfyui-") as name:
        folder = Path(name)
        for one in ("input", "output", "custom_nodes"):
            (folder / one).mkdir()
        (folder / "custom_nodes" / "eidophone").symlink_to(ROOT)
        port, log = _free_port(), folder / "log"
        command = [python, str(checkout / "main.py"), "--cpu", "--disable-api-nodes"]
        command += ["--base-directory", name, "--listen", "127.0.0.1", "--port", str(port)]
        command += ["--database-url", f"sqlite:///{folder / 'comfyui.db'}"]
        with (
            log.open("wb") as file,
            subprocess.Popen(
                command,
                stdout=file,
                stderr=file,
                cwd=name,
                preexec_fn=_dies_with_parent,  # noqa: PLW1509
            ) as process,
        ):
            try:
                found = ComfyUI(folder, f"http://127.0.0.1:{port}")
                found.wait(process, log)
                yield found
            finally:
                process.kill()


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def _dies_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
