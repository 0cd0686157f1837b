"""What is known of a figure, as a picture of ours."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from eidophone.base.arrays import Float32, Float64
from eidophone.base.errors import PictureError, RecipeError
from eidophone.picture.axis import hz_of_row
from eidophone.picture.foreign.model import Foreign, Hints
from eidophone.picture.ink import pixels_of_power
from eidophone.picture.recipe import AxisName, Recipe

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
class Figure:
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


def as_ours(figure: Figure, hints: Hints) -> Foreign:
    """``figure`` as a picture of ours.

    Raises:
        PictureError: its axes make no sense, or it has too few columns.
    """
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


def _window(figure: Figure, hop: float, high: float) -> float:
    """Seconds of a window that is as sharp as that of ``figure``."""
    length, longest = _LENGTHS.get(figure.program, 512) / high, 0.15
    if figure.scale == "linear":
        rows, bins = len(figure.value), bins_of(figure.value)
        of_a_transform = 2 ** math.ceil(math.log2(max(bins - 1, 1)))
        is_blurred = bins >= rows and bins != of_a_transform + 1
        length, longest = of_a_transform * (_BLURRED if is_blurred else 1) / high, 0.25
    if figure.program == "ffmpeg":  # of a window, it fills only as much as a column lasts
        length = min(length, 2 * hop)
    return float(
        np.clip(_GAUSSIAN_FOR_HANN * length, max(2.1 * hop, 1e-3), max(longest, 2.1 * hop))
    )


def bins_of(value: Float32) -> int:
    """How many different rows there are: those of a transform were drawn higher than they are."""
    changes = np.abs(np.diff(value, axis=0)).mean(axis=1)
    if not changes.any():
        return len(value)
    gaps = np.diff(np.flatnonzero(changes > 0.1 * np.median(changes[changes > 0])))
    if not len(gaps):
        return len(value)
    each = float(gaps[gaps <= 2 * np.median(gaps)].mean())  # others are silence
    return len(value) if each < _EACH else round(len(value) / each)


def _on_rows(value: Float32, figure: Figure, recipe: Recipe) -> Float32:
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
