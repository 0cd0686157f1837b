"""Network files as tools."""

from __future__ import annotations

from pathlib import Path

from eidophone.base.arrays import Pixels
from eidophone.base.errors import ToolError
from eidophone.bridge.networks.conventions import LayoutName
from eidophone.bridge.networks.isolated import IsolatedNetwork
from eidophone.bridge.networks.settings import Settings
from eidophone.bridge.networks.tool import NetworkTool
from eidophone.files.image import read_image, to_rgb

#: By ending, whether a file is but data, and what it may hold.
_IS_DATA = {".onnx": True, ".safetensors": True, ".pt": False, ".pt2": False, ".pth": False}

#: That a call of the network may take, unless said otherwise.
_CALL_SECONDS = 600.0


def open_network(
    path: str | Path,
    *,
    layout: LayoutName | None = None,
    values: str | None = None,
    settings: Settings | None = None,
    batch: int | None = None,
    trusted: bool = False,
    timeout_seconds: float | None = None,
    style: Pixels | str | Path | None = None,
) -> NetworkTool:
    """An image-to-image network in a file, as a tool, by the file's ending.

    ``.onnx``, and ``.safetensors`` of an architecture that spandrel knows, are data. TorchScript
    (``.pt``), exported programs (``.pt2``) and weights in pickles (``.pth``) can run any program,
    and are opened only where they are trusted. The network is loaded and run by a process of its
    own, which ends when the tool is no longer used. It runs on an NVIDIA GPU where there is one.

    Args:
        path: the file.
        layout: order of the axes that it takes: ``"NCHW"``, ``"NHWC"``, ``"CHW"`` or ``"HWC"``;
            found by looking and trying unless given.
        values: numbers that it takes, and after a comma gives: ``"0..1"``, ``"-1..1"``,
            ``"0..255"``, ``"imagenet"``, ``"caffe"`` or any range; found by trying unless given.
        settings: for its other inputs, by name: a number or a list. To an input of several
            numbers, one whole number is a choice among them, from 0 on. 1, or the first choice,
            unless given.
        batch: how many pictures at a time, where the network leaves it open: 1 unless given.
        trusted: you know who made the file, and let them run programs as you.
        timeout_seconds: that a call may take; 600 unless given, and 12 while it is tried on small
            pictures.
        style: for networks that take a second picture, whose style they learn: pixels
            ``[height, width, 3]``, or the path of a picture.

    Raises:
        ToolError: there is no such file, it is not trusted, it is no network, or not one for
            pictures.
        MissingExtraError: what it needs is not installed.
    """
    path = Path(path)
    ending = path.suffix.lower()
    if not path.is_file():
        raise ToolError(f"there is no network {path}")
    if ending not in _IS_DATA:
        raise ToolError(f"{path} is no network that is known here: use {', '.join(_IS_DATA)}")
    if not (trusted or _IS_DATA[ending]):
        raise ToolError(
            f"{path} could run any program as you, so it has to be trusted: say so with `trusted` "
            f"if you know who made it, or use ONNX, which can do no harm"
        )
    try:
        network = IsolatedNetwork(path, timeout_seconds)
    except ToolError as error:
        raise ToolError(f"cannot read {path} as a network: {error}") from None
    tool = NetworkTool(
        path.name,
        network,
        layout=layout,
        values=values or network.values,
        settings=settings,
        batch=batch,
        style=to_rgb(read_image(style).pixels) if isinstance(style, str | Path) else style,
    )
    network.seconds = timeout_seconds or _CALL_SECONDS
    return tool
