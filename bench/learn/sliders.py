"""Sliders of new sounds: how far each moves its own descriptor, and how far the others.

    python -m bench.learn.sliders [music] [actors]

Each sound is made with a slider at -1 and +1 standard deviations of its collection, by the same
seed, and goes through the codec. The table has the slopes: rows are what was asked for.
"""

from __future__ import annotations

import sys
import time

import numpy as np

from bench.learn.marks import short, table
from bench.learn.pairs import PAIRS
from bench.progress import progress
from eidophone.base.arrays import Float32
from eidophone.learning.collections import alike, collection_of
from eidophone.learning.grains.descriptors import NAMES, described
from eidophone.learning.grains.generating import Grains
from eidophone.learning.grains.sliders import Sliders
from eidophone.learning.grid import middle
from eidophone.learning.report.heard import Heard

_SECONDS, _SEEDS = 9.0, (1, 2, 3)


def main() -> None:
    for pair in sys.argv[1:] or ("music", "actors"):
        progress(f"learning {pair}")
        folders = PAIRS[pair]().folders
        grains = Grains.fit(*alike([collection_of(*one) for one in folders.items()]))
        for kind in range(len(folders)):
            print(_slopes(pair, grains, kind), flush=True)


def _slopes(pair: str, grains: Grains, kind: int) -> str:
    rows = {}
    for name in NAMES:
        progress(f"{pair}: {name}")
        before = time.process_time()
        low, high = (
            [_moved(grains, kind, seed, f"{name}={way}1") for seed in _SEEDS] for way in "-+"
        )
        seconds = (time.process_time() - before) / (2 * len(_SEEDS) * _SECONDS)
        slopes = np.mean(np.subtract(high, low) / 2, axis=0)
        cells = {one: short(slope) for one, slope in zip(NAMES, slopes, strict=True)}
        rows[name] = cells | {"CPU s/s": short(seconds)}
    name = grains.index.collections[kind].name
    return (
        f"### {pair}: sliders of {name}\n\nStandard deviations that are heard for each that is "
        f"asked for, the mean of {len(_SEEDS)} sounds.\n\n{table(rows)}"
    )


def _moved(grains: Grains, kind: int, seed: int, slider: str) -> Float32:
    """``[5]`` what a sound with a ``slider`` is like, in standard deviations."""
    share = np.eye(len(grains.spreads), dtype=np.float32)[kind]
    levels = grains.generate(
        lambda moments: np.tile(share, (len(moments), 1)),
        _SECONDS,
        seed,
        sliders=Sliders.parse([slider]),
    )
    heard = Heard.of_levels([middle(levels)])
    return described(heard.levels[0]) / grains.spreads[kind]


if __name__ == "__main__":
    main()
