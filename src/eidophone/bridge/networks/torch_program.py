"""Exported PyTorch programs (``.pt2``), run operator by operator.

A program is a list of calls of tensor operators, in JSON, and raw weights. Only ATen's operators
and the arithmetic of sizes can be called, by name; nothing is unpickled or evaluated. The names
are those of ``torch/_export/serde/schema.py``, version 8.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eidophone.base.errors import ToolError
from eidophone.bridge.networks.network import Port
from eidophone.bridge.networks.torch_files import TorchFile

_SCHEMA = 8
_OPERATOR = re.compile(r"torch\.ops\.aten\.(\w+)\.(\w+)")
_FORBIDDEN = ("from_file", "save")

_ARITHMETIC = (
    "add", "sub", "mul", "floordiv", "truediv", "mod", "neg",
    "eq", "ne", "lt", "le", "gt", "ge", "and_", "or_", "not_",
)  # fmt: skip
_SIZES: dict[str, Callable[..., Any]] = {
    **{f"_operator.{name}": getattr(operator, name) for name in _ARITHMETIC},
    "math.floor": math.floor,
    "math.ceil": math.ceil,
    "math.trunc": math.trunc,
    "torch.sym_float": float,
    "torch.sym_max": max,
    "torch.sym_min": min,
    "torch.sym_not": operator.not_,
}

_DTYPES = {
    1: "uint8", 2: "int8", 3: "int16", 4: "int32", 5: "int64", 6: "float16", 7: "float32",
    8: "float64", 12: "bool", 13: "bfloat16",
}  # fmt: skip
_PLAIN = (
    "as_int", "as_ints", "as_float", "as_floats", "as_bool", "as_bools", "as_string", "as_strings",
    "as_int_lists", "as_float_lists",
)  # fmt: skip
_ONE = ("as_none", "as_tensor", "as_optional_tensor", "as_sym_int", "as_sym_float", "as_sym_bool")
_SEVERAL = (
    "as_tensors", "as_optional_tensors", "as_sym_ints", "as_sym_floats", "as_sym_bools",
)  # fmt: skip
#: Members of the module ``torch``.
_CONSTANTS = {("as_scalar_type", number): name for number, name in _DTYPES.items()} | {
    ("as_memory_format", 1): "contiguous_format",
    ("as_memory_format", 2): "channels_last",
    ("as_memory_format", 3): "channels_last_3d",
    ("as_memory_format", 4): "preserve_format",
    ("as_layout", 7): "strided",
}


class Program:
    """An exported program as a network.

    Args:
        torch: the module.
        file: what was read.
        device: where to run it.

    Raises:
        ToolError: it is damaged, of another version, or does what is not allowed.
    """

    def __init__(self, torch: ModuleType, file: TorchFile, device: str) -> None:
        self._torch = torch
        self._device = device
        model = file.json("models/model.json")
        try:
            if model["schema_version"]["major"] != _SCHEMA:
                raise ToolError(f"{file.path} is of another version of PyTorch: export it anew")
            graph = model["graph_module"]["graph"]
            signature = model["graph_module"]["signature"]
            self._weights = self._read_weights(file, signature["input_specs"])
            self._given = [
                spec["user_input"]["arg"]["as_tensor"]["name"]
                for spec in signature["input_specs"]
                if "user_input" in spec
            ]
            self._calls = [(self._function(node["target"]), node) for node in graph["nodes"]]
            self._answers = [
                spec["user_output"]["arg"]["as_tensor"]["name"]
                for spec in signature["output_specs"]
                if "as_tensor" in spec.get("user_output", {}).get("arg", {})
            ]
            self.inputs = tuple(_port(name, graph["tensor_values"][name]) for name in self._given)
        except (KeyError, TypeError, ValueError, AttributeError, RuntimeError) as error:
            reason = f"{type(error).__name__}: {str(error)[:200]}"
            raise ToolError(f"cannot read {file.path}: it is damaged ({reason})") from None

    def run(self, feeds: Mapping[str, NDArray[Any]]) -> list[NDArray[Any]]:
        """All tensors that it gives."""
        torch = self._torch
        known: dict[str, Any] = dict(self._weights)
        for name in self._given:
            known[name] = torch.from_numpy(feeds[name]).to(self._device)
        try:
            with torch.inference_mode():
                for function, node in self._calls:
                    self._call(function, node, known)
                return [known[name].cpu().float().numpy() for name in self._answers]
        except Exception as error:
            raise ToolError(f"the network failed: {_first_line(error)}") from None

    def _call(self, function: Callable[..., Any], node: Any, known: dict[str, Any]) -> None:
        places, words = [], {}
        for given in node["inputs"]:
            value = self._value(given["arg"], known)
            if given.get("kind") == 2:
                words[given["name"]] = value
            else:
                places.append(value)
        answer = function(*places, **words)
        outputs = node["outputs"]
        if len(outputs) == 1:
            self._keep(outputs[0], answer, known)
        else:
            for output, part in zip(outputs, answer, strict=True):
                self._keep(output, part, known)

    def _value(self, argument: Any, known: Mapping[str, Any]) -> Any:
        """What an argument of a call stands for."""
        ((kind, value),) = argument.items()
        if kind in _PLAIN:
            return value
        if kind in _ONE:
            return _named(value, known)
        if kind in _SEVERAL:
            return [_named(one, known) for one in value]
        if kind == "as_device":
            return self._device
        if (kind, value) in _CONSTANTS:
            return getattr(self._torch, _CONSTANTS[kind, value])
        raise ToolError(f"it uses {kind} {value!r:.40}, which is not supported: export it to ONNX")

    def _keep(self, output: Any, answer: Any, known: dict[str, Any]) -> None:
        ((kind, value),) = output.items()
        if kind == "as_tensors":
            for one, part in zip(value, answer, strict=True):
                known[one["name"]] = part
        elif kind != "as_none":
            known[value.get("name") or value["as_name"]] = answer

    def _function(self, target: str) -> Callable[..., Any]:
        """The operator of this name.

        Raises:
            ToolError: there is none, or it may not be called.
        """
        if target in _SIZES:
            return _SIZES[target]
        if (match := _OPERATOR.fullmatch(target)) and match[1] not in _FORBIDDEN:
            packet = getattr(self._torch.ops.aten, match[1], None)
            overload = getattr(packet, match[2], None)
            if isinstance(overload, self._torch._ops.OpOverload):
                return overload
        raise ToolError(f"the network calls {target[:80]!r}, which is refused: export it to ONNX")

    def _read_weights(self, file: TorchFile, specs: list[Any]) -> dict[str, Any]:
        """Weights by the names that the graph has for them."""
        weights = file.json("data/weights/model_weights_config.json")["config"]
        constants = file.json("data/constants/model_constants_config.json")["config"]
        found: dict[str, Any] = {}
        for spec in specs:
            ((kind, value),) = spec.items()
            if kind in ("user_input", "constant_input"):
                continue
            if kind not in ("parameter", "buffer", "tensor_constant"):
                raise ToolError(f"{file.path} holds a {kind}, which is not supported: use ONNX")
            name = value[f"{kind}_name"]
            folder, entry = (
                ("weights", weights[name]) if name in weights else ("constants", constants[name])
            )
            found[value["arg"]["name"]] = self._tensor(file, folder, entry)
        return found

    def _tensor(self, file: TorchFile, folder: str, entry: Any) -> Any:
        """One weight, which must not be a pickle."""
        if entry["use_pickle"]:
            raise ToolError(f"{file.path} holds pickles, which could run anything: use ONNX")
        meta = entry["tensor_meta"]
        dtype = getattr(self._torch, _DTYPES[meta["dtype"]])
        data = bytearray(file.part(f"data/{folder}/{entry['path_name']}"))
        if not data:
            return self._torch.empty([_whole(n) for n in meta["sizes"]], dtype=dtype)
        flat = self._torch.frombuffer(data, dtype=dtype)
        sizes = [_whole(n) for n in meta["sizes"]]
        strides = [_whole(n) for n in meta["strides"]]
        shaped = self._torch.as_strided(flat, sizes, strides, _whole(meta["storage_offset"]))
        return shaped.to(self._device)


def _whole(number: Any) -> int:
    return int(number["as_int"])


def _named(value: Any, known: Mapping[str, Any]) -> Any:
    """A tensor or size by its name, a size as it stands, or nothing."""
    if value is True:  # as_none
        return None
    ((kind, content),) = value.items()
    if kind == "as_none":
        return None
    if kind == "as_tensor":
        return known[content["name"]]
    return known[content] if kind in ("name", "as_name") else content


def _port(name: str, meta: Any) -> Port:
    shape = tuple(side.get("as_int") for side in meta["sizes"])
    return Port(name, shape, np.dtype(_DTYPES[meta["dtype"]]))


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0][:300] or type(error).__name__
