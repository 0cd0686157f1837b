"""ONNX files as tools, by ONNX Runtime: on the GPU where there is one, or else on the CPU.

An ONNX file is data: a graph of known operators. The weights that it may keep in other files have
to lie in its own folder; ONNX Runtime sees to that since version 1.24, so older ones are refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eidophone.base.errors import MissingExtraError, ToolError
from eidophone.base.parallel import thread_count
from eidophone.bridge.networks.conventions import LayoutName
from eidophone.bridge.networks.network import Port
from eidophone.bridge.networks.settings import Settings
from eidophone.bridge.networks.tool import NetworkTool

_SAFE_VERSION = (1, 24)
_QUIET = 4

_TYPES = {
    "tensor(float)": "float32",
    "tensor(float16)": "float16",
    "tensor(double)": "float64",
    "tensor(uint8)": "uint8",
    "tensor(uint16)": "uint16",
    "tensor(int32)": "int32",
    "tensor(int64)": "int64",
    "tensor(bool)": "bool",
}
#: ONNX's standard metadata for images.
_SAID_RANGES = {
    "NominalRange_0_255": "0..255",
    "Normalized_0_1": "0..1",
    "Normalized_1_1": "-1..1",
}
_PROVIDERS = {"cpu": "CPUExecutionProvider", "cuda": "CUDAExecutionProvider"}


class OnnxTool(NetworkTool):
    """An image-to-image network in an ONNX file.

    Args:
        path: the file; nothing in it is unpickled or run but ONNX operators.
        layout: order of the axes that it takes: ``"NCHW"``, ``"NHWC"``, ``"CHW"`` or ``"HWC"``;
            found by looking and trying unless given.
        values: numbers that it takes, and after a comma gives: ``"0..1"``, ``"-1..1"``,
            ``"0..255"``, ``"imagenet"``, ``"caffe"`` or any range; found by trying unless given.
        settings: for its other inputs, by name: a number or a list. To an input of several
            numbers, one whole number is a choice among them, from 0 on. 1, or the first choice,
            unless given.
        device: ``"cpu"`` or ``"cuda"``; the GPU where ONNX Runtime has one, unless given.
        batch: how many pictures at a time, where the network leaves it open: 1 unless given.

    Raises:
        ToolError: there is no such file or device, it is no network, or not one for pictures.
        MissingExtraError: ONNX Runtime is not installed, or too old.
    """

    def __init__(
        self,
        path: str | Path,
        *,
        layout: LayoutName | None = None,
        values: str | None = None,
        settings: Settings | None = None,
        device: str | None = None,
        batch: int | None = None,
    ) -> None:
        path = Path(path)
        network = _OnnxNetwork(path, device)
        super().__init__(
            path.name,
            network,
            layout=layout,
            values=values or network.values,
            settings=settings,
            batch=batch,
        )


class _OnnxNetwork:
    def __init__(self, path: Path, device: str | None) -> None:
        if not path.is_file():
            raise ToolError(f"there is no network {path}")
        runtime = _onnxruntime()
        options = runtime.SessionOptions()
        options.intra_op_num_threads = thread_count()
        options.log_severity_level = _QUIET
        options.use_deterministic_compute = True
        options.add_session_config_entry("session.load_model_format", "ONNX")
        providers = _providers(runtime, device)
        try:
            self._session = runtime.InferenceSession(str(path), options, providers=providers)
        except Exception as error:  # of many classes, which share no base
            raise ToolError(f"cannot read {path} as an ONNX network: {_reason(error)}") from None
        self.inputs = tuple(_port(given) for given in self._session.get_inputs())

    @property
    def values(self) -> str | None:
        """The numbers that it takes, if its metadata says so."""
        said = self._session.get_modelmeta().custom_metadata_map
        return _SAID_RANGES.get(said.get("Image.NominalPixelRange", ""))

    def run(self, feeds: Mapping[str, NDArray[Any]]) -> list[NDArray[Any]]:
        try:
            answers = self._session.run(None, dict(feeds))
        except Exception as error:
            raise ToolError(f"the network failed: {_reason(error)}") from None
        return [np.asarray(answer) for answer in answers]


def _onnxruntime() -> ModuleType:
    try:
        import onnxruntime  # noqa: PLC0415
    except ImportError:
        raise MissingExtraError(
            "ONNX networks need ONNX Runtime: install it with  pip install 'eidophone[onnx]'"
        ) from None
    version = onnxruntime.__version__
    if tuple(int(part) for part in version.split(".")[:2]) < _SAFE_VERSION:
        raise MissingExtraError(
            f"ONNX Runtime {version} lets networks read any file: update it with  "
            f"pip install -U 'eidophone[onnx]'"
        )
    return onnxruntime


def _providers(runtime: ModuleType, device: str | None) -> list[str]:
    available = runtime.get_available_providers()
    if device is None:
        return [name for name in reversed(_PROVIDERS.values()) if name in available]
    if _PROVIDERS.get(device) not in available:
        known = ", ".join(name for name, provider in _PROVIDERS.items() if provider in available)
        raise ToolError(f"there is no device {device!r} for ONNX networks: use {known}")
    return [_PROVIDERS[device]]


def _port(given: Any) -> Port:
    if given.type not in _TYPES:
        raise ToolError(f"the network's input {given.name!r} is a {given.type}: not supported")
    shape = tuple(side if isinstance(side, int) and side > 0 else None for side in given.shape)
    return Port(given.name, shape, np.dtype(_TYPES[given.type]))


def _reason(error: Exception) -> str:
    """The first line of what ONNX Runtime says, without its codes."""
    text = str(error).strip().partition("\n")[0]
    return text.rpartition(" : ")[2][:300] or type(error).__name__
