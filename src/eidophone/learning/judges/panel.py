"""Panel: who judges by numbers: a logistic regression and a forest (Breiman 2001), half each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from eidophone.base.arrays import Float32, Int32

#: How little the regression may lean on any number: there are few windows.
_STRENGTH = 0.003

#: How many trees there are, and windows in a leaf at least.
_TREES, _LEAF = 100, 3


@dataclass(frozen=True, eq=False)
class Panel:
    """Tells classes by numbers.

    Attributes:
        middle: ``[count]`` the mean of each number.
        scale: ``[count]`` how much each varies.
        regression: of scikit-learn, on numbers that are scaled.
        forest: the other half, on numbers as they are.
    """

    middle: Float32
    scale: Float32
    regression: Any
    forest: Any

    @classmethod
    def fit(cls, numbers: Float32, classes: Int32) -> Panel:
        """A panel that tells ``classes`` ``[n]`` by ``numbers`` ``[n, count]``."""
        from sklearn.ensemble import RandomForestClassifier  # noqa: PLC0415 (slow to load)
        from sklearn.linear_model import LogisticRegression  # noqa: PLC0415

        middle, scale = numbers.mean(axis=0), numbers.std(axis=0)
        scale = np.where(scale > 1e-6, scale, 1).astype(np.float32)
        regression = LogisticRegression(C=_STRENGTH, class_weight="balanced", max_iter=2000)
        forest = RandomForestClassifier(
            _TREES, min_samples_leaf=_LEAF, class_weight="balanced", random_state=0
        )
        return cls(
            middle,
            scale,
            regression.fit((numbers - middle) / scale, classes),
            forest.fit(numbers, classes),
        )

    def scaled(self, numbers: Float32) -> Float32:
        """``numbers`` ``[n, count]``, each about its mean and to one scale."""
        return (numbers - self.middle) / self.scale

    def probabilities(self, numbers: Float32) -> Float32:
        """``[n, classes]`` for ``numbers`` ``[n, count]``."""
        regressed = self.regression.predict_proba(self.scaled(numbers))
        trees = [  # one by one: for few windows, what shares them among threads takes longest
            one.predict_proba(numbers, check_input=False) for one in self.forest.estimators_
        ]
        return ((regressed + np.mean(trees, axis=0)) / 2).astype(np.float32)
