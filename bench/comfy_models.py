"""Models in ComfyUI: what becomes of sounds by them, and what is said of those that are none."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

from bench.comfy_server import ComfyUI, Graph, GraphError, Node
from bench.progress import progress
from bench.sounds import ROOT
from eidophone import Sound, learn

#: Half a minute of sounds, as docs/learn.md has it: far too little, and quick.
_SOFT = "ambi_choir", "ambi_glass_rub", "ambi_piano", "guit_e_slide"
_HARD = "loop_safari", "loop_tabla", "perc_bell", "misc_crow"

#: As the workflow calls it.
_NAME = "model.eido"

_SECONDS = 4.0


def model_lines(server: ComfyUI, sound: Sound, only: str) -> Iterator[str]:
    """A table: what came of the beginning of the ``sound``, and what was refused.

    Of the graphs, those whose names have ``only`` in them. The model stays, for the workflow.
    """
    given = Sound(sound.samples[:, : round(_SECONDS * sound.rate)], sound.rate)
    server.give("sound.wav", given)
    folder = server.folder / "input"
    progress("learning")
    _learn(folder / _NAME)
    whole = (folder / _NAME).read_bytes()
    (folder / "cut.eido").write_bytes(whole[: len(whole) // 2])
    (folder / "none.eido").write_bytes(b"what is this")
    yield from ("", "| model | seconds | took | said |", "|---|---|---|---|")
    for name, graph in _GRAPHS.items():
        if only in name:
            progress(name)
            yield f"| {name} | {_tried(server, graph)} |"
    yield from ("", "| refused | said |", "|---|---|")
    for name, graph in _REFUSED.items():
        if only in name:
            yield f"| {name} | {server.refused(graph)} |"


def _learn(path: Path) -> None:
    with tempfile.TemporaryDirectory() as name:
        sources = {}
        for kind, sounds in (("soft", _SOFT), ("hard", _HARD)):
            sources[kind] = Path(name) / kind
            sources[kind].mkdir()
            for one in sounds:
                (sources[kind] / f"{one}.flac").symlink_to(ROOT / "sounds" / f"{one}.flac")
        learn(sources).save(path)


def _tried(server: ComfyUI, drawing: Callable[[Graph], Node]) -> str:
    began, graph = perf_counter(), server.graph()
    try:
        last = drawing(graph)
        saved = graph("SaveAudio", audio=last[0])
        shown = server.run(graph)
    except GraphError as error:
        return f"**failed** | | {error}"
    found = [server.sound(one) for one in shown[saved.name]["audio"]]
    seconds = ", ".join(f"{one.duration_seconds:.2f}" for one in found)
    said = "; ".join(" ".join(shown[last.name]["text"]).splitlines())
    return f"{seconds} | {perf_counter() - began:.1f} s | {said}"


def _translate(file: str = _NAME, **how: Any) -> Callable[[Graph], Node]:
    def drawing(graph: Graph) -> Node:
        model = graph("EidophoneLoadModel", file=file)
        audio = graph("LoadAudio", audio="sound.wav")
        return graph("EidophoneTranslate", model=model[0], audio=audio[0], **how)

    return drawing


def _generate(*taken: str, **how: Any) -> Callable[[Graph], Node]:
    def drawing(graph: Graph) -> Node:
        model = graph("EidophoneLoadModel", file=_NAME)
        for one in taken:
            how[one] = graph("LoadAudio", audio="sound.wav")[0]
        return graph("EidophoneGenerate", model=model[0], **{"seconds": 4.0} | how)

    return drawing


_GRAPHS: dict[str, Callable[[Graph], Node]] = {
    "translate": _translate(to="soft"),
    "translate half": _translate(to="soft=0.5,hard=0.5", keep=0.2, strength=0.8),
    "translate, not at all": _translate(to="soft", strength=0.0),
    "generate": _generate(mix="hard"),
    "generate, a path": _generate(mix="soft=1:hard=1"),
    "generate two that go round": _generate(mix="soft,hard", count=2, loop=True),
    "generate, with sliders": _generate(mix="soft", sliders="brightness=+1, onsets=-1"),
    "generate, like a sound": _generate("like", mix="hard"),
    "generate, after a sound": _generate("after", mix="hard"),
}

_REFUSED: dict[str, Callable[[Graph], Node]] = {
    "translate: a model that is not there": _translate("no.eido"),
    "translate: half a model": _translate("cut.eido"),
    "translate: no model": _translate("none.eido"),
    "translate: a name that it has not learnt": _translate(to="loud"),
    "translate: a weight that is no number": _translate(to="soft=much"),
    "translate: a weight below nothing": _translate(to="soft=-1"),
    "translate: more than all": _translate(to="soft", keep=2.0),
    "generate: a slider that it has not": _generate(mix="soft", sliders="colour=1"),
    "generate: a slider that is no number": _generate(mix="soft", sliders="brightness=much"),
    "generate: no length": _generate(mix="soft", seconds=0.0),
}
