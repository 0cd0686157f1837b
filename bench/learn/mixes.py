"""Mixes and new sounds of a pair: on a line between the two, and more than both at once."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from bench.learn.marks import mean, short, table
from bench.learn.material import Material
from bench.learn.methods import Learnt
from bench.progress import progress
from eidophone.base.arrays import Float32
from eidophone.learning.grid import COLUMN_SECONDS, middle
from eidophone.learning.judges.between import from_log_mean, unexplained
from eidophone.learning.judges.controls import crossfaded
from eidophone.learning.judges.texture import partials_of, roughness_of, tonal_of
from eidophone.learning.judges.windows import WINDOW
from eidophone.learning.report.heard import Heard

#: Courses of each collection that are told, and how much of the second there is to be.
_COURSES, _WEIGHTS = 4, (0.0, 0.25, 0.5, 0.75, 1.0)

#: New sounds: how many, and how long each is.
_SEEDS, _SECONDS = (1, 2, 3), 24.0

#: A mix of a course ``[columns, rows]`` with so much of the second.
_Mix = Callable[[Float32, float, int], Float32]


def mixes(material: Material, learnt: Learnt) -> str:
    """Courses of both, told with so much of the second."""
    courses = [one for each in material.windows for one in each[:: len(each) // _COURSES]]

    def by_grains(course: Float32, weight: float, seed: int) -> Float32:
        shares = np.float32([1 - weight, weight])
        seconds = len(course) * COLUMN_SECONDS
        made = learnt.grains.generate(
            lambda moments: np.tile(shares, (len(moments), 1)), seconds, seed, like=course[None]
        )
        return middle(made)

    made = {
        weight: Heard.of_levels([by_grains(one, weight, seed) for seed, one in enumerate(courses)])
        for weight in _WEIGHTS
    }
    rows = {}
    ends = made[0.0], made[1.0]
    for weight in _WEIGHTS:
        progress(f"{material.pair.name}: grains whose own likeness is {weight}")
        rows[f"grains whose own likeness is {weight}"] = _mixed(
            material, made[weight], ends, weight
        )
    for weight in _WEIGHTS[1:-1]:
        faded = Heard.of_samples(
            [
                crossfaded(one[: len(other)], other[: len(one)], weight)
                for one, other in zip(ends[0].samples, ends[1].samples, strict=True)
            ]
        )
        rows[f"crossfade of the ends {weight}"] = _mixed(material, faded, ends, weight)
    names = " and ".join(material.judges.names)
    return (
        f"### {material.pair.name}: mixes of {names}\n\n{len(courses)} courses of tests, half of "
        f"each. Shares are between the real ends; a mix is to have the share that it is to be.\n\n"
        + table(rows)
    )


def new_sounds(material: Material, learnt: Learnt) -> str:
    """Sounds of grains only, beside real ones."""
    names = material.judges.names
    rows = {}
    for number, name in enumerate(names):
        rows[f"real {name}"] = _textures(material, material.ends[number])
    for weight in _WEIGHTS:
        progress(f"{material.pair.name}: new sounds, {weight}")
        shares = np.float32([1 - weight, weight])
        started = time.process_time()
        made = [
            middle(
                learnt.grains.generate(
                    lambda moments, shares=shares: np.tile(shares, (len(moments), 1)),
                    _SECONDS,
                    seed,
                )
            )
            for seed in _SEEDS
        ]
        seconds = (time.process_time() - started) / (_SECONDS * len(_SEEDS))
        windows = [
            one
            for levels in Heard.of_levels(made).levels
            for one in np.split(levels[: len(levels) // WINDOW * WINDOW], len(levels) // WINDOW)
        ]
        heard = Heard([], windows)
        rows[f"new, {weight} of {names[1]}"] = (
            _shares(material, heard) | _textures(material, heard) | {"CPU s/s": short(seconds)}
        )
    return (
        f"### {material.pair.name}: new sounds\n\nOf grains, {len(_SEEDS)} of {_SECONDS:g} s at "
        f"each mix. *copy*: seconds of the longest copied stretch.\n\n" + table(rows)
    )


def _mixed(
    material: Material, heard: Heard, ends: tuple[Heard, Heard], weight: float
) -> dict[str, str]:
    three = list(zip(heard.levels, ends[0].levels, ends[1].levels, strict=True))
    three = [tuple(one[: min(map(len, each))] for one in each) for each in three]
    parents = [
        (1 - weight) * partials_of(one) + weight * partials_of(other) for _, one, other in three
    ]
    partials = float(np.mean([partials_of(one) for one, *_ in three]))
    return _shares(material, heard) | {
        "unexplained": mean(lambda each: unexplained(*each), three),
        "from log-mean": mean(lambda each: from_log_mean(*each, weight), three),
        "partials": short(partials),
        "beside parents": f"{100 * (partials / np.mean(parents) - 1):+.0f} %",
    }


def _shares(material: Material, heard: Heard) -> dict[str, str]:
    told, low, high = (material.judges.probabilities(one.levels) for one in (heard, *material.ends))
    cells = {}
    for kind in reversed(list(told)):
        ends = low[kind][:, 1].mean(), high[kind][:, 1].mean()
        cells[kind] = short((told[kind][:, 1].mean() - ends[0]) / (ends[1] - ends[0]))
    return cells


def _textures(material: Material, heard: Heard) -> dict[str, str]:
    archives = material.archives
    return {
        "tonal": mean(tonal_of, heard.levels),
        "rough": mean(roughness_of, heard.levels),
        "partials": mean(partials_of, heard.levels),
        "copy": short(max(each.longest_copy(one) for each in archives for one in heard.levels)),
    }
