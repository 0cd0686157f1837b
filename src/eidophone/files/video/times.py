"""When frames appear: the times that a film gives, made to rise."""

from __future__ import annotations

from fractions import Fraction

#: No frame lasts longer; a leap beyond it is a fault in the file.
_LONGEST_SECONDS = 3600


class Clock:
    """Turns the times of a film's frames, as they are, into times that rise.

    A time that is missing, not after the one before it, or absurdly far, becomes that of the
    frame before plus the usual time between two.

    Args:
        origin: what is zero, in seconds.
        fps: frames per second, to fill in by.
    """

    def __init__(self, origin: Fraction, fps: Fraction) -> None:
        self._origin = origin
        self._step = 1 / fps
        self._last: Fraction | None = None

    def __call__(self, time: Fraction | None) -> Fraction:
        """Seconds from the beginning, for the next frame."""
        expected = Fraction(0) if self._last is None else self._last + self._step
        seconds = expected if time is None else time - self._origin
        lowest = Fraction(0) if self._last is None else self._last
        rises = seconds >= 0 if self._last is None else seconds > lowest
        if not rises or seconds - lowest > _LONGEST_SECONDS:
            seconds = expected
        self._last = seconds
        return seconds
