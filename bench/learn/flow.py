"""The flow beside the closed form: ``python -m bench.learn.flow [PAIR] [MINUTES]``.

Every sound goes through the codec before it is judged. Tests are only reported on; what the program
itself decides by held-out tracks of what is learnt comes last.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from bench.learn.material import Heard, Material
from bench.learn.pairs import PAIRS
from eidophone.base.arrays import Float32
from eidophone.learning.flow.courses import courses_of
from eidophone.learning.flow.flow import Flow
from eidophone.learning.flow.settings import FlowSettings
from eidophone.learning.flow.training import Moment, train
from eidophone.learning.flow.uses import course_of
from eidophone.learning.flow.worth import (
    Generation,
    Translation,
    decided,
    generations,
    translations,
)
from eidophone.learning.grains.generating import Grains
from eidophone.learning.grid import COLUMN_SECONDS, as_levels
from eidophone.learning.judges.controls import Spectra
from eidophone.learning.judges.kept import onset_kept, whitened_kept
from eidophone.learning.judges.shares import share_of
from eidophone.learning.judges.texture import roughness_of, tonal_of
from eidophone.learning.judges.windows import WINDOW, windows_of
from eidophone.learning.translating.character import Character, character_of

#: Windows of each kind; those of generated sounds come so many from one.
_WINDOWS, _FROM_ONE = 18, 3


def main() -> None:
    """Train, and print the tables."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("pair", nargs="?", default="music", choices=PAIRS)
    asked.add_argument("minutes", nargs="?", type=float, default=15.0)
    asked.add_argument("--checkpoint", type=Path, help="go on from here, if it is there")
    chosen = asked.parse_args()
    material = Material.of(PAIRS[chosen.pair](), _WINDOWS)
    character = character_of(material.collections, material.conditions)
    settings = FlowSettings(minutes=chosen.minutes)
    courses = courses_of(
        material.collections, material.conditions, character.components, settings.window
    )
    start = time.process_time()
    checkpoint = chosen.checkpoint
    flow = train(courses, settings, checkpoint=checkpoint, resume=True, progress=_told)
    print(f"training: {time.process_time() - start:.0f} CPU s")
    measure(material, character, flow)


def measure(material: Material, character: Character, flow: Flow) -> None:
    """Print all tables."""
    recipe, spent = flow.recipe, _Spent()
    print(f"step {recipe.step} of {recipe.losses[-1][0]}; held out:", end="")
    print(*(f" {held:.3f}" for _, _, held in recipe.losses[::3]))
    grains = Grains.fit(material.collections, material.conditions)
    spent("index of grains")
    walked, voiced = generations(flow, character.components, grains)
    mapped, flowed = translations(flow, character, material.conditions)

    def drawn(kind: int, columns: int, seed: int) -> Float32:
        weights = np.eye(len(recipe.names), dtype=np.float32)[kind]
        return course_of(flow, character.components, columns, weights, seed)

    ways = {"walk": walked, "flow": drawn, "flow, told by grains": voiced}
    _generation(material, ways, spent)
    spectra = Spectra.of(material.collections, material.conditions)
    changes = {"equaliser": spectra.equalised, "maps and gains": mapped, "flow": flowed}
    _translation(material, changes, spent)
    print("\ndecided by held-out tracks of what is learnt:")
    for task, worth in decided(flow, character, grains, material.judges).items():
        print(f"{task}: {worth}, takes over: {worth.takes_over}")
    spent("deciding")


class _Spent:
    """Prints the CPU seconds since last asked."""

    def __init__(self) -> None:
        self._at = time.process_time()

    def __call__(self, what: str) -> None:
        now = time.process_time()
        print(f"  ({what}: {now - self._at:.1f} CPU s)", flush=True)
        self._at = now


def _told(moment: Moment) -> None:
    if moment.step % 200 == 0:
        print(f"  step {moment.step}, {moment.loss:.3f}, held out {moment.held}", flush=True)


def _generation(material: Material, ways: dict[str, Generation], spent: _Spent) -> None:
    """New sounds, told from held-out tracks of what is learnt."""
    print("\ngenerated | Z | EQ-blind | AUC | tonal | roughness | longest copy, median and most")
    for kind, each in enumerate(material.collections):
        held = windows_of(each.held)
        few = held[np.linspace(0, len(held) - 1, _WINDOWS).round().astype(int)]
        real = Heard.of_levels([as_levels(one) for one in few]).levels
        _row(material, kind, f"real {each.name}", material.ends[kind].levels, real)
        for name, way in ways.items():
            sounds = [way(kind, _FROM_ONE * WINDOW, n) for n in range(_WINDOWS // _FROM_ONE)]
            spent(f"{name}: {_WINDOWS * WINDOW * COLUMN_SECONDS:.0f} s")
            long = Heard.of_levels(sounds).levels
            made = [one[n * WINDOW :][:WINDOW] for one in long for n in range(_FROM_ONE)]
            _row(material, kind, name, made, real)
            spent("decoding and judging")


def _row(
    material: Material, kind: int, name: str, made: list[Float32], real: list[Float32]
) -> None:
    judges = material.judges
    told = {judge: one[:, kind].mean() for judge, one in judges.probabilities(made).items()}
    numbers = np.concatenate(list(judges.numbers([*made, *real]).values()), axis=1)
    classes = np.repeat([1, 0], [len(made), len(real)])
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.003, max_iter=2000))
    sure = cross_val_predict(model, numbers, classes, cv=6, method="predict_proba")[:, 1]
    copies = [material.archives[kind].longest_copy(one) for one in made[::2]]
    cells = [
        told.get("Z", np.nan),
        told["eq-blind"],
        roc_auc_score(classes, sure),
        np.mean([tonal_of(one) for one in made]),
        np.mean([roughness_of(one) for one in made]),
        np.median(copies),
        np.max(copies),
    ]
    print(name, *(f"{one:.2f}" for one in cells), sep=" | ", flush=True)


def _translation(material: Material, ways: dict[str, Translation], spent: _Spent) -> None:
    judges, ends = material.judges, [one.levels for one in material.ends]
    heard = [judges.probabilities(one) for one in ends]
    for source, each in enumerate(material.collections):
        target = 1 - source
        print(
            f"\n{each.name} to {material.collections[target].name} | Z | C | EQ-blind | onset |"
            " whitened chroma"
        )
        for name, way in ways.items():
            levels = [way(one, source, target) for one in material.windows[source]]
            spent(name)
            made = Heard.of_levels(levels).levels
            told = judges.probabilities(made)
            shares = [
                share_of(
                    told[j][:, target], heard[source][j][:, target], heard[target][j][:, target]
                )
                for j in ("Z", "C", "eq-blind")
                if j in told
            ]
            kept = [
                np.mean([measure(a, b) for a, b in zip(made, ends[source], strict=True)])
                for measure in (onset_kept, whitened_kept)
            ]
            print(name, *shares, *(f"{one:.2f}" for one in kept), sep=" | ", flush=True)


if __name__ == "__main__":
    main()
