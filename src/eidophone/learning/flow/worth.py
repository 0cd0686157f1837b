"""Worth: whether a flow does a task better than the closed form, on tracks that neither has learnt.

A flow takes over a task only if that is sure: what one has by chance is not enough.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

import numpy as np

from eidophone.base.arrays import Float32, Floats
from eidophone.learning.collections import Collection, Conditions
from eidophone.learning.flow.flow import Flow
from eidophone.learning.flow.uses import course_of, towards
from eidophone.learning.grains.generating import Grains
from eidophone.learning.grid import COLUMN_SECONDS, as_levels, middle
from eidophone.learning.judges.judges import Judges
from eidophone.learning.judges.kept import onset_kept
from eidophone.learning.judges.windows import WINDOW, spread, windows_of
from eidophone.learning.translating.blocks import Components
from eidophone.learning.translating.character import Character
from eidophone.learning.translating.way import Way

#: Windows of each collection that are tried.
WINDOWS = 8

#: How sure one must be, and how much less of the onsets may be kept.
_SURE, _LESS_KEPT = 0.9, 0.05

_DRAWS = 1000

#: Levels ``[columns, rows]`` of one collection as another's: levels, source, target.
Translation = Callable[[Float32, int, int], Float32]

#: New levels ``[columns, rows]`` of a collection: which, columns, seed.
Generation = Callable[[int, int, int], Float32]


@dataclass(frozen=True)
class Worth:
    """Two ways of a task side by side.

    Attributes:
        closed: a figure of the closed form; see `worth_in_translating`, `worth_in_generating`.
        flow: the same of the flow.
        sure: how likely the flow is the better, 0 to 1.
        closed_kept: how much of the onsets is kept by the closed form; nan where none are to be.
        flow_kept: the same of the flow.
    """

    closed: float
    flow: float
    sure: float
    closed_kept: float = float("nan")
    flow_kept: float = float("nan")

    @property
    def takes_over(self) -> bool:
        """Whether the flow is surely better, and keeps as much."""
        return self.sure >= _SURE and not self.flow_kept < self.closed_kept - _LESS_KEPT

    @property
    def said(self) -> dict[str, Any]:
        """As plain JSON, for a model's facts."""
        numbers = {name: one for name, one in asdict(self).items() if math.isfinite(one)}
        return {**numbers, "takes_over": self.takes_over}


def decided(flow: Flow, character: Character, grains: Grains, judges: Judges) -> dict[str, Worth]:
    """What ``flow`` is worth in "translating" and in "generating", within a minute.

    The closed forms are the maps and gains of ``character``, and walks through ``grains``.
    """
    collections, conditions = grains.index.collections, grains.index.conditions
    translating = translations(flow, character, conditions)
    generating = generations(flow, character.components, grains)
    return {
        "translating": worth_in_translating(collections, judges, *translating),
        "generating": worth_in_generating(collections, judges, *generating),
    }


def translations(
    flow: Flow, character: Character, conditions: Conditions
) -> tuple[Translation, Translation]:
    """By maps and gains; and by the flow."""
    whole = np.eye(len(flow.recipe.names), dtype=np.float32)

    def closed(levels: Float32, source: int, target: int) -> Float32:
        return Way.of(character, conditions, source, whole[target]).told(levels)

    def flowed(levels: Float32, source: int, target: int) -> Float32:
        trained = towards(flow, character.components, conditions, source, whole[target])
        return Way.of(character, conditions, source, whole[target], trained=trained).told(levels)

    return closed, flowed


def generations(
    flow: Flow, components: Components, grains: Grains
) -> tuple[Generation, Generation]:
    """Walks through grains; and courses of the flow, told by grains."""
    whole = np.eye(len(flow.recipe.names), dtype=np.float32)

    def laid(kind: int, columns: int, seed: int, like: Float32 | None = None) -> Float32:
        shares = lambda moments: np.tile(whole[kind], (len(moments), 1))  # noqa: E731
        return middle(grains.generate(shares, columns * COLUMN_SECONDS, seed, like=like))[:columns]

    def closed(kind: int, columns: int, seed: int) -> Float32:
        return laid(kind, columns, seed)

    def flowed(kind: int, columns: int, seed: int) -> Float32:
        course = course_of(flow, components, columns, whole[kind], seed)
        return laid(kind, columns, seed, course[None])

    return closed, flowed


