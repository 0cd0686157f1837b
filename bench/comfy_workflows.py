"""The example workflows, posted to ComfyUI as its own page would post them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from bench.comfy_server import ComfyUI, GraphError
from bench.sounds import ROOT
from eidophone import Sound, encode_film

#: What a page puts behind a seed.
_AFTER_SEED = ("fixed", "increment", "decrement", "randomize")


def workflow_lines(server: ComfyUI, sound: Sound, other: Sound) -> Iterator[str]:
    """A table: which run on ``sound`` and ``other``, and which only lack files of weights."""
    sound.save(server.folder / "input" / "sound.wav", overwrite=True)
    other.save(server.folder / "input" / "other.wav", overwrite=True)
    encode_film(sound).save(server.folder / "input" / "film.mp4", overwrite=True)
    yield from ("", "| workflow | |", "|---|---|")
    for path in sorted((ROOT / "example_workflows").glob("*.json")):
        yield f"| {path.stem} | {_tried(server, json.loads(path.read_text('utf-8')))} |"


def prompt_of(workflow: dict[str, Any]) -> dict[str, Any]:
    """The graph to post of a saved ``workflow``."""
    links = {one[0]: [str(one[1]), one[2]] for one in workflow["links"]}
    return {
        str(node["id"]): {"class_type": node["type"], "inputs": _inputs(node, links)}
        for node in workflow["nodes"]
        if node["type"] not in ("Note", "MarkdownNote")
    }


def _inputs(node: dict[str, Any], links: dict[int, list[Any]]) -> dict[str, Any]:
    values, found = iter(node.get("widgets_values", [])), {}
    for one in node["inputs"]:
        if "widget" in one:
            found[one["name"]] = next(values, None)
            if one["name"] in ("seed", "noise_seed"):
                assert next(values) in _AFTER_SEED
        if one.get("link") is not None:
            found[one["name"]] = links[one["link"]]
    return found


def _tried(server: ComfyUI, workflow: dict[str, Any]) -> str:
    prompt = prompt_of(workflow)
    for one in prompt.values():
        if one["class_type"] == "EidophoneTranslate":
            one["inputs"]["to"] = "soft"  # towards what, people say: see `model_lines`
    unknown = sorted({one["class_type"] for one in prompt.values()} - set(server.info))
    if unknown:
        return f"**unknown nodes**: {', '.join(unknown)}"
    try:
        server.run(prompt)
    except GraphError as error:
        wrong = [one for node in error.errors.values() for one in node["errors"]]
        if wrong and all(one["type"] == "value_not_in_list" for one in wrong):
            lacking = sorted({one["details"].partition(" not in")[0] for one in wrong})
            return f"valid, but for {', '.join(lacking)}"
        return f"**{error}** {[one['details'] for one in wrong]}"
    return "runs"
