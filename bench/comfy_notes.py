"""Notes in ComfyUI: a sound's, drawn, through nodes that know images, and back to MIDI.

``sigma`` of its ImageBlur is a share of the radius: at 1.0 all of the square counts.
"""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from bench.comfy_server import ComfyUI, Graph, GraphError, Node
from bench.notes.matching import matched
from bench.progress import progress
from bench.sounds import ROOT
from eidophone import Sound
from eidophone.base.errors import EidophoneWarning
from eidophone.faces.cli import main
from eidophone.notes.midi import read_midi

#: Of the repository's sounds: a guitar with its melody.
_SOUND = ROOT / "sounds" / "guit_em9.flac"

_BLUR = ("ImageBlur", {"blur_radius": 3, "sigma": 0.5})
_HALF = ("ImageScaleBy", {"upscale_method": "bicubic", "scale_by": 0.5})

#: The look, and what is done to the image.
_GRAPHS: dict[str, tuple[str, tuple[tuple[str, dict[str, Any]], ...]]] = {
    f"notes, {look}{name}": (look, effects)
    for look in ("exact", "bold")
    for name, effects in {
        "": (),
        ", blurred": (_BLUR,),
        ", half as large": (_HALF,),
        ", blurred, then half as large": (_BLUR, _HALF),
    }.items()
}


def notes_lines(server: ComfyUI, only: str) -> Iterator[str]:
    """A table: how the MIDI that nodes make compares with what the command line makes.

    Of the graphs, those whose names have ``only`` in them.
    """
    chosen = {name: graph for name, graph in _GRAPHS.items() if only in name}
    if not chosen:
        return
    server.give("sound.wav", Sound.load(_SOUND))
    yield from (
        "",
        "| notes | onset F by the CLI's MIDI | onsets differ by | velocities | took | said |",
    )
    yield "|---|---|---|---|---|---|"
    for name, (look, effects) in chosen.items():
        progress(name)
        yield f"| {name} | {_tried(server, look, effects)} |"
    yield from ("", "| refused | said |", "|---|---|")
    for name, drawing in _REFUSED.items():
        yield f"| {name} | {_refused(server, drawing)} |"


def _tried(server: ComfyUI, look: str, effects: tuple[tuple[str, dict[str, Any]], ...]) -> str:
    began, graph = perf_counter(), server.graph()
    audio = graph("LoadAudio", audio="sound.wav")
    image = graph("EidophoneSoundToNotes", audio=audio[0], notes=look)
    for kind, values in effects:
        image = graph(kind, image=image[0], **values)
    last = graph("EidophoneNotesToMIDI", image=image[0])
    try:
        shown = server.run(graph)[last.name]
    except GraphError as error:
        return f"**failed** | | | | {str(error).strip()}"
    took = perf_counter() - began
    made = max((server.folder / "output" / "eidophone").glob("*.mid"))
    with tempfile.TemporaryDirectory() as folder:
        ours = _by_command_line(server.folder / "input" / "sound.wav", Path(folder))
        theirs, mine = read_midi(ours), read_midi(made)
    found = matched(theirs, mine)
    one, two = theirs.notes[found.pairs[:, 0]], mine.notes[found.pairs[:, 1]]
    late = 1000 * float(np.abs(one["start"] - two["start"]).max(initial=0))
    off = int(np.abs(one["velocity"].astype(int) - two["velocity"]).max(initial=0))
    said = "; ".join(" ".join(shown["text"]).splitlines())
    return f"{found.f:.3f} | {late:.1f} ms | {off} | {took:.1f} s | {said}"


def _by_command_line(sound: Path, folder: Path) -> Path:
    """The notes of ``sound``, as MIDI."""
    target = folder / "notes.mid"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", EidophoneWarning)
        if main(["notes", str(sound), str(target), "--quiet"]):
            raise SystemExit("the command line did not find the notes")
    return target


def _no_notes(graph: Graph) -> Node:
    audio = graph("LoadAudio", audio="sound.wav")
    drawn = graph("EidophoneSoundToPicture", audio=audio[0])
    return graph("EidophoneNotesToMIDI", image=drawn[0])


def _grey(graph: Graph) -> Node:
    image = graph("EmptyImage", width=256, height=256, color=8421504)
    return graph("EidophoneNotesToMIDI", image=image[0])


_REFUSED: dict[str, Callable[[Graph], Node]] = {
    "notes of a picture of sound": _no_notes,
    "notes of a grey picture": _grey,
}


def _refused(server: ComfyUI, drawing: Callable[[Graph], Node]) -> str:
    graph = server.graph()
    drawing(graph)
    try:
        server.run(graph)
    except GraphError as error:
        return str(error).strip()
    return "**it was not**"
