"""``python -m bench.morph.glides [METHOD ...]``: what lies between two sounds, by each method.

Figures beside 1 are what is good: peaks and roughness are those of the morph through those of its
larger, or rougher, parent, at a mix of 0.5; a path is that from one parent to the other.
"""

from __future__ import annotations

import argparse
import time
import warnings
from collections.abc import Callable, Iterator

import numpy as np

from bench.morph import gliding, pairs
from bench.morph.pairs import RATE, Pair
from bench.progress import progress
from eidophone.base.errors import EidophoneWarning
from eidophone.morphing.clocks.aligning import aligned
from eidophone.morphing.methods.known import METHODS
from eidophone.morphing.mix import Mix
from eidophone.morphing.parents import Parents
from eidophone.morphing.settings import MethodName, Morphing

#: Between these shares of the second one a path is measured.
WEIGHTS = (0.0, 0.2, 0.4, 0.5, 0.6, 0.8, 1.0)

PAIRS: tuple[Callable[[], Pair], ...] = (
    pairs.tones,
    pairs.vowels,
    lambda: pairs.vowels(150, 240),
    pairs.words,
    pairs.chords,
    pairs.instruments,
    pairs.orchestras,
    pairs.drums,
)

#: Those on which nothing was tuned.
HELD_OUT: tuple[Callable[[], Pair], ...] = (
    pairs.voices,
    pairs.strings,
    pairs.birds,
    pairs.choirs,
    pairs.beats,
    pairs.songs,
    pairs.speech,
    pairs.stereo,
)

#: Beside parents less rough than this nothing can be compared.
_SMOOTH = 0.05

_HEAD = ("method", "partial Hz", "rest dB", "on the comb", "peaks", "roughness", "path", "CPU s/s")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.morph.glides", description=__doc__)
    parser.add_argument("method", nargs="*", choices=[*METHODS, []], help="of these; usually all")
    parser.add_argument("--pair", type=int, action="append", help="only these pairs, from 0")
    parser.add_argument("--held-out", action="store_true", help="pairs that nothing was tuned on")
    options = parser.parse_args()
    warnings.simplefilter("ignore", EidophoneWarning)
    chosen = HELD_OUT if options.held_out else PAIRS
    for number in options.pair or range(len(chosen)):
        for line in table(chosen[number](), options.method or list(METHODS)):
            print(line, flush=True)


def table(pair: Pair, methods: list[MethodName]) -> Iterator[str]:
    """Lines of Markdown: the parents, then each of the methods."""
    how = Morphing(align="dtw" if pair.eventful else "stretch")
    parents = aligned(Parents.of([pair.a, pair.b]), Mix.parse("0.5", 2), how)
    ends = [one.mean(axis=0).astype(np.float64) for one in parents.samples]
    most = max(gliding.peaks(one, RATE) for one in ends)
    roughest = max(gliding.roughness(one, RATE) for one in ends)
    yield f"\n**{pair.name}**: {most:.1f} peaks, roughness {roughest:.2f}\n"
    yield _row(_HEAD)
    yield _row(["---"] * len(_HEAD))
    for name in methods:
        progress(f"{pair.name}: {name}")
        begin = time.process_time()
        half = _made(parents, name, 0.5)
        seconds = (time.process_time() - begin) / (len(half) / RATE)
        partial = gliding.partial(half, RATE)
        cells = [name, f"{partial.hz:.1f}", f"{partial.rest_db:.0f}"]
        comb = gliding.on_comb(half, RATE, pair.hz) if pair.hz else None
        cells.append("" if comb is None else f"{comb:.2f}")
        cells.append(f"{gliding.peaks(half, RATE) / most:.2f}")
        rough = gliding.roughness(half, RATE) / roughest if roughest > _SMOOTH else None
        cells.append("" if rough is None else f"{rough:.2f}")
        cells.append(_path(parents, name, ends) if pair.similar else "")
        yield _row([*cells, f"{seconds:.2f}"])


def _path(parents: Parents, name: MethodName, ends: list[gliding.Floats]) -> str:
    steps = [ends[0], *(_made(parents, name, weight) for weight in WEIGHTS[1:-1]), ends[1]]
    found = gliding.path(steps, WEIGHTS, RATE)
    return f"{'monotone' if found.monotone else 'back and forth'}, {found.unevenness:.1f}"


def _made(parents: Parents, name: MethodName, weight: float) -> gliding.Floats:
    blocks = METHODS[name].make(parents, Mix.parse(str(weight), 2), Morphing(method=name))
    return np.concatenate(list(blocks), axis=1).mean(axis=0).astype(np.float64)


def _row(cells: list[str] | tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
