"""Tensors: models as files of plain arrays (safetensors), written whole or not at all.

A file from a stranger is data only: nothing in it is run, its size is bounded, and what is not a
number is refused.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eidophone.base.atomic import atomic_path
from eidophone.base.errors import EidophoneError, printable

#: Arrays by name.
Arrays = dict[str, NDArray[Any]]

_MOST_BYTES, _MOST_FACTS, _MOST_ARRAYS = 4 << 30, 16 << 20, 200_000
_MOST_VALUE, _MOST_SAID = 1e9, 200
_KINDS = frozenset(("uint8", "int32", "int64", "float32", "float64", "bool"))


@dataclass(frozen=True)
class Kind:
    """A kind of models.

    Attributes:
        key: under which their facts are in a file.
        version: changes when older programs can no longer read what is written.
        how: how such a model is made.
        error: what is raised of a file that is none.
    """

    key: str
    version: int
    how: str
    error: type[EidophoneError]

    def write(
        self, path: Path, arrays: Arrays, facts: dict[str, Any], *, overwrite: bool = False
    ) -> None:
        """Write ``arrays`` and what is to be said of them to ``path``.

        Raises:
            OutputError: there is something already, or it cannot be written, as on a full disk.
        """
        from safetensors.numpy import save  # noqa: PLC0415 (seldom needed)

        whole = {name: np.ascontiguousarray(one) for name, one in arrays.items()}
        content = save(whole, {self.key: json.dumps({"version": self.version, **facts})})
        with atomic_path(path, overwrite=overwrite) as temporary:
            temporary.write_bytes(content)

    def read(self, path: Path, *, with_arrays: bool = True) -> tuple[Arrays, dict[str, Any]]:
        """What `write` wrote; only its facts where no arrays are wanted.

        Raises:
            EidophoneError: it is no such file, is damaged, or holds what no model does.
        """
        from safetensors import SafetensorError, safe_open  # noqa: PLC0415

        if not path.is_file():
            raise self.error(f"there is no model {path}")
        if path.stat().st_size > _MOST_BYTES:
            raise self.error(f"{path} is larger than any model: {path.stat().st_size} bytes")
        try:
            with path.open("rb"):
                pass  # what the library says is always that there is none
        except OSError as error:
            raise self.error(f"cannot read {path}: {error.strerror or error}") from None
        try:
            with safe_open(path, framework="np") as file:
                facts = _facts((file.metadata() or {}).get(self.key))
                names = list(file.keys())
                if facts is None or len(names) > _MOST_ARRAYS:
                    raise self.error(f"{path} is no model of Eidophone: {self.how}")
                if facts.get("version") != self.version:
                    raise self.error(
                        f"{path} was made by another Eidophone (version {facts.get('version')!r} "
                        f"of models, and this one reads {self.version}): learn it again"
                    )
                wanted = names if with_arrays else []
                arrays = {name: self._checked(path, name, file.get_tensor(name)) for name in wanted}
                return arrays, facts
        except (SafetensorError, OSError, TypeError, ValueError) as error:
            why = printable(str(error).partition("\n")[0])[:_MOST_SAID]
            raise self.error(f"{path} is no model of Eidophone, or is damaged: {why}") from None

    def _checked(self, path: Path, name: str, array: NDArray[Any]) -> NDArray[Any]:
        if array.dtype.name not in _KINDS:
            raise self.error(f"{path}: {name!r} holds {array.dtype}, which no model does")
        if array.dtype.kind == "f" and not (np.abs(array) <= _MOST_VALUE).all():
            raise self.error(f"{path}: {name!r} holds what is no number, or larger than any")
        return array


def _facts(text: object) -> dict[str, Any] | None:
    if not isinstance(text, str) or len(text) > _MOST_FACTS:
        return None
    try:
        facts = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return facts if isinstance(facts, dict) else None
