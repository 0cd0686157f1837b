"""Reference: the original sound, whose phase and detail an altered picture may lean on."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from eidophone.base.arrays import Complex64, Float32, Mask, Pixels
from eidophone.picture.agreement import agreement
from eidophone.picture.analysis import Analysis
from eidophone.picture.columns import Anchor, Columns
from eidophone.picture.ink import ink_of_pixels, level_change, pixels_of_power, power_of_pixels
from eidophone.picture.mapping import Mapping
from eidophone.picture.pool import colours, spread_to_columns
from eidophone.sound.sound import SoundSource

_BLOCK_SAMPLES = 1 << 18

#: Steps of an 8-bit picture by which cells may differ that are the same.
_SAME_STEPS = 1.01

#: Cells that became louder by more than this have a new sound in them, not the old one amplified.
_MOST_GAIN_DB = 12.0


class Reference:
    """The columns of the original sound, compared with those of its altered picture.

    Args:
        sound: the original.
        channels: of the sound to be made: 2 doubles the channel of a mono reference.
        mapping: of the picture, at the rate of the original.
        first: the column to begin with; then the blocks of ``sound`` begin as `Analysis` has it.
    """

    def __init__(self, sound: SoundSource, channels: int, mapping: Mapping, first: int = 0) -> None:
        self._analysis = Analysis(sound.blocks(_BLOCK_SAMPLES), sound.channels, mapping, first)
        self._pooling = mapping.pooling
        self._recipe = mapping.recipe
        self._channels = channels

    def compare(self, pixels: Pixels) -> Columns:
        """The next columns: where ``pixels`` agree with the original, it is the anchor.

        Args:
            pixels: ``[rows, columns, 3]`` of the altered picture.
        """
        power, spectrum = self._next(pixels.shape[1])
        # Drawn as the picture was, so that an untouched cell agrees exactly.
        before = pixels_of_power(power, self._recipe, pixels.dtype)
        drawn, seen = self._inks(before, pixels)
        same = _SAME_STEPS * self._recipe.range_db / 255
        agrees = np.abs(seen - drawn).max(axis=0) <= same
        if not agrees.all():
            found = agreement(seen, drawn, same)
            agrees = found.cells
            change = level_change(drawn, seen, self._recipe)
            change = np.where(agrees, found.copied * change, np.float32(0))
            self._amplify(spectrum, change, slice(0, self._recipe.rows))
        wanted = power_of_pixels(pixels, self._recipe, colours(self._channels))
        return Columns(wanted, Anchor(spectrum, self._weight(agrees, slice(0, self._recipe.rows))))

    def apply_change(self, before: Pixels, after: Pixels) -> Columns:
        """The next columns: the original, with done to it what turned ``before`` into ``after``.

        Args:
            before: ``[rows, columns, 3]`` of the unaltered picture, sent through the same tool.
            after: ``[rows, columns, 3]`` of the altered one.
        """
        return self._changed(*self._next(after.shape[1]), before, after)

    def repaint(
        self, columns: int, paint: Callable[[Pixels], Pixels], *, alone: bool = False
    ) -> tuple[Columns, Mask]:
        """The next columns, altered by ``paint``, and which of them that alters.

        Args:
            columns: how many.
            paint: given how they are drawn, uint8 ``[rows, columns, 3]``; gives the same or others.
            alone: what is above and below all rows is silenced.
        """
        power, spectrum = self._next(columns)
        if alone:
            spectrum[:, :, ~self._pooling.inside] = 0
        drawn = pixels_of_power(power, self._recipe, np.uint8)
        painted = paint(drawn)
        altered = _any(painted != drawn)
        return self._changed(power, spectrum, drawn, painted), altered

    def _changed(
        self, power: Float32, spectrum: Complex64, before: Pixels, after: Pixels
    ) -> Columns:
        silenced = _any(before) & ~_any(after)
        # With all that was too quiet to be drawn.
        spectrum[:, silenced[:, None] & self._pooling.inside] = 0
        rows = _rows(np.asarray((before != after).any(axis=(1, 2)))[::-1])
        height = len(before)
        seen = slice(height - rows.stop, height - rows.start)
        before, after = before[seen], after[seen]
        change = level_change(*self._inks(before, after), self._recipe)
        if self._channels == 1:
            change = change[1:2]
        weight = self._weight(change.max(axis=0, initial=-np.inf) <= _MOST_GAIN_DB, rows)
        self._amplify(spectrum, change, rows)
        floor = np.float32(10 ** (self._recipe.floor_db / 10))
        new = change > _MOST_GAIN_DB  # there may be nothing to amplify: take the picture's level
        wanted = power[:, :, rows] * np.power(np.float32(10), change / 10)
        drawn = power_of_pixels(after, self._recipe, colours(self._channels))
        wanted[new] = np.maximum(drawn, floor)[new]
        power[:, :, rows] = wanted
        return Columns(power, Anchor(spectrum, weight))

    def _inks(self, before: Pixels, after: Pixels) -> tuple[Float32, Float32]:
        return ink_of_pixels(before, self._recipe, 3), ink_of_pixels(after, self._recipe, 3)

    def _next(self, columns: int) -> tuple[Float32, Complex64]:
        power, spectrum = self._analysis.take(columns, spectrum=True)
        if len(spectrum) < self._channels:
            return np.repeat(power, 3, axis=0), np.repeat(spectrum, 2, axis=0)
        return power, spectrum

    def _amplify(self, spectrum: Complex64, change: Float32, rows: slice) -> None:
        """Make the ``rows`` of ``spectrum`` louder by ``change`` dB, in place.

        Args:
            spectrum: ``[channels, columns, bins]``.
            change: ``[colours, columns, n]``.
            rows: which n these are.
        """
        for channel in range(self._channels):
            gain_db, bins = self._spread(change[2 * channel], rows)
            spectrum[channel, :, bins] *= np.power(np.float32(10), gain_db / 20)

    def _weight(self, keep: Mask, rows: slice) -> Float32:
        """Weight of an anchor ``[columns, bins]`` that keeps all but some of the ``rows``.

        Args:
            keep: ``[columns, n]``.
            rows: which n these are.
        """
        weight = np.ones((len(keep), self._pooling.bins), np.float32)
        free, bins = self._spread((~keep).astype(np.float32), rows)
        weight[:, bins] -= free
        weight[weight > 0.999] = 1  # sums of float32 weights
        return weight

    def _spread(self, values: Float32, rows: slice) -> tuple[Float32, slice]:
        """``values`` ``[columns, n]`` of the ``rows`` as those of some bins, and which these are.

        They are 0 in all other rows, and off the axis.
        """
        low, high = self._pooling.spread.reach(rows.start, rows.stop)
        lines = self._pooling.spread.lines(rows.start, rows.stop, low)
        bins = spread_to_columns(lines, np.ascontiguousarray(values), high - low)
        bins[:, ~self._pooling.inside[low:high]] = 0
        return bins, slice(low, high)


def _any(pixels: Pixels) -> Mask:
    """Which columns of ``pixels`` ``[height, columns, 3]`` have any; row by row, as they lie."""
    found: Mask = pixels.max(axis=0).max(axis=1) != 0
    return found


def _rows(some: Mask) -> slice:
    """The least run that has all ``some`` of the rows in it."""
    found = np.flatnonzero(some)
    return slice(int(found[0]), int(found[-1]) + 1) if found.size else slice(0, 0)
