"""Storing: a model as one file of plain arrays (safetensors), written whole or not at all.

A file from a stranger is data only: nothing in it is run, its size is bounded, and what is not a
number is refused.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eidophone.base.atomic import atomic_path
from eidophone.base.errors import LearnError, printable

#: Arrays by name.
Arrays = dict[str, NDArray[Any]]

SUFFIX = ".eido"

#: Changes when older programs can no longer read what is written.
VERSION = 1

_KEY = "eidophone.model"
_MOST_BYTES, _MOST_FACTS, _MOST_ARRAYS = 4 << 30, 16 << 20, 200_000
_MOST_VALUE, _MOST_SAID = 1e9, 200
_KINDS = frozenset(("uint8", "int32", "int64", "float32", "float64", "bool"))


def write(path: Path, arrays: Arrays, facts: dict[str, Any], *, overwrite: bool = False) -> None:
    """Write ``arrays`` and what is to be said of them to ``path``.

    Raises:
        OutputError: there is something already, or it cannot be written, as on a full disk.
    """
    from safetensors.numpy import save  # noqa: PLC0415 (seldom needed)

    whole = {name: np.ascontiguousarray(one) for name, one in arrays.items()}
    content = save(whole, {_KEY: json.dumps({"version": VERSION, **facts})})
    with atomic_path(path, overwrite=overwrite) as temporary:
        temporary.write_bytes(content)


def read(path: Path) -> tuple[Arrays, dict[str, Any]]:
    """What `write` wrote.

    Raises:
        LearnError: it is no such file, is damaged, or holds what no model does.
    """
    return _read(path, with_arrays=True)


def facts_of(path: Path) -> dict[str, Any]:
    """What is said of the arrays in the file at ``path``; none of them is read.

    Raises:
        LearnError: as in `read`.
    """
    return _read(path, with_arrays=False)[1]


def _read(path: Path, *, with_arrays: bool) -> tuple[Arrays, dict[str, Any]]:
    from safetensors import SafetensorError, safe_open  # noqa: PLC0415

    if not path.is_file():
        raise LearnError(f"there is no model {path}")
    if path.stat().st_size > _MOST_BYTES:
        raise LearnError(f"{path} is larger than any model: {path.stat().st_size} bytes")
    try:
        with path.open("rb"):
            pass  # what the library says is always that there is none
    except OSError as error:
        raise LearnError(f"cannot read {path}: {error.strerror or error}") from None
    try:
        with safe_open(path, framework="np") as file:
            facts = _facts((file.metadata() or {}).get(_KEY))
            names = list(file.keys())
            if facts is None or len(names) > _MOST_ARRAYS:
                raise LearnError(f"{path} is no model of Eidophone: learn one of folders of sounds")
            if facts.get("version") != VERSION:
                raise LearnError(
                    f"{path} was made by another Eidophone (version {facts.get('version')!r} of "
                    f"models, and this one reads {VERSION}): learn it again"
                )
            wanted = names if with_arrays else []
            return {name: _checked(path, name, file.get_tensor(name)) for name in wanted}, facts
    except (SafetensorError, OSError, TypeError, ValueError) as error:
        why = _short(error)
        raise LearnError(f"{path} is no model of Eidophone, or is damaged: {why}") from None


def part_of(arrays: Arrays, room: str) -> Arrays:
    """Those of ``arrays`` that a ``room`` wrote, by the names that it gave them."""
    return {
        name.removeprefix(f"{room}."): one
        for name, one in arrays.items()
        if name.startswith(f"{room}.")
    }


def named_for(arrays: Arrays, room: str) -> Arrays:
    """``arrays`` by names that no other ``room`` has."""
    return {f"{room}.{name}": one for name, one in arrays.items()}


def _short(error: Exception) -> str:
    """What was wrong, in a line that may be shown, whatever the file made of it."""
    return printable(str(error).partition("\n")[0])[:_MOST_SAID]


def _facts(text: object) -> dict[str, Any] | None:
    if not isinstance(text, str) or len(text) > _MOST_FACTS:
        return None
    try:
        facts = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return facts if isinstance(facts, dict) else None


def _checked(path: Path, name: str, array: NDArray[Any]) -> NDArray[Any]:
    if array.dtype.name not in _KINDS:
        raise LearnError(f"{path}: {name!r} holds {array.dtype}, which no model does")
    if array.dtype.kind == "f" and not (np.abs(array) <= _MOST_VALUE).all():
        raise LearnError(f"{path}: {name!r} holds what is no number, or larger than any")
    return array
