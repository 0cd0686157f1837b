"""Storing: a model as one file of plain arrays, written whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from eidophone.base.errors import LearnError
from eidophone.base.tensors import Arrays, Kind

__all__ = ["SUFFIX", "VERSION", "Arrays", "facts_of", "named_for", "part_of", "read", "write"]

SUFFIX = ".eido"

#: Changes when older programs can no longer read what is written.
VERSION = 1

_KIND = Kind("eidophone.model", VERSION, "learn one of folders of sounds", LearnError)

write, read = _KIND.write, _KIND.read


def facts_of(path: Path) -> dict[str, Any]:
    """What is said of the arrays in the file at ``path``; none of them is read.

    Raises:
        LearnError: it is no such file, is damaged, or holds what no model does.
    """
    return _KIND.read(path, with_arrays=False)[1]


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
