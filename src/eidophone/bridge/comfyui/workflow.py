"""Workflows: files that ComfyUI exports, and the nodes in them that take and give the picture."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eidophone.base.errors import ToolError
from eidophone.base.options import shown

#: Workflows have some kilobytes.
_MOST_BYTES = 16 << 20

#: Nodes that read and show pictures, and the marks in a node's title that say which is meant.
_TAKES, _GIVES = ("LoadImage",), ("SaveImage", "PreviewImage")
_IN, _OUT = "{in}", "{out}"

_EXPORT = "in ComfyUI, choose Workflow, then Export (API), and name that file"


@dataclass(frozen=True)
class Workflow:
    """A workflow in the API format.

    Attributes:
        nodes: by their ids: ``{"class_type": ..., "inputs": {...}}`` each.
        takes: id of the node that reads the picture, by its input ``image``.
        gives: id of the node that shows what became of it.
    """

    nodes: Mapping[str, Mapping[str, Any]]
    takes: str
    gives: str

    @classmethod
    def load(cls, path: str | Path) -> Workflow:
        """The workflow in the file at ``path``.

        Raises:
            ToolError: it is none, or it is not clear which nodes take and give the picture.
        """
        nodes = _nodes(Path(path))
        try:
            return cls(nodes, _the_one(nodes, _TAKES, _IN), _the_one(nodes, _GIVES, _OUT))
        except ToolError as error:
            raise ToolError(f"{path}: {error}") from None

    def on(self, image: str) -> dict[str, Any]:
        """The nodes as they are posted, to work on the uploaded picture called ``image``."""
        node = self.nodes[self.takes]
        return {**self.nodes, self.takes: {**node, "inputs": {**node["inputs"], "image": image}}}


def _nodes(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise ToolError(f"{path} is too large for a workflow")
        found = json.loads(path.read_bytes())
    except OSError as error:
        raise ToolError(f"cannot read the workflow {path}: {error.strerror or error}") from None
    except (ValueError, RecursionError):
        raise ToolError(f"{path} is no workflow: {_EXPORT}") from None
    if isinstance(found, dict) and isinstance(found.get("nodes"), list):
        raise ToolError(f"{path} is a workflow as ComfyUI's page saves it: {_EXPORT}")
    if not isinstance(found, dict) or not found or not all(map(_is_node, found.values())):
        raise ToolError(f"{path} is no workflow: {_EXPORT}")
    return found


def _is_node(node: Any) -> bool:
    return (
        isinstance(node, dict)
        and isinstance(node.get("class_type"), str)
        and isinstance(node.get("inputs"), dict)
        and isinstance(node.get("_meta", {}), dict)
    )


def _the_one(nodes: Mapping[str, Any], kinds: tuple[str, ...], mark: str) -> str:
    """The node whose title has ``mark`` in it, or else the only one of a kind, likelier first."""
    marked = [name for name, node in nodes.items() if mark in str(_title(node))]
    if len(marked) == 1:
        return marked[0]
    for kind in kinds:
        found = [name for name, node in nodes.items() if node["class_type"] == kind]
        if len(found) == 1 and not marked:
            return found[0]
        if found or marked:
            titles = ", ".join(shown(_title(nodes[name])) for name in (marked or found)[:4])
            raise ToolError(
                f"{len(marked or found)} nodes could be meant ({titles}): write {mark} into the "
                f"title of one of them, and export it again"
            )
    raise ToolError(f"there is no node {' or '.join(kinds)}, and none with {mark} in its title")


def _title(node: Mapping[str, Any]) -> Any:
    return node.get("_meta", {}).get("title") or node["class_type"]
