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
            self._amplify(spectrum, np.where(agrees, found.copied * change, np.float32(0)))
        wanted = power_of_pixels(pixels, self._recipe, colours(self._channels))
        return Columns(wanted, Anchor(spectrum, self._weight(agrees)))

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
        altered = (painted != drawn).any(axis=(0, 2))
        return self._changed(power, spectrum, drawn, painted), altered

    def _changed(
        self, power: Float32, spectrum: Complex64, before: Pixels, after: Pixels
    ) -> Columns:
        change = level_change(*self._inks(before, after), self._recipe)
        if self._channels == 1:
            change = change[1:2]
        weight = self._weight(change.max(axis=0) <= _MOST_GAIN_DB)
        self._amplify(spectrum, change)
        silenced = np.asarray(before.any(axis=(0, 2)) & ~after.any(axis=(0, 2)))
        # With all that was too quiet to be drawn.
        spectrum[:, silenced[:, None] & self._pooling.inside] = 0
        floor = np.float32(10 ** (self._recipe.floor_db / 10))
        new = change > _MOST_GAIN_DB  # there may be nothing to amplify: take the picture's level
        wanted = power * np.power(np.float32(10), change / 10)
        drawn = power_of_pixels(after, self._recipe, colours(self._channels))
        wanted[new] = np.maximum(drawn, floor)[new]
        return Columns(wanted, Anchor(spectrum, weight))

    def _inks(self, before: Pixels, after: Pixels) -> tuple[Float32, Float32]:
        return ink_of_pixels(before, self._recipe, 3), ink_of_pixels(after, self._recipe, 3)

    def _next(self, columns: int) -> tuple[Float32, Complex64]:
        power, spectrum = self._analysis.take(columns, spectrum=True)
        if len(spectrum) < self._channels:
            return np.repeat(power, 3, axis=0), np.repeat(spectrum, 2, axis=0)
        return power, spectrum

    def _amplify(self, spectrum: Complex64, change: Float32) -> None:
        """Make ``spectrum`` louder by ``change`` ``[colours, columns, rows]`` dB, in place."""
        for channel in range(self._channels):
            gain_db = self._spread(change[2 * channel], 0.0)
            spectrum[channel] *= np.power(np.float32(10), gain_db / 20)

    def _weight(self, keep: Mask) -> Float32:
        """Weight of an anchor ``[columns, bins]`` from the rows ``[columns, rows]`` to keep."""
        weight = self._spread(keep.astype(np.float32), 1.0)
        weight[weight > 0.999] = 1  # sums of float32 weights
        return weight

    def _spread(self, rows: Float32, outside: float) -> Float32:
        """``rows`` ``[columns, rows]`` as ``[columns, bins]``, ``outside`` off the axis."""
        bins = spread_to_columns(self._pooling.spread, rows, self._pooling.bins)
        bins[:, ~self._pooling.inside] = outside
        return bins
