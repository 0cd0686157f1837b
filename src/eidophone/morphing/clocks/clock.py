"""Clock: where in a sound each moment of another time lies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eidophone.base.arrays import Float64

#: Samples by which a clock may be off that changes nothing.
_NOTHING = 1e-3


@dataclass(frozen=True, eq=False)
class Clock:
    """A time map: monotone, and linear between its points.

    Attributes:
        common: ``[points]`` of the common time, in samples, rising from 0.
        own: ``[points]`` of the sound's own time at these, in samples, never falling.
    """

    common: Float64
    own: Float64

    @property
    def is_identity(self) -> bool:
        """Whether both times are the same."""
        return bool(np.abs(self.common - self.own).max() < _NOTHING)

    def at(self, common: Float64) -> Float64:
        """The sound's own time at ``common``; it goes on at the last pace after the end."""
        beyond = np.maximum(common - self.common[-1], 0)
        return np.interp(common, self.common, self.own) + beyond

    def of(self, own: Float64) -> Float64:
        """The common time at the sound's ``own``; the inverse."""
        return np.interp(own, self.own, self.common)
