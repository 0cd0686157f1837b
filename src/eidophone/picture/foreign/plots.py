"""Figures of plotting programs, and bare spectrograms in colours: what is known of them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from eidophone.base.arrays import Float32, Float64, Pixels
from eidophone.base.errors import PictureError
from eidophone.picture.foreign.axes import READABLE, SCALES, Axis, read_axis
from eidophone.picture.foreign.colormaps import Matched, match, undone
from eidophone.picture.foreign.figures import Figure, as_ours, bins_of
from eidophone.picture.foreign.frames import Plot, find_plot, inner
from eidophone.picture.foreign.legend import Legend, read_legend
from eidophone.picture.foreign.model import Foreign, Hints
from eidophone.picture.foreign.ticks import ticks_below, ticks_left

#: A figure is one if so many of its pixels are of its colour map, and they use so much of it.
_OF_A_MAP, _USED = 0.9, 0.15

#: Without a frame, what is drawn must be more surely of a map.
_BARE = 0.985

#: Hz at the top, and decibels from black to full brightness, where nothing says them.
_USUAL_HZ = 22_050.0
_USUAL_DB = {"librosa": 80.0, "matplotlib": 120.0, "sox": 120.0, "ffmpeg": 120.0, "audacity": 80.0}

#: Scale and Hz of the axes of programs that are usually otherwise.
_USUAL_AXES = {"audacity": ("mel", 0.0, 20_000.0)}

#: A legend that is so nearly as usual, is.
_OFF = 0.03

#: Matplotlib rounds the place of a mark, and a pixel begins half of one before its middle. Where
#: this was left out, MOS was .4 worse.
_MARKS_OFF = {"matplotlib": 0.5, "librosa": 0.5}

#: Silence is so light in the greys of Audacity, .84 at most.
_AUDACITY_LIGHT = 0.835


@dataclass(frozen=True)
class _Around:
    """What is around a spectrogram; nothing where there is no frame.

    Attributes:
        plot: the frame.
        legend: its legend.
        upright: Hz, as the numbers on the left say.
        along: seconds, as the numbers below say.
    """

    plot: Plot | None = None
    legend: Legend | None = None
    upright: Axis | None = None
    along: Axis | None = None


def read_plot(pixels: Pixels, hints: Hints) -> Foreign | None:
    """``pixels`` ``[height, width, 3]`` as a picture of ours, if it is a figure.

    Args:
        pixels: of the picture.
        hints: what is said of it. If no program is named, it must surely be one.

    Raises:
        PictureError: it cannot be one, though a program is named.
    """
    told = hints.drawn_by not in ("auto", "eidophone")
    plot = find_plot(pixels)
    part = pixels if plot is None else pixels[inner(plot, pixels)]
    if min(part.shape[:2]) < 16:
        if told:
            raise PictureError("it is too small for a spectrogram: fewer than 16 rows or columns")
        return None
    legend = None if plot is None else read_legend(plot, pixels)
    matched = match(part, None if legend is None else legend.line)
    is_gray = matched.name == "gray"
    sure = matched.share >= (_BARE if plot is None else _OF_A_MAP) and matched.spread >= _USED
    if not told and (not sure or (is_gray and plot is None)):
        return None
    around = _Around()
    if plot is not None:
        upright = read_axis(ticks_left(plot), READABLE[hints.scale])
        around = _Around(plot, legend, upright, read_axis(ticks_below(plot), ["linear"]))
        numbered = [axis is not None for axis in (around.upright, around.along)]
        if not told and not (all if is_gray else any)(numbered):
            return None  # beside photographs none stand
    figure = _figure(part, around, matched, hints)
    bins = bins_of(figure.value)
    if figure.program == "matplotlib" and figure.scale == "linear" and 2 < bins < 0.8 * len(part):
        # Its specgram draws bins from 0 Hz to the top as if each were half of one further up.
        top = figure.hz[-1]
        figure = replace(figure, hz=np.maximum(figure.hz * bins - top / 2, 0) / (bins - 1))
    return as_ours(figure, hints)


def _figure(part: Pixels, around: _Around, matched: Matched, hints: Hints) -> Figure:
    height, width = part.shape[:2]
    colours, legend = matched.name, around.legend
    program = _program(around, colours, hints)
    value = undone(part, matched.line)[::-1]
    turned = _is_turned(value, around, matched, program)
    value = 1 - value if turned else value
    if program == "audacity" and colours == "gray" and turned:
        value = np.clip(1 - (1 - value) / _AUDACITY_LIGHT, 0, 1)
    hz, scale, guessed = _hz(around, height, program, hints)
    seconds = None
    if around.along is not None:
        seconds = float(around.along.step) * width
    if seconds is None or not 0.02 <= seconds <= 24 * 3600:
        seconds, guessed = None, (*guessed, "seconds")
    said = None if legend is None or program == "sox" else legend.decibels
    usual = _USUAL_DB.get(program, 100.0)
    is_usual = said is None or abs(said - usual) < _OFF * usual
    decibels = hints.decibels or (usual if is_usual or said is None else said)
    if hints.decibels is None and said is None and program not in ("sox", "ffmpeg"):
        guessed = (*guessed, "decibels")
    kind = {"linear": "linear", "mel": "mel", "htk": "mel"}.get(scale, "logarithmic")
    either = program == "matplotlib" and colours == "magma" and hints.drawn_by == "auto"
    who = "matplotlib or librosa" if either else program
    words = [f"{who}: colours {colours}{' (dark is loud)' if turned else ''}"]
    words.append(f"{kind} axis, {hz[0]:.0f} to {hz[-1]:.0f} Hz")
    words.append("" if seconds is None else f"{seconds:.2f} s")
    words.append(f"{decibels:.0f} dB")
    found = ", ".join(word for word in words if word)
    return Figure(value, hz, scale, seconds, decibels, program, guessed, found)


def _program(around: _Around, colours: str, hints: Hints) -> str:
    if hints.drawn_by not in ("auto", "eidophone"):
        return hints.drawn_by
    dark, upright = around.plot is not None and around.plot.dark, around.upright
    if colours == "ffmpeg" or (dark and upright is not None and upright.start > 1000):
        return "ffmpeg"
    if colours == "sox" or dark:
        return "sox"
    if colours in ("audacity", "roseus"):
        return "audacity"
    if upright is None:
        return "librosa" if colours == "magma" else "matplotlib"
    return "librosa" if upright.scale in ("mel", "log") else "matplotlib"


def _is_turned(value: Float32, around: _Around, matched: Matched, program: str) -> bool:
    """Whether the map runs from loud to quiet: by the legend, or as sounds are louder below."""
    plot, legend = around.plot, around.legend
    if matched.name == "sox":
        return plot is not None and not plot.dark and program == "sox"
    if legend is not None and legend.numbered:
        place = undone(legend.line[None].astype(np.float32), matched.line)[0]
        return bool(place[-1] < place[0])
    third = max(1, len(value) // 3)
    return bool(value[:third].mean() < value[-third:].mean() - 0.02)


def _hz(
    around: _Around, height: int, program: str, hints: Hints
) -> tuple[Float64, str, tuple[str, ...]]:
    """Hz of each row from the bottom, on which scale, and what of it was guessed."""
    rows: Float64 = np.arange(height, dtype=np.float64) + 0.5
    plot, upright = around.plot, around.upright
    if hints.hz is None and upright is not None and plot is not None:
        bottom = (plot.top + plot.bottom) / 2 + height / 2
        hz = upright.at(bottom - rows + _MARKS_OFF.get(program, 0))
        if upright.scale == "linear":
            hz = hz * _unit(float(hz[-1]))
        if np.isfinite(hz).all() and 100 <= hz[-1] <= 400_000:
            return np.maximum(hz, 0), upright.scale, ()
    usual_scale, *usual_hz = _USUAL_AXES.get(program, ("linear", 0.0, _USUAL_HZ))
    scale = upright.scale if upright is not None else hints.scale or usual_scale
    if scale == "mel" and upright is None and program != "librosa":
        scale = "htk"
    low, high = hints.hz or usual_hz
    to, back = SCALES[scale]
    ends = to(np.array([max(low, 20.0) if scale == "octaves" else low, high]))
    hz = back(ends[0] + (ends[1] - ends[0]) * rows / height)
    guessed = ("hz",) if hints.hz is None else ()
    return hz, scale, (*guessed, "scale") if upright is None and hints.scale is None else guessed


def _unit(top: float) -> float:
    """What the numbers of an axis that ends at ``top`` are to be multiplied by to be Hz."""
    if top <= 1.1:  # parts of half the rate, or of the rate
        return _USUAL_HZ / (0.5 if top < 0.55 else 1.0)
    return 1000.0 if top <= 200 else 1.0
