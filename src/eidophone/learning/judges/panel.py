"""Panel: who judges by numbers: a logistic regression and a forest, half each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import scipy.special

from eidophone.base.arrays import Float32, Int32
from eidophone.base.errors import LearnError
from eidophone.learning.judges.forest import Forest

#: How little the regression may lean on any number: there are few windows.
_STRENGTH = 0.003


@dataclass(frozen=True, eq=False)
class Panel:
    """Tells classes by numbers.

    Attributes:
        middle: ``[count]`` the mean of each number.
        scale: ``[count]`` how much each varies.
        slopes: ``[count, classes]`` of the regression.
        offsets: ``[classes]`` of the regression.
        forest: the other half.
    """

    middle: Float32
    scale: Float32
    slopes: Float32
    offsets: Float32
    forest: Forest

    @classmethod
    def fit(cls, numbers: Float32, classes: Int32) -> Panel:
        """A panel that tells ``classes`` ``[n]`` by ``numbers`` ``[n, count]``."""
        from sklearn.linear_model import LogisticRegression  # noqa: PLC0415

        middle, scale = numbers.mean(axis=0), numbers.std(axis=0)
        scale = np.where(scale > 1e-6, scale, 1).astype(np.float32)
        fitted = LogisticRegression(C=_STRENGTH, class_weight="balanced", max_iter=2000).fit(
            (numbers - middle) / scale, classes
        )
        slopes, offsets = fitted.coef_.T, fitted.intercept_
        if len(fitted.classes_) == 2:
            slopes = np.concatenate([0 * slopes, slopes], axis=1)
            offsets = np.concatenate([0 * offsets, offsets])
        return cls(
            middle,
            scale,
            slopes.astype(np.float32),
            offsets.astype(np.float32),
            Forest.fit(numbers, classes),
        )

    def probabilities(self, numbers: Float32) -> Float32:
        """``[n, classes]`` for ``numbers`` ``[n, count]``."""
        scores = ((numbers - self.middle) / self.scale) @ self.slopes + self.offsets
        regressed = scipy.special.softmax(scores, axis=1)
        return ((regressed + self.forest.probabilities(numbers)) / 2).astype(np.float32)

    def arrays(self) -> dict[str, np.ndarray]:
        """All of it."""
        mine = {name: getattr(self, name) for name in _OWN}
        return mine | {f"forest.{name}": getattr(self.forest, name) for name in _FOREST}

    @classmethod
    def of_arrays(cls, arrays: Mapping[str, np.ndarray], numbers: int, classes: int) -> Panel:
        """The panel that `arrays` were of.

        Raises:
            LearnError: they do not fit together.
        """
        shapes = {
            "middle": (numbers,),
            "scale": (numbers,),
            "slopes": (numbers, classes),
            "offsets": (classes,),
        }
        if any(name not in arrays or arrays[name].shape != shapes[name] for name in _OWN) or any(
            f"forest.{name}" not in arrays for name in _FOREST
        ):
            raise LearnError("a judge is incomplete: the model file is damaged")
        kept = {name: np.asarray(arrays[f"forest.{name}"], kind) for name, kind in _FOREST.items()}
        forest = Forest(**kept)  # type: ignore[arg-type]
        forest.check(numbers, classes)
        own = {name: np.asarray(arrays[name], np.float32) for name in _OWN}
        return cls(**own, forest=forest)


_OWN = ("middle", "scale", "slopes", "offsets")
_FOREST = {
    "asked": np.int32,
    "threshold": np.float32,
    "children": np.int32,
    "share": np.float32,
    "roots": np.int32,
}
