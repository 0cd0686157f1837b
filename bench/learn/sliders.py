"""Sliders of generated sounds: how far each moves its own descriptor, and how far the others.

    python -m bench.learn.sliders [music] [actors]

Each sound is made with a slider at 0, and at -1 and +1 standard deviations of its collection, by
the same seed, decoded, and drawn again. The table has the slopes: rows are what was asked for.
"""

from __future__ import annotations

import sys
import time

import numpy as np

from bench.learn.pairs import PAIRS
from eidophone.learning.collections import alike, collection_of
from eidophone.learning.grains.descriptors import NAMES, described
from eidophone.learning.grains.generating import Grains
from eidophone.learning.grains.sliders import Sliders
from eidophone.learning.grid import RATE, levels_of, sound_of
from eidophone.sound.sound import Sound

SECONDS = 9.0
SEEDS = (1, 2, 3)


def main() -> None:
    for pair in sys.argv[1:] or list(PAIRS):
        table(pair)


def table(pair: str) -> None:
    folders = PAIRS[pair]().folders
    collections, conditions = alike([collection_of(*one) for one in folders.items()])
    grains = Grains.fit(collections, conditions)
    for kind, each in enumerate(collections):
        share = np.eye(len(collections), dtype=np.float32)[kind]
        spreads = grains.spreads[kind]

        def made(seed: int, *sliders: str, share=share, spreads=spreads) -> np.ndarray:
            levels = grains.generate(
                lambda moments: np.tile(share, (len(moments), 1)),
                SECONDS,
                seed,
                sliders=Sliders.parse(sliders),
            )
            again = levels_of(Sound(sound_of(levels), RATE))
            return described(again[len(again) // 2]) / spreads

        print(f"\n{pair}, {each.name}; slopes a standard deviation, seeds {SEEDS}")
        print(" " * 12 + "".join(f"{name:>12}" for name in NAMES) + "   CPU s per s")
        for name in NAMES:
            slopes, before = [], time.process_time()
            for seed in SEEDS:
                low, high = made(seed, f"{name}=-1"), made(seed, f"{name}=+1")
                slopes.append((high - low) / 2)
            cpu = (time.process_time() - before) / (2 * len(SEEDS) * SECONDS)
            mean = np.mean(slopes, axis=0)
            print(f"{name:12}" + "".join(f"{one:12.2f}" for one in mean) + f"{cpu:14.2f}")


if __name__ == "__main__":
    main()
