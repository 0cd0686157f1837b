"""PyTorch files: TorchScript (``.pt``), exported programs (``.pt2``), and weights by `spandrel`.

PyTorch's own readers unpickle what they find, look up functions by name and run the program that a
script is. So whoever makes such a file may do as they like, and only trusted ones come this far.
Weights (``.safetensors``, ``.pth``) are numbers for an architecture that spandrel knows.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eidophone.base.errors import MissingExtraError, ToolError
from eidophone.base.parallel import thread_count
from eidophone.bridge.networks.network import Network, Port

_NUMBERS = {"float": "float64", "number": "float64", "int": "int64", "bool": "bool"}


def loader(ending: str) -> Callable[[Path], Network]:
    """What loads files of this ending.

    Raises:
        MissingExtraError: PyTorch or spandrel is not installed.
    """
    try:
        import torch  # noqa: PLC0415
    except ImportError:
        raise MissingExtraError(
            "PyTorch networks need PyTorch: install it with  pip install 'eidophone[torch]'"
        ) from None
    torch.set_num_threads(thread_count())
    device = "cuda" if torch.cuda.is_available() else "cpu"
    if ending == ".pt":
        return lambda path: _Script(torch, path, device)
    if ending == ".pt2":
        return lambda path: _Program(torch, path, device)
    spandrel = _spandrel()
    return lambda path: _Weights(torch, spandrel, path, device)


def _spandrel() -> ModuleType:
    try:
        import spandrel  # noqa: PLC0415
    except ImportError:
        raise MissingExtraError(
            "weights need spandrel: install it with  pip install 'eidophone[spandrel]'"
        ) from None
    return spandrel


class _Script:
    """TorchScript as a network."""

    values = None

    def __init__(self, torch: ModuleType, path: Path, device: str) -> None:
        self._torch = torch
        self._device = device
        self._module = torch.jit.load(str(path), map_location=device).eval()
        arguments = [
            argument
            for argument in self._module.forward.schema.arguments[1:]
            if not argument.has_default_value()
        ]
        self.inputs = tuple(map(_port, arguments))
        self._numbers = {one.name for one in arguments if str(one.type) in _NUMBERS}

    def run(self, feeds: Mapping[str, NDArray[Any]]) -> list[NDArray[Any]]:
        """All tensors that it gives."""
        given = {
            name: value.item()
            if name in self._numbers
            else self._torch.from_numpy(value).to(self._device)
            for name, value in feeds.items()
        }
        try:
            with self._torch.inference_mode():
                return _arrays(self._torch, self._module(**given))
        except RuntimeError as error:  # with a trace through the script, and the reason last
            raise ToolError(str(error).strip().rpartition("\n")[2]) from None


def _port(argument: Any) -> Port:
    """TorchScript says what is a tensor, but not of which shape or type."""
    kind = str(argument.type)
    if kind == "Tensor":
        return Port(argument.name, None, np.dtype(np.float32))
    if kind not in _NUMBERS:
        raise ToolError(f"its input {argument.name!r} is a {kind}: not supported")
    return Port(argument.name, (), np.dtype(_NUMBERS[kind]))


class _Program:
    """An exported program as a network."""

    values = None

    def __init__(self, torch: ModuleType, path: Path, device: str) -> None:
        self._torch = torch
        self._device = device
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # PyTorch 2.11 warns of what its own loading does
            program = torch.export.load(path)
        if device != "cpu":
            program = torch.export.passes.move_to_device_pass(program, device)
        self._module = program.module()
        wanted = program.graph_signature.user_inputs
        self.inputs = tuple(
            _port_of_program(node.name, node.meta["val"])
            for node in program.graph.nodes
            if node.op == "placeholder" and node.name in wanted
        )

    def run(self, feeds: Mapping[str, NDArray[Any]]) -> list[NDArray[Any]]:
        """All tensors that it gives."""
        given = (feeds[port.name] for port in self.inputs)
        with self._torch.inference_mode():
            answer = self._module(*(self._torch.from_numpy(one).to(self._device) for one in given))
        return _arrays(self._torch, answer)


def _port_of_program(name: str, tensor: Any) -> Port:
    shape = tuple(side if isinstance(side, int) else None for side in tensor.shape)
    return Port(name, shape, np.dtype(str(tensor.dtype).removeprefix("torch.")))


class _Weights:
    """Weights of an architecture that spandrel knows."""

    values = "0..1,0..1"

    def __init__(self, torch: ModuleType, spandrel: ModuleType, path: Path, device: str) -> None:
        self._torch = torch
        self._device = device
        if path.suffix.lower() == ".safetensors":
            from safetensors.torch import load_file  # noqa: PLC0415

            weights = load_file(path)
        else:
            weights = torch.load(path, weights_only=True, map_location="cpu")
        weights = spandrel.canonicalize_state_dict(weights)
        model = spandrel.ModelLoader(device).load_from_state_dict(weights)
        if not isinstance(model, spandrel.ImageModelDescriptor):
            raise ToolError("the network wants a picture and a mask: not supported")
        self._model = model.eval()
        shape = (1, model.input_channels, None, None)
        self.inputs = (Port("picture", shape, np.dtype(np.float32)),)

    def run(self, feeds: Mapping[str, NDArray[Any]]) -> list[NDArray[Any]]:
        """The picture that it gives."""
        return _arrays(
            self._torch, self._model(self._torch.from_numpy(feeds["picture"]).to(self._device))
        )


def _arrays(torch: ModuleType, answer: Any) -> list[NDArray[Any]]:
    """The tensors in ``answer``."""
    if isinstance(answer, dict):
        answer = list(answer.values())
    answers = answer if isinstance(answer, list | tuple) else [answer]
    return [one.cpu().float().numpy() for one in answers if isinstance(one, torch.Tensor)]
