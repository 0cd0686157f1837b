"""ComfyUI itself as a tool: what comes back of sounds whose pictures go through its workflows."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from bench.comfy_server import ComfyUI
from bench.progress import progress
from eidophone import Sound, process
from eidophone.base.errors import ToolError
from eidophone.bridge.comfyui.tool import ComfyTool

_BLUR = {"ImageBlur": {"blur_radius": 6, "sigma": 2.0}}
_LARGER = {"ImageScaleBy": {"upscale_method": "bicubic", "scale_by": 2.0}}

#: What is done to the pictures, and what is expected of the sound.
_EFFECTS: dict[str, dict[str, dict[str, Any]]] = {
    "untouched": {},
    "untouched, once more": {},
    "inverted": {"ImageInvert": {}},
    "blurred": _BLUR,
    "twice as large": _LARGER,
}


def tool_lines(server: ComfyUI, sound: Sound) -> Iterator[str]:
    """A table: each workflow on ``sound``, how long a picture took, and what came of it."""
    yield from ("", "| ComfyUI as a tool | a picture took | the sound |", "|---|---|---|")
    for name, effect in _EFFECTS.items():
        progress(f"ComfyUI as a tool, {name}")
        yield f"| {name} | {_tried(server, sound, effect)} |"
    yield f"| a node that fails | {_tried(server, sound, {'ImageCrop': _OUTSIDE})} |"
    yield f"| cancelled | {_cancelled(server, sound)} |"


_OUTSIDE = {"width": 1, "height": 1, "x": -1, "y": 0}


def _workflow(effect: dict[str, dict[str, Any]], folder: str) -> Path:
    nodes: dict[str, Any] = {"1": {"class_type": "LoadImage", "inputs": {"image": "x.png"}}}
    for number, (kind, values) in enumerate(effect.items(), 2):
        inputs = {"image": [str(number - 1), 0], **values}
        nodes[str(number)] = {"class_type": kind, "inputs": inputs}
    shown = {"images": [str(len(nodes)), 0], "filename_prefix": "tool"}
    nodes["9"] = {"class_type": "SaveImage", "inputs": shown}
    path = Path(folder) / "workflow.json"
    path.write_text(json.dumps(nodes))
    return path


def _tried(server: ComfyUI, sound: Sound, effect: dict[str, dict[str, Any]]) -> str:
    with tempfile.TemporaryDirectory() as folder:
        times: list[float] = []
        began = time.perf_counter()
        try:
            tool = ComfyTool(
                server.address,
                _workflow(effect, folder),
                came_back=lambda: times.append(time.perf_counter()),
            )
            heard = process(sound, tool, batch=4)
        except ToolError as error:
            return f"| {error}"
    same = (
        "the original, bit for bit" if np.array_equal(heard.samples, sound.samples) else "altered"
    )
    return f"{(times[-1] - began) / len(times):.2f} s | {same}"


def _cancelled(server: ComfyUI, sound: Sound) -> str:
    """What is left in the queue of a run that is given up."""

    class GivenUpError(Exception):
        pass

    def give_up() -> None:
        raise GivenUpError

    with tempfile.TemporaryDirectory() as folder:
        slow = {"ImageBlur": {"blur_radius": 31, "sigma": 9.0}}
        tool = ComfyTool(server.address, _workflow(slow, folder), came_back=give_up)
        with suppress(GivenUpError):
            process(sound, tool, batch=8)
    until = time.monotonic() + 10
    while time.monotonic() < until:
        queue = server._get("/queue")
        if not queue["queue_pending"] and not queue["queue_running"]:
            return "| nothing is left in the queue"
        time.sleep(0.1)
    return f"| {len(queue['queue_pending'])} are left in the queue"
