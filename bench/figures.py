"""A figure of the benchmark: what was measured on each sound, and what was aimed at."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import fmean


@dataclass(frozen=True)
class Figure:
    """One line of the table.

    Attributes:
        name: what is measured, and in what unit.
        values: by sound; a single one may be under ``""``.
        target: for the mean of the values; None if none was set.
        at_most: the target is a limit from above.
        digits: after the decimal point.
        peers: the same by each peer.
    """

    name: str
    values: dict[str, float]
    target: float | None = None
    at_most: bool = False
    digits: int = 3
    peers: dict[str, dict[str, float]] = field(default_factory=dict)

    @property
    def mean(self) -> float:
        """Mean over the sounds."""
        return fmean(self.values.values())

    @property
    def worst(self) -> float:
        """Value of the sound that fared worst."""
        return (max if self.at_most else min)(self.values.values())

    @property
    def met(self) -> bool | None:
        """Whether the mean, as it is printed, reaches the target; None if there is no target."""
        if self.target is None:
            return None
        mean = round(self.mean, self.digits)
        return mean <= self.target if self.at_most else mean >= self.target
