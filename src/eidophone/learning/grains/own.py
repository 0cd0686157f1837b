"""Own: sliders of one's own, from sounds that have more or less of something."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.ndimage import gaussian_filter1d, uniform_filter1d

from eidophone.base.arrays import Float32
from eidophone.base.errors import LearnError
from eidophone.learning.grains.frames import BANDS, COLUMNS, frames_of
from eidophone.learning.grains.index import FRAMES_PER_SECOND, Index
from eidophone.learning.grid import ROWS, middle

#: Frames around a moment that say what is heard there: a second.
_SECOND = round(FRAMES_PER_SECOND)

#: Strength of the prior of the direction, against the features' own variance.
_PRIOR = 1.0

#: Rows over which the curve is smoothed, as the deviation of a Gaussian.
_SMOOTH = 6.0

#: Labels of a file, at most.
_MOST_LABELS, _MOST_BYTES = 100_000, 16 << 20


@dataclass(frozen=True, eq=False)
class Own:
    """A direction in how moments sound, in standard deviations of all collections.

    Attributes:
        weights: ``[2 * BANDS]`` of how bands lie and move within a second.
        bias: of their sum.
        curve: ``[rows]`` dB that there is more of, for each standard deviation.
    """

    weights: Float32
    bias: float
    curve: Float32

    @classmethod
    def fit(cls, index: Index, sounds: Sequence[Float32], labels: Sequence[float]) -> Own:
        """The direction from sounds of low to those of high ``labels`` (ridge regression).

        Args:
            index: of what it is to be a slider for.
            sounds: levels ``[colours, columns, rows]``, as loud as tracks are.
            labels: one for each: 0 and 1 for two folders, or any numbers.

        Raises:
            LearnError: all labels are alike.
        """
        if len(set(labels)) < 2:
            raise LearnError("a slider needs sounds with other labels: these have all the same one")
        heard = [index.conditions.seen(middle(one)) for one in sounds]
        features = [moments_of(frames_of(_whole(one))[:, :BANDS]) for one in heard]
        values = np.repeat(np.asarray(labels, float), [len(one) for one in features])
        here = np.concatenate(features)
        mean, spread = here.mean(axis=0), here.std(axis=0) + 1.0
        usual = (here - mean) / spread
        square = usual.T @ usual / len(usual) + _PRIOR * np.eye(usual.shape[1])
        weights = np.linalg.solve(square, usual.T @ (values - values.mean()) / len(usual)) / spread
        all_scores = moments_of(index.frames[:, :BANDS]) @ weights
        weights /= all_scores.std() + 1e-9
        bias = -float(np.mean(all_scores) / (all_scores.std() + 1e-9))
        scores = np.array([float((one @ weights).mean()) for one in features])
        rows = np.stack([one.mean(axis=0) for one in heard])
        around = scores - scores.mean()
        curve = around @ (rows - rows.mean(axis=0)) / max(float(around @ around), 1e-6)
        curve = gaussian_filter1d(curve, _SMOOTH)
        return cls(weights.astype(np.float32), bias, np.clip(curve, -12, 12).astype(np.float32))

    @property
    def arrays(self) -> dict[str, Any]:
        """All of it, for a file."""
        return {
            "weights": self.weights,
            "bias": np.array([self.bias], np.float32),
            "curve": self.curve,
        }

    @classmethod
    def of(cls, arrays: Mapping[str, Any]) -> Own:
        """The one that `arrays` were of.

        Raises:
            LearnError: they are damaged.
        """
        for name, count in (("weights", 2 * BANDS), ("bias", 1), ("curve", ROWS)):
            one = arrays.get(name)
            if not isinstance(one, np.ndarray) or one.shape != (count,) or one.dtype != np.float32:
                raise LearnError(f"a slider of this model is damaged: {name} is not as it was")
            if not np.isfinite(one).all():
                raise LearnError(f"a slider of this model is damaged: {name} is no numbers")
        return cls(arrays["weights"], float(arrays["bias"][0]), arrays["curve"])

    def scores(self, bands: Float32) -> Float32:
        """``[frames]`` how far each moment of ``bands`` ``[frames, BANDS]`` is along it."""
        return np.asarray(moments_of(bands) @ self.weights + np.float32(self.bias), np.float32)

    def score(self, levels: Float32) -> float:
        """How far ``levels`` ``[columns, rows]`` are along it."""
        return float(self.scores(frames_of(_whole(levels))[:, :BANDS]).mean())


def moments_of(bands: Float32) -> Float32:
    """``[frames, 2 * BANDS]`` how ``bands`` ``[frames, BANDS]`` lie and move within a second."""
    mean = uniform_filter1d(bands, _SECOND, axis=0)
    square = uniform_filter1d(bands**2, _SECOND, axis=0) - mean**2
    return np.concatenate([mean, np.sqrt(np.maximum(square, 0))], axis=1)


def labels_of(path: Path) -> dict[Path, float]:
    """Files and values of a CSV file with a line ``file,value`` each, beside which the files are.

    Raises:
        LearnError: it cannot be read, or a line is something else.
    """
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise LearnError(f"{path} is larger than any file of labels")
        lines = list(csv.reader(path.read_text("utf-8-sig").splitlines()))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise LearnError(f"{path} is no CSV file with labels: {error}") from None
    labels: dict[Path, float] = {}
    for number, line in enumerate(lines[:_MOST_LABELS], start=1):
        if not line:
            continue
        try:
            name, text = line
            value = float(text)
        except ValueError:
            if number == 1:
                continue  # what the columns are called
            raise LearnError(f"line {number} of {path} is not FILE,VALUE: {line!r}") from None
        if not math.isfinite(value):
            raise LearnError(f"line {number} of {path} has no value: {text!r}")
        labels[path.parent / name] = value
    return labels


def _whole(levels: Float32) -> Float32:
    return np.pad(levels, ((0, -len(levels) % COLUMNS), (0, 0)), "edge")
