"""Columns on their way to sound: how loud their rows are to be, and what of them is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eidophone.base.arrays import Complex64, Float32


@dataclass(frozen=True)
class Anchor:
    """Cells whose spectrum is already known.

    Attributes:
        spectrum: ``[channels, columns, bins]``.
        weight: ``[columns, bins]``: 1 keeps the cell as it is, 0 leaves it to be found.
    """

    spectrum: Complex64
    weight: Float32

    def holding(self, some: Complex64, first: int, last: int, bins: slice) -> Complex64:
        """The spectrum of the columns ``first`` to ``last``: what is known, and ``some`` beside it.

        Args:
            some: ``[channels, columns, n]`` of the ``bins`` that are not all known.
            first: column.
            last: column (exclusive).
            bins: which n these are.
        """
        spectrum = self.spectrum[:, first:last].copy()
        here = spectrum[:, :, bins]
        here += (1 - self.weight[first:last, bins]) * (some - here)
        return spectrum


@dataclass(frozen=True)
class Columns:
    """A run of columns to be turned into sound.

    Attributes:
        power: ``[colours, columns, rows]``.
        anchor: what is known of the spectrum of these columns.
        bins: ``[colours, columns, bins]`` power that pools onto ``power``, once that is found.
        guess: ``[channels, columns, bins]`` spectrum whose phases are a good beginning.
    """

    power: Float32
    anchor: Anchor | None = None
    bins: Float32 | None = None
    guess: Complex64 | None = None

    def __len__(self) -> int:
        return self.power.shape[1]

    @property
    def is_known(self) -> bool:
        """Whether nothing is left to be found."""
        return self.anchor is not None and bool(self.anchor.weight.min() >= 1)

    def __getitem__(self, part: slice) -> Columns:
        anchor = self.anchor and Anchor(self.anchor.spectrum[:, part], self.anchor.weight[part])
        bins = None if self.bins is None else self.bins[:, part]
        guess = None if self.guess is None else self.guess[:, part]
        return Columns(self.power[:, part], anchor, bins, guess)

    @classmethod
    def joined(cls, parts: list[Columns]) -> Columns:
        """These runs, one after the other; what not all of them have is left out."""
        if len(parts) == 1:
            return parts[0]
        anchors = [part.anchor for part in parts if part.anchor is not None]
        bins = [part.bins for part in parts if part.bins is not None]
        guesses = [part.guess for part in parts if part.guess is not None]
        return cls(
            np.concatenate([part.power for part in parts], axis=1),
            _joined_anchors(anchors) if len(anchors) == len(parts) else None,
            np.concatenate(bins, axis=1) if len(bins) == len(parts) else None,
            np.concatenate(guesses, axis=1) if len(guesses) == len(parts) else None,
        )


def _joined_anchors(anchors: list[Anchor]) -> Anchor:
    return Anchor(
        np.concatenate([anchor.spectrum for anchor in anchors], axis=1),
        np.concatenate([anchor.weight for anchor in anchors]),
    )
