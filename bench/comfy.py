"""``python -m bench.comfy CHECKOUT``: our nodes in ComfyUI itself, and what sounds come back.

CHECKOUT is a folder with ComfyUI's source; its requirements must be in the interpreter that
``--python`` names. Posts graphs by HTTP, and prints a table of them.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from statistics import fmean
from time import perf_counter

import numpy as np

from bench.comfy_models import model_lines
from bench.comfy_morphs import morph_lines
from bench.comfy_notes import notes_lines
from bench.comfy_server import ComfyUI, Graph, GraphError, Node, comfyui
from bench.comfy_tool import tool_lines
from bench.comfy_workflows import workflow_lines
from bench.metrics import mos, views
from bench.progress import progress
from bench.sounds import Sounds, gather
from eidophone import Sound
from eidophone.base.errors import EidophoneWarning

#: Of the benchmark's sounds: a voice, percussion, an orchestra in stereo.
_MONO, _STEREO = ("Dutch voice", "drums"), ("hunting",)

#: A graph for the sound in input/sound.wav: what is saved is what comes back.
Drawing = Callable[[ComfyUI, Graph], Node]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.comfy", description=__doc__)
    parser.add_argument("checkout", type=Path, help="ComfyUI's source")
    parser.add_argument(
        "--python", default=sys.executable, help="interpreter with its requirements"
    )
    parser.add_argument("--only", default="", help="graphs whose names have this in them")
    parser.add_argument("--quick", action="store_true", help="one sound")
    options = parser.parse_args()
    warnings.simplefilter("ignore", EidophoneWarning)
    with comfyui(options.checkout.resolve(), options.python) as server:
        ours = sorted(name for name in server.info if name.startswith("Eidophone"))
        print(f"{len(ours)} nodes: {', '.join(ours)}", end="\n\n", flush=True)
        print("| graph | MOS, mean | worst | seconds, of | times as long | took | said |")
        print("|---|---|---|---|---|---|---|")
        sounds = _chosen(gather(), 1 if options.quick else None)
        for name, drawing in GRAPHS.items():
            if options.only in name:
                print(_line(server, name, drawing, sounds), flush=True)
        sound, other = (list(sounds.values()) * 2)[:2]
        for line in morph_lines(server, sound, other, options.only):
            print(line, flush=True)
        for line in model_lines(server, sound, options.only):
            print(line, flush=True)
        for line in notes_lines(server, options.only):
            print(line, flush=True)
        print(*workflow_lines(server, sound, other), sep="\n")
        print(*tool_lines(server, sound), sep="\n")


def _chosen(sounds: Sounds, count: int | None) -> dict[str, Sound]:
    found = {name: sounds.mono[name] for name in _MONO if name in sounds.mono}
    found |= {name: sounds.stereo[name] for name in _STEREO if name in sounds.stereo}
    return dict(list((found or sounds.mono | sounds.stereo).items())[:count])


def _line(server: ComfyUI, name: str, drawing: Drawing, sounds: dict[str, Sound]) -> str:
    opinions, ratios, said = [], [], ""
    began = perf_counter()
    for title, sound in sounds.items():
        progress(f"{name}, {title}")
        original = server.give("sound.wav", sound)
        graph = server.graph()
        try:
            last = drawing(server, graph)
            saved = graph("SaveAudio", audio=last[0])
            shown = server.run(graph)
        except GraphError as error:
            return f"| {name} | **failed** on {title} | | | | | {error} |"
        found = [server.sound(one) for one in shown[saved.name]["audio"]]
        opinions += [_opinion(original, one) for one in found]
        ratios += [one.duration_seconds / original.duration_seconds for one in found]
        said = "; ".join(" ".join(shown[last.name]["text"]).splitlines())
    seconds = fmean(one.duration_seconds for one in sounds.values())
    took = (perf_counter() - began) / len(sounds)
    many = f" x {len(found)}" if len(found) > 1 else ""
    long = " to ".join(
        f"{one:.3f}" for one in sorted({round(min(ratios), 3), round(max(ratios), 3)})
    )
    mean, worst = f"{fmean(opinions):.3f}", f"{min(opinions):.3f}"
    return f"| {name} | {mean} | {worst} | {seconds:.1f}{many} | {long} | {took:.1f} s | {said} |"


def _opinion(original: Sound, found: Sound) -> float:
    """Mean over left, right, middle and side; 5 exactly if every sample is the same."""
    if np.array_equal(original.samples, found.samples):
        return 5.0
    found = found.resampled(original.rate)
    if original.channels == found.channels == 2:
        pairs = zip(views(original.samples).values(), views(found.samples).values(), strict=False)
        return min(fmean(mos(a, b, original.rate) for a, b in pairs), 4.9999)
    one = found.samples.mean(axis=0)
    return fmean(min(mos(channel, one, original.rate), 4.9999) for channel in original.samples)


def _round_trip(
    *effect: tuple[str, dict[str, object]], draw: dict[str, object] | None = None, **play: object
) -> Drawing:
    """Sound to Picture, nodes that take and give an image, and Picture to Sound with the wire."""

    def drawing(_: ComfyUI, graph: Graph) -> Node:
        audio = graph("LoadAudio", audio="sound.wav")
        drawn = graph("EidophoneSoundToPicture", audio=audio[0], **draw or {})
        image = drawn
        for kind, values in effect:
            image = graph(kind, image=image[0], **values)
        return graph("EidophonePictureToSound", image=image[0], reference=drawn[1], **play)

    return drawing


def _alone(draw: dict[str, object], *, reference: bool = False, **play: object) -> Drawing:
    """Pictures saved by one graph and loaded by the next, without the wire."""

    def drawing(server: ComfyUI, graph: Graph) -> Node:
        before = server.graph()
        drawn = before(
            "EidophoneSoundToPicture", audio=before("LoadAudio", audio="sound.wav")[0], **draw
        )
        saved = before("SaveImage", images=drawn[0])
        images = []
        for number, shown in enumerate(server.run(before)[saved.name]["images"]):
            (server.folder / "input" / f"{number}.png").write_bytes(server.file(shown))
            images.append(graph("LoadImage", image=f"{number}.png"))
        image = images[0]
        for one in images[1:]:
            image = graph("ImageBatch", image1=image[0], image2=one[0])
        if reference:
            audio = graph("LoadAudio", audio="sound.wav")
            play["reference"] = graph("EidophoneSoundReference", audio=audio[0])[0]
        return graph("EidophonePictureToSound", image=image[0], **play)

    return drawing


def _film(kind: str, *, saved: bool = False, wire: bool = True) -> Drawing:
    """A film, played as it is, or from a video file that another graph saved."""

    def drawing(server: ComfyUI, graph: Graph) -> Node:
        if not saved:
            drawn = _drawn_film(graph, kind)
            return graph("EidophoneFilmToSound", frames=drawn[0], fps=drawn[1], reference=drawn[2])
        before = server.graph()
        drawn = _drawn_film(before, kind)
        video = before("CreateVideo", images=drawn[0], fps=drawn[1])
        before("SaveVideo", video=video[0], filename_prefix="film")
        server.run(before)
        newest = max((server.folder / "output").glob("film*.mp4"))
        shutil.copy(newest, server.folder / "input" / "film.mp4")
        parts = graph("GetVideoComponents", video=graph("LoadVideo", file="film.mp4")[0])
        play = {}
        if wire:
            audio = graph("LoadAudio", audio="sound.wav")
            play["reference"] = graph("EidophoneSoundReference", audio=audio[0])[0]
        return graph("EidophoneFilmToSound", frames=parts[0], fps=parts[2], **play)

    return drawing


def _drawn_film(graph: Graph, kind: str) -> Node:
    audio = graph("LoadAudio", audio="sound.wav")
    return graph("EidophoneSoundToFilm", audio=audio[0], kind=kind)


_WHOLE = {"shape": "whole"}
_BLUR = ("ImageBlur", {"blur_radius": 6, "sigma": 2.0})


def _scale(width: int, height: int) -> tuple[str, dict[str, object]]:
    return "ImageScale", {"width": width, "height": height, "upscale_method": "bicubic"}


GRAPHS: dict[str, Drawing] = {
    "untouched squares": _round_trip(),
    "untouched, whole": _round_trip(draw=_WHOLE),
    "untouched, the pixels alone": _round_trip(lean=False),
    "blurred squares": _round_trip(_BLUR),
    "blurred, whole": _round_trip(_BLUR, draw=_WHOLE),
    "inverted, auto": _round_trip(("ImageInvert", {})),
    "inverted, all": _round_trip(("ImageInvert", {}), keep="all"),
    "squares to 1024 x 1024": _round_trip(_scale(1024, 1024)),
    "squares to 256 x 256": _round_trip(_scale(256, 256)),
    "squares to 768 x 512": _round_trip(_scale(768, 512)),
    "whole to 512 x 512": _round_trip(_scale(512, 512), draw=_WHOLE),
    "whole to 1024 x 768": _round_trip(_scale(1024, 768), draw=_WHOLE),
    "squares saved and loaded": _alone({}),
    "squares saved and loaded, Sound Reference": _alone({}, reference=True),
    "whole saved and loaded": _alone(_WHOLE),
    "whole saved and loaded, Sound Reference": _alone(_WHOLE, reference=True),
    "three times the squares (three seeds)": _round_trip(("RepeatImageBatch", {"amount": 3})),
    "longer: whole, padded by 512": _round_trip(
        ("ImagePadForOutpaint", {"right": 512, "feathering": 0}), draw=_WHOLE
    ),
    "scroll": _film("scroll"),
    "pages": _film("pages"),
    "instants": _film("instants"),
    "scroll as .mp4": _film("scroll", saved=True, wire=False),
    "scroll as .mp4, Sound Reference": _film("scroll", saved=True),
    "pages as .mp4": _film("pages", saved=True, wire=False),
    "instants as .mp4": _film("instants", saved=True, wire=False),
}


if __name__ == "__main__":
    main()
