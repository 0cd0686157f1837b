"""Keep: what to take back of what a tool made of a picture.

Tools that repaint everything paint silence too, and their colours are no stereo image. So besides
everything as it came, one may take back the lightness alone, or the lightness with the tones of
the original. These are found from how the tool answered to each level, over all pictures of a
sound together, so that nothing changes from one picture to the next.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter

from eidophone.base.arrays import Float32, Pixels
from eidophone.bridge.settings import Keep
from eidophone.picture.ink import brightest, level_of, value_of
from eidophone.picture.recipe import Recipe

#: Weights of red, green and blue in lightness (ITU-R BT.709).
_LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)

_LEVELS = 256

#: A tool repaints if it lights silence, or shifts colours, by more than so many parts of 255.
_REPAINTS = 8.0

#: Cells within so much of black, in parts of full scale, are silence; above the other, they sound.
#: In between, a cell takes of what was painted as much as it sounds. (The root of that or its
#: square gives the same loudness to .01 dB: there is little power there.)
_SILENT, _SOUNDING = 0.02, 0.2

#: Noise is looked for in squares of so many cells, and is at most so much of full scale.
_NEAR, _MOST_NOISE = 5, 4 / 255
_STEPS = 256

#: What is around a cell: so much of the height and of the width of a picture; first an area, then
#: a moment, as a painted onset begins too early, and what was quiet before it is drowned. Of ten
#: sounds of 5 s and three style networks, taken back as tones, the quietest tenth of moments is
#: 2.9 dB off with the area alone, 1.5 dB with both (13 and 5 dB where it is near digital silence),
#: the mean of all moments 2.0 and 1.1 dB; and cells still differ by 38 parts in 255 from what they
#: were, instead of 39. The moment alone leaves 2.5 dB.
_AROUND = np.array([[1 / 16, 1 / 64], [1 / 4, 0]])

_TINY = np.float32(1e-12)


class Answer:
    """How a tool answered: which lightness it made of which, over many pictures.

    Args:
        recipe: what the pictures mean.
    """

    def __init__(self, recipe: Recipe) -> None:
        self._recipe = recipe
        self._nepers = np.float32(recipe.range_db / 10 * np.log(10))
        self._joint = np.zeros((_LEVELS, _LEVELS), np.int64)
        self._shift = 0.0
        self._cells = 0

    def add(self, before: Float32, after: Float32) -> None:
        """Take in what the tool made of ``before``; both ``[height, width, 3]`` in 0..1."""
        cells = _bins(lightness(before)) * _LEVELS + _bins(lightness(after))
        self._joint += np.bincount(cells.ravel(), minlength=_LEVELS**2).reshape(_LEVELS, _LEVELS)
        shift = _colour(after) - _colour(before)
        self._shift += float(np.abs(shift).sum())
        self._cells += shift.size

    @property
    def repaints(self) -> bool:
        """Whether the tool makes light of silence, or colours of grey."""
        silence = self._joint[: int(_SILENT * _LEVELS)].sum(axis=0)
        light = float(silence @ np.arange(_LEVELS)) / max(1, int(silence.sum()))
        colour = 255 * self._shift / max(1, self._cells)
        return max(light, colour) > _REPAINTS

    @property
    def choice(self) -> Keep:
        """What to keep, if that is to be found out."""
        return "tone" if self.repaints else "all"

    @cached_property
    def tones(self) -> Float32:
        """Lightness that cells should have, ``[before, after]``, each in 256 steps.

        The lightness after is mapped, by one curve, to the distribution of the lightness before;
        backwards, if the tool makes light of dark. Then cells that were silent stay as they were,
        and cells near silence keep, on average, the power they had.
        """
        curve = self._curve()
        value = np.broadcast_to(curve, (_LEVELS, _LEVELS)).astype(np.float32)
        was = np.linspace(0, 1, _LEVELS, dtype=np.float32)[:, None]
        sounds = np.clip((was - _SILENT) / (_SOUNDING - _SILENT), 0, 1)
        weight = self._joint / np.maximum(self._joint.sum(axis=1, keepdims=True), 1)
        power = (weight * self._power(value)).sum(axis=1, keepdims=True, dtype=np.float32)
        settled = value - (1 - sounds) * (self._value(power) - was)
        return np.clip(was + sounds * (settled - was), 0, 1).astype(np.float32)

    def kept(self, before: Float32, after: Float32, keep: Keep) -> Float32:
        """What is taken back of ``after``, once all pictures were added.

        Args:
            before: the picture, ``[height, width, 3]`` in 0..1.
            after: what the tool made of it, of the same size.
            keep: what to take.
        """
        if keep == "auto":
            keep = self.choice
        if keep == "all":
            return after
        was, became = lightness(before), lightness(after)
        if keep == "tone":
            became = self._as_loud(self.tones[_bins(was), _bins(became)], was)
        return np.clip(before + (became - was)[:, :, None], 0, 1)

    def _as_loud(self, became: Float32, was: Float32) -> Float32:
        """``became``, as loud everywhere as ``was`` around there: quiet moments stay quiet."""
        for size in (_AROUND * became.shape).astype(int) | 1:
            # Black counts as 1, so that no mean is less, but for the rounding of its running sums.
            power = [np.maximum(uniform_filter(self._power(one), size), 1) for one in (was, became)]
            became = self._value(self._power(became) * (power[0] / power[1]))
        return became

    def _power(self, value: Float32) -> Float32:
        """Power of pixels of this ``value``; black has 1."""
        return np.exp(self._nepers * level_of(value, self._recipe))

    def _value(self, power: Float32) -> Float32:
        """The inverse of `_power`."""
        level = np.log(np.maximum(power, _TINY)) / self._nepers
        return value_of(np.asarray(level, np.float32), self._recipe)

    def _curve(self) -> NDArray[np.float64]:
        """Lightness for each lightness after: the quantile of the lightness before."""
        before, after = self._joint.sum(axis=1), self._joint.sum(axis=0)
        steps = np.linspace(0, 1, _LEVELS)
        share = (np.cumsum(after) - after / 2) / after.sum()
        if self._correlation() < 0:
            share = 1 - share
        below = (np.cumsum(before) - before / 2) / before.sum()
        return np.interp(share, below, steps)

    def _correlation(self) -> float:
        steps = np.arange(_LEVELS) - (_LEVELS - 1) / 2
        cells = self._joint / self._joint.sum()
        before, after = cells.sum(axis=1), cells.sum(axis=0)
        mean = (before @ steps) * (after @ steps)
        return float(steps @ cells @ steps - mean)


class Noise:
    """The noise of a trip: what recompression and scaling do to every cell.

    That is what half of the sounding cells changed by, or less, in all pictures together; unless
    it is more than any bearable recompression does.
    """

    def __init__(self) -> None:
        self._changes = np.zeros(_STEPS, np.int64)  # cells by how much they changed

    def add(self, before: Float32, after: Float32) -> None:
        """Take in what was made of ``before``; both ``[height, width, 3]`` in 0..1."""
        sounding = _energy(after - before)[before.max(axis=2) > _SILENT]
        steps = np.minimum(np.sqrt(sounding) * (_STEPS / _MOST_NOISE), _STEPS - 1)
        self._changes += np.bincount(steps.astype(np.intp), minlength=_STEPS)

    def removed(self, before: Float32, after: Float32) -> Float32:
        """``after`` without noise: changes fade in where they rise above it (a Wiener filter)."""
        counted = np.cumsum(self._changes)
        median = np.searchsorted(counted, counted[-1] / 2) / _STEPS * _MOST_NOISE
        change = after - before
        energy = _energy(change)[:, :, None]
        clean = np.maximum(0, energy - 2 * np.float32(median) ** 2) / np.maximum(energy, _TINY)
        return before + clean * change


def _energy(change: Float32) -> Float32:
    """Mean square of ``[height, width, 3]`` around each cell, ``[height, width]``."""
    # Its sums run on from cell to cell, so next to nothing may come out as a little less.
    # More than all of the scale is no noise, whatever it is.
    change = np.clip(np.nan_to_num(change, nan=1), -1, 1)
    return np.maximum(uniform_filter((change**2).mean(axis=2), _NEAR), 0)


def unit(pixels: Pixels) -> Float32:
    """``pixels`` as float32, full scale at 1."""
    return pixels.astype(np.float32) * np.float32(1 / brightest(pixels.dtype))


def lightness(pixels: Float32) -> Float32:
    """Lightness ``[height, width]`` of ``[height, width, 3]``."""
    return pixels @ _LUMA


def _bins(values: Float32) -> NDArray[np.intp]:
    return np.clip(np.rint(values * (_LEVELS - 1)), 0, _LEVELS - 1).astype(np.intp)


def _colour(pixels: Float32) -> Float32:
    """What red and blue are more than green."""
    return pixels[:, :, ::2] - pixels[:, :, 1:2]
