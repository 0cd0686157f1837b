"""A sound in the style of a picture, of a network, or of a workflow of ComfyUI."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from threading import current_thread, main_thread
from typing import Annotated, Literal

import numpy as np

from eidophone.base.arrays import Pixels
from eidophone.base.errors import ToolError
from eidophone.base.options import Option
from eidophone.base.parallel import thread_count
from eidophone.bridge.comfyui.tool import ComfyTool
from eidophone.bridge.manner import StylePicture
from eidophone.bridge.networks.opening import open_network
from eidophone.bridge.process import processed
from eidophone.bridge.remembered import Remembered
from eidophone.bridge.settings import Manner, Passage
from eidophone.bridge.tools import Tool
from eidophone.files.image import read_image, to_rgb
from eidophone.jobs.acts.model import Act, SoundFormat, Task
from eidophone.jobs.workspace.facts import kind_of_item
from eidophone.jobs.workspace.folder import HIDDEN
from eidophone.picture.codec import encode_blocks
from eidophone.picture.recipe import Recipe
from eidophone.sound.sound import open_sound

Way = Literal["picture", "network", "comfyui"]

#: What of the work is done when all pictures are back: the rest is hearing them.
_PAINTED = 0.85

#: Squares of a sound that serves as a style.
_STYLE_SQUARES = 2


@dataclass(frozen=True, kw_only=True)
class Styling(Passage, Manner):
    """How a sound is styled.

    Attributes:
        way: by what.
        style: a picture or a sound: for a style picture, or for networks that take one.
        network: the file of a network.
        trusted: it may do as it likes.
        values: numbers that it takes and gives; None: found by trying.
        address: of a running ComfyUI.
        workflow: the file of a workflow that it exported.
        format: of the sound.
    """

    way: Annotated[Way, Option(help="what it goes through")] = "picture"
    style: Annotated[
        Path | None, Option(help="a picture, or a sound's, whose strokes are lent", usual="none")
    ] = None
    network: Annotated[Path | None, Option(help="file of a network", usual="none")] = None
    trusted: Annotated[bool, Option(help="the network's file may run any program as you")] = False
    values: Annotated[
        str | None,
        Option(help="numbers that the network takes: 0..1, -1..1, 0..255", usual="found by trying"),
    ] = None
    address: Annotated[str, Option(help="of the running ComfyUI")] = "http://127.0.0.1:8188"
    workflow: Annotated[
        Path | None, Option(help="workflow that ComfyUI exported, API format", usual="none")
    ] = None
    format: SoundFormat = "wav"

    @property
    def at_once(self) -> int:
        """Pictures that the tool is given at a time."""
        return self.batch or {"picture": thread_count(), "network": 1, "comfyui": 4}[self.way]


def _make(task: Task) -> None:
    how: Styling = task.settings
    sound_path = task.only("sound", ToolError)
    opened, files = _tool(how)
    memory = sound_path.parent / HIDDEN / "cache" / "styles"
    tool = Remembered(opened, memory, _sign(how, files))

    def painted(done: int, total: int) -> None:
        task.progress(_PAINTED * done / max(1, total))

    passage = Passage(**{name: getattr(how, name) for name in _PASSAGE} | {"batch": how.at_once})
    with (
        _ending_well(),
        open_sound(sound_path, downmix=True) as sound,
        processed(sound, tool, passage, progress=painted) as made,
    ):
        made.write(
            task.folder / f"{task.stem}.{how.format}",
            passage,
            progress=lambda part: task.progress(_PAINTED + (1 - _PAINTED) * part),
        )


_PASSAGE = tuple(Passage.__dataclass_fields__)

#: What is chosen of what came back: all else makes another tool of it.
_AFTERWARDS = {"keep", "strength", "quality", "gain", "as_drawn", "format", "batch"}


def _tool(how: Styling) -> tuple[Callable[[], Tool], list[Path]]:
    """What opens the tool, and the files that it is made of."""
    if how.way == "comfyui":
        workflow = _needed(how.workflow, "a workflow that ComfyUI exported: choose its file")
        return lambda: ComfyTool(how.address, workflow), [workflow]
    if how.way == "network":
        network = _needed(how.network, "a network: choose its file")
        files = [network] if how.style is None else [network, how.style]
        return lambda: _network(network, how), files
    picture = _needed(how.style, "a style picture: choose one")
    manner = Manner(strokes=how.strokes, follow=how.follow)
    return lambda: StylePicture(_pixels(picture), manner), [picture]


def _network(path: Path, how: Styling) -> Tool:
    return open_network(
        path,
        values=how.values,
        batch=how.at_once,
        trusted=how.trusted,
        style=None if how.style is None else _pixels(how.style),
    )


def _needed(file: Path | None, what: str) -> Path:
    if file is None:
        raise ToolError(f"this needs {what}")
    return file


def _pixels(path: Path) -> Pixels:
    """The picture at ``path``, or the beginning of the sound there, as a picture."""
    if kind_of_item(path) != "sound":
        return to_rgb(read_image(path).pixels)
    recipe = Recipe.resolve("standard")
    with open_sound(path, downmix=True) as sound:
        columns, most = [], _STYLE_SQUARES * recipe.rows
        for block in islice(encode_blocks(sound, recipe.for_rate(sound.rate)), most):
            columns.append(block)
            if sum(one.shape[1] for one in columns) >= most:
                break
    return np.concatenate(columns, axis=1)[:, :most]


def _sign(how: Styling, files: list[Path]) -> str:
    """What tells this tool from others: all that was chosen for it, and its files as they are."""
    chosen = {name: value for name, value in asdict(how).items() if name not in _AFTERWARDS}
    signs = [(one.name, one.stat().st_size, one.stat().st_mtime_ns) for one in files]
    return repr((sorted(chosen.items(), key=lambda pair: pair[0]), signs))


@contextmanager
def _ending_well() -> Iterator[None]:
    """When this process is told to end, what has begun elsewhere is stopped first."""
    if current_thread() is not main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


STYLE = Act(
    "style",
    Styling,
    (
        *("way", "style", "strokes", "follow", "network", "trusted", "values"),
        *("address", "workflow", "keep", "strength", "quality", "size", "overlap", "recipe"),
        *("exposure", "gain", "as_drawn", "format"),
    ),
    _make,
    "{} styled",
)
