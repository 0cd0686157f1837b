"""Forest: a random forest as plain arrays, which can be kept in a file without any code."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eidophone.base.arrays import Float32, Int32
from eidophone.base.errors import LearnError

#: How many trees there are, and windows in a leaf at least.
_TREES, _LEAF = 100, 3


@dataclass(frozen=True, eq=False)
class Forest:
    """Trees of questions about one number each (Breiman 2001).

    Attributes:
        asked: ``[nodes]`` which number; -1 in leaves.
        threshold: ``[nodes]`` a number up to this leads to the lower child.
        children: ``[nodes, 2]``; always further on than their parent.
        share: ``[nodes, classes]`` of each class there.
        roots: ``[trees]`` where each tree begins.
    """

    asked: Int32
    threshold: Float32
    children: Int32
    share: Float32
    roots: Int32

    @classmethod
    def fit(cls, numbers: Float32, classes: Int32) -> Forest:
        """A forest that tells ``classes`` ``[n]`` by ``numbers`` ``[n, count]``."""
        from sklearn.ensemble import RandomForestClassifier  # noqa: PLC0415

        fitted = RandomForestClassifier(
            _TREES, min_samples_leaf=_LEAF, class_weight="balanced", random_state=0
        ).fit(numbers, classes)
        trees = [one.tree_ for one in fitted.estimators_]
        roots = np.cumsum([0, *(one.node_count for one in trees[:-1])])
        value = np.concatenate([one.value[:, 0] for one in trees])
        return cls(
            np.maximum(np.concatenate([one.feature for one in trees]), -1).astype(np.int32),
            np.concatenate([one.threshold for one in trees]).astype(np.float32),
            np.concatenate(
                [
                    np.stack([one.children_left, one.children_right], 1) + root
                    for one, root in zip(trees, roots, strict=True)
                ]
            ).astype(np.int32),
            (value / value.sum(axis=1, keepdims=True)).astype(np.float32),
            roots.astype(np.int32),
        )

    def check(self, numbers: int, classes: int) -> None:
        """Whether trees about so many numbers end, and tell so many classes.

        Raises:
            LearnError: they do not.
        """
        nodes = np.arange(len(self.asked))
        inner = self.asked >= 0
        good = (
            self.threshold.shape == nodes.shape
            and self.children.shape == (len(nodes), 2)
            and self.share.shape == (len(nodes), classes)
            and self.roots.ndim == 1
            and len(self.roots) > 0
            and bool((self.asked < numbers).all())
            and bool((self.children[inner] > nodes[inner, None]).all())
            and bool((self.children[inner] < len(nodes)).all())
            and bool(((self.roots >= 0) & (self.roots < len(nodes))).all())
            and bool(np.isfinite(self.share).all())
        )
        if not good:
            raise LearnError("the trees of a judge do not fit together: the model file is damaged")

    def probabilities(self, numbers: Float32) -> Float32:
        """``[n, classes]`` for ``numbers`` ``[n, count]``."""
        place = np.repeat(self.roots[None], len(numbers), axis=0)
        rows = np.arange(len(numbers))[:, None]
        while (inner := self.asked[place] >= 0).any():
            up = numbers[rows, np.maximum(self.asked[place], 0)] > self.threshold[place]
            place = np.where(inner, self.children[place, up.astype(np.int32)], place)
        return self.share[place].mean(axis=1)
