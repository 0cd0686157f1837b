"""ONNX files by ONNX Runtime: on the GPU where there is one, or else on the CPU.

An ONNX file is data: a graph of known operators. The weights that it may keep in other files have
to lie in its own folder; ONNX Runtime sees to that since version 1.24, so older ones are refused.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eidophone.base.errors import MissingExtraError, ToolError
from eidophone.base.parallel import thread_count
from eidophone.bridge.networks.network import Port

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
#: The best first.
_PROVIDERS = ("CUDAExecutionProvider", "CPUExecutionProvider")


def loader() -> Callable[[Path], OnnxNetwork]:
    """What loads ONNX files.

    Raises:
        MissingExtraError: ONNX Runtime is not installed, or too old.
    """
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")  # nor leave a file of it behind
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
    return lambda path: OnnxNetwork(onnxruntime, path)


class OnnxNetwork:
    """An ONNX file, loaded.

    Args:
        runtime: the module ``onnxruntime``.
        path: the file; nothing in it is unpickled or run but ONNX operators.

    Raises:
        ToolError: an input takes what is not supported.
    """

    def __init__(self, runtime: ModuleType, path: Path) -> None:
        options = runtime.SessionOptions()
        options.intra_op_num_threads = thread_count()
        options.log_severity_level = _QUIET
        options.use_deterministic_compute = True
        options.add_session_config_entry("session.load_model_format", "ONNX")
        available = runtime.get_available_providers()
        providers = [name for name in _PROVIDERS if name in available]
        self._session = runtime.InferenceSession(str(path), options, providers=providers)
        self.inputs = tuple(_port(given) for given in self._session.get_inputs())

    @property
    def values(self) -> str | None:
        """The numbers that it takes, if its metadata says so."""
        said = self._session.get_modelmeta().custom_metadata_map
        return _SAID_RANGES.get(said.get("Image.NominalPixelRange", ""))

    def run(self, feeds: Mapping[str, NDArray[Any]]) -> list[NDArray[Any]]:
        """All that it gives."""
        return [np.asarray(answer) for answer in self._session.run(None, dict(feeds))]


def _port(given: Any) -> Port:
    if given.type not in _TYPES:
        raise ToolError(f"its input {given.name!r} is a {given.type}: not supported")
    shape = tuple(side if isinstance(side, int) and side > 0 else None for side in given.shape)
    return Port(given.name, shape, np.dtype(_TYPES[given.type]))
