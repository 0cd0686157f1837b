"""Figures of plotting programs, and bare spectrograms in colours, as pictures of ours."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from eidophone.base.arrays import Float32, Float64, Pixels
from eidophone.base.errors import PictureError, RecipeError
from eidophone.picture.axis import hz_of_row
from eidophone.picture.foreign.axes import READABLE, SCALES, Axis, read_axis
from eidophone.picture.foreign.colormaps import Matched, match, undone
from eidophone.picture.foreign.frames import Plot, find_plot, inner
from eidophone.picture.foreign.legend import Legend, read_legend
from eidophone.picture.foreign.model import Foreign, Hints
from eidophone.picture.foreign.ticks import ticks_below, ticks_left
from eidophone.picture.ink import pixels_of_power
from eidophone.picture.recipe import AxisName, Recipe

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

#: Hann windows of programs are as sharp as Gaussian ones of ours that are so much longer.
_GAUSSIAN_FOR_HANN = 1.5

#: Where each row differs, there were more bins than rows, or fewer, blurred: with a window longer
#: by this, figures of 1024 and of 2048 samples get the best MOS.
_BLURRED = 1.33

#: From one row that differs to the next: where it is less, each does, but for noise.
_EACH = 1.1

#: Half the samples of windows at twice the highest frequency, where the axis is not linear. Those
#: of librosa are twice as long, and of Audacity by a third; MOS is better by .1 with these.
_LENGTHS = {"audacity": 768}


@dataclass(frozen=True)
class _Figure:
    """What is known of a figure.

    Attributes:
        value: ``[rows, columns]`` from the bottom: 0 is quietest and 1 loudest.
        hz: ``[rows]``.
        seconds: how long it lasts; None if that is not known.
        decibels: from 0 to 1.
        program: which is likely to have drawn it.
        guessed: what nothing says.
        found: what was found out, in words.
    """

    value: Float32
    hz: Float64
    scale: str
    seconds: float | None
    decibels: float
    program: str
    guessed: tuple[str, ...]
    found: str


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
    bins = _bins(figure.value)
    if figure.program == "matplotlib" and figure.scale == "linear" and 2 < bins < 0.8 * len(part):
        # Its specgram draws bins from 0 Hz to the top as if each were half of one further up.
        top = figure.hz[-1]
        figure = replace(figure, hz=np.maximum(figure.hz * bins - top / 2, 0) / (bins - 1))
    return _as_ours(figure, hints)


def _figure(part: Pixels, around: _Around, matched: Matched, hints: Hints) -> _Figure:
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
    return _Figure(value, hz, scale, seconds, decibels, program, guessed, found)


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


def _as_ours(figure: _Figure, hints: Hints) -> Foreign:
    rows, columns = figure.value.shape
    axis: AxisName = "linear" if figure.scale == "linear" else "mel"
    high = float(np.clip(figure.hz[-1] + (figure.hz[-1] - figure.hz[-2]) / 2, 100, 400_000))
    seconds = hints.seconds or figure.seconds or columns * 512 / 22_050
    hop = seconds / columns
    thinned = max(1, round(1e-4 / hop)) if hop < 1e-4 else 1
    value = figure.value[:, ::thinned]
    hop *= thinned
    if hop > 0.25:
        raise PictureError("it has fewer than four columns a second: too few to hear it")
    rows = int(np.clip(rows, 16, 8192))
    try:
        recipe = Recipe(
            name=figure.program,
            axis=axis,
            rows=rows,
            min_hz=0.0,
            max_hz=high,
            hop_seconds=hop,
            window_seconds=_window(figure, hop, high),
            top_db=0,
            range_db=float(np.clip(figure.decibels, 12, 200)),
        )
    except RecipeError as error:
        raise PictureError(f"its axes make no sense ({error})") from None
    level = _on_rows(value, figure, recipe)
    if figure.program not in ("sox", "ffmpeg"):
        level = level / max(float(level.max()), 0.05)  # nothing says how loud it was
    power = np.exp((level - 1) * np.float32(recipe.range_db * np.log(10) / 10))
    power[level <= 0] = 0
    if figure.scale == "mel":
        width = np.gradient(hz_of_row(np.arange(rows, dtype=np.float64), recipe))
        power *= (width / width[0]).astype(np.float32)[:, None]
        power /= max(float(power.max()), 1e-9)
    pixels = pixels_of_power(np.ascontiguousarray(power.T)[None], recipe, np.float32)
    source = None
    words = figure.found
    guessed = [one for one in figure.guessed if not (one == "seconds" and hints.seconds)]
    if guessed:
        settle = ", ".join(f"`{one}`" for one in guessed)
        words += f"; guessed, as nothing says it: {', '.join(guessed)}; settle it with {settle}"
    return Foreign(pixels, recipe, source, words)


def _window(figure: _Figure, hop: float, high: float) -> float:
    """Seconds of a window that is as sharp as that of ``figure``."""
    length, longest = _LENGTHS.get(figure.program, 512) / high, 0.15
    if figure.scale == "linear":
        rows, bins = len(figure.value), _bins(figure.value)
        of_a_transform = 2 ** math.ceil(math.log2(max(bins - 1, 1)))
        is_blurred = bins >= rows and bins != of_a_transform + 1
        length, longest = of_a_transform * (_BLURRED if is_blurred else 1) / high, 0.25
    if figure.program == "ffmpeg":  # of a window, it fills only as much as a column lasts
        length = min(length, 2 * hop)
    return float(
        np.clip(_GAUSSIAN_FOR_HANN * length, max(2.1 * hop, 1e-3), max(longest, 2.1 * hop))
    )


def _bins(value: Float32) -> int:
    """How many different rows there are: those of a transform were drawn higher than they are."""
    changes = np.abs(np.diff(value, axis=0)).mean(axis=1)
    if not changes.any():
        return len(value)
    gaps = np.diff(np.flatnonzero(changes > 0.1 * np.median(changes[changes > 0])))
    if not len(gaps):
        return len(value)
    each = float(gaps[gaps <= 2 * np.median(gaps)].mean())  # others are silence
    return len(value) if each < _EACH else round(len(value) / each)


def _on_rows(value: Float32, figure: _Figure, recipe: Recipe) -> Float32:
    """``value`` on the rows of ``recipe``; what is beyond the axis is silent."""
    hz = hz_of_row(np.arange(recipe.rows, dtype=np.float64), recipe)
    at = np.interp(hz, figure.hz, np.arange(len(figure.hz)))
    below = np.floor(at).astype(int)
    above = np.minimum(below + 1, len(value) - 1)
    part = (at - below).astype(np.float32)[:, None]
    level = value[below] * (1 - part) + value[above] * part
    step = abs(figure.hz[1] - figure.hz[0])
    level[(hz < figure.hz[0] - step) | (hz > figure.hz[-1] + step)] = 0
    return level
