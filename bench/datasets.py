"""How fast datasets are made."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

from bench.figures import Figure
from bench.progress import progress
from eidophone import Sound
from eidophone.jobs.dataset.making import make_dataset
from eidophone.jobs.dataset.plan import DatasetPlan

_COPIES = 8


def dataset_figures(sounds: dict[str, Sound]) -> Iterator[Figure]:
    """A dataset of several files of a long stereo ``sound``, on two cores."""
    (sound,) = sounds.values()
    progress("speed of datasets")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "in").mkdir()
        for copy in range(_COPIES):
            sound.save(folder / "in" / f"{copy}.wav")
        started = perf_counter()
        make_dataset([folder / "in"], folder / "out", DatasetPlan(), jobs=2)
        spent = perf_counter() - started
    speed = _COPIES * sound.duration_seconds / spent
    label = "dataset of 512² stereo squares from WAV, two cores (× real time)"
    yield Figure(label, {"": speed}, 60, digits=1)
