"""Judge: whose a tune is, by other features than the tokens: intervals, and ratios of durations.

A judge is trained on windows of tunes that nothing else has learnt of. It is a logistic regression
on how often each interval, pair of intervals, ratio of durations, pair of ratios, and interval with
its ratio comes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from eidophone.base.arrays import Float32, Float64
from eidophone.notes.traditions.form import heard
from eidophone.notes.traditions.tokens import Line

#: Notes of a window, and of a step to the next.
WINDOW, STEP = 16, 8

#: Intervals are told up to so many semitones; ratios as powers of the square root of 2, up to 2^2.
_WIDEST, _RATIOS = 9, 4

_INTERVALS, _KINDS = 2 * _WIDEST + 1, 2 * _RATIOS + 1
_SIZES = (_INTERVALS, _INTERVALS**2, _KINDS, _KINDS**2, _INTERVALS * _KINDS)

#: How much the regression is held back.
_FREEDOM = 0.3


@dataclass(frozen=True, eq=False)
class Judge:
    """Tells lines of two traditions apart.

    Attributes:
        regression: of scikit-learn.
    """

    regression: Any

    @classmethod
    def trained(cls, first: Sequence[Line], second: Sequence[Line]) -> Judge:
        """One that has seen lines of both."""
        from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 (slow)

        windows = [features(line) for some in (first, second) for line in some]
        sides = [0] * len(first) + [1] * len(second)
        whose = np.repeat(sides, [len(one) for one in windows])
        # every tune counts as much as any, and so does every side
        weights = np.concatenate([np.full(len(one), 1 / len(one)) for one in windows])
        for side in (0, 1):
            weights[whose == side] *= len(weights) / 2 / weights[whose == side].sum()
        made = LogisticRegression(C=_FREEDOM, max_iter=300)
        return cls(made.fit(np.concatenate(windows), whose, weights))

    def odds(self, line: Line) -> Float64:
        """``[windows]`` log odds that a window is of the second tradition."""
        return np.asarray(self.regression.decision_function(features(line)), np.float64)

    def share(self, line: Line) -> float:
        """The probability that a line is of the second tradition."""
        return float(1 / (1 + np.exp(-self.odds(line).mean())))


def features(line: Line) -> Float32:
    """``[windows, features]`` of a line; one window at least."""
    line = heard(line)
    steps = np.clip(np.diff(line.pitches), -_WIDEST, _WIDEST) + _WIDEST
    ratios = np.round(2 * np.log2(line.lasts[1:] / np.maximum(line.lasts[:-1], 1))).astype(int)
    ratios = np.clip(ratios, -_RATIOS, _RATIOS) + _RATIOS
    count = len(steps)
    firsts = range(0, max(1, count - WINDOW + 1), STEP)
    rows = []
    for first in firsts:
        step, ratio = steps[first : first + WINDOW], ratios[first : first + WINDOW]
        kinds = (
            step,
            step[1:] * _INTERVALS + step[:-1],
            ratio,
            ratio[1:] * _KINDS + ratio[:-1],
            step * _KINDS + ratio,
        )
        rows.append(
            np.concatenate(
                [
                    np.sqrt(np.bincount(kind, minlength=size) / max(1, len(kind)))
                    for kind, size in zip(kinds, _SIZES, strict=True)
                ]
            )
        )
    return np.array(rows, np.float32)
