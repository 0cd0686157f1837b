"""PyTorch files as tools: exported programs (``.pt2``) and TorchScript; never pickles."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eidophone.base.errors import MissingExtraError, ToolError
from eidophone.base.parallel import thread_count
from eidophone.bridge.networks.conventions import LayoutName
from eidophone.bridge.networks.network import Network, Port
from eidophone.bridge.networks.settings import Settings
from eidophone.bridge.networks.tool import NetworkTool
from eidophone.bridge.networks.torch_files import TorchFile
from eidophone.bridge.networks.torch_program import Program

_NUMBERS = {"float": "float64", "number": "float64", "int": "int64", "bool": "bool"}


class TorchTool(NetworkTool):
    """An image-to-image network that PyTorch has saved: with ``torch.export`` or ``torch.jit``.

    Args:
        path: the file; nothing in it is unpickled, so checkpoints (``.pth``, ``.ckpt``) are
            refused.
        layout: as for `OnnxTool`.
        values: as for `OnnxTool`.
        settings: as for `OnnxTool`.
        device: ``"cpu"``, ``"cuda"``, ``"mps"``; the GPU where there is one from NVIDIA, unless
            given.
        batch: as for `OnnxTool`.

    Raises:
        ToolError: there is no such file or device, it is no network, or not one for pictures.
        MissingExtraError: PyTorch is not installed.
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
        super().__init__(
            path.name,
            _loaded(path, device),
            layout=layout,
            values=values,
            settings=settings,
            batch=batch,
        )


def _loaded(path: Path, device: str | None) -> Network:
    file = TorchFile(path)
    script = None if file.is_program else file.script()  # refused before PyTorch is even there
    torch = _torch()
    where = _device(torch, device)
    torch.set_num_threads(thread_count())
    return _Script(torch, path, script, where) if script else Program(torch, file, where)


def _torch() -> ModuleType:
    try:
        import torch  # noqa: PLC0415
    except ImportError:
        raise MissingExtraError(
            "PyTorch networks need PyTorch: install it with  pip install 'eidophone[torch]'"
        ) from None
    return torch


def _device(torch: ModuleType, device: str | None) -> str:
    if device is None:
        return "cuda" if torch.cuda.is_available() else "cpu"
    try:
        torch.empty(1, device=device)
    except Exception as error:  # whatever the device's own library raises
        reason = str(error).partition("\n")[0][:200]
        raise ToolError(f"there is no device {device!r} for PyTorch: {reason}") from None
    return device


class _Script:
    """TorchScript as a network."""

    def __init__(self, torch: ModuleType, path: Path, script: BytesIO, device: str) -> None:
        self._torch = torch
        self._device = device
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # that torch.jit is old: networks are, too
                self._module = torch.jit.load(script, map_location=device).eval()
            arguments = [
                argument
                for argument in self._module.forward.schema.arguments[1:]
                if not argument.has_default_value()
            ]
        except Exception as error:
            reason = str(error).strip().partition("\n")[0][:300]
            raise ToolError(f"cannot read {path} as TorchScript: {reason}") from None
        self.inputs = tuple(map(_port, arguments))
        self._numbers = {one.name for one in arguments if str(one.type) in _NUMBERS}

    def run(self, feeds: Mapping[str, NDArray[Any]]) -> list[NDArray[Any]]:
        given = {
            name: value.item()
            if name in self._numbers
            else self._torch.from_numpy(value).to(self._device)
            for name, value in feeds.items()
        }
        try:
            with self._torch.inference_mode():
                answer = self._module(**given)
        except Exception as error:
            lines = str(error).strip().splitlines() or [type(error).__name__]
            raise ToolError(f"the network failed: {lines[-1][:300]}") from None
        return [tensor.cpu().float().numpy() for tensor in self._tensors(answer)]

    def _tensors(self, answer: Any) -> list[Any]:
        if isinstance(answer, dict):
            answer = list(answer.values())
        answers = answer if isinstance(answer, list | tuple) else [answer]
        return [one for one in answers if isinstance(one, self._torch.Tensor)]


def _port(argument: Any) -> Port:
    """TorchScript says what is a tensor, but not of which shape or type."""
    kind = str(argument.type)
    if kind == "Tensor":
        return Port(argument.name, None, np.dtype(np.float32))
    if kind not in _NUMBERS:
        raise ToolError(f"the network's input {argument.name!r} is a {kind}: not supported")
    return Port(argument.name, (), np.dtype(_NUMBERS[kind]))
