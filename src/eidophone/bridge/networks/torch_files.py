"""What is in a PyTorch file, without running or unpickling any of it.

Networks are kept in four ways, all of them ZIP files by now:

- exported programs (``.pt2``): a graph in JSON, and raw weights. PyTorch's own reader unpickles
  some of it, evaluates strings and looks up whatever function the graph names, so we have our own
  in `torch_program`, which only knows tensor operators.
- TorchScript: its own language, and a pickle that PyTorch reads in C++ and which can only hold
  tensors, numbers and TorchScript objects. The language has two operators that reach files.
- checkpoints and whole pickled models: pickles, which can run anything. Refused.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

from eidophone.base.errors import ToolError

#: Of a file, unpacked.
_MOST_BYTES = 4 << 30
_MOST_JSON_BYTES = 256 << 20

#: TorchScript's words for reading and writing files, and for talking to other machines.
_REACHES_OUT = re.compile(rb"\b(save|from_file|load_tensor|rpc_\w+)\b")
_EXPORT = "export it to ONNX (torch.onnx.export) or with torch.export.save"


class TorchFile:
    """The parts of a PyTorch file, by their names without the folder that all of them are in.

    Args:
        path: the file.

    Raises:
        ToolError: there is none, it is damaged or far too large, or it is a pickle.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        if not path.is_file():
            raise ToolError(f"there is no network {path}")
        if not zipfile.is_zipfile(path):
            raise ToolError(f"{path} is a pickle or no PyTorch network: {_EXPORT}")
        try:
            with zipfile.ZipFile(path) as archive:
                self._read(archive)
        except (zipfile.BadZipFile, zipfile.LargeZipFile, OSError, EOFError, ValueError) as error:
            raise ToolError(f"cannot read {path}: it is damaged ({error})") from None
        except (RuntimeError, NotImplementedError) as error:  # encrypted; unknown compression
            raise ToolError(f"cannot read {path}: {error}") from None

    def _read(self, archive: zipfile.ZipFile) -> None:
        entries = archive.infolist()
        if sum(entry.file_size for entry in entries) > _MOST_BYTES:
            raise ToolError(f"{self.path} is over the limit of {_MOST_BYTES >> 30} GiB")
        self._parts = {entry.filename.partition("/")[2]: archive.read(entry) for entry in entries}

    @property
    def is_program(self) -> bool:
        """Whether it is an exported program."""
        return "models/model.json" in self._parts

    @property
    def is_script(self) -> bool:
        """Whether it is TorchScript."""
        return "constants.pkl" in self._parts and any(
            name.startswith("code/") for name in self._parts
        )

    def part(self, name: str) -> bytes:
        """One part.

        Raises:
            ToolError: there is no such part.
        """
        if name not in self._parts:
            raise ToolError(
                f"{self.path} lacks its part {name}: {_EXPORT} with PyTorch 2.9 or newer"
            )
        return self._parts[name]

    def json(self, name: str) -> dict[str, Any]:
        """One part that is JSON.

        Raises:
            ToolError: there is no such part, or it is not JSON.
        """
        data = self.part(name)
        try:
            values = json.loads(data) if len(data) <= _MOST_JSON_BYTES else None
        except (ValueError, RecursionError):
            values = None
        if not isinstance(values, dict):
            raise ToolError(f"cannot read {self.path}: {name} is damaged")
        return values

    def script(self) -> io.BytesIO:
        """TorchScript for PyTorch to read: a copy of just the parts that were looked at here.

        Raises:
            ToolError: it is something else, or could reach files or other machines.
        """
        if not self.is_script:
            raise ToolError(
                f"{self.path} is a pickled checkpoint, which could run anything: {_EXPORT}"
            )
        copy = io.BytesIO()
        with zipfile.ZipFile(copy, "w") as archive:
            for name, data in self._parts.items():
                if name.startswith("code/") and not name.endswith(".debug_pkl"):
                    self._check_code(data)
                if not name.endswith(".debug_pkl"):
                    archive.writestr(f"network/{name}", data)
        copy.seek(0)
        return copy

    def _check_code(self, code: bytes) -> None:
        if match := _REACHES_OUT.search(code):
            word = match[0].decode()
            raise ToolError(f"{self.path} can reach other files ({word!r} in its code): refused")