def worth_in_translating(
    collections: Sequence[Collection], judges: Judges, closed: Translation, flow: Translation
) -> Worth:
    """Which of the two makes held-out windows more like another collection, to the hardest judge.

    The figures are mean probabilities of the target.
    """
    judge = judges.kinds[-1]
    ours: list[Floats] = []
    theirs: list[Floats] = []
    kept: list[tuple[float, float]] = []
    for source, each in enumerate(collections):
        some = [as_levels(one) for one in spread(windows_of(each.held), WINDOWS)]
        for target in range(len(collections)):
            if target == source or not some:
                continue
            made = [[way(one, source, target) for one in some] for way in (closed, flow)]
            told = [judges.probabilities(one)[judge][:, target] for one in made]
            theirs.append(told[0])
            ours.append(told[1])
            kept += [
                (onset_kept(a, one), onset_kept(b, one))
                for a, b, one in zip(*made, some, strict=True)
            ]
    if not ours:
        return Worth(0.0, 0.0, 0.0)
    gain = np.concatenate(ours) - np.concatenate(theirs)
    drawn = np.random.default_rng(0).integers(0, len(gain), (_DRAWS, len(gain)))
    sure = float((gain[drawn].mean(axis=1) > 0).mean())
    whole = np.mean(kept, axis=0)
    return Worth(
        float(np.concatenate(theirs).mean()),
        float(np.concatenate(ours).mean()),
        sure,
        float(whole[0]),
        float(whole[1]),
    )


def worth_in_generating(
    collections: Sequence[Collection], judges: Judges, closed: Generation, flow: Generation
) -> Worth:
    """Which of the two makes windows that are nearer to held-out ones of the same collection.

    The figures are energy distances (Székely & Rizzo 2013) between what a judge hears of the made
    and of the held-out windows, in units of the spread of what is learnt: 0 is alike.
    """
    distances: list[tuple[float, float]] = []
    wins: list[Floats] = []
    for kind, each in enumerate(collections):
        real = spread(windows_of(each.held), WINDOWS)
        if len(real) < 2:
            continue
        learnt = judges.numbers(windows_of(each.learnt))["eq-blind"]
        heard = partial(_heard, judges, learnt.mean(axis=0), learnt.std(axis=0) + 1e-6)
        there = heard([as_levels(one) for one in real])
        made = [
            heard([way(kind, WINDOW, seed) for seed in range(WINDOWS)]) for way in (closed, flow)
        ]
        distances.append((_apart(made[0], there), _apart(made[1], there)))
        rng = np.random.default_rng(kind)
        wins.append(
            np.array(
                [
                    _apart(*_drawn(rng, made[0], there)) - _apart(*_drawn(rng, made[1], there))
                    for _ in range(200)
                ]
            )
        )
    if not wins:
        return Worth(0.0, 0.0, 0.0)
    mean = np.mean(distances, axis=0)
    return Worth(float(mean[0]), float(mean[1]), float((np.mean(wins, axis=0) > 0).mean()))


def _heard(judges: Judges, middle: Float32, spread: Float32, windows: Sequence[Float32]) -> Float32:
    return (judges.numbers(windows)["eq-blind"] - middle) / spread


def _apart(one: Float32, other: Float32) -> float:
    """The energy distance of two sets ``[n, numbers]``."""
    return float(2 * _far(one, other) - _far(one, one) - _far(other, other))


def _far(one: Float32, other: Float32) -> float:
    square = (one**2).sum(axis=1)[:, None] + (other**2).sum(axis=1) - 2 * one @ other.T
    return float(np.sqrt(np.maximum(square, 0) / one.shape[1]).mean())


def _drawn(rng: np.random.Generator, *sets: Float32) -> list[Float32]:
    return [one[rng.integers(0, len(one), len(one))] for one in sets]
