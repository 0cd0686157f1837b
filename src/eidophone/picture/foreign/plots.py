"""Figures of plotting programs, and bare spectrograms in colours, as pictures of ours."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from eidophone.base.arrays import Float32, Float64, Pixels
from eidophone.base.errors import PictureError, RecipeError
from eidophone.picture.axis import hz_of_row
from eidophone.picture.foreign.axes import SCALES, Axis, read_axis
from eidophone.picture.foreign.colormaps import match, undone
from eidophone.picture.foreign.frames import Plot, bar_beside, find_plot, inner
from eidophone.picture.foreign.model import Foreign, Hints
from eidophone.picture.foreign.ticks import ticks_below, ticks_left, ticks_right
from eidophone.picture.ink import pixels_of_power
from eidophone.picture.recipe import AxisName, Recipe

#: A figure is one if so many of its pixels are of its colour map, and they use so much of it.
_OF_A_MAP, _USED = 0.9, 0.15

#: Without a frame, what is drawn must be more surely of a map.
_BARE = 0.985

#: Hz at the top, and decibels from black to full brightness, where nothing says them.
_USUAL_HZ, _USUAL_DB = (
    22_050.0,
    {"librosa": 80.0, "matplotlib": 120.0, "sox": 120.0, "ffmpeg": 120.0},
)

#: Rates of sounds: half of one is where an axis may end.
_HALVES = (4000, 5512.5, 8000, 11_025, 12_000, 16_000, 22_050, 24_000, 44_100, 48_000, 96_000)

#: Hann windows of programs are as sharp as Gaussian ones of ours that are so much longer.
_GAUSSIAN_FOR_HANN = 1.5

_RATE = 44_100


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


def read_plot(pixels: Pixels, hints: Hints) -> Foreign | None:
    """``pixels`` ``[height, width, 3]`` as a picture of ours, if it is a figure.

    Args:
        pixels: of the picture.
        hints: what is said of it. If no program is named, it must surely be one.
    """
    plot = find_plot(pixels)
    told = hints.drawn_by not in ("auto", "eidophone")
    part = pixels if plot is None else pixels[inner(plot, pixels)]
    if min(part.shape[:2]) < 16:
        return None
    matched = match(part)
    sure = matched.share >= (_BARE if plot is None else _OF_A_MAP) and matched.spread >= _USED
    if matched.name == "gray" and plot is None:
        sure = False
    if not (sure or told):
        return None
    if plot is not None and not told and not _has_numbers(plot, both=matched.name == "gray"):
        return None
    figure = _figure(part, plot, matched.name, hints)
    bins = _bins(figure.value)
    if figure.program == "matplotlib" and figure.scale == "linear" and 2 < bins < 0.8 * len(part):
        # Its specgram draws bins from 0 Hz to the top as if each were half of one further up.
        top = figure.hz[-1]
        figure = replace(figure, hz=np.maximum(figure.hz * bins - top / 2, 0) / (bins - 1))
    return _as_ours(figure, hints)


def _has_numbers(plot: Plot, *, both: bool) -> bool:
    """Whether numbers stand along an axis of ``plot``, or both: beside photographs none do."""
    along = read_axis(ticks_below(plot), ["linear"]) is not None
    upright = read_axis(ticks_left(plot), list(SCALES)) is not None
    return along and upright if both else along or upright


def _figure(part: Pixels, plot: Plot | None, colours: str, hints: Hints) -> _Figure:
    height, width = part.shape[:2]
    upright, along, legend = None, None, None
    if plot is not None:
        upright = read_axis(ticks_left(plot), list(SCALES))
        along = read_axis(ticks_below(plot), ["linear"])
        legend = _legend(plot)
    program = _program(plot, colours, upright, hints)
    value = undone(part, colours)[::-1]
    turned = _is_turned(value, plot, colours, program)
    value = 1 - value if turned else value
    hz, scale, guessed = _hz(upright, plot, height, hints)
    seconds = None
    if along is not None and plot is not None:
        seconds = float(along.step) * width
    if seconds is None or not 0.02 <= seconds <= 24 * 3600:
        seconds, guessed = None, (*guessed, "seconds")
    decibels = hints.decibels or legend or _USUAL_DB.get(program, 100.0)
    if hints.decibels is None and legend is None and program not in ("sox", "ffmpeg"):
        guessed = (*guessed, "decibels")
    kind = "mel" if scale == "mel" else "logarithmic" if scale != "linear" else "linear"
    words = [f"colours {colours}{' (dark is loud)' if turned else ''}"]
    words.append(f"{kind} axis, {hz[0]:.0f} to {hz[-1]:.0f} Hz")
    words.append("" if seconds is None else f"{seconds:.2f} s")
    words.append(f"{decibels:.0f} dB")
    found = ", ".join(word for word in words if word)
    return _Figure(value, hz, scale, seconds, decibels, program, guessed, found)


def _program(plot: Plot | None, colours: str, upright: Axis | None, hints: Hints) -> str:
    if hints.drawn_by not in ("auto", "eidophone"):
        return hints.drawn_by
    if colours == "ffmpeg" or (plot is not None and plot.dark and upright and upright.start > 1000):
        return "ffmpeg"
    if colours == "sox" or (plot is not None and plot.dark):
        return "sox"
    if colours == "audacity":
        return "audacity"
    is_librosa = colours == "magma" or (upright is not None and upright.scale in ("mel", "log"))
    return "librosa" if is_librosa else "matplotlib"


def _is_turned(value: Float32, plot: Plot | None, colours: str, program: str) -> bool:
    """Whether the map runs from loud to quiet: sounds are louder below than above."""
    if colours == "sox":
        return plot is not None and not plot.dark and program == "sox"
    third = max(1, len(value) // 3)
    return bool(value[:third].mean() < value[-third:].mean() - 0.02)


def _legend(plot: Plot) -> float | None:
    """Decibels that the legend of ``plot`` spans, if it has one that can be read."""
    bar = bar_beside(plot)
    if bar is None:
        return None
    top, bottom, edge = bar
    ticks = ticks_right(plot, edge)
    axis = read_axis(ticks, ["linear"])
    if axis is None:
        return None
    if plot.dark:  # black is not seen on black
        return None
    span = float(axis.at(top) - axis.at(bottom))
    return span if 6 <= span <= 400 else None


def _hz(
    upright: Axis | None, plot: Plot | None, height: int, hints: Hints
) -> tuple[Float64, str, tuple[str, ...]]:
    """Hz of each row from the bottom, on which scale, and what of it was guessed."""
    rows: Float64 = np.arange(height, dtype=np.float64) + 0.5
    if hints.hz is None and upright is not None and plot is not None:
        bottom = (plot.top + plot.bottom) / 2 + height / 2
        hz = upright.at(bottom - rows)
        if upright.scale == "linear":
            hz = hz * _unit(float(hz[-1]))
        if np.isfinite(hz).all() and 100 <= hz[-1] <= 400_000:
            return np.maximum(hz, 0), upright.scale, ()
    scale = {"octaves": "octaves", "mel": "mel", "linear": "linear"}[hints.scale or "linear"]
    low, high = hints.hz if hints.hz is not None else (0.0, _USUAL_HZ)
    to, back = SCALES[scale]
    ends = to(np.array([max(low, 20.0) if scale == "octaves" else low, high]))
    hz = back(ends[0] + (ends[1] - ends[0]) * rows / height)
    return hz, scale, () if hints.hz is not None else ("hz", "scale")


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
    words = f"{figure.program}: {figure.found}"
    guessed = [one for one in figure.guessed if not (one == "seconds" and hints.seconds)]
    if guessed:
        settle = ", ".join(f"`{one}`" for one in guessed)
        words += f"; guessed, as nothing says it: {', '.join(guessed)}; settle it with {settle}"
    return Foreign(pixels, recipe, source, words)


def _window(figure: _Figure, hop: float, high: float) -> float:
    """Seconds of a window that is as sharp as that of ``figure``."""
    length = _bins(figure.value) / high if figure.scale == "linear" else 1024 / high
    longest = 0.25 if figure.scale == "linear" else 0.15
    return float(
        np.clip(_GAUSSIAN_FOR_HANN * length, max(2.1 * hop, 1e-3), max(longest, 2.1 * hop))
    )


def _bins(value: Float32) -> int:
    """How many different rows there are: those of a transform were drawn higher than they are."""
    changes = np.abs(np.diff(value, axis=0)).mean(axis=1)
    usual = np.median(changes[changes > 0]) if changes.any() else 1
    return 1 + int((changes > 0.1 * usual).sum())


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
